import { expect, test } from "vitest";
import type { Schema } from "../api/client";
import { bands } from "./flow";

const euro = (amount_minor: number) => ({ amount_minor, currency: "EUR" as const });
const row = (segment: string, channel: string, partners: number, operator: number, vat: number, fee = 0) => ({
  segment,
  channel,
  lines: 1,
  gross: euro(partners + operator + vat + fee),
  partners: euro(partners),
  operator: euro(operator),
  vat: euro(vat),
  fee: euro(fee),
});
const flow = {
  month: "2026-10",
  through: "2026-10",
  currency: "EUR",
  rows: [
    row("pme", "marketplace", 70, 28, 20, 2),
    row("eti", "marketplace", 7, 3, 2),
    row("eti", "vai", 10, 0, 2),
  ],
  receivers: [{ organisation_id: "a", name: "Acme", channel: "marketplace", lines: 1, amount: euro(60) }],
} as Schema["Flow"];

test("what goes into a channel comes out of it", () => {
  const { links } = bands(flow);
  for (const channel of ["channel:marketplace", "channel:vai"]) {
    const sum = (side: "source" | "target") =>
      links.filter((link) => link[side] === channel).reduce((all, { value }) => all + value, 0);
    expect(sum("target")).toBe(sum("source"));
  }
});

test("partners that are not named are one band", () => {
  const others = bands(flow).links.filter(({ target }) => target === "receiver:others");
  expect(others.map(({ source, value }) => [source, value])).toEqual([
    ["channel:marketplace", 17],
    ["channel:vai", 10],
  ]);
});

test("what is zero or less has no band", () => {
  const { links } = bands({ ...flow, rows: [row("pme", "direct", -5, -2, -1)], receivers: [] });
  expect(links).toEqual([]);
});
