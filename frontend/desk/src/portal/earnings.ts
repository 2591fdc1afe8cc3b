import type { Schema } from "../api/client";
import type { Series } from "../desk/Bars";
import { shiftMonth } from "../i18n/text";
import { useWords } from "./words";

type Earned = Pick<Schema["Earned"], "month" | "channel" | "partner">;

/** Twelve months up to the last one sold in, those without sales too, with the amounts by channel. */
export function earnings(rows: Earned[]): { month: string; values: Record<string, number> }[] {
  const last = rows
    .map(({ month }) => month)
    .sort()
    .at(-1);
  if (!last) return [];
  return Array.from({ length: 12 }, (_, back) => shiftMonth(last, back - 11)).map((month) => ({
    month,
    values: Object.fromEntries(
      rows
        .filter((row) => row.month === month)
        .map(({ channel, partner }) => [channel, partner.amount_minor]),
    ),
  }));
}

const CHANNELS = ["marketplace", "direct", "vai", "wholesaler", "isv"];

/** The channels that were sold through, in an order that does not change, each in its colour. */
export function useSeries(rows: Earned[]): Series[] {
  const words = useWords();
  const sold = new Set(rows.map(({ channel }) => channel));
  return CHANNELS.filter((channel) => sold.has(channel)).map((channel) => ({
    key: channel,
    label: words.channel(channel),
    color: `var(--series-${CHANNELS.indexOf(channel) + 1})`,
  }));
}
