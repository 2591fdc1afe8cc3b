import { createFileRoute } from "@tanstack/react-router";
import { Rebates } from "../../office/Rebates";
import { optional } from "../../office/search";
import { str } from "../../ui/search";

export const Route = createFileRoute("/office/rebates")({
  validateSearch: (search: Record<string, unknown>) =>
    optional({ quarter: str(search.quarter), month: str(search.month) }),
  component: Rebates,
});
