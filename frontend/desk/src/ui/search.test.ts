import { describe, expect, it } from "vitest";
import { int, month, oneOf, parseSearch, str, stringifySearch, uuid } from "./search";

describe("the query string", () => {
  it("is plain and goes both ways", () => {
    expect(parseSearch("?stage=paid&q=a%20b&tag=x&tag=y")).toEqual({
      stage: "paid",
      q: "a b",
      tag: ["x", "y"],
    });
    expect(stringifySearch({ stage: "paid", none: undefined, empty: "", page: 2, tag: ["x", "y"] })).toBe(
      "?stage=paid&page=2&tag=x&tag=y",
    );
    expect(stringifySearch({})).toBe("");
  });
  it("is believed only as far as it makes sense", () => {
    expect([int("2"), int("-2"), int("x"), int("1e9x")]).toEqual([2, undefined, undefined, undefined]);
    expect([month("2026-10"), month("2026-13"), month(5)]).toEqual(["2026-10", undefined, undefined]);
    expect([oneOf("a", ["a"]), oneOf("b", ["a"])]).toEqual(["a", undefined]);
    expect([str(""), str("x"), str(3)]).toEqual([undefined, "x", undefined]);
    expect(uuid("../../etc")).toBeUndefined();
    expect(uuid("019aae4a-7f2e-7c39-9be0-2b6ed5b3f0c1")).toBeDefined();
  });
});
