import { createFileRoute } from "@tanstack/react-router";
import { Mesh } from "../../office/Mesh";
import { optional } from "../../office/search";
import { month, oneOf, uuid } from "../../ui/search";

export const Route = createFileRoute("/office/mesh")({
  validateSearch: (search: Record<string, unknown>) =>
    optional({
      month: month(search.month),
      currency: oneOf(search.currency, ["CHF", "EUR", "GBP", "JPY", "KWD", "USD"] as const),
      party: uuid(search.party),
    }),
  component: Mesh,
});
