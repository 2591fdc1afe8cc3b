/** How amounts, dates and rates are written. Pure: the hook `useFormat` gives them the language. */
export interface Money {
  amount_minor: number;
  currency: string;
}

/** Digits behind the point, as core.EXPONENTS has them. */
const EXPONENTS: Record<string, number> = { JPY: 0, KWD: 3 };
const TAGS: Record<string, string> = { fr: "fr-FR", en: "en-IE" };
/** Sales belong to the months of this zone, wherever they are read. */
export const ZONE = "Europe/Paris";

const numbers = new Map<string, Intl.NumberFormat>();
const dates = new Map<string, Intl.DateTimeFormat>();

function numberFormat(locale: string, options: Intl.NumberFormatOptions) {
  const key = locale + JSON.stringify(options);
  const known = numbers.get(key);
  if (known) return known;
  const made = new Intl.NumberFormat(TAGS[locale] ?? locale, options);
  numbers.set(key, made);
  return made;
}

function dateFormat(locale: string, options: Intl.DateTimeFormatOptions) {
  const key = locale + JSON.stringify(options);
  const known = dates.get(key);
  if (known) return known;
  const made = new Intl.DateTimeFormat(TAGS[locale] ?? locale, options);
  dates.set(key, made);
  return made;
}

/** U+202F is too thin in Inter, and a minus is no hyphen. */
const tidy = (text: string) => text.replaceAll("\u202f", "\u00a0").replaceAll("-", "\u2212");

export const exponent = (currency: string) => EXPONENTS[currency] ?? 2;

/** The exact decimal text of an amount: no float in between. */
export function decimal({ amount_minor, currency }: Money): string {
  const digits = exponent(currency);
  const sign = amount_minor < 0 ? "-" : "";
  const text = String(Math.abs(amount_minor)).padStart(digits + 1, "0");
  return digits === 0 ? sign + text : `${sign}${text.slice(0, -digits)}.${text.slice(-digits)}`;
}

/** An amount as its reader types it, for a field that holds one already: `readAmount` understands it. */
export const typed = (locale: string, amount: Money): string =>
  locale === "fr" ? decimal(amount).replace(".", ",") : decimal(amount);

export function money(locale: string, amount: Money, how: { sign?: boolean; round?: boolean } = {}): string {
  const digits = how.round ? 0 : exponent(amount.currency);
  const format = numberFormat(locale, {
    style: "currency",
    currency: amount.currency,
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
    signDisplay: how.sign ? "exceptZero" : "negative",
  });
  return tidy(format.format(decimal(amount) as unknown as number));
}

/** For the axis of a chart: 34 k€. */
export function shortMoney(locale: string, amount: Money): string {
  const options: Intl.NumberFormatOptions = {
    style: "currency",
    currency: amount.currency,
    notation: "compact",
    maximumFractionDigits: 1,
  };
  return tidy(numberFormat(locale, options).format(decimal(amount) as unknown as number));
}

export const number = (locale: string, value: number): string => tidy(numberFormat(locale, {}).format(value));

/** 3000 basis points are 30 %. */
export function rate(locale: string, basisPoints: number): string {
  const options: Intl.NumberFormatOptions = { style: "percent", maximumFractionDigits: 2 };
  return tidy(numberFormat(locale, options).format(basisPoints / 10_000));
}

export const DAY: Intl.DateTimeFormatOptions = { day: "numeric", month: "short", year: "numeric" };
export const MOMENT: Intl.DateTimeFormatOptions = { ...DAY, hour: "2-digit", minute: "2-digit" };

/** A moment in the zone of the books. */
export function date(locale: string, at: string, options: Intl.DateTimeFormatOptions = DAY): string {
  return dateFormat(locale, { timeZone: ZONE, ...options })
    .format(new Date(at))
    .replaceAll("\u202f", "\u00a0");
}

/** `2026-10` as October 2026. */
export function month(locale: string, text: string, form: "long" | "short" = "long"): string {
  const year: Intl.DateTimeFormatOptions = form === "long" ? { year: "numeric" } : {};
  return dateFormat(locale, { timeZone: "UTC", month: form, ...year }).format(
    new Date(`${text}-01T00:00:00Z`),
  );
}

/** "of October 2026", « d’octobre 2026 »: French drops the vowel before another. */
export function ofMonth(locale: string, text: string): string {
  const name = month(locale, text);
  if (locale !== "fr") return `of ${name}`;
  return /^[aeiouàâéèêîôû]/i.test(name) ? `d’${name}` : `de ${name}`;
}

/** The month before (or after) `2026-10`. */
export function shiftMonth(text: string, by: number): string {
  const [year = 0, number = 1] = text.split("-").map(Number);
  const index = year * 12 + number - 1 + by;
  return `${Math.floor(index / 12)}-${String((index % 12) + 1).padStart(2, "0")}`;
}

/**
 * What somebody typed as an amount, in minor units: `1 234,50`, `1,234.50`. Null when it is none, and for
 * `12,345`, which is twelve thousand to one reader and twelve to another.
 */
export function readAmount(text: string, currency: string): number | null {
  const digits = exponent(currency);
  const plain = text.replace(/[\s\u00a0\u202f']/g, "");
  if (digits !== 3 && /^\d+[.,]\d{3}$/.test(plain)) return null;
  const found = /^(\d{1,3}(?:[.,]\d{3})*|\d+)(?:[.,](\d{1,3}))?$/.exec(plain);
  if (!found?.[1]) return null;
  const [, whole, cents = ""] = found;
  if (cents.length > digits) return null;
  const value = Number(whole.replace(/[.,]/g, "")) * 10 ** digits + Number(cents.padEnd(digits, "0") || 0);
  return Number.isSafeInteger(value) ? value : null;
}
