/** 1 234 567 → 1,2 Mo, in the reader's language. */
export function fileSize(bytes: number, locale: string): string {
  const large = bytes >= 1_000_000;
  return new Intl.NumberFormat(locale, {
    style: "unit",
    unit: large ? "megabyte" : "kilobyte",
    maximumFractionDigits: 1,
  }).format(bytes / (large ? 1_000_000 : 1000));
}
