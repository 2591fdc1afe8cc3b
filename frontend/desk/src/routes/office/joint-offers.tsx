import { createFileRoute } from "@tanstack/react-router";
import { JointOffers } from "../../office/JointOffers";
import { optional } from "../../office/search";
import { str } from "../../ui/search";

export const Route = createFileRoute("/office/joint-offers")({
  validateSearch: (search: Record<string, unknown>) =>
    optional({ state: str(search.state), after: str(search.after) }),
  component: JointOffers,
});
