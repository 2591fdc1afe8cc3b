import { createFileRoute } from "@tanstack/react-router";
import { Credits } from "../../office/Credits";
import { optional } from "../../office/search";
import { str, uuid } from "../../ui/search";

export const Route = createFileRoute("/office/credits")({
  validateSearch: (search: Record<string, unknown>) =>
    optional({ partner: uuid(search.partner), credit: uuid(search.credit), after: str(search.after) }),
  component: Credits,
});
