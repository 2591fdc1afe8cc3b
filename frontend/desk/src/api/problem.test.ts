import { describe, expect, it } from "vitest";
import { asProblem, isProblem, NO_CONNECTION, splitProblem } from "./problem";

const problem = { type: "urn:x", title: "Not valid", status: 400, code: "bad-request" };

describe("splitProblem", () => {
  it("puts an error beside its field, also one inside it", () => {
    const errors = [
      { message: "too long", field: "name" },
      { message: "too large", field: "price.amount_minor" },
    ];
    expect(splitProblem({ ...problem, errors }, ["name", "price"])).toEqual({
      fields: { name: "too long", price: "too large" },
      rest: [],
    });
  });
  it("drops no error that this form has no field for", () => {
    const errors = [{ message: "unknown", field: "names" }, { message: "odd" }];
    expect(splitProblem({ ...problem, errors }, ["name"]).rest).toEqual(["names: unknown", "odd"]);
  });
});

describe("asProblem", () => {
  it("tells a broken connection as a problem", () => {
    const told = asProblem(new TypeError("Failed to fetch"));
    expect(isProblem(told)).toBe(true);
    expect(told.code).toBe(NO_CONNECTION);
  });
});
