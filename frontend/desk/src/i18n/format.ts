import { useLingui } from "@lingui/react";
import { useMemo } from "react";
import * as text from "./text";

/** The writers of `text.ts` in the reader's language. */
export function useFormat() {
  const { i18n } = useLingui();
  const locale = i18n.locale;
  return useMemo(
    () => ({
      locale,
      money: (amount: text.Money, how?: { sign?: boolean; round?: boolean }) =>
        text.money(locale, amount, how),
      typed: (amount: text.Money) => text.typed(locale, amount),
      shortMoney: (amount: text.Money) => text.shortMoney(locale, amount),
      number: (value: number) => text.number(locale, value),
      rate: (basisPoints: number) => text.rate(locale, basisPoints),
      date: (at: string, options?: Intl.DateTimeFormatOptions) => text.date(locale, at, options),
      month: (month: string, form?: "long" | "short") => text.month(locale, month, form),
      country: (code: string) => new Intl.DisplayNames([locale], { type: "region" }).of(code) ?? code,
      ofMonth: (month: string) => text.ofMonth(locale, month),
    }),
    [locale],
  );
}
