import { createFileRoute } from "@tanstack/react-router";
import { Statement } from "../../portal/Statement";
import { int, str } from "../../ui/search";

interface Search {
  after?: string | undefined;
  line?: number | undefined;
}

export const Route = createFileRoute("/portal/statements/$statement")({
  validateSearch: (search: Record<string, unknown>): Search => ({
    after: str(search.after),
    line: int(search.line),
  }),
  component: Statement,
});
