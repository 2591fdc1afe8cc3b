import { createFileRoute } from "@tanstack/react-router";
import { Charges } from "../../office/Charges";
import { optional } from "../../office/search";
import { int, month, oneOf, str, uuid } from "../../ui/search";

const STREAMS = ["DIR", "E1", "E2", "V1", "V2", "RSL", "WHS"] as const;

export const Route = createFileRoute("/office/charges")({
  validateSearch: (search: Record<string, unknown>) =>
    optional({
      reference: str(search.reference)?.slice(0, 100),
      month: month(search.month),
      through: month(search.through),
      kind: oneOf(search.kind, ["charge", "refund"] as const),
      environment: oneOf(search.environment, ["start", "enterprise", "critical"] as const),
      stream: oneOf(search.stream, STREAMS),
      partner: uuid(search.partner),
      charge: int(search.charge),
      after: str(search.after),
    }),
  component: Charges,
});
