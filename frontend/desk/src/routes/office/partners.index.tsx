import { createFileRoute } from "@tanstack/react-router";
import { KINDS } from "../../desk/kinds";
import { beginWithOwn, roleWanted } from "../../office/ownPartners";
import { Partners } from "../../office/Partners";
import { optional } from "../../office/search";
import { oneOf, str } from "../../ui/search";

export const Route = createFileRoute("/office/partners/")({
  validateSearch: (search: Record<string, unknown>) =>
    optional({
      q: str(search.q),
      role: roleWanted(search.role),
      kind: oneOf(search.kind, Object.values(KINDS).flat()),
      ecosystem: oneOf(search.ecosystem, ["supplier", "product"] as const),
      verification: oneOf(search.verification, ["unverified", "verified", "refused"] as const),
      after: str(search.after),
    }),
  beforeLoad: ({ search }) => beginWithOwn(search, "/office/partners"),
  component: Partners,
});
