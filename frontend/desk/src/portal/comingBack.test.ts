import { expect, it } from "vitest";
import { MOST_TRIES, stageOf } from "./comingBack";

it("asks until the payment is booked, and gives up after some tries", () => {
  expect(stageOf(true, ["open"], 0, false)).toBe("asking");
  expect(stageOf(true, ["open"], MOST_TRIES - 1, true)).toBe("asking");
  expect(stageOf(true, ["open"], MOST_TRIES, true)).toBe("unanswered");
  expect(stageOf(true, [], 3, true)).toBe("booked");
  expect(stageOf(true, ["paid"], 3, true)).toBe("booked");
});

it("says nothing of its own of a debit with the bank, of a refusal, and to who did not come back", () => {
  expect(stageOf(true, ["processing"], 0, true)).toBe("none");
  expect(stageOf(true, ["failed"], 0, true)).toBe("none");
  expect(stageOf(true, [undefined], 0, false)).toBe("none");
  expect(stageOf(false, ["open"], 0, true)).toBe("none");
});
