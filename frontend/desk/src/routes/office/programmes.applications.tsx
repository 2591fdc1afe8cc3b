import { createFileRoute } from "@tanstack/react-router";
import { Applications } from "../../office/Applications";
import { optional } from "../../office/search";
import { oneOf, str } from "../../ui/search";

export const Route = createFileRoute("/office/programmes/applications")({
  validateSearch: (search: Record<string, unknown>) =>
    optional({
      state: oneOf(search.state, ["open", "accepted", "refused", "withdrawn"] as const),
      programme: str(search.programme),
      after: str(search.after),
    }),
  component: Applications,
});
