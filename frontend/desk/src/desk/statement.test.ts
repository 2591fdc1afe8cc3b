import { expect, it } from "vitest";
import type { Schema } from "../api/client";
import { carriedFor, documentsOf, partsOf, partsOfRows, rowOf } from "./statement";

type Detail = Schema["StatementDetail"];
const money = (amount_minor: number) => ({ amount_minor, currency: "EUR" });

/** Money rule d: sales 1,000.00 of which we keep 300.00; 250.00 of infrastructure at 20 % off. */
function detail(changes: Partial<Record<string, number>> = {}): Detail {
  const of = {
    sold: 100_000,
    back: 0,
    margins: 0,
    list: 25_000,
    discount: 5_000,
    credit: 0,
    awards: 0,
    rebates: 0,
    receipts: 0,
    opening: 0,
    ...changes,
  };
  const operator = (net: number) => Math.round(net * 0.3);
  const rows: Schema["DeductionSum"][] = (["sale", "refund"] as const)
    .map((kind) => ({ kind, net: kind === "sale" ? of.sold : -of.back }))
    .filter(({ net }) => net !== 0)
    .map(({ kind, net }) => ({
      kind,
      rule_id: "r",
      rule: "70 / 30",
      rate_bp: 3000,
      line_count: 1,
      net: money(net),
      operator: money(operator(net)),
    }));
  const share = (kind: string) =>
    rows
      .filter((row) => row.kind === kind)
      .reduce((sum, row) => sum + row.net.amount_minor - row.operator.amount_minor, 0);
  const earned = share("sale") + share("refund") + of.margins + of.awards;
  const charges = of.list - of.discount - of.credit;
  const vat = Math.round(earned * 0.2);
  const charges_vat = Math.round(charges * 0.2);
  const rebates_vat = Math.round(of.rebates * 0.2);
  const total = of.opening + earned + vat - charges - charges_vat + of.rebates + rebates_vat + of.receipts;
  const due = total < 2_500 ? 0 : total;
  const part = (base: number, amount: number) => ({
    category: "S",
    rate_bp: 2000,
    base: money(base),
    vat: money(amount),
  });
  return {
    statement: {
      id: "s",
      number: "S-2026-08-00001",
      organisation_id: "o",
      organisation_reference: "o",
      organisation_name: "O",
      month: "2026-08",
      opening: money(of.opening),
      sales: money(share("sale")),
      refunds: money(share("refund")),
      vat: money(vat),
      due: money(due),
      closing: money(total - due),
      net_sold: money(of.sold - of.back),
      operator: money(rows.reduce((sum, row) => sum + row.operator.amount_minor, 0)),
      line_count: rows.length,
      hold_until: null,
      closed_at: "2026-09-01T00:00:00Z",
      margins: money(of.margins),
      charges: money(charges),
      charges_vat: money(charges_vat),
      charge_count: of.list ? 1 : 0,
      awards: money(of.awards),
      rebates: money(of.rebates),
      rebates_vat: money(rebates_vat),
      receipts: money(of.receipts),
    },
    deductions: rows,
    vat: earned ? [part(earned, vat)] : [],
    charges_vat: of.list ? [part(charges, charges_vat)] : [],
    rebates_vat: of.rebates ? [part(of.rebates, rebates_vat)] : [],
    groups: [],
    pay_before: null,
    charged: { list: money(of.list), discount: money(of.discount), credit: money(of.credit) },
  };
}

const sum = (found: Detail) =>
  partsOf(found)
    .slice(0, -1)
    .reduce((total, { amount }) => total + amount.amount_minor, 0);

it("comes to 600.00 after two invoices and one payment, as money rule d says", () => {
  const found = detail();
  expect(partsOf(found).map(({ kind, amount }) => [kind, amount.amount_minor])).toEqual([
    ["sold", 100_000],
    ["kept", -30_000],
    ["vat", 14_000],
    ["used", -25_000],
    ["discount", 5_000],
    ["charges_vat", -4_000],
    ["due", 60_000],
  ]);
  expect(documentsOf(found).theirs.gross).toEqual(money(84_000));
  expect(documentsOf(found).ours.gross).toEqual(money(24_000));
  expect(carriedFor(found)).toBe("nothing");
});

it("carries 96.00 that the editor owes", () => {
  const found = detail({ sold: 12_000 - 2_000, list: 15_000, discount: 0 });
  expect(found.statement.due.amount_minor).toBe(0);
  expect(found.statement.closing.amount_minor).toBe(-9_600);
  expect(carriedFor(found)).toBe("used");
  expect(sum(found)).toBe(0);
});

it("adds up to what is due, whatever was sold, given back, earned, used, credited and carried", () => {
  let seed = 7;
  const any = (below: number) => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
    return seed % 3 === 0 ? 0 : seed % below;
  };
  for (let round = 0; round < 2_000; round++) {
    const list = any(300_000);
    const discount = any(list + 1);
    const found = detail({
      sold: any(500_000),
      back: any(500_000),
      margins: any(50_000),
      awards: any(20_000),
      rebates: any(30_000) - 5_000,
      receipts: any(60_000) - 10_000,
      list,
      discount,
      credit: any(list - discount + 1),
      opening: any(100_000) - 50_000,
    });
    expect(sum(found)).toBe(found.statement.due.amount_minor);
    const { theirs, ours, back } = documentsOf(found);
    const { opening, due, closing, receipts } = found.statement;
    expect(
      opening.amount_minor +
        theirs.gross.amount_minor -
        ours.gross.amount_minor +
        back.gross.amount_minor +
        receipts.amount_minor,
    ).toBe(due.amount_minor + closing.amount_minor);
  }
});

it("says why something is carried", () => {
  expect(carriedFor(detail({ sold: 1_000, list: 0, discount: 0 }))).toBe("small");
  expect(carriedFor(detail({ sold: 0, back: 10_000, list: 0, discount: 0 }))).toBe("refunded");
  expect(carriedFor(detail({ sold: 0, opening: -9_600, list: 0, discount: 0 }))).toBe("before");
  expect(carriedFor(detail({ sold: 0, receipts: -9_600, list: 0, discount: 0 }))).toBe("before");
});

it.each([
  {},
  { margins: 4_200, awards: 1_000 },
  { rebates: 12_000, receipts: 3_000, opening: -9_000 },
  { sold: 0, list: 338_717, opening: -1 },
])("the parts of a row in a list come to what is received: %o", (changes) => {
  const { statement } = detail(changes);
  const row = rowOf(statement);
  expect(partsOfRows([statement]).reduce((sum, part) => sum + row[part].amount_minor, 0)).toBe(
    statement.due.amount_minor,
  );
});

it("a list shows only the columns that hold something in one of its rows", () => {
  const plain = detail({ list: 0, discount: 0 }).statement;
  const idle = detail({ sold: 0, list: 0, discount: 0 }).statement;
  expect(partsOfRows([idle])).toEqual([]);
  expect(partsOfRows([plain])).toEqual(["sold", "kept", "vat"]);
  expect(partsOfRows([plain, detail({ list: 0, discount: 0, margins: 1 }).statement])).toContain("margins");
});
