import { createFileRoute } from "@tanstack/react-router";
import { Sales } from "../../portal/Sales";
import type { SaleSearch } from "../../portal/saleFilters";
import { month, oneOf, str, uuid } from "../../ui/search";

export const Route = createFileRoute("/portal/sales")({
  validateSearch: (search: Record<string, unknown>): SaleSearch => ({
    month: month(search.month),
    kind: oneOf(search.kind, ["sale", "refund"] as const),
    listing: uuid(search.listing),
    q: str(search.q)?.slice(0, 150),
    sort: oneOf(search.sort, ["-at", "at", "-net", "net"] as const),
    after: str(search.after),
  }),
  component: Sales,
});
