import { createFileRoute } from "@tanstack/react-router";
import { Payouts } from "../../office/Payouts";
import { optional } from "../../office/search";
import { month, oneOf, str } from "../../ui/search";

const STATES = [
  "held",
  "planned",
  "transferred",
  "payout_pending",
  "in_transit",
  "paid",
  "final",
  "failed",
  "canceled",
] as const;

export const Route = createFileRoute("/office/payouts/")({
  validateSearch: (search: Record<string, unknown>) =>
    optional({
      month: month(search.month),
      state: oneOf(search.state, STATES),
      after: str(search.after),
    }),
  component: Payouts,
});
