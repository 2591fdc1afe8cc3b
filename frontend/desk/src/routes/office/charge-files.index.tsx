import { createFileRoute } from "@tanstack/react-router";
import { ChargeFiles } from "../../office/ChargeFiles";
import { optional } from "../../office/search";
import { str } from "../../ui/search";

export const Route = createFileRoute("/office/charge-files/")({
  validateSearch: (search: Record<string, unknown>) => optional({ after: str(search.after) }),
  component: ChargeFiles,
});
