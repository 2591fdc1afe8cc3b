import { createFileRoute } from "@tanstack/react-router";
import { Network } from "../../office/Network";
import { optional } from "../../office/search";
import { day } from "../../ui/search";

export const Route = createFileRoute("/office/network")({
  validateSearch: (search: Record<string, unknown>) => optional({ on: day(search.on) }),
  component: Network,
});
