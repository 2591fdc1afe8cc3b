import { createFileRoute } from "@tanstack/react-router";
import { Alarms } from "../../office/Alarms";
import { optional } from "../../office/search";
import { oneOf, str } from "../../ui/search";

export const Route = createFileRoute("/office/alarms")({
  validateSearch: (search: Record<string, unknown>) =>
    optional({ state: oneOf(search.state, ["all"] as const), after: str(search.after) }),
  component: Alarms,
});
