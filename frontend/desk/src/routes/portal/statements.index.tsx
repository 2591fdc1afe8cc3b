import { createFileRoute } from "@tanstack/react-router";
import { Statements } from "../../portal/Statements";
import { str } from "../../ui/search";

export const Route = createFileRoute("/portal/statements/")({
  validateSearch: (search: Record<string, unknown>): { after?: string | undefined } => ({
    after: str(search.after),
  }),
  component: Statements,
});
