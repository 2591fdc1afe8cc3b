import { createFileRoute } from "@tanstack/react-router";
import { Listings } from "../../office/Listings";
import { TABS } from "../../office/listingTabs";
import { optional } from "../../office/search";
import { oneOf, str, uuid } from "../../ui/search";

export const Route = createFileRoute("/office/listings")({
  validateSearch: (search: Record<string, unknown>) =>
    optional({
      after: str(search.after),
      status: oneOf(search.status, TABS),
      /** Which one is open beside the list. */
      listing: uuid(search.listing),
    }),
  component: Listings,
});
