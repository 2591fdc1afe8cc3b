import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { Link } from "@tanstack/react-router";
import type { Schema } from "../api/client";
import type { Fall } from "../desk/Waterfall";
import { useFormat } from "../i18n/format";
import type { Money } from "../i18n/text";

const less = (amount: Money): Money => ({ ...amount, amount_minor: -amount.amount_minor });

/** A statement step by step: sold - given back - kept by rule + VAT + carried = received. */
export function useFalls({ statement, deductions, vat }: Schema["StatementDetail"]): Fall[] {
  const f = useFormat();
  const { t } = useLingui();
  const currency = statement.due.currency;
  const of = (kind: "sale" | "refund") => deductions.filter((one) => one.kind === kind);
  const sum = (rows: Schema["DeductionSum"][]): Money => ({
    amount_minor: rows.reduce((total, { net }) => total + net.amount_minor, 0),
    currency,
  });
  const count = (rows: Schema["DeductionSum"][]) =>
    rows.reduce((total, { line_count }) => total + line_count, 0);
  const lines = (kind: "sale" | "refund", number: number) => (
    <Link to="/portal/sales" search={{ month: statement.month, kind }}>
      <Plural value={number} one="see # line" other="see # lines" />
    </Link>
  );
  const vatWhy = (part: Schema["VatView"]) => {
    if (part.category === "S") return t`${f.rate(part.rate_bp)} of ${f.money(part.base)}`;
    return part.category === "AE" ? t`None: reverse charge` : t`None: you are not registered for VAT`;
  };
  const sold = of("sale");
  const back = of("refund");
  return [
    {
      key: "sold",
      label: t`Sold to your customers`,
      amount: sum(sold),
      sum: true,
      why: t`VAT excluded, in ${f.month(statement.month)}`,
      more: lines("sale", count(sold)),
    },
    ...(back.length > 0
      ? [
          {
            key: "back",
            label: t`Refunds`,
            amount: sum(back),
            why: t`Each one names its sale`,
            more: lines("refund", count(back)),
          },
        ]
      : []),
    ...sold.map((one) => ({
      key: `kept-${one.rule_id}-${one.rate_bp}`,
      label: t`Our share`,
      amount: less(one.operator),
      why: t`${f.rate(one.rate_bp)} of ${f.money(one.net)}, rule “${one.rule}”`,
    })),
    ...back.map((one) => ({
      key: `given-${one.rule_id}-${one.rate_bp}`,
      label: t`Our share, given back`,
      amount: less(one.operator),
      why: t`${f.rate(one.rate_bp)} of the refunds, rule “${one.rule}”`,
    })),
    ...(statement.vat.amount_minor !== 0 || vat.length > 0
      ? [
          {
            key: "vat",
            label: t`VAT on your share`,
            amount: statement.vat,
            why: vat.map(vatWhy).join(" · "),
          },
        ]
      : []),
    ...(statement.opening.amount_minor !== 0
      ? [
          {
            key: "opening",
            label: t`Carried from before`,
            amount: statement.opening,
            why: t`Not paid out with the statements before`,
          },
        ]
      : []),
    ...(statement.closing.amount_minor !== 0
      ? [
          {
            key: "closing",
            label: t`Carried to the next statement`,
            amount: less(statement.closing),
            why:
              statement.closing.amount_minor > 0
                ? t`Below the smallest payout`
                : t`More was refunded than sold`,
          },
        ]
      : []),
    { key: "due", label: <Trans>You receive</Trans>, amount: statement.due, sum: true },
  ];
}
