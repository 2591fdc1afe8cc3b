import { createFileRoute } from "@tanstack/react-router";
import { Audit } from "../../portal/Audit";
import { int, str } from "../../ui/search";

interface Search {
  after?: string | undefined;
  change?: number | undefined;
}

export const Route = createFileRoute("/portal/audit")({
  validateSearch: (search: Record<string, unknown>): Search => ({
    after: str(search.after),
    change: int(search.change),
  }),
  component: Audit,
});
