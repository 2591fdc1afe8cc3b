/** The first instant of a day in Paris, as the API takes moments: `2026-12-01` is 2026-11-30T23:00:00Z. */
export function midnightInParis(day: string): string {
  const utc = Date.parse(`${day}T00:00:00Z`);
  // The offset of Paris at about that moment; a clock changes at 02:00 or 03:00, never at midnight.
  const there = new Intl.DateTimeFormat("en-CA", {
    timeZone: "Europe/Paris",
    dateStyle: "short",
    timeStyle: "medium",
    hourCycle: "h23",
  }).format(utc - 3_600_000);
  const offset = Date.parse(`${there.replace(", ", "T")}Z`) - (utc - 3_600_000);
  return new Date(utc - offset).toISOString();
}

/** The day in Paris, as a field of a date takes it. */
export const today = () => new Intl.DateTimeFormat("en-CA", { timeZone: "Europe/Paris" }).format();

/** So many days later, as a field of a date takes it. */
export const dayAfter = (day: string, days: number) =>
  new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
