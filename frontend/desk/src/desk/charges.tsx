import { useLingui } from "@lingui/react/macro";
import type { ReactNode } from "react";
import type { Schema } from "../api/client";
import { useFormat } from "../i18n/format";
import { Pill } from "../ui/Pill";
import type { CreditState } from "./credits";
import { Moment } from "./Moment";
import { Notice } from "./Notice";
import { Facts } from "./Page";
import { type Fall, Waterfall } from "./Waterfall";

type Step = Schema["ChargeStep"];

/** What the words of a charge are called by people. */
export function useChargeWords() {
  const { t } = useLingui();
  const environments: Record<string, string> = {
    start: t`Start`,
    enterprise: t`Enterprise`,
    critical: t`Critical`,
  };
  const kinds: Record<string, string> = { charge: t`Charges only`, refund: t`Refunds only` };
  const streams: Record<string, string> = {
    DIR: t`Direct use`,
    E1: t`An editor’s own use`,
    E2: t`An editor’s clients`,
    V1: t`An integrator’s solutions`,
    V2: t`Editors in such solutions`,
    RSL: t`Resellers`,
    WHS: t`Wholesalers`,
  };
  const levels: Record<string, string> = {
    registered: t`registered`,
    certified: t`certified`,
    premium: t`premium`,
  };
  const say = (words: Record<string, string>) => (word: string) => words[word] ?? word;
  /** The matrix that comes with the installation has no name that people gave. */
  const rules: Record<string, string> = { "Level x environment": t`Level × environment` };
  return {
    environments,
    kinds,
    streams,
    environment: say(environments),
    stream: say(streams),
    level: say(levels),
    rule: say(rules),
  };
}

/** A number of up to six decimals as the reader writes it; no float is made of it. */
export function useWritten() {
  const { locale } = useFormat();
  return (number: string | null) => (locale === "fr" ? (number ?? "").replace(".", ",") : (number ?? ""));
}

/** Why a charge comes to its amount: step by step from the list price to what is owed. */
export function WhyCharge({ detail, children }: { detail: Schema["ChargeDetail"]; children?: ReactNode }) {
  const { t } = useLingui();
  const { charge } = detail;
  const falls = useFalls(detail);
  return (
    <div style={{ display: "grid", gap: 16 }}>
      {charge.kind === "refund" ? (
        <Notice title={t`Taken back of ${charge.original_reference ?? ""}`}>
          {t`It copies the terms of its charge, in part; credit that paid of it goes back if it has not expired.`}
        </Notice>
      ) : null}
      <Waterfall falls={falls} />
      <Facts items={useFacts(charge)} />
      {children}
    </div>
  );
}

function useFacts(charge: Schema["ChargeView"]): [string, ReactNode][] {
  const { t } = useLingui();
  const f = useFormat();
  const words = useChargeWords();
  const written = useWritten();
  return [
    [t`Reference`, charge.reference],
    [t`Used on`, f.date(`${charge.charged_on}T12:00:00Z`)],
    [
      t`Posted in`,
      charge.is_late ? t`${f.month(charge.month)}: its own month was closed` : f.month(charge.month),
    ],
    [t`Resource`, charge.resource],
    [t`Environment`, words.environment(charge.environment)],
    ...(charge.quantity
      ? [
          [
            t`Quantity`,
            t`${written(charge.quantity)} at ${written(charge.unit_price)} ${charge.list.currency}`,
          ] as [string, string],
        ]
      : []),
    [t`End customer`, charge.end_customer || t`The organisation itself`],
    [t`Stream`, words.stream(charge.stream_code)],
    [
      t`VAT`,
      charge.vat_category === "S"
        ? t`${f.rate(charge.vat_rate_bp)}, on the month’s whole invoice`
        : t`None: reverse charge or outside France`,
    ],
  ];
}

