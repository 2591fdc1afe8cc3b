import { createFileRoute } from "@tanstack/react-router";
import { Receivables } from "../../office/Receivables";
import { optional } from "../../office/search";
import { str, uuid } from "../../ui/search";

export const Route = createFileRoute("/office/receivables")({
  validateSearch: (search: Record<string, unknown>) =>
    optional({ partner: uuid(search.partner), shown: str(search.shown), after: str(search.after) }),
  component: Receivables,
});
