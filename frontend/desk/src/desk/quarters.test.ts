import { expect, it } from "vitest";
import { lastQuarters, quarterOf } from "./quarters";

it("a month is in its quarter", () => {
  expect(["2026-01", "2026-03", "2026-04", "2026-12"].map(quarterOf)).toEqual([
    "2026-Q1",
    "2026-Q1",
    "2026-Q2",
    "2026-Q4",
  ]);
});

it("quarters go back over the year", () => {
  expect(lastQuarters("2026-02", 3)).toEqual(["2026-Q1", "2025-Q4", "2025-Q3"]);
});