function useFalls({ charge, steps }: Schema["ChargeDetail"]): Fall[] {
  const { t } = useLingui();
  const f = useFormat();
  const words = useChargeWords();
  const written = useWritten();
  const span = (step: Step) =>
    steps.filter(({ kind }) => kind === "list_price").length > 1 && step.starts_at && step.ends_at ? (
      <>
        <Moment at={step.starts_at} /> – <Moment at={step.ends_at} />{" "}
      </>
    ) : null;
  const of = (step: Step) => {
    const capped = step.cap_bp !== null && step.rate_bp !== null && step.rate_bp > step.cap_bp;
    return `${t`${f.rate(step.rate_bp ?? 0)} of ${f.money(step.base)}, rule “${words.rule(step.rule ?? "")}”`}${
      capped ? ` ${t`(capped at ${f.rate(step.cap_bp ?? 0)} in all)`}` : ""
    }`;
  };
  const said: Record<Step["kind"], (step: Step) => Pick<Fall, "label" | "why">> = {
    list_price: (step) => ({
      label: t`List price`,
      why:
        span(step) ??
        (charge.quantity ? `${written(charge.quantity)} × ${written(charge.unit_price)}` : undefined),
    }),
    level_discount: (step) => ({
      label: t`Discount of the level ${words.level(step.level ?? "")}, ${words.environment(charge.environment)}`,
      why: of(step),
    }),
    isv_discount: (step) => ({ label: t`Editors’ rate`, why: of(step) }),
    contract_price: (step) => ({
      label: t`Contract ${step.rule ?? ""}`,
      why:
        step.rate_bp === null
          ? t`its own price of one unit`
          : t`${f.rate(step.rate_bp)} of ${f.money(step.base)}`,
    }),
    price_floor: (step) => ({
      label: t`Floor: what a discount may not go below`,
      why: t`not below ${f.money(step.base)}`,
    }),
    wholesaler_price: (step) => ({
      label: t`Discount that the wholesaler set`,
      why: t`${f.rate(step.rate_bp ?? 0)} of ${f.money(step.base)}`,
    }),
    wholesaler_margin: (step) => ({
      label: t`What the wholesaler has beyond it`,
      why: t`${f.rate(step.rate_bp ?? 0)} of ${f.money(step.base)}`,
    }),
    wholesaler_points: (step) => ({ label: t`Wholesaler’s points`, why: of(step) }),
    credit: (step) => ({ label: t`Credit`, why: step.rule }),
    credit_lost: (step) => ({ label: t`Credit that has expired`, why: step.rule }),
  };
  const owed = {
    key: "owed",
    label: charge.kind === "refund" ? t`Owed no more, before VAT` : t`Owed, before VAT`,
    amount: charge.payable,
    sum: true,
  };
  if (charge.kind === "refund") {
    const minus = (amount: Schema["Money"]) => ({ ...amount, amount_minor: -amount.amount_minor });
    return [
      { key: "list", label: t`List price`, amount: charge.list, sum: true },
      { key: "discount", label: t`Discounts`, amount: minus(charge.discount) },
      ...(charge.credit.amount_minor
        ? [{ key: "credit", label: t`Credit`, amount: minus(charge.credit) }]
        : []),
      owed,
    ];
  }
  return [
    ...steps.map((step, index) => ({
      ...said[step.kind](step),
      key: `${index}`,
      amount: step.amount,
      sum: index === 0,
    })),
    owed,
  ];
}

export function CreditPill({ state }: { state: CreditState }) {
  const { t } = useLingui();
  if (state === "running") return <Pill tone="good">{t`May be spent`}</Pill>;
  if (state === "coming") return <Pill tone="accent">{t`To come`}</Pill>;
  if (state === "expired") return <Pill tone="bad">{t`Expired`}</Pill>;
  return <Pill>{t`Used up`}</Pill>;
}

/** What a credit did with a charge. */
export function useUseWords(): Record<Schema["CreditUse"]["kind"], string> {
  const { t } = useLingui();
  return {
    use: t`Paid of a charge`,
    return: t`Came back with a refund`,
    lapse: t`Lost: refunded after its last day`,
  };
}
