import { createFileRoute } from "@tanstack/react-router";
import { Keys } from "../../portal/Keys";
import { str } from "../../ui/search";
export const Route = createFileRoute("/portal/keys")({
  validateSearch: (search: Record<string, unknown>): { after?: string | undefined } => ({
    after: str(search.after),
  }),
  component: Keys,
});
