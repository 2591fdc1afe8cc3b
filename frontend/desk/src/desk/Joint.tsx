import { useLingui } from "@lingui/react/macro";
import type { Schema } from "../api/client";
import { useFormat } from "../i18n/format";
import { Facts } from "./Page";

type Offer = Schema["JointOfferView"];

/** What two owners agreed, or would: who has which part, since when, until when, and why. */
export function Joint({ offer }: { offer: Offer }) {
  const { t } = useLingui();
  const f = useFormat();
  const standing: Record<Offer["standing"], string> = {
    proposed: t`Waits for the second owner`,
    in_force: t`In force`,
    ending: t`In force, ends soon`,
    over: t`Over`,
    refused: t`Refused`,
    withdrawn: t`Withdrawn`,
  };
  const owner = (one: Offer["first"]) => t`${one.name}: ${f.rate(one.share_bp)} of the editors’ part`;
  const by = (at: string, name: string | null) => (name ? t`${f.date(at)}, by ${name}` : f.date(at));
  const items: [string, string][] = [
    [t`Stands`, standing[offer.standing]],
    [t`First owner`, owner(offer.first)],
    [t`Second owner`, owner(offer.second)],
    [t`Proposed`, by(offer.proposed_at, offer.proposed_by)],
    [t`In their words`, offer.words],
  ];
  if (offer.decided_at) items.push([t`Answered`, by(offer.decided_at, offer.decided_by)]);
  if (offer.reason) items.push([t`Their reason`, offer.reason]);
  if (offer.ends_on) items.push([t`First day without it`, f.date(offer.ends_on)]);
  if (offer.ended_reason) items.push([t`Why it ends`, offer.ended_reason]);
  return <Facts items={items} />;
}
