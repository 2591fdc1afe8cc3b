let ahead_ms = 0;

/** What a response said of the server's time; the browser's own clock may be wrong. */
export function heardTime(date: string | null, now = Date.now()): void {
  const told = date === null ? Number.NaN : Date.parse(date);
  if (Number.isFinite(told)) ahead_ms = told - now;
}

/** A minute: headers tell whole seconds, and an answer takes its time. */
const MARGIN_MS = 60_000;

/** Whether `at` lies in the future of the server: what has happened then, another clock has dated. */
export const isAhead = (at: string, now = Date.now()): boolean => Date.parse(at) > now + ahead_ms + MARGIN_MS;
