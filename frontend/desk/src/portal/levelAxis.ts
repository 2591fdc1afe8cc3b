/** Where moments lie on an axis of time, in percent of its length. Pure. */
export interface Tick {
  at: string;
  left: number;
}

const STEPS = [1, 3, 6, 12, 24, 60];

export const placeOf = (at: string | number, from: number, to: number): number =>
  Math.min(100, Math.max(0, ((new Date(at).getTime() - from) / Math.max(to - from, 1)) * 100));

/** The first days of months that divide the axis into at most `most` parts. */
export function ticksBetween(from: number, to: number, most = 5): Tick[] {
  const months = (to - from) / (30.44 * 86_400_000);
  const step = STEPS.find((one) => months / one <= most) ?? Math.ceil(months / most / 12) * 12;
  const first = new Date(from);
  const found: Tick[] = [];
  const index = first.getUTCFullYear() * 12 + first.getUTCMonth();
  for (let month = Math.ceil((index + 1) / step) * step; found.length <= most; month += step) {
    const at = Date.UTC(Math.floor(month / 12), month % 12, 1);
    if (at > to) break;
    found.push({ at: new Date(at).toISOString(), left: placeOf(at, from, to) });
  }
  return found;
}

/** The moment at which evaluations come next: a quarter begins. */
export function nextQuarter(now: Date): string {
  const year = now.getUTCFullYear();
  const quarter = Math.floor(now.getUTCMonth() / 3) + 1;
  return new Date(Date.UTC(year, quarter * 3, 1)).toISOString();
}

/** Whole days from now on, never below zero. */
export const daysUntil = (at: string, now: number): number =>
  Math.max(0, Math.ceil((new Date(at).getTime() - now) / 86_400_000));
