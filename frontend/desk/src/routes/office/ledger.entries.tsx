import { createFileRoute } from "@tanstack/react-router";
import { Entry } from "../../office/Entry";
import { optional } from "../../office/search";
import { str } from "../../ui/search";

export const Route = createFileRoute("/office/ledger/entries")({
  validateSearch: (search: Record<string, unknown>) => optional({ reference: str(search.reference) }),
  component: Entry,
});
