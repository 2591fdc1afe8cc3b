import { plural } from "@lingui/core/macro";
import { Trans, useLingui } from "@lingui/react/macro";
import type { ReactNode } from "react";
import type { Schema } from "../api/client";
import { useFormat } from "../i18n/format";
import { Pill } from "../ui/Pill";

export type Standing = Schema["StandingView"];
export type Programme = Schema["ProgrammeView"];
export type Benefit = Schema["BenefitView"];
export type Period = Schema["PeriodView"];
type Named = { name_fr: string; name_en: string };

/** What the words of programmes are called by people. */
export function useProgrammeWords() {
  const { t, i18n } = useLingui();
  const f = useFormat();
  const french = i18n.locale === "fr";
  const name = (named: Named) => (french ? named.name_fr : named.name_en);
  const level = (programme: Programme, code: string) => {
    const found = programme.levels.find((each) => each.code === code);
    return found ? name(found) : code;
  };
  const kinds: Record<Benefit["kind"], string> = {
    discount: t`Discount on infrastructure`,
    turnover_rebate: t`Rebate on turnover`,
    isv_rate: t`Preferential infrastructure rate`,
    startup_credit: t`Infrastructure credit`,
    co_marketing: t`Co-marketing fund`,
    joint_offers: t`Joint offers`,
    featured_place: t`Featured place`,
    sandbox: t`Sandbox`,
    migration_kit: t`Migration kit`,
    mentoring: t`Mentoring`,
  };
  const environments: Record<Schema["RateView"]["environment"], string> = {
    start: t`Start`,
    enterprise: t`Enterprise`,
    critical: t`Critical`,
  };
  const changes: Record<Period["kind"], string> = {
    entry: t`Entered`,
    promotion: t`Promoted`,
    demotion: t`Demoted`,
    override: t`By exception`,
    fallback: t`The exception ended`,
  };
  const follows: Record<NonNullable<Schema["ScorecardView"]["follows"]>, string> = {
    keep: t`The level stays`,
    promote: t`Promoted at once`,
    announce: t`A demotion is announced`,
    announce_anew: t`A milder demotion is announced`,
    cancel: t`The announced demotion is called off`,
    cancel_and_promote: t`Promoted at once; the demotion is called off`,
    left: t`It had left the programme`,
  };
  const figure = (unit: Schema["MeasureName"]["unit"], value: number) =>
    unit === "money"
      ? f.money({ amount_minor: value, currency: "EUR" }, { round: value % 100 === 0 })
      : unit === "bp"
        ? f.rate(value)
        : f.number(value);
  const summary = (programme: Programme) => (french ? programme.summary_fr : programme.summary_en);
  return { name, level, summary, kinds, environments, changes, follows, figure };
}

/** What a benefit is in figures. */
export function useBenefitFigures() {
  const { t } = useLingui();
  const f = useFormat();
  const { environments } = useProgrammeWords();
  return (benefit: Benefit): ReactNode => {
    if (benefit.rates?.length) {
      return (
        <span style={{ display: "grid", gap: 2 }}>
          {(["start", "enterprise", "critical"] as const).map((environment) => {
            const rate = benefit.rates?.find((each) => each.environment === environment);
            const [name, part] = [environments[environment], rate ? f.rate(rate.rate_bp) : "–"];
            return <span key={environment}>{t`${name}: ${part}`}</span>;
          })}
        </span>
      );
    }
    if (benefit.tiers?.length) {
      return (
        <span style={{ display: "grid", gap: 2 }}>
          {benefit.tiers.map((tier) => {
            const [rate, from] = [f.rate(tier.rate_bp), f.money(tier.from_turnover, { round: true })];
            return <span key={tier.from_turnover.amount_minor}>{t`${rate} from ${from}`}</span>;
          })}
          <small>
            {benefit.mode === "retroactive" ? t`on the whole of a quarter` : t`on each part of a quarter`}
          </small>
        </span>
      );
    }
    const rate = typeof benefit.rate_bp === "number" ? f.rate(benefit.rate_bp) : null;
    if (benefit.kind === "co_marketing" && rate && typeof benefit.budget_bp === "number") {
      const part = f.rate(benefit.budget_bp);
      return t`${part} of the turnover; ${rate} of the cost repaid`;
    }
    if (benefit.kind === "startup_credit" && benefit.amount && benefit.months) {
      const [amount, months] = [f.money(benefit.amount, { round: true }), benefit.months];
      return t`${amount} for ${plural(months, { one: "# month", other: "# months" })}`;
    }
    return rate ?? t`Included`;
  };
}

/** Where an application stands. */
export function ApplicationPill({ state }: { state: Schema["ApplicationView"]["state"] }) {
  if (state === "accepted")
    return (
      <Pill tone="good">
        <Trans>Accepted</Trans>
      </Pill>
    );
  if (state === "refused")
    return (
      <Pill tone="bad">
        <Trans>Not accepted</Trans>
      </Pill>
    );
  if (state === "withdrawn")
    return (
      <Pill>
        <Trans>Withdrawn</Trans>
      </Pill>
    );
  return (
    <Pill tone="warn">
      <Trans>Being checked</Trans>
    </Pill>
  );
}
