import type { Schema } from "../api/client";
import type { Money } from "../i18n/text";

type Detail = Schema["StatementDetail"];

/** One step from what was sold to what is paid. */
export type Part =
  | { kind: "sold" | "back"; amount: Money; lines: number }
  | { kind: "kept" | "given"; amount: Money; rule: Schema["DeductionSum"] }
  | { kind: "vat" | "charges_vat" | "rebates_vat"; amount: Money; part: Schema["VatView"] }
  | {
      kind:
        | "margins"
        | "awards"
        | "used"
        | "discount"
        | "credit"
        | "rebates"
        | "receipts"
        | "opening"
        | "closing";
      amount: Money;
    }
  | { kind: "due"; amount: Money };

// Nothing taken off is 0, and not the -0 of a sum.
const less = (amount: Money): Money => ({ ...amount, amount_minor: 0 - amount.amount_minor });
const isSome = (amount: Money) => amount.amount_minor !== 0;

/**
 * Every step of a statement, in order; all but the last, `due`, sum to it.
 *
 * Two invoices, one payment: what the partner sells to us with its VAT, less what it uses of our
 * infrastructure with its VAT (money rule d), and our credit note on its turnover (money rule k).
 */
export function partsOf({ statement, deductions, vat, charges_vat, charged, rebates_vat }: Detail): Part[] {
  const of = (kind: "sale" | "refund") => deductions.filter((one) => one.kind === kind);
  const net = (rows: Schema["DeductionSum"][]): Money => ({
    amount_minor: rows.reduce((sum, row) => sum + row.net.amount_minor, 0),
    currency: statement.due.currency,
  });
  const lines = (rows: Schema["DeductionSum"][]) => rows.reduce((sum, { line_count }) => sum + line_count, 0);
  const sold = of("sale");
  const back = of("refund");
  const some = (
    kind: "margins" | "awards" | "discount" | "credit" | "rebates" | "receipts" | "opening" | "closing",
    amount: Money,
  ): Part[] => (isSome(amount) ? [{ kind, amount }] : []);
  return [
    ...(sold.length > 0 ? [{ kind: "sold", amount: net(sold), lines: lines(sold) } as const] : []),
    ...(back.length > 0 ? [{ kind: "back", amount: net(back), lines: lines(back) } as const] : []),
    ...sold.map((rule) => ({ kind: "kept", amount: less(rule.operator), rule }) as const),
    ...back.map((rule) => ({ kind: "given", amount: less(rule.operator), rule }) as const),
    ...some("margins", statement.margins),
    ...some("awards", statement.awards),
    ...vat.map((part) => ({ kind: "vat", amount: part.vat, part }) as const),
    ...(statement.charge_count > 0 ? [{ kind: "used", amount: less(charged.list) } as const] : []),
    ...some("discount", charged.discount),
    ...some("credit", charged.credit),
    ...charges_vat.map((part) => ({ kind: "charges_vat", amount: less(part.vat), part }) as const),
    ...some("rebates", statement.rebates),
    ...rebates_vat.map((part) => ({ kind: "rebates_vat", amount: part.vat, part }) as const),
    ...some("receipts", statement.receipts),
    ...some("opening", statement.opening),
    ...some("closing", less(statement.closing)),
    { kind: "due", amount: statement.due },
  ];
}

/** The documents of a statement, VAT excluded and included; those of nothing come to nothing. */
export function documentsOf({ statement }: Pick<Detail, "statement">) {
  const money = (amount_minor: number): Money => ({ amount_minor, currency: statement.due.currency });
  const { sales, refunds, margins, awards, vat, charges, charges_vat, rebates, rebates_vat } = statement;
  const share = sales.amount_minor + refunds.amount_minor + margins.amount_minor + awards.amount_minor;
  return {
    theirs: { net: money(share), vat, gross: money(share + vat.amount_minor) },
    ours: {
      net: charges,
      vat: charges_vat,
      gross: money(charges.amount_minor + charges_vat.amount_minor),
    },
    /** Our credit note. */
    back: {
      net: rebates,
      vat: rebates_vat,
      gross: money(rebates.amount_minor + rebates_vat.amount_minor),
    },
  };
}

/** Why something is carried on: too little to be paid, or owed to us, and by what; "before" is by an
 * earlier statement, or by a payment of it that bounced.
 */
export function carriedFor({ statement }: Detail): "small" | "used" | "refunded" | "before" | "nothing" {
  const { closing, charges, opening, refunds } = statement;
  if (closing.amount_minor === 0) return "nothing";
  if (closing.amount_minor > 0) return "small";
  if (charges.amount_minor > 0) return "used";
  return opening.amount_minor >= 0 && refunds.amount_minor < 0 ? "refunded" : "before";
}

/** Whether more than one document stands on it: then it says what is set against what. */
export const isSetOff = ({ statement }: Pick<Detail, "statement">): boolean =>
  statement.charge_count > 0 || isSome(statement.rebates);

/** The parts of a statement's row in a list, in their order; those of VAT are with what they are on. */
export const ROW_PARTS = [
  "sold",
  "kept",
  "margins",
  "awards",
  "vat",
  "used",
  "rebates",
  "receipts",
  "opening",
  "closing",
] as const;
export type RowPart = (typeof ROW_PARTS)[number];

/** What a row says of a statement, what is taken off with its minus: the parts sum to `due`. */
export function rowOf(statement: Detail["statement"]): Record<RowPart, Money> {
  const { ours, back } = documentsOf({ statement });
  return {
    sold: statement.net_sold,
    kept: less(statement.operator),
    margins: statement.margins,
    awards: statement.awards,
    vat: statement.vat,
    used: less(ours.gross),
    rebates: back.gross,
    receipts: statement.receipts,
    opening: statement.opening,
    closing: less(statement.closing),
  };
}

/** The columns that a list needs for its rows to add up: one that is nothing in all of them stays out. */
export const partsOfRows = (rows: Detail["statement"][]): RowPart[] =>
  ROW_PARTS.filter((part) => rows.some((row) => isSome(rowOf(row)[part])));
