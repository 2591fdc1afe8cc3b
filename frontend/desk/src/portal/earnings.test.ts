import { expect, it } from "vitest";
import { earnings } from "./earnings";

const earned = (month: string, channel: string, amount_minor: number) => ({
  month,
  channel,
  partner: { amount_minor, currency: "EUR" },
});

it("shows every month of a year, also those without a sale", () => {
  const months = earnings([
    earned("2026-08", "direct", 5),
    earned("2026-10", "vai", 7),
    earned("2026-10", "direct", 1),
  ]);
  expect(months).toHaveLength(12);
  expect(months[0]?.month).toBe("2025-11");
  expect(months.at(-1)).toEqual({ month: "2026-10", values: { vai: 7, direct: 1 } });
  expect(months.at(-2)).toEqual({ month: "2026-09", values: {} });
  expect(earnings([])).toEqual([]);
});
