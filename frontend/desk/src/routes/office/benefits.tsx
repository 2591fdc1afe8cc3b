import { createFileRoute } from "@tanstack/react-router";
import { Benefits } from "../../office/Benefits";
import { GIVEN } from "../../office/programmeParts";
import { optional } from "../../office/search";
import { oneOf } from "../../ui/search";

export const Route = createFileRoute("/office/benefits")({
  validateSearch: (search: Record<string, unknown>) => optional({ part: oneOf(search.part, GIVEN) }),
  component: Benefits,
});
