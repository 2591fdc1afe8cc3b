import { useLingui } from "@lingui/react/macro";
import { queryClient, type Schema } from "../api/client";
import type { Tone } from "../ui/Pill";

export type Item = Schema["ItemView"];
export type Evidence = Schema["EvidenceView"];
export type Decision = Schema["DecisionView"];

const PATHS = [
  "/api/office/evidence",
  "/api/office/organisations",
  "/api/office/organisations/{organisation_id}",
  "/api/office/organisations/{organisation_id}/file",
  "/api/office/organisations/{organisation_id}/evidence",
  "/api/office/organisations/{organisation_id}/decisions",
  "/api/office/overview",
];
/** What says something else once a file was decided on. */
export const forgetFile = () =>
  Promise.all(PATHS.map((path) => queryClient.invalidateQueries({ queryKey: ["get", path] })));

export const ITEM_TONES: Record<Item["state"], Tone> = {
  missing: "neutral",
  supplied: "warn",
  accepted: "good",
  refused: "bad",
  expired: "bad",
};

/** The last day on which it holds: it ends with that day. */
export const lastDay = (at: string) => new Date(Date.parse(at) - 1).toISOString();

export function useFileWords() {
  const { t } = useLingui();
  const items: Record<Item["name"], string> = {
    legal_identity: t`Legal identity`,
    register_extract: t`Register extract`,
    vat_number: t`VAT number`,
    directors: t`Directors`,
    beneficial_owners: t`Beneficial owners`,
    einvoicing_address: t`E-invoicing address`,
    bank_holder: t`Holder of the bank account`,
    agreement: t`Partnership agreement`,
    self_billing_mandate: t`Self-billing mandate`,
  };
  const states: Record<Item["state"], string> = {
    missing: t`Missing`,
    supplied: t`To be looked at`,
    accepted: t`Accepted`,
    refused: t`Refused`,
    expired: t`Expired`,
  };
  const scopes: Record<Decision["scope"], string> = {
    evidence: t`The evidence`,
    application: t`The application`,
    listing: t`Selling: its listings leave the store`,
    payout: t`Payouts: its money waits`,
    account: t`The whole account`,
  };
  const kinds: Record<string, string> = {
    evidence_refused: t`Evidence refused`,
    application_refused: t`Application refused`,
    restriction: t`Restriction`,
    termination: t`End of the agreement`,
    partner: t`Partnership agreement`,
    self_billing: t`Self-billing mandate`,
  };
  const vies = t`VIES does not know this VAT number`;
  return {
    item: (name: string) => items[name as Item["name"]] ?? name,
    state: (state: Item["state"]) => states[state],
    scope: (scope: Decision["scope"]) => scopes[scope],
    kind: (kind: string) => kinds[kind] ?? kind,
    /** What VIES answered is written in English. */
    reason: (reason: string) =>
      reason === "vies" || reason === "VIES does not know this VAT number" ? vies : reason,
  };
}

/** The value, or the people with their shares in percent. */
export const said = (row: Evidence) =>
  row.value ??
  row.people
    .map(({ name, share_bp }) => (share_bp === null ? name : `${name} (${share_bp / 100}\u00a0%)`))
    .join(", ");
