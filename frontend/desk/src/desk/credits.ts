import type { Schema } from "../api/client";
import { ZONE } from "../i18n/text";

type Credit = Schema["CreditView"];
export type CreditState = "running" | "coming" | "used_up" | "expired";

/** Today on the calendar of Paris: `2026-11-23`. */
export const today = (at = new Date()): string =>
  new Intl.DateTimeFormat("en-CA", { timeZone: ZONE, dateStyle: "short" }).format(at);

/** Whether something may be paid with it today: both its days are included. */
export function creditState({ granted_on, expires_on, left }: Credit, day: string): CreditState {
  if (left.amount_minor === 0) return "used_up";
  if (expires_on < day) return "expired";
  return granted_on > day ? "coming" : "running";
}

/** What may be spent today, in each currency, and the running credit that expires first. */
export function usable(credits: Credit[], day: string) {
  const running = credits.filter((credit) => creditState(credit, day) === "running");
  const sums = new Map<string, number>();
  for (const { left } of running) sums.set(left.currency, (sums.get(left.currency) ?? 0) + left.amount_minor);
  const first = [...running].sort((one, other) => one.expires_on.localeCompare(other.expires_on))[0];
  return {
    left: [...sums].map(([currency, amount_minor]) => ({ currency, amount_minor })),
    first,
  };
}

/** Whole days from one day to another. */
export const daysUntil = (day: string, from: string): number =>
  Math.round((Date.parse(day) - Date.parse(from)) / 86_400_000);
