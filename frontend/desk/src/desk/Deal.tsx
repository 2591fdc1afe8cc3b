import { Trans, useLingui } from "@lingui/react/macro";
import type { Schema } from "../api/client";
import { useFormat } from "../i18n/format";
import { Pill } from "../ui/Pill";
import { Amount } from "./Amount";
import { type DealView, toneOf, useDealWords } from "./deals";
import { Reason } from "./Listing";
import { Moment } from "./Moment";
import { Facts } from "./Page";
import { type Step, Timeline } from "./Timeline";

/** Where a deal stands: its review, and once it is approved its stage. */
export function DealPill({ deal }: { deal: Pick<DealView, "review" | "stage"> }) {
  const words = useDealWords();
  return <Pill tone={toneOf(deal)}>{words.standing(deal)}</Pill>;
}

/** What is planned, for whom, and how long the customer is protected. */
export function DealFacts({ deal }: { deal: DealView }) {
  const { t } = useLingui();
  const f = useFormat();
  const words = useDealWords();
  const numbers = [deal.customer_siren, deal.customer_vat, deal.customer_domain].filter(Boolean).join(" · ");
  return (
    <Facts
      items={[
        [words.fields.customer_name, <b key="c">{deal.customer_name}</b>],
        [t`Known by`, numbers || "–"],
        [words.fields.customer_country, f.country(deal.customer_country)],
        [words.fields.customer_segment, words.segments[deal.customer_segment]],
        [
          t`Product`,
          deal.listing ??
            (deal.environment
              ? t`Infrastructure, environment ${words.environments[deal.environment] ?? deal.environment}`
              : "–"),
        ],
        [words.fields.amount_minor, <Amount key="a" value={deal.amount} />],
        [words.fields.target_close_on, f.date(`${deal.target_close_on}T12:00:00Z`)],
        [t`Contact`, deal.contact_name ? `${deal.contact_name}, ${deal.contact_email}` : "–"],
        [words.fields.plan, deal.plan ? <Reason key="p">{deal.plan}</Reason> : "–"],
        [words.fields.next_steps, deal.next_steps ? <Reason key="n">{deal.next_steps}</Reason> : "–"],
        ...(deal.protected_until
          ? ([[t`Protected until`, <Moment key="u" at={deal.protected_until} />]] as [
              string,
              React.ReactNode,
            ][])
          : []),
      ]}
    />
  );
}

/** Everything that happened to a deal, newest first, with the reasons that were given. */
export function DealSteps({ steps, office = false }: { steps: Schema["DealStep"][]; office?: boolean }) {
  const words = useDealWords();
  const shown: Step[] = steps.map((step, place) => ({
    key: `${step.happened_at} ${place}`,
    label: step.verb === "move" ? words.stages[step.stage] : words.verbs[step.verb],
    note: (
      <>
        {step.by === "calendar" ? (
          <Trans>By itself</Trans>
        ) : (step.by === "office") === office ? (
          <Trans>By you</Trans>
        ) : office ? (
          <Trans>By the partner</Trans>
        ) : (
          <Trans>By Iroise Cloud</Trans>
        )}
        {step.reason ? (
          <>
            <br />
            <Reason>{step.reason}</Reason>
          </>
        ) : null}
      </>
    ),
    at: step.happened_at,
    state: step.verb === "reject" || step.stage === "closed_lost" ? "bad" : "done",
  }));
  return <Timeline steps={shown.reverse()} />;
}
