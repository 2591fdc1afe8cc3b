import { createFileRoute } from "@tanstack/react-router";
import { Statement } from "../../office/Statement";
import { optional } from "../../office/search";
import { str } from "../../ui/search";

export const Route = createFileRoute("/office/statements/$statementId")({
  validateSearch: (search: Record<string, unknown>) => optional({ after: str(search.after) }),
  component: Statement,
});
