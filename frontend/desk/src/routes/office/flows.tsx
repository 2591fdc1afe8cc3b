import { createFileRoute } from "@tanstack/react-router";
import { Flows } from "../../office/Flows";
import { optional } from "../../office/search";
import { month } from "../../ui/search";

export const Route = createFileRoute("/office/flows")({
  validateSearch: (search: Record<string, unknown>) =>
    optional({
      month: month(search.month),
      through: month(search.through),
    }),
  component: Flows,
});
