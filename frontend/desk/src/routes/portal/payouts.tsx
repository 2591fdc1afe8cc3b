import { createFileRoute } from "@tanstack/react-router";
import { Payouts } from "../../portal/Payouts";
import { oneOf, str, uuid } from "../../ui/search";

const STAGES = ["waiting", "moving", "paid", "failed"] as const;

interface Search {
  stage?: (typeof STAGES)[number] | undefined;
  after?: string | undefined;
  /** The one whose drawer is open: the browser's Back closes it. */
  payout?: string | undefined;
}

export const Route = createFileRoute("/portal/payouts")({
  validateSearch: (search: Record<string, unknown>): Search => ({
    stage: oneOf(search.stage, STAGES),
    after: str(search.after),
    payout: uuid(search.payout),
  }),
  component: Payouts,
});
