import { useLingui } from "@lingui/react/macro";
import type { Schema } from "../api/client";
import { IconCheck, IconClock, IconX } from "../ui/icons";
import { Pill, type Tone } from "../ui/Pill";

export type PayoutState = Schema["PayoutView"]["state"];
export const STAGES = ["waiting", "moving", "paid", "failed"] as const;
export type Stage = (typeof STAGES)[number];

const STAGE_OF: Record<PayoutState, Stage> = {
  held: "waiting",
  planned: "waiting",
  transferred: "moving",
  payout_pending: "moving",
  in_transit: "moving",
  paid: "paid",
  final: "paid",
  failed: "failed",
  canceled: "failed",
};
export const stageOf = (state: PayoutState): Stage => STAGE_OF[state];

/** What the words of the API are called by people; one that is not known here is shown as it is. */
export function useWords() {
  const { t } = useLingui();
  const stages: Record<Stage, string> = {
    waiting: t`Scheduled`,
    moving: t`On its way`,
    paid: t`Paid`,
    failed: t`Refused`,
  };
  const states: Record<PayoutState, string> = {
    held: t`On hold`,
    planned: t`Scheduled`,
    transferred: t`Sent to your Stripe account`,
    payout_pending: t`Handed to the bank`,
    in_transit: t`On its way to your bank`,
    paid: t`Paid`,
    final: t`Paid`,
    failed: t`Refused`,
    canceled: t`Canceled`,
  };
  const held: Record<string, string> = {
    currency: t`Payouts are made in euros only for now.`,
    organisation_unverified: t`Your organisation is still being checked.`,
    no_account: t`You have not given a bank account yet.`,
    account_closed: t`Your account at Stripe is closed.`,
    account_not_payable: t`Stripe still needs something from you.`,
    schedule_not_manual: t`Stripe would pay this account by itself: write to us.`,
    file_incomplete: t`Your file is not complete: see “Your file”.`,
    restricted: t`A restriction is in force: its reasons stand in “Your file”.`,
    hold: t`The refund period of these sales is not over.`,
    not_owed: t`We are checking our books: nothing is lost.`,
    transfer_reversed: t`Part of its transfer came back: we are looking at it.`,
    ready: t`Nothing holds it: it leaves next.`,
  };
  const failures: Record<string, string> = {
    account_closed: t`The bank account is closed.`,
    account_frozen: t`The bank account is frozen.`,
    bank_account_restricted: t`The bank account does not accept this kind of transfer.`,
    could_not_process: t`The bank could not process the transfer.`,
    debit_not_authorized: t`The bank does not allow this transfer.`,
    declined: t`The bank declined the transfer.`,
    incorrect_account_holder_name: t`The name of the holder is not that of the account.`,
    invalid_account_number: t`The IBAN is not valid.`,
    insufficient_funds: t`The money was not available at Stripe yet.`,
    no_account: t`The bank account could not be found.`,
  };
  const channels: Record<string, string> = {
    marketplace: t`Marketplace`,
    direct: t`Direct`,
    isv: t`Through editors`,
    vai: t`Through integrators`,
    wholesaler: t`Through wholesalers`,
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
  const roles: Record<string, string> = {
    owner: t`Owner`,
    finance: t`Finance`,
    member: t`Member`,
    buyer: t`Buyer`,
    isv: t`Editor`,
    vai: t`Integrator`,
    wholesaler: t`Wholesaler`,
    reseller: t`Reseller`,
    startup: t`Start-up`,
    supplier: t`Supplier`,
  };
  const regimes: Record<string, string> = {
    fr_registered: t`Registered for VAT in France`,
    fr_franchise_293b: t`VAT exempt, article 293 B of the CGI`,
    eu_reverse_charge: t`Registered elsewhere in the European Union: reverse charge`,
    non_eu: t`Outside the European Union`,
  };
  const say = (words: Record<string, string>) => (word: string) => words[word] ?? word;
  return {
    stage: (stage: Stage) => stages[stage],
    state: (state: PayoutState) => states[state],
    held: say(held),
    failure: say(failures),
    channel: say(channels),
    segment: say(segments),
    role: say(roles),
    regime: say(regimes),
  };
}

const TONES: Record<Stage, Tone> = { waiting: "neutral", moving: "warn", paid: "good", failed: "bad" };

export function StatePill({ state }: { state: PayoutState }) {
  const words = useWords();
  const stage = stageOf(state);
  const Icon = stage === "paid" ? IconCheck : stage === "failed" ? IconX : IconClock;
  return (
    <Pill tone={TONES[stage]} icon={<Icon aria-hidden />}>
      {state === "held" || state === "canceled" ? words.state(state) : words.stage(stage)}
    </Pill>
  );
}
