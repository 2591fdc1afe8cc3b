import { useLingui } from "@lingui/react/macro";
import type { Schema } from "../api/client";
import type { Tone } from "../ui/Pill";

export type Status = Schema["ListingView"]["status"];
type Verb = Schema["Step"]["verb"];

export const TONES: Record<Status, Tone> = {
  draft: "neutral",
  submitted: "warn",
  action_required: "bad",
  published: "good",
  paused: "neutral",
  withdrawn: "bad",
  imported: "accent",
};

/** Lacking in the organisation, not in the listing: it may be submitted meanwhile. */
export const ofPartner = (name: string) => ["organisation", "file", "restriction"].includes(name);

/** What keeps everything of the organisation from the store. */
export const keepsOut = (name: string) => name === "file" || name === "restriction";

/** What a listing's words of the API are called by people, in the portal and in the office. */
export function useListingWords() {
  const { t } = useLingui();
  const statuses: Record<Status, string> = {
    draft: t`Draft`,
    submitted: t`Under review`,
    action_required: t`To be changed`,
    published: t`On sale`,
    paused: t`Paused`,
    withdrawn: t`Withdrawn`,
    imported: t`Sold elsewhere`,
  };
  const verbs: Record<Verb, string> = {
    submit: t`Submitted for review`,
    take_back: t`Taken back`,
    pause: t`Sale paused`,
    resume: t`On sale again`,
    approve: t`Approved`,
    ask_change: t`Change asked for`,
    withdraw: t`Withdrawn from sale`,
    describe: t`Changed while on sale`,
  };
  const categories: Record<string, string> = {
    ai: t`AI and machine learning`,
    backup: t`Backup and recovery`,
    database: t`Databases`,
    devops: t`DevOps and CI`,
    business: t`Business software`,
    network: t`Network`,
    observability: t`Observability`,
    security: t`Security`,
    collaboration: t`Collaboration`,
  };
  const models: Record<string, string> = {
    saas: t`SaaS`,
    paas: t`Managed platform`,
    iaas: t`Infrastructure`,
  };
  const places: Record<string, string> = {
    france: t`France`,
    eu: t`European Union`,
    world: t`Elsewhere`,
  };
  const fields: Record<string, string> = {
    name: t`Name`,
    summary: t`Summary in any language`,
    category: t`Category`,
    service_model: t`Delivered as`,
    data_location: t`Where the data is`,
    sla_bp: t`Guaranteed availability`,
    segments: t`Offered to`,
    parts: t`Parts of the offer`,
    summary_fr: t`One sentence in French`,
    summary_en: t`One sentence in English`,
    description_fr: t`Description in French`,
    description_en: t`Description in English`,
    price: t`Price`,
    vat_rate_bp: t`VAT rate`,
    organisation: t`Identity of the organisation, checked by us`,
    file: t`Complete file of the organisation`,
    restriction: t`No restriction of the organisation`,
  };
  return { statuses, verbs, categories, models, places, fields };
}
