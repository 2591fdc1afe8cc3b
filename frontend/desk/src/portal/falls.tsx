import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { Link } from "@tanstack/react-router";
import type { Schema } from "../api/client";
import { carriedFor, type Part, partsOf } from "../desk/statement";
import type { Fall } from "../desk/Waterfall";
import { useFormat } from "../i18n/format";

type Detail = Schema["StatementDetail"];

/** A statement step by step: sold - given back - kept by rule + VAT - used + carried = received. */
export function useFalls(detail: Detail): Fall[] {
  const say = useSay(detail);
  return partsOf(detail).map((part, index) => ({
    ...say(part),
    key: "rule" in part ? `${part.kind}-${part.rule.rule_id}-${part.rule.rate_bp}` : `${part.kind}-${index}`,
    amount: part.amount,
  }));
}

function useSay(detail: Detail): (part: Part) => Omit<Fall, "key" | "amount"> {
  const f = useFormat();
  const { t } = useLingui();
  const { statement } = detail;
  const words = useOurs(detail);
  const lines = (kind: "sale" | "refund", number: number) => (
    <Link to="/portal/sales" search={{ month: statement.month, kind }}>
      <Plural value={number} one="see # line" other="see # lines" />
    </Link>
  );
  const vatWhy = (part: Schema["VatView"]) => {
    if (part.category === "S") return t`${f.rate(part.rate_bp)} of ${f.money(part.base)}`;
    return part.category === "AE" ? t`None: reverse charge` : t`None: you are not registered for VAT`;
  };
  return (part) => {
    switch (part.kind) {
      case "sold":
        return {
          label: t`Sold to your customers`,
          sum: true,
          why: t`VAT excluded, in ${f.month(statement.month)}`,
          more: lines("sale", part.lines),
        };
      case "back":
        return { label: t`Refunds`, why: t`Each one names its sale`, more: lines("refund", part.lines) };
      case "kept":
        return {
          label: t`Kept by us`,
          why: t`${f.rate(part.rule.rate_bp)} of ${f.money(part.rule.net)}, rule “${part.rule.rule}”`,
        };
      case "given":
        return {
          label: t`Kept by us, given back`,
          why: t`${f.rate(part.rule.rate_bp)} of the refunds, rule “${part.rule.rule}”`,
        };
      case "vat":
        return { label: t`VAT on your share`, why: vatWhy(part.part) };
      default:
        return words(part);
    }
  };
}

/** What stands on the operator's invoice, and what is carried or paid. */
function useOurs(detail: Detail): (part: Part) => Omit<Fall, "key" | "amount"> {
  const f = useFormat();
  const { t } = useLingui();
  const { statement } = detail;
  const { month } = statement;
  const owed = f.money({ ...statement.closing, amount_minor: -statement.closing.amount_minor });
  const carried = {
    small: t`Below the smallest payout`,
    used: t`${owed} are due from you: what you used came to more than your share. It is set against your next statement.`,
    refunded: t`More was refunded than sold: ${owed} are set against your next sales.`,
    before: t`${owed} are still due from you by an earlier statement. They are set against your next one.`,
    nothing: "",
  };
  return (part) => {
    switch (part.kind) {
      case "margins":
        return {
          label: t`Your margin`,
          why: t`On what your resellers are invoiced`,
          more: (
            <Link to="/portal/margins" search={{ month }}>
              <Trans>see the margins</Trans>
            </Link>
          ),
        };
      case "awards":
        return {
          label: t`Your share of a pool, and co-marketing`,
          why: t`What your contract and your approved claims come to`,
        };
      case "rebates":
        return {
          label: t`Rebate on your turnover`,
          why: t`Our credit note of the quarter, by the tiers in force`,
        };
      case "receipts":
        return {
          label: t`Paid by you`,
          why: t`What arrived at our bank of what you owed`,
          more: (
            <Link to="/portal/receipts">
              <Trans>see the payments</Trans>
            </Link>
          ),
        };
      case "rebates_vat":
        return {
          label: t`VAT on the rebate`,
          why: t`${f.rate(part.part.rate_bp)} of ${f.money(part.part.base)}`,
        };
      case "used":
        return {
          label: t`Infrastructure used`,
          why: t`At list price`,
          more: (
            <Link to="/portal/charges" search={{ month }}>
              <Plural value={statement.charge_count} one="see # line" other="see # lines" />
            </Link>
          ),
        };
      case "discount":
        return { label: t`Discounts on infrastructure`, why: t`Each line says by which level and rule` };
      case "credit":
        return {
          label: t`Paid by your credit`,
          why: t`Before VAT, the nearest expiry first`,
          more: (
            <Link to="/portal/credits">
              <Trans>see the credit</Trans>
            </Link>
          ),
        };
      case "charges_vat":
        return {
          label: t`VAT on infrastructure`,
          why:
            part.part.category === "S"
              ? t`${f.rate(part.part.rate_bp)} of ${f.money(part.part.base)}`
              : t`None: reverse charge or outside France`,
        };
      case "opening":
        return { label: t`Carried from before`, why: t`Not paid out with the statements before` };
      case "closing":
        return { label: t`Carried to the next statement`, why: carried[carriedFor(detail)] };
      default:
        return { label: <Trans>You receive</Trans>, sum: true };
    }
  };
}
