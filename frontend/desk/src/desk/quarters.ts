import { shiftMonth } from "../i18n/text";

/** `2026-Q3` of a month such as `2026-08`. */
export const quarterOf = (month: string): string =>
  `${month.slice(0, 4)}-Q${Math.ceil(Number(month.slice(5, 7)) / 3)}`;

/** The quarter of this month and those before it, the newest first. */
export const lastQuarters = (month: string, count: number): string[] =>
  Array.from({ length: count }, (_, index) => quarterOf(shiftMonth(month, -3 * index)));
