import { createFileRoute } from "@tanstack/react-router";
import { Evaluation } from "../../office/Evaluation";
import { FOLLOWS } from "../../office/programmeParts";
import { optional } from "../../office/search";
import { oneOf, str } from "../../ui/search";

export const Route = createFileRoute("/office/programmes/$programme/evaluations/$runId")({
  validateSearch: (search: Record<string, unknown>) =>
    optional({ follows: oneOf(search.follows, FOLLOWS), after: str(search.after) }),
  component: Evaluation,
});
