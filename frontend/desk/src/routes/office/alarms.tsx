import { createFileRoute } from "@tanstack/react-router";
import { Alarms } from "../../office/Alarms";
import { optional } from "../../office/search";
import { day, oneOf, str } from "../../ui/search";

export const Route = createFileRoute("/office/alarms")({
  validateSearch: (search: Record<string, unknown>) =>
    optional({
      state: oneOf(search.state, ["all"] as const),
      q: str(search.q)?.slice(0, 200),
      kind: str(search.kind)?.slice(0, 60),
      since: day(search.since),
      until: day(search.until),
      after: str(search.after),
    }),
  component: Alarms,
});
