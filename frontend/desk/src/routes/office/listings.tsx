import { createFileRoute } from "@tanstack/react-router";
import { Listings } from "../../office/Listings";
import { optional } from "../../office/search";
import { str } from "../../ui/search";

export const Route = createFileRoute("/office/listings")({
  validateSearch: (search: Record<string, unknown>) => optional({ after: str(search.after) }),
  component: Listings,
});
