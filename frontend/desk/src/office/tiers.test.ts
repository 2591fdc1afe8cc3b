import { expect, test } from "vitest";
import { jumpsOf, rebateAt, wrongTiers } from "./tiers";

/** As they are shipped (money rule k). */
const STEPS = [
  { from: 0, rate_bp: 0 },
  { from: 1_000_000, rate_bp: 300 },
  { from: 5_000_000, rate_bp: 500 },
  { from: 10_000_000, rate_bp: 800 },
];

test("incremental tiers give each part its own rate, without a jump", () => {
  expect(rebateAt(1_000_000, STEPS, "incremental")).toBe(0);
  expect(rebateAt(6_000_000, STEPS, "incremental")).toBe(120_000 + 50_000);
  expect(jumpsOf(STEPS, "incremental")).toEqual([]);
});

test("retroactive tiers jump where they are reached", () => {
  expect(rebateAt(4_999_999, STEPS, "retroactive")).toBeCloseTo(149_999.97);
  expect(rebateAt(5_000_000, STEPS, "retroactive")).toBe(250_000);
  expect(jumpsOf(STEPS, "retroactive")).toEqual([
    { from: 1_000_000, jump: 30_000 },
    { from: 5_000_000, jump: 100_000 },
    { from: 10_000_000, jump: 300_000 },
  ]);
});

test("tiers that cannot be are named by their place", () => {
  expect(wrongTiers(STEPS).size).toBe(0);
  expect(wrongTiers([{ from: 5, rate_bp: 0 }]).get(0)).toBe("zero");
  expect(wrongTiers([STEPS[0], STEPS[2], STEPS[1]].flatMap((one) => one ?? [])).get(2)).toBe("order");
  expect(
    wrongTiers([
      { from: 0, rate_bp: 500 },
      { from: 1, rate_bp: 400 },
    ]).get(1),
  ).toBe("rate");
});
