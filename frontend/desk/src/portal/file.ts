import { useLingui } from "@lingui/react/macro";
import { api, queryClient, type Schema } from "../api/client";
import { useFormat } from "../i18n/format";
import { DAY } from "../i18n/text";

export type Item = Schema["ItemView"];
export type File_ = Schema["FileView"];
export type Evidence = Schema["EvidenceView"];

const AGAIN_MS = 15_000;

/** While something waits for VIES or for the office, it is asked again: the answer comes by itself. */
export const useFile = (enabled = true) =>
  api.useQuery(
    "get",
    "/api/portal/file",
    {},
    { enabled, refetchInterval: (query) => (query.state.data?.items.some(waits) ? AGAIN_MS : false) },
  );

const waits = ({ state }: Item) => state === "supplied";

/** What only the partner can give: neither there, nor sent and being looked at. */
export const neededFrom = (file: File_) => file.items.filter((item) => !item.held && !waits(item));

/** Everything that says something else once evidence or a signature is given. */
export const forget = () =>
  Promise.all(
    [
      "/api/portal/file",
      "/api/portal/file/evidence",
      "/api/portal/agreements",
      "/api/portal/organisation",
      "/api/portal/home",
      "/api/portal/listings",
    ].map((path) => queryClient.invalidateQueries({ queryKey: ["get", path] })),
  );

const DAY_MS = 86_400_000;
/** Whole days from now to that moment, at least 0. */
export const daysUntil = (at: string, now = Date.now()) =>
  Math.max(0, Math.ceil((Date.parse(at) - now) / DAY_MS));

/** The last day on which it holds: it ends with that day. */
const lastDay = (at: string) => new Date(Date.parse(at) - 1).toISOString();

export function useFileWords() {
  const { t, i18n } = useLingui();
  const f = useFormat();
  const own = ({ fr, en }: Schema["Words"]) => (i18n.locale === "fr" ? fr : en);
  const states: Record<Item["state"], string> = {
    missing: t`Missing`,
    supplied: t`We are looking at it`,
    accepted: t`Accepted`,
    refused: t`Refused`,
    expired: t`Expired`,
  };
  const scopes: Record<Schema["DecisionView"]["scope"], string> = {
    evidence: t`Evidence`,
    application: t`Application`,
    listing: t`Selling: your listings are not in the store`,
    payout: t`Payouts: your money waits`,
    account: t`The whole account`,
  };
  const decisions: Record<string, string> = {
    evidence_refused: t`Evidence was refused`,
    application_refused: t`Your application was refused`,
    restriction: t`A restriction`,
    termination: t`The agreement ends`,
  };
  const until = (at: string) => f.date(lastDay(at), DAY);
  return {
    own,
    state: (state: Item["state"]) => states[state],
    scope: (scope: Schema["DecisionView"]["scope"]) => scopes[scope],
    decision: (kind: string) => decisions[kind] ?? kind,
    until,
    /** VIES answers in English; the office writes in its own words. */
    reason: (reason: string) =>
      reason === "vies" || reason === "VIES does not know this VAT number"
        ? t`VIES, the register of the European Union, does not know this number.`
        : reason,
    rule: (rule: string) =>
      rule.startsWith("Agreement, 1 and 5")
        ? t`Agreement, 1 and 5: only complete and true files are accepted`
        : rule.startsWith("Agreement, 1: a partner that charges VAT")
          ? t`Agreement, 1: a partner that charges VAT has a number that VIES knows`
          : rule,
  };
}
