import { plural } from "@lingui/core/macro";
import { useLingui } from "@lingui/react/macro";
import type { Schema } from "../api/client";
import { useFormat } from "../i18n/format";
import { Pill, type Tone } from "../ui/Pill";

type Programme = Schema["ProgrammeView"];

/** What programmes, their levels and what these give are called by people. */
export function useProgrammeWords() {
  const { t } = useLingui();
  const f = useFormat();
  const kinds: Record<string, string> = {
    entry: t`Came in`,
    promotion: t`Rose`,
    demotion: t`Fell`,
    override: t`By exception`,
    fallback: t`The exception ended`,
  };
  const follows: Record<string, string> = {
    keep: t`Stays`,
    promote: t`Rises`,
    announce: t`Is told of a fall`,
    announce_anew: t`Is told of a milder fall`,
    cancel: t`The fall is called off`,
    cancel_and_promote: t`The fall is called off, and it rises`,
    left: t`Had left meanwhile`,
    open: t`Not settled yet`,
  };
  const settings: Record<string, string> = {
    discount_cap_bp: t`Highest discount`,
    wholesaler_points_bp: t`Points of a wholesaler`,
    isv_rate_bp: t`Preferential rate of editors`,
    startup_credit_minor: t`Credit of a start-up`,
    startup_credit_months: t`A start-up’s credit lasts`,
    co_marketing_budget_bp: t`Co-marketing: part of the turnover`,
    co_marketing_share_bp: t`Co-marketing: part that we repay`,
    demotion_notice_days: t`Notice before a fall`,
    demotion_grace_days: t`Grace after the notice`,
  };
  const benefits: Record<string, string> = {
    discount: t`Discount on infrastructure`,
    turnover_rebate: t`Rebate on turnover`,
    isv_rate: t`Preferential rate`,
    startup_credit: t`Start-up credit`,
    co_marketing: t`Co-marketing funds`,
    joint_offers: t`Joint offers`,
    featured_place: t`Featured place`,
    sandbox: t`Sandbox`,
    migration_kit: t`Migration kit`,
    mentoring: t`Mentoring`,
  };
  const environments: Record<string, string> = {
    start: t`Start`,
    enterprise: t`Enterprise`,
    critical: t`Critical`,
  };
  const states: Record<string, string> = {
    open: t`To be decided`,
    accepted: t`Accepted`,
    refused: t`Refused`,
    withdrawn: t`Withdrawn`,
  };
  const say = (words: Record<string, string>) => (word: string) => words[word] ?? word.replaceAll("_", " ");
  const named = (one: { name_fr: string; name_en: string }) =>
    f.locale === "fr" ? one.name_fr : one.name_en;
  return {
    named,
    summary: (one: Programme) => (f.locale === "fr" ? one.summary_fr : one.summary_en),
    level: (programme: Programme | undefined, code: string) => {
      const found = programme?.levels.find((level) => level.code === code);
      return found ? named(found) : code;
    },
    kind: say(kinds),
    follows: say(follows),
    setting: say(settings),
    benefit: say(benefits),
    environment: say(environments),
    state: say(states),
    followsAll: follows,
    benefits,
    states,
    /** How a figure is typed. */
    typed: { thousandSeparator: f.locale === "fr" ? " " : "," },
    /** A figure in the unit of its measure: euros, percent or a count. */
    figure: (value: number | null, unit: string) =>
      value === null
        ? "–"
        : unit === "money"
          ? f.money({ amount_minor: value, currency: "EUR" })
          : unit === "bp"
            ? f.rate(value)
            : f.number(value),
    settingValue: (name: string, value: number) =>
      name.endsWith("_bp")
        ? f.rate(value)
        : name.endsWith("_minor")
          ? f.money({ amount_minor: value, currency: "EUR" })
          : name.endsWith("_months")
            ? plural(value, { one: "# month", other: "# months" })
            : plural(value, { one: "# day", other: "# days" }),
  };
}

const FOLLOWS: Record<string, Tone> = {
  promote: "good",
  cancel_and_promote: "good",
  cancel: "good",
  announce: "warn",
  announce_anew: "warn",
  open: "accent",
};

export function FollowsPill({ follows }: { follows: string | null }) {
  const words = useProgrammeWords();
  const word = follows ?? "open";
  return <Pill tone={FOLLOWS[word] ?? "neutral"}>{words.follows(word)}</Pill>;
}

const STATES: Record<string, Tone> = { open: "warn", accepted: "good", refused: "bad" };

export function ApplicationPill({ state }: { state: string }) {
  return <Pill tone={STATES[state] ?? "neutral"}>{useProgrammeWords().state(state)}</Pill>;
}
