import { expect, test } from "vitest";
import { heardTime, isAhead } from "./clock";

test("what lies in the server's future is ahead, whatever the browser's clock says", () => {
  const here = Date.parse("2026-11-23T10:00:00Z");
  heardTime("Mon, 23 Nov 2026 12:00:00 GMT", here);
  expect(isAhead("2026-11-23T12:00:30Z", here)).toBe(false);
  expect(isAhead("2026-11-23T12:02:00Z", here)).toBe(true);
  heardTime(null, here);
  heardTime("nonsense", here);
  expect(isAhead("2026-11-23T11:59:00Z", here)).toBe(false);
});
