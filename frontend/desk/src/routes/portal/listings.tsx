import { createFileRoute } from "@tanstack/react-router";
import { Listings } from "../../portal/Listings";
import { str } from "../../ui/search";

interface Search {
  after?: string | undefined;
  new?: boolean | undefined;
}

export const Route = createFileRoute("/portal/listings")({
  validateSearch: (search: Record<string, unknown>): Search => ({
    after: str(search.after),
    new: search.new === true || search.new === "true" || undefined,
  }),
  component: Listings,
});
