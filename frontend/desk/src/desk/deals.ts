import { useLingui } from "@lingui/react/macro";
import type { Schema } from "../api/client";
import type { Tone } from "../ui/Pill";

export type DealView = Schema["DealView"];
export type Review = DealView["review"];
export type Stage = DealView["stage"];
export type Lost = NonNullable<DealView["lost_because"]>;
export type LeadKind = Schema["LeadView"]["kind"];

export const STAGES: Stage[] = [
  "prospect",
  "qualified",
  "technical_validation",
  "business_validation",
  "committed",
  "launched",
];
export const SEGMENTS: DealView["customer_segment"][] = [
  "individual",
  "tpe",
  "pme",
  "eti",
  "large_account",
  "public_body",
  "local_authority",
];
export const LOSSES: Lost[] = [
  "price",
  "competitor",
  "no_budget",
  "no_answer",
  "technical_fit",
  "timing",
  "other",
];
export const KINDS: LeadKind[] = ["infrastructure", "listing", "integration"];

/** Of France, as ISO 3166-2 has them; their names are the same in both languages. */
export const REGIONS: Record<string, string> = {
  "FR-ARA": "Auvergne-Rhône-Alpes",
  "FR-BFC": "Bourgogne-Franche-Comté",
  "FR-BRE": "Bretagne",
  "FR-CVL": "Centre-Val de Loire",
  "FR-COR": "Corse",
  "FR-GES": "Grand Est",
  "FR-HDF": "Hauts-de-France",
  "FR-IDF": "Île-de-France",
  "FR-NOR": "Normandie",
  "FR-NAQ": "Nouvelle-Aquitaine",
  "FR-OCC": "Occitanie",
  "FR-PDL": "Pays de la Loire",
  "FR-PAC": "Provence-Alpes-Côte d’Azur",
};

const REVIEW_TONES: Record<Review, Tone> = {
  draft: "neutral",
  submitted: "warn",
  in_review: "warn",
  action_required: "bad",
  approved: "good",
  rejected: "bad",
  withdrawn: "neutral",
};
export const toneOf = (deal: Pick<DealView, "review" | "stage">): Tone => {
  if (deal.review !== "approved") return REVIEW_TONES[deal.review];
  if (deal.stage === "closed_lost") return "bad";
  return deal.stage === "launched" ? "good" : "accent";
};

/** What the words of deals and leads are called by people, in the portal and in the office. */
export function useDealWords() {
  const { t } = useLingui();
  const reviews: Record<Review, string> = {
    draft: t`Draft`,
    submitted: t`Submitted`,
    in_review: t`Being read`,
    action_required: t`To be completed`,
    approved: t`Approved`,
    rejected: t`Rejected`,
    withdrawn: t`Given up`,
  };
  const stages: Record<Stage, string> = {
    prospect: t`Prospect`,
    qualified: t`Qualified`,
    technical_validation: t`Technical validation`,
    business_validation: t`Business validation`,
    committed: t`Committed`,
    launched: t`Launched`,
    closed_lost: t`Lost`,
  };
  const verbs: Record<Schema["DealStep"]["verb"], string> = {
    draft: t`Draft begun`,
    change: t`Changed`,
    submit: t`Submitted`,
    take_back: t`Taken back`,
    withdraw: t`Given up`,
    take_up: t`We began to read it`,
    ask: t`Completion asked for`,
    approve: t`Approved: the customer is protected`,
    reject: t`Rejected`,
    move: t`New stage`,
    renew: t`Protection renewed`,
    warn: t`Told that the protection ends soon`,
    expire: t`The protection has ended`,
  };
  const losses: Record<Lost, string> = {
    price: t`Price`,
    competitor: t`A competitor`,
    no_budget: t`No budget`,
    no_answer: t`No answer any more`,
    technical_fit: t`It does not fit technically`,
    timing: t`Not now`,
    other: t`Another reason`,
  };
  const fields: Record<string, string> = {
    customer_name: t`Customer`,
    customer_country: t`Country`,
    customer_siren: t`SIREN`,
    customer_vat: t`VAT number`,
    customer_domain: t`Domain`,
    customer_segment: t`Size`,
    contact_name: t`Your contact for this customer`,
    contact_email: t`Their address of mail`,
    listing_id: t`Listing`,
    environment: t`Environment`,
    plan: t`What is planned`,
    amount_minor: t`Amount a month`,
    target_close_on: t`Expected signature`,
    next_steps: t`Next steps`,
  };
  const environments: Record<string, string> = {
    start: t`Start`,
    enterprise: t`Enterprise`,
    critical: t`Critical`,
  };
  const kinds: Record<LeadKind, string> = {
    infrastructure: t`Infrastructure`,
    listing: t`Software`,
    integration: t`Integration project`,
  };
  const segments: Record<string, string> = {
    individual: t`Individual`,
    tpe: t`Very small company`,
    pme: t`Small or medium company`,
    eti: t`Mid-sized company`,
    large_account: t`Large account`,
    public_body: t`Public body`,
    local_authority: t`Local authority`,
  };
  const offers: Record<Schema["LeadForMe"]["state"], string> = {
    offered: t`To be answered`,
    accepted: t`Accepted`,
    declined: t`Declined`,
    expired: t`Too late`,
    taken_back: t`No longer offered`,
  };
  const standing = (deal: Pick<DealView, "review" | "stage">) =>
    deal.review === "approved" ? stages[deal.stage] : reviews[deal.review];
  return { reviews, stages, verbs, losses, fields, environments, kinds, segments, offers, standing };
}
