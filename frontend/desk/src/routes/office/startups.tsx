import { createFileRoute } from "@tanstack/react-router";
import { Startups } from "../../office/Startups";
import { optional } from "../../office/search";
import { oneOf, str, uuid } from "../../ui/search";

export const Route = createFileRoute("/office/startups")({
  validateSearch: (search: Record<string, unknown>) =>
    optional({
      after: str(search.after),
      view: oneOf(search.view, ["reviews", "lists"] as const),
      /** Which one is open beside the list. */
      startup: uuid(search.startup),
    }),
  component: Startups,
});
