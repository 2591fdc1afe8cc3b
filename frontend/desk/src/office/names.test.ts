import { expect, test } from "vitest";
import { kindOf, partnerOf, readReference } from "./names";

test("an account is named by its owner and its kind", () => {
  expect(kindOf("operator:vat")).toBe("operator:vat");
  expect(kindOf("partner:0190-x:payable")).toBe("partner:payable");
  expect(partnerOf("partner:0190-x:payable")).toBe("0190-x");
  expect(partnerOf("operator:vat")).toBeUndefined();
});

test("a reference says what was posted", () => {
  expect(readReference("sale:order:12")).toEqual({ kind: "sale", sale: "order:12" });
  expect(readReference("statement:2026-10:EUR:abc")).toEqual({
    kind: "statement",
    month: "2026-10",
    partner: "abc",
  });
  expect(readReference("payout:abc:paid:1")).toEqual({ kind: "payout", payout: "abc" });
  expect(readReference("topup:tu_1")).toEqual({ kind: "other" });
});
