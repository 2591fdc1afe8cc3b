import { expect, test } from "vitest";
import { LETTERS } from "./letters";

test.each(["/portal", "/office"])("each letter leads to one page of %s", (area) => {
  const letters = Object.entries(LETTERS).flatMap(([to, letter]) => (to.startsWith(area) ? [letter] : []));
  expect(new Set(letters).size).toBe(letters.length);
});
