import { createFileRoute } from "@tanstack/react-router";
import { Relations } from "../../office/Relations";
import { optional } from "../../office/search";
import { oneOf, str, uuid } from "../../ui/search";

export const Route = createFileRoute("/office/relations")({
  validateSearch: (search: Record<string, unknown>) =>
    optional({
      q: str(search.q),
      relation: oneOf(search.relation, ["self_service", "account_managed", "partner_managed"] as const),
      manager: uuid(search.manager),
      unnamed: oneOf(search.unnamed, ["yes"] as const),
      after: str(search.after),
    }),
  component: Relations,
});
