import { createFileRoute } from "@tanstack/react-router";
import { Margins } from "../../office/Margins";
import { optional } from "../../office/search";
import { month, str, uuid } from "../../ui/search";

export const Route = createFileRoute("/office/margins")({
  validateSearch: (search: Record<string, unknown>) =>
    optional({ month: month(search.month), partner: uuid(search.partner), after: str(search.after) }),
  component: Margins,
});
