import { createFileRoute, notFound } from "@tanstack/react-router";
import { Month } from "../../office/Month";
import { optional } from "../../office/search";
import { month, str } from "../../ui/search";

export const Route = createFileRoute("/office/months/$month")({
  validateSearch: (search: Record<string, unknown>) => optional({ after: str(search.after) }),
  beforeLoad: ({ params }) => {
    if (!month(params.month)) throw notFound();
  },
  component: Month,
});
