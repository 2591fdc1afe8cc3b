import { createFileRoute } from "@tanstack/react-router";
import { Leads } from "../../portal/Leads";

interface Search {
  /** What the organisation looks for is open beside the list. */
  profile?: boolean | undefined;
}

export const Route = createFileRoute("/portal/leads")({
  validateSearch: (search: Record<string, unknown>): Search => ({
    profile: search.profile === true || search.profile === "true" || undefined,
  }),
  component: Leads,
});
