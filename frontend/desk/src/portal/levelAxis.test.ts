import { expect, it } from "vitest";
import { daysUntil, nextQuarter, placeOf, ticksBetween } from "./levelAxis";

const at = (text: string) => new Date(text).getTime();

it("puts a moment where its share of the time is", () => {
  const [from, to] = [at("2026-01-01T00:00:00Z"), at("2027-01-01T00:00:00Z")];
  expect(placeOf("2026-07-02T12:00:00Z", from, to)).toBe(50);
  expect(placeOf("2020-01-01T00:00:00Z", from, to)).toBe(0);
});

it("divides time by a few first days of months", () => {
  const from = at("2026-01-05T09:00:00Z");
  for (const days of [3, 40, 200, 800, 4000, 20_000]) {
    const found = ticksBetween(from, from + days * 86_400_000);
    expect(found.length).toBeLessThanOrEqual(6);
    for (const tick of found) {
      expect(tick.at).toMatch(/-01T00:00:00.000Z$/);
      expect(tick.left).toBeGreaterThanOrEqual(0);
      expect(tick.left).toBeLessThanOrEqual(100);
    }
  }
});

it("knows when the next quarter begins", () => {
  expect(nextQuarter(new Date("2026-11-23T12:00:00Z"))).toBe("2027-01-01T00:00:00.000Z");
  expect(nextQuarter(new Date("2026-01-01T12:00:00Z"))).toBe("2026-04-01T00:00:00.000Z");
});

it("counts whole days up, and ends at none", () => {
  expect(daysUntil("2026-11-24T13:00:00Z", at("2026-11-23T12:00:00Z"))).toBe(2);
  expect(daysUntil("2026-11-20T13:00:00Z", at("2026-11-23T12:00:00Z"))).toBe(0);
});
