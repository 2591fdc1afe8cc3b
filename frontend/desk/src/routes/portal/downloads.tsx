import { createFileRoute } from "@tanstack/react-router";
import { Downloads } from "../../portal/Downloads";
import { str } from "../../ui/search";
export const Route = createFileRoute("/portal/downloads")({
  validateSearch: (search: Record<string, unknown>): { after?: string | undefined } => ({
    after: str(search.after),
  }),
  component: Downloads,
});
