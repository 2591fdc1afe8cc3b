import { createFileRoute } from "@tanstack/react-router";
import { Programme } from "../../office/Programme";
import { PARTS } from "../../office/programmeParts";
import { optional } from "../../office/search";
import { oneOf, str } from "../../ui/search";

export const Route = createFileRoute("/office/programmes/$programme/")({
  validateSearch: (search: Record<string, unknown>) =>
    optional({ part: oneOf(search.part, PARTS), level: str(search.level), after: str(search.after) }),
  component: Programme,
});
