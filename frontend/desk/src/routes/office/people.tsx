import { createFileRoute } from "@tanstack/react-router";
import { People } from "../../office/People";
import { optional } from "../../office/search";
import { oneOf, str, uuid } from "../../ui/search";

export const Route = createFileRoute("/office/people")({
  validateSearch: (search: Record<string, unknown>) =>
    optional({
      after: str(search.after),
      /** What partners declared, or everybody. */
      view: oneOf(search.view, ["everybody"] as const),
      state: oneOf(search.state, ["open", "accepted", "refused", "withdrawn", "all"] as const),
      q: str(search.q)?.slice(0, 200),
      held: oneOf(search.held, ["valid", "expiring", "expired", "none"] as const),
      /** Which declaration is open beside the list. */
      declaration: uuid(search.declaration),
    }),
  component: People,
});
