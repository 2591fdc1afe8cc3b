import { useLingui } from "@lingui/react/macro";
import { Pill, type Tone } from "../ui/Pill";

/** What the words of the API are called by people; a word that is not known here is shown as it is. */
export function useWords() {
  const { t } = useLingui();
  const segments: Record<string, string> = {
    individual: t`Individuals`,
    tpe: t`Very small companies`,
    pme: t`Small and medium companies`,
    eti: t`Mid-sized companies`,
    large_account: t`Large accounts`,
    public_body: t`Public bodies`,
    local_authority: t`Local authorities`,
  };
  const channels: Record<string, string> = {
    marketplace: t`Marketplace`,
    direct: t`Direct sales`,
    isv: t`Editors`,
    vai: t`Integrators`,
    wholesaler: t`Wholesalers`,
  };
  const roles: Record<string, string> = {
    isv: t`Editor`,
    vai: t`Integrator`,
    wholesaler: t`Wholesaler`,
    reseller: t`Reseller`,
    startup: t`Start-up`,
    buyer: t`Buyer`,
    supplier: t`Supplier`,
  };
  const regimes: Record<string, string> = {
    fr_registered: t`Registered in France: 20% on its share`,
    fr_franchise_293b: t`Small business, article 293 B: no VAT`,
    eu_reverse_charge: t`European Union: reverse charge`,
    non_eu: t`Outside the European Union`,
  };
  const payouts: Record<string, string> = {
    held: t`Held`,
    planned: t`Planned`,
    transferred: t`At Stripe`,
    payout_pending: t`Sent to the bank`,
    in_transit: t`On its way`,
    paid: t`Paid`,
    final: t`Paid for good`,
    failed: t`Refused`,
    canceled: t`Canceled`,
  };
  const reasons: Record<string, string> = {
    currency: t`Payouts are made in euros only.`,
    organisation_unverified: t`The organisation’s identity has not been checked.`,
    no_account: t`The organisation has no Stripe account.`,
    account_closed: t`The organisation’s Stripe account is closed.`,
    account_not_payable: t`Stripe does not allow payouts to this account yet.`,
    schedule_not_manual: t`Stripe would pay this account by itself.`,
    file_incomplete: t`The organisation’s file is not complete.`,
    restricted: t`Its payouts are restricted by a decision.`,
    hold: t`The hold of the statement is not over.`,
    not_owed: t`The books owe less: see the alarms.`,
    transfer_reversed: t`Part of its transfer came back: see the alarms.`,
    ready: t`Nothing holds it; it is sent next.`,
  };
  const failures: Record<string, string> = {
    no_account: t`The bank account could not be found.`,
    account_closed: t`The bank account is closed.`,
    insufficient_funds: t`The balance at Stripe was not enough.`,
    debit_not_authorized: t`The bank does not allow debits on this account.`,
    invalid_currency: t`The bank does not take this currency.`,
    could_not_process: t`The bank could not process the payout.`,
    declined: t`The bank declined the payout.`,
    invalid_account_number: t`The account number is wrong.`,
    incorrect_account_holder_name: t`The account holder’s name does not match.`,
  };
  const accounts: Record<string, string> = {
    "operator:bank": t`Bank: collected elsewhere`,
    "operator:stripe": t`Balance at Stripe`,
    "operator:stripe_connected": t`On partners’ Stripe accounts`,
    "operator:revenue": t`Revenue: our share`,
    "operator:vat": t`VAT collected`,
    "operator:vat_input": t`VAT deductible`,
    "operator:psp_fees": t`Fees of the payment service`,
    "operator:iaas": t`Infrastructure sold`,
    "operator:credits": t`Paid by start-up credits`,
    "operator:margins": t`Margins of wholesalers`,
    "operator:rebates": t`Rebates on turnover`,
    "operator:suppliers": t`Shares of suppliers`,
    "operator:co_marketing": t`Co-marketing reimbursed`,
    "partner:owed": t`Owed by partners`,
    "partner:earned": t`Earned by partners`,
    "partner:payable": t`Owed to partners`,
    "partner:in_transit": t`In transit to partners`,
    "partner:at_stripe": t`At Stripe for partners`,
  };
  const kinds: Record<string, string> = { sale: t`Sale`, refund: t`Refund` };
  const sources: Record<string, string> = { import: t`Imported`, order: t`Bought here` };
  const alarms: Record<string, string> = {
    payment_differs: t`The payment differs from the order`,
    paid_after_end: t`Paid after the order had ended`,
    refund_differs: t`The refund differs from what was asked`,
    refund_returned: t`A refund came back`,
    refund_after_failure: t`A refund was made after all`,
    fee_in_other_currency: t`The fee is in another currency`,
    disputed: t`The buyer disputes the payment`,
    event_unclaimed: t`Stripe told of something unknown here`,
    transfer_reversed: t`A transfer was reversed at Stripe`,
    balance_differs: t`Stripe’s balance differs from our books`,
    booked_not_moved: t`Our books moved what Stripe did not`,
    balance_entry_differs: t`Stripe moved another amount than our books`,
    balance_entry_unbooked: t`Stripe moved what our books do not know`,
    balance_entry_unknown: t`Stripe moved something of an unknown type`,
    executed_after_refusal: t`Stripe did what it had refused before`,
    "nothing-payable": t`The books owe less than a payout`,
    grid_below_cost: t`Revise the grid: a unit costs more than its list price`,
    webhook_secret_unreadable: t`Our key does not open the secret of a webhook`,
  };
  const say = (words: Record<string, string>) => (word: string) => words[word] ?? word.replaceAll("_", " ");
  return {
    segment: say(segments),
    channel: say(channels),
    role: say(roles),
    regime: say(regimes),
    payout: say(payouts),
    reason: say(reasons),
    failure: say(failures),
    account: say(accounts),
    kind: say(kinds),
    source: say(sources),
    alarm: say(alarms),
    /** The rule that comes with the installation has no name that people gave. */
    rule: (name: string) =>
      name === "VAI brought the customer" ? t`Customer brought by an integrator` : name,
    segments,
    channels,
    roles,
    kinds,
    sources,
    alarms,
  };
}

const TONES: Record<string, Tone> = {
  held: "neutral",
  planned: "accent",
  transferred: "accent",
  payout_pending: "warn",
  in_transit: "warn",
  paid: "good",
  final: "good",
  failed: "bad",
  canceled: "neutral",
};

export function PayoutPill({ state }: { state: string }) {
  return <Pill tone={TONES[state] ?? "neutral"}>{useWords().payout(state)}</Pill>;
}

export function VerificationPill({ state }: { state: string }) {
  const { t } = useLingui();
  if (state === "verified") return <Pill tone="good">{t`Verified`}</Pill>;
  if (state === "refused") return <Pill tone="bad">{t`Not accepted`}</Pill>;
  return <Pill tone="warn">{t`To be checked`}</Pill>;
}

/** `person:<id>` by the person's name, other actors by what they are. */
export function useActors(names: { id: string; name: string }[]) {
  const { t } = useLingui();
  return (actor: string) => {
    const [kind, id = ""] = actor.split(":");
    if (kind === "person") return names.find((one) => one.id === id)?.name ?? t`A person of a partner`;
    if (kind === "key") return t`API key ${id}`;
    if (actor === "system:worker") return t`The worker`;
    if (actor === "system:cli") return t`The command line`;
    return actor;
  };
}
