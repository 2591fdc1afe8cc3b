import { createFileRoute } from "@tanstack/react-router";
import { Deals } from "../../office/Deals";
import { optional } from "../../office/search";
import { oneOf, str, uuid } from "../../ui/search";

const STAGES = [
  "prospect",
  "qualified",
  "technical_validation",
  "business_validation",
  "committed",
  "launched",
  "closed_lost",
] as const;

export const Route = createFileRoute("/office/deals")({
  validateSearch: (search: Record<string, unknown>) =>
    optional({
      review: oneOf(search.review, ["action_required", "approved", "rejected", "all"] as const),
      stage: oneOf(search.stage, STAGES),
      q: str(search.q)?.slice(0, 100),
      deal: uuid(search.deal),
      after: str(search.after),
    }),
  component: Deals,
});
