import { createFileRoute } from "@tanstack/react-router";
import { Audit } from "../../office/Audit";
import { optional } from "../../office/search";
import { day, str } from "../../ui/search";

export const Route = createFileRoute("/office/audit")({
  validateSearch: (search: Record<string, unknown>) =>
    optional({
      organisation: str(search.organisation),
      q: str(search.q)?.slice(0, 200),
      who: str(search.who)?.slice(0, 100),
      what: str(search.what)?.slice(0, 60),
      since: day(search.since),
      until: day(search.until),
      after: str(search.after),
    }),
  component: Audit,
});
