import { describe, expect, it } from "vitest";
import { date, decimal, MOMENT, money, month, ofMonth, rate, readAmount, shiftMonth, typed } from "./text";

const eur = (amount_minor: number) => ({ amount_minor, currency: "EUR" });

describe("money", () => {
  it("is exact, with a real minus and spaces that do not break", () => {
    expect(money("fr", eur(-123456))).toBe("\u22121\u00a0234,56\u00a0€");
    expect(money("en", eur(123456))).toBe("€1,234.56");
    expect(money("fr", eur(900719925474099))).toBe("9\u00a0007\u00a0199\u00a0254\u00a0740,99\u00a0€");
  });
  it("shows a plus only when asked", () => {
    expect(money("en", eur(100), { sign: true })).toBe("+€1.00");
    expect(money("en", eur(0), { sign: true })).toBe("€0.00");
  });
  it("knows currencies without cents and with three", () => {
    expect(decimal({ amount_minor: 5, currency: "JPY" })).toBe("5");
    expect(decimal({ amount_minor: -5, currency: "KWD" })).toBe("-0.005");
    expect(decimal(eur(7))).toBe("0.07");
  });
});

describe("dates", () => {
  it("are those of the books, not of the reader", () => {
    expect(date("en", "2026-10-31T23:30:00Z")).toBe("1 Nov 2026");
    expect(date("fr", "2026-07-01T12:00:00Z", MOMENT)).toContain("14:00");
  });
  it("writes months", () => {
    expect(month("fr", "2026-10")).toBe("octobre 2026");
    expect(ofMonth("fr", "2026-10")).toBe("d’octobre 2026");
    expect(ofMonth("fr", "2026-03")).toBe("de mars 2026");
    expect(ofMonth("en", "2026-10")).toBe("of October 2026");
    expect(shiftMonth("2026-01", -1)).toBe("2025-12");
    expect(shiftMonth("2026-12", 1)).toBe("2027-01");
  });
});

describe("rates", () => {
  it("come from basis points", () => {
    expect(rate("fr", 3000)).toBe("30\u00a0%");
    expect(rate("en", 1250)).toBe("12.5%");
  });
});

describe("readAmount", () => {
  it("reads what both languages write", () => {
    expect(readAmount("1 234,50", "EUR")).toBe(123450);
    expect(readAmount("1,234.50", "EUR")).toBe(123450);
    expect(readAmount("12", "EUR")).toBe(1200);
    expect(readAmount("12,5", "EUR")).toBe(1250);
  });
  it("reads what a field held already, in either language", () => {
    expect(typed("fr", eur(843_210))).toBe("8432,10");
    expect(typed("en", eur(843_210))).toBe("8432.10");
    for (const locale of ["fr", "en"])
      for (const currency of ["EUR", "JPY", "KWD"])
        expect(readAmount(typed(locale, { amount_minor: 1_234_567, currency }), currency)).toBe(1_234_567);
  });
  it("guesses nothing", () => {
    for (const text of ["", "abc", "-5", "1,2345", "1.2.3", "12,345"]) {
      expect(readAmount(text, "EUR"), text).toBeNull();
    }
  });
});
