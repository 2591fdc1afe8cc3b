import { createFileRoute } from "@tanstack/react-router";
import { Bank } from "../../portal/Bank";
import { oneOf } from "../../ui/search";

interface Search {
  /** Stripe leads back here: after its page, or because it had expired. */
  from?: "stripe" | "expired" | undefined;
}

export const Route = createFileRoute("/portal/bank")({
  validateSearch: (search: Record<string, unknown>): Search => ({
    from: oneOf(search.from, ["stripe", "expired"] as const),
  }),
  component: Bank,
});
