import { createFileRoute } from "@tanstack/react-router";
import { Sales } from "../../office/Sales";
import { optional } from "../../office/search";
import { month, oneOf, str } from "../../ui/search";

const CHANNELS = ["marketplace", "direct", "isv", "vai", "wholesaler"] as const;
const SEGMENTS = [
  "individual",
  "tpe",
  "pme",
  "eti",
  "large_account",
  "public_body",
  "local_authority",
] as const;

export const Route = createFileRoute("/office/sales")({
  validateSearch: (search: Record<string, unknown>) =>
    optional({
      reference: str(search.reference),
      month: month(search.month),
      through: month(search.through),
      kind: oneOf(search.kind, ["sale", "refund"] as const),
      channel: oneOf(search.channel, CHANNELS),
      segment: oneOf(search.segment, SEGMENTS),
      source: oneOf(search.source, ["import", "order"] as const),
      partner: str(search.partner),
      after: str(search.after),
    }),
  component: Sales,
});
