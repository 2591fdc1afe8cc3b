import { createFileRoute } from "@tanstack/react-router";
import { Charges } from "../../portal/Charges";
import type { ChargeSearch } from "../../portal/chargeFilters";
import { int, month, oneOf, str } from "../../ui/search";

export const Route = createFileRoute("/portal/charges")({
  validateSearch: (search: Record<string, unknown>): ChargeSearch => ({
    month: month(search.month),
    kind: oneOf(search.kind, ["charge", "refund"] as const),
    environment: oneOf(search.environment, ["start", "enterprise", "critical"] as const),
    resource: str(search.resource)?.slice(0, 100),
    customer: str(search.customer)?.slice(0, 100),
    q: str(search.q)?.slice(0, 100),
    charge: int(search.charge),
    after: str(search.after),
  }),
  component: Charges,
});
