import { Trans, useLingui } from "@lingui/react/macro";
import { Link } from "@tanstack/react-router";
import type { Schema } from "../api/client";
import { Moment } from "../desk/Moment";
import { carriedFor, type Part, partsOf } from "../desk/statement";
import type { Fall } from "../desk/Waterfall";
import { useFormat } from "../i18n/format";
import { useWords } from "./words";

type Detail = Schema["StatementDetail"];
type Said = Omit<Fall, "key" | "amount">;

/** A partner's statement step by step, in the operator's words. */
export function useFalls(detail: Detail): Fall[] {
  const sold = useSold();
  const rest = useRest(detail);
  return partsOf(detail).map((part, index) => ({
    ...(sold(part) ?? rest(part)),
    key: "rule" in part ? `${part.kind}-${part.rule.rule_id}-${part.rule.rate_bp}` : `${part.kind}-${index}`,
    amount: part.amount,
  }));
}

function useSold(): (part: Part) => Said | undefined {
  const { t } = useLingui();
  const f = useFormat();
  const words = useWords();
  return (part) => {
    switch (part.kind) {
      case "sold":
        return { label: t`Sold, before VAT`, sum: true, why: t`Lines: ${f.number(part.lines)}` };
      case "back":
        return { label: t`Given back, before VAT`, why: t`Lines: ${f.number(part.lines)}` };
      case "kept":
        return {
          label: t`We keep`,
          why: t`${f.rate(part.rule.rate_bp)} of ${f.money(part.rule.net)}, rule “${words.rule(part.rule.rule)}”`,
        };
      case "given":
        return {
          label: t`We give back`,
          why: t`${f.rate(part.rule.rate_bp)} of the refunds, rule “${words.rule(part.rule.rule)}”`,
        };
      case "vat":
        return {
          label: t`VAT of its invoice to us`,
          why: t`${f.rate(part.part.rate_bp)} of ${f.money(part.part.base)}, category ${part.part.category}`,
        };
      default:
        return undefined;
    }
  };
}

function useRest(detail: Detail): (part: Part) => Said {
  const { t } = useLingui();
  const f = useFormat();
  const { statement } = detail;
  const { month, organisation_id: partner } = statement;
  const owed = f.money({ ...statement.closing, amount_minor: -statement.closing.amount_minor });
  const carried = {
    small: t`Too little to pay: it goes onto the next statement.`,
    used: t`${owed} are due to us: what it used came to more than its share. They go onto the next statement.`,
    refunded: t`${owed} are due to us: more was refunded than sold. They go onto the next statement.`,
    before: t`${owed} are due to us by an earlier statement. They go onto the next one.`,
    nothing: "",
  };
  return (part) => {
    switch (part.kind) {
      case "margins":
        return {
          label: t`Its margin`,
          why: t`On what its resellers are invoiced`,
          more: (
            <Link to="/office/margins" search={{ month, partner }}>
              <Trans>See the margins</Trans>
            </Link>
          ),
        };
      case "awards":
        return {
          label: t`Its share of a pool, and co-marketing`,
          why: t`By its contract and its approved claims`,
        };
      case "rebates":
        return { label: t`Rebate on its turnover`, why: t`Our credit note of the quarter` };
      case "receipts":
        return {
          label: t`Paid by the partner`,
          why: t`What arrived at our bank of what it owed`,
          more: (
            <Link to="/office/receivables" search={{ partner, shown: "received" }}>
              <Trans>See the payments</Trans>
            </Link>
          ),
        };
      case "rebates_vat":
        return {
          label: t`VAT of the rebate`,
          why: t`${f.rate(part.part.rate_bp)} of ${f.money(part.part.base)}, category ${part.part.category}`,
        };
      case "used":
        return {
          label: t`Infrastructure used`,
          why: t`At list price. Lines: ${f.number(statement.charge_count)}`,
          more: (
            <Link to="/office/charges" search={{ month, partner }}>
              <Trans>See the charges</Trans>
            </Link>
          ),
        };
      case "discount":
        return { label: t`Discounts on infrastructure`, why: t`Each charge says by which level and rule` };
      case "credit":
        return {
          label: t`Paid by credit`,
          why: t`Before VAT, the nearest expiry first`,
        };
      case "charges_vat":
        return {
          label: t`VAT of our invoice to it`,
          why: t`${f.rate(part.part.rate_bp)} of ${f.money(part.part.base)}, category ${part.part.category}`,
        };
      case "opening":
        return { label: t`Carried in`, why: t`From the month before` };
      case "closing":
        return { label: t`Carried on`, why: carried[carriedFor(detail)] };
      default:
        return due(statement, t`To be paid out`);
    }
  };
}

/** What is paid, from when on, and where it stands in the books. */
function due(statement: Schema["StatementView"], label: string): Said {
  return {
    label,
    sum: true,
    ...(statement.hold_until
      ? {
          why: (
            <Trans>
              Not before <Moment at={statement.hold_until} day />
            </Trans>
          ),
        }
      : {}),
    more: (
      <Link
        to="/office/ledger/entries"
        search={{
          reference: `statement:${statement.month}:${statement.due.currency}:${statement.organisation_id}`,
        }}
      >
        <Trans>Its postings</Trans>
      </Link>
    ),
  };
}
