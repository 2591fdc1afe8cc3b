import { createFileRoute } from "@tanstack/react-router";
import { Audit } from "../../office/Audit";
import { optional } from "../../office/search";
import { str } from "../../ui/search";

export const Route = createFileRoute("/office/audit")({
  validateSearch: (search: Record<string, unknown>) =>
    optional({
      organisation: str(search.organisation),
      after: str(search.after),
    }),
  component: Audit,
});
