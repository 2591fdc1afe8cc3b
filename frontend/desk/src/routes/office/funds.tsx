import { createFileRoute } from "@tanstack/react-router";
import { Funds } from "../../office/Funds";
import { optional } from "../../office/search";
import { str, uuid } from "../../ui/search";

export const Route = createFileRoute("/office/funds")({
  validateSearch: (search: Record<string, unknown>) =>
    optional({ fund: str(search.fund), request: uuid(search.request), after: str(search.after) }),
  component: Funds,
});
