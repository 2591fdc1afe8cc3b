import { createFileRoute } from "@tanstack/react-router";
import { Leads } from "../../office/Leads";
import { optional } from "../../office/search";
import { oneOf, str, uuid } from "../../ui/search";

const flag = (value: unknown): true | undefined => (value === true || value === "true" ? true : undefined);

export const Route = createFileRoute("/office/leads")({
  validateSearch: (search: Record<string, unknown>) =>
    optional({
      state: oneOf(search.state, ["open", "offered", "accepted", "closed"] as const),
      q: str(search.q)?.slice(0, 100),
      lead: uuid(search.lead),
      new: flag(search.new),
      file: flag(search.file),
      after: str(search.after),
    }),
  component: Leads,
});
