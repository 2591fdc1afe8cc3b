import { expect, it } from "vitest";
import { ticks } from "./ticks";

it("draws round lines that hold the tallest bar", () => {
  for (const top of [1, 7, 99, 100, 3_401_250, 12_000_001]) {
    const lines = ticks(top);
    expect(lines[0]).toBe(0);
    expect(lines.at(-1)).toBeGreaterThanOrEqual(top);
    expect(lines.length).toBeLessThanOrEqual(6);
  }
});
