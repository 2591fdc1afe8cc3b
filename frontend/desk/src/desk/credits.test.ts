import { expect, it } from "vitest";
import type { Schema } from "../api/client";
import { creditState, daysUntil, today, usable } from "./credits";

const credit = (changes: Partial<Schema["CreditView"]> = {}): Schema["CreditView"] => ({
  id: "c",
  organisation_id: "o",
  organisation_name: "O",
  amount: { amount_minor: 100, currency: "EUR" },
  left: { amount_minor: 100, currency: "EUR" },
  granted_on: "2026-01-01",
  expires_on: "2026-11-30",
  reason: "A start-up",
  ...changes,
});

it("runs from its first day to its last, both included", () => {
  expect(creditState(credit(), "2026-01-01")).toBe("running");
  expect(creditState(credit(), "2026-11-30")).toBe("running");
  expect(creditState(credit(), "2026-12-01")).toBe("expired");
  expect(creditState(credit(), "2025-12-31")).toBe("coming");
  expect(creditState(credit({ left: { amount_minor: 0, currency: "EUR" } }), "2026-11-01")).toBe("used_up");
});

it("adds up what may be spent today, and names what expires first", () => {
  const later = credit({ id: "l", expires_on: "2026-12-31", left: { amount_minor: 50, currency: "EUR" } });
  const over = credit({ id: "x", expires_on: "2026-02-01" });
  const found = usable([later, over, credit()], "2026-11-23");
  expect(found.left).toEqual([{ amount_minor: 150, currency: "EUR" }]);
  expect(found.first?.id).toBe("c");
  expect(daysUntil("2026-11-30", "2026-11-23")).toBe(7);
});

it("knows the day in Paris", () => {
  expect(today(new Date("2026-11-22T23:30:00Z"))).toBe("2026-11-23");
});
