import { createFileRoute } from "@tanstack/react-router";
import { Segments } from "../../office/Segments";
import { optional } from "../../office/search";
import { str } from "../../ui/search";

export const Route = createFileRoute("/office/segments")({
  validateSearch: (search: Record<string, unknown>) => optional({ after: str(search.after) }),
  component: Segments,
});
