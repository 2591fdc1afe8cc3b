import { expect, it } from "vitest";
import { byMonth, HEIGHT, heightOf, pointsOf, steps } from "./growth";

it("draws steps that are ten times the one before, and hold the most", () => {
  expect(steps(1)).toEqual([1, 10]);
  expect(steps(10)).toEqual([1, 10]);
  expect(steps(11)).toEqual([1, 10, 100]);
  expect(steps(200_000).at(-1)).toBe(1_000_000);
});

it("puts more servers higher, none at the ground", () => {
  const heights = [0, 1, 2, 10, 1000, 200_000].map((servers) => heightOf(servers, 200_000));
  expect(heights).toEqual(heights.toSorted((a, b) => b - a));
  expect(heights[0]).toBe(heights[1]);
  expect(heights.every((y) => y > 0 && y < HEIGHT)).toBe(true);
});

it("goes from left to right", () => {
  const [first, last] = pointsOf([
    { month: "2026-01-01", servers: 1 },
    { month: "2026-02-01", servers: 10 },
  ]);
  expect(first?.x).toBeLessThan(last?.x ?? 0);
});

it("shows a month of two currencies once", () => {
  const months = [3, 3, 4].map((servers) => ({ month: `2026-0${servers}-01`, servers }));
  expect(byMonth(months).map((one) => one.servers)).toEqual([3, 4]);
});
