import { createFileRoute } from "@tanstack/react-router";
import { Contests } from "../../office/Contests";
import { optional } from "../../office/search";
import { oneOf, str } from "../../ui/search";

export const Route = createFileRoute("/office/contests")({
  validateSearch: (search: Record<string, unknown>) =>
    optional({
      after: str(search.after),
      state: oneOf(search.state, ["waiting", "accepted", "refused"] as const),
    }),
  component: Contests,
});
