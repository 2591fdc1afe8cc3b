import { createFileRoute } from "@tanstack/react-router";
import { KINDS } from "../../desk/kinds";
import { Partners } from "../../office/Partners";
import { optional } from "../../office/search";
import { oneOf, str } from "../../ui/search";

const ROLES = ["isv", "vai", "wholesaler", "reseller", "startup", "buyer", "supplier"] as const;

export const Route = createFileRoute("/office/partners/")({
  validateSearch: (search: Record<string, unknown>) =>
    optional({
      q: str(search.q),
      role: oneOf(search.role, ROLES),
      kind: oneOf(search.kind, Object.values(KINDS).flat()),
      ecosystem: oneOf(search.ecosystem, ["supplier", "product"] as const),
      verification: oneOf(search.verification, ["unverified", "verified", "refused"] as const),
      after: str(search.after),
    }),
  component: Partners,
});
