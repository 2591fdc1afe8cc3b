import { createFileRoute } from "@tanstack/react-router";
import { Files } from "../../office/Files";
import { optional } from "../../office/search";
import { str } from "../../ui/search";

export const Route = createFileRoute("/office/files/")({
  validateSearch: (search: Record<string, unknown>) => optional({ after: str(search.after) }),
  component: Files,
});
