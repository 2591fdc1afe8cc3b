import { expect, test } from "vitest";
import { midnightInParis } from "./paris";

test("a day begins an hour before UTC's in winter, two in summer", () => {
  expect(midnightInParis("2026-12-01")).toBe("2026-11-30T23:00:00.000Z");
  expect(midnightInParis("2026-07-01")).toBe("2026-06-30T22:00:00.000Z");
});

test("also on the days when clocks change", () => {
  expect(midnightInParis("2026-03-29")).toBe("2026-03-28T23:00:00.000Z");
  expect(midnightInParis("2026-03-30")).toBe("2026-03-29T22:00:00.000Z");
  expect(midnightInParis("2026-10-25")).toBe("2026-10-24T22:00:00.000Z");
  expect(midnightInParis("2026-10-26")).toBe("2026-10-25T23:00:00.000Z");
});
