import { expect, it } from "vitest";
import { reasonOf } from "./refusedRows";

it("knows a reason by its form, and what it names", () => {
  expect(reasonOf("'space' is not one of start, enterprise, critical.")).toEqual({
    kind: "oneOf",
    named: ["'space'", "start, enterprise, critical"],
  });
  expect(reasonOf("The row has 7 cells, the header 8.")).toEqual({ kind: "cells", named: ["7", "8"] });
  expect(reasonOf("Charge u1 of acme is recorded with other facts; what is used")).toEqual({
    kind: "other",
    named: ["u1", "acme"],
  });
  expect(reasonOf("'XX' is no code of a country such as FR.")?.kind).toBe("country");
  expect(reasonOf("siren: '123456789' is no SIREN. Copy the nine digits.")).toEqual({
    kind: "noSiren",
    named: ["'123456789'"],
  });
  expect(reasonOf("'a\nb' is not a day such as 2026-10-09.")?.kind).toBe("day");
});

it("leaves what it does not know to the server's own words", () => {
  expect(reasonOf("Something else.")).toBeUndefined();
});
