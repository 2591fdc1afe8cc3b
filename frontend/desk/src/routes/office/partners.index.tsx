import { createFileRoute } from "@tanstack/react-router";
import { Partners } from "../../office/Partners";
import { optional } from "../../office/search";
import { oneOf, str } from "../../ui/search";

const ROLES = ["isv", "vai", "wholesaler", "reseller", "startup", "buyer", "supplier"] as const;

export const Route = createFileRoute("/office/partners/")({
  validateSearch: (search: Record<string, unknown>) =>
    optional({
      q: str(search.q),
      role: oneOf(search.role, ROLES),
      verification: oneOf(search.verification, ["unverified", "verified", "refused"] as const),
      after: str(search.after),
    }),
  component: Partners,
});
