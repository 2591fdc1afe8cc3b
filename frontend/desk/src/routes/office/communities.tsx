import { createFileRoute } from "@tanstack/react-router";
import { Communities } from "../../office/Communities";
import { optional } from "../../office/search";
import { str } from "../../ui/search";

export const Route = createFileRoute("/office/communities")({
  validateSearch: (search: Record<string, unknown>) => optional({ after: str(search.after) }),
  component: Communities,
});
