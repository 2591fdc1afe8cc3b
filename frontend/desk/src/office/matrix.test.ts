import { expect, test } from "vitest";
import { firstOfNextMonth, lower } from "./matrix";

const LEVELS = ["registered", "certified", "premium"];
const PLACES = ["start", "enterprise", "critical"];
const SHIPPED: Record<string, number[]> = {
  registered: [500, 800, 1000],
  certified: [1000, 1500, 2000],
  premium: [1500, 2200, 3000],
};
const cells = (rates: Record<string, number[]>) => (level: string, place: string) =>
  rates[level]?.[PLACES.indexOf(place)] ?? 0;

test("a matrix that never gives less for more has no wrong cell", () => {
  expect(lower(LEVELS, PLACES, cells(SHIPPED), { across: true }).size).toBe(0);
  expect(lower(LEVELS, PLACES, () => 700, { across: true }).size).toBe(0);
});

test("the cell that gives less than the level below, or the environment before, is named", () => {
  const below = { ...SHIPPED, premium: [1500, 1499, 3000] };
  expect([...lower(LEVELS, PLACES, cells(below), { across: true })]).toEqual(["premium/enterprise"]);
  const before = { ...SHIPPED, registered: [500, 499, 1000] };
  expect([...lower(LEVELS, PLACES, cells(before), { across: true })]).toEqual(["registered/enterprise"]);
  expect(lower(LEVELS, PLACES, cells(before), { across: false }).size).toBe(0);
});

test("the next month begins when Paris says so", () => {
  expect(firstOfNextMonth(new Date("2026-11-30T22:59:00Z"))).toBe("2026-12-01");
  expect(firstOfNextMonth(new Date("2026-11-30T23:01:00Z"))).toBe("2027-01-01");
});
