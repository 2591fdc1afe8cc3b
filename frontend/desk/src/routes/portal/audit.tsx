import { createFileRoute } from "@tanstack/react-router";
import { Audit } from "../../portal/Audit";
import { day, int, str } from "../../ui/search";

interface Search {
  q?: string | undefined;
  who?: string | undefined;
  what?: string | undefined;
  since?: string | undefined;
  until?: string | undefined;
  after?: string | undefined;
  change?: number | undefined;
}

export const Route = createFileRoute("/portal/audit")({
  validateSearch: (search: Record<string, unknown>): Search => ({
    q: str(search.q)?.slice(0, 200),
    who: str(search.who)?.slice(0, 100),
    what: str(search.what)?.slice(0, 60),
    since: day(search.since),
    until: day(search.until),
    after: str(search.after),
    change: int(search.change),
  }),
  component: Audit,
});
