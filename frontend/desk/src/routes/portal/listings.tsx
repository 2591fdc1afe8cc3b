import { createFileRoute } from "@tanstack/react-router";
import { Listings } from "../../portal/Listings";
import { str, uuid } from "../../ui/search";

interface Search {
  after?: string | undefined;
  new?: boolean | undefined;
  /** Whose description is being written. */
  describe?: string | undefined;
  /** Which one is open beside the list. */
  listing?: string | undefined;
}

export const Route = createFileRoute("/portal/listings")({
  validateSearch: (search: Record<string, unknown>): Search => ({
    after: str(search.after),
    describe: uuid(search.describe),
    listing: uuid(search.listing),
    new: search.new === true || search.new === "true" || undefined,
  }),
  component: Listings,
});
