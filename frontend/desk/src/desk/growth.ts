/** Where a number of servers stands on a scale on which each step is ten times the one before. */

export const WIDTH = 640;
export const HEIGHT = 240;
const LEFT = 64;
const RIGHT = 12;
const TOP = 14;
const BOTTOM = 26;

export interface Point {
  month: string;
  servers: number;
  x: number;
  y: number;
}

/** 1, 10, 100, … up to the first that holds `most`. */
export function steps(most: number): number[] {
  const found = [1, 10];
  for (let step = 10; step < most; ) {
    step *= 10;
    found.push(step);
  }
  return found;
}

export function heightOf(servers: number, most: number): number {
  const lines = steps(most);
  const top = Math.log10(lines.at(-1) ?? 10);
  const share = Math.log10(Math.max(1, servers)) / top;
  return HEIGHT - BOTTOM - share * (HEIGHT - BOTTOM - TOP);
}

/** One point a month, the oldest on the left; a month without servers stands on the ground. */
export function pointsOf(months: { month: string; servers: number }[]): Point[] {
  const most = Math.max(1, ...months.map((one) => one.servers));
  const room = WIDTH - LEFT - RIGHT;
  return months.map(({ month, servers }, index) => ({
    month,
    servers,
    x: LEFT + (months.length === 1 ? room / 2 : (room * index) / (months.length - 1)),
    y: heightOf(servers, most),
  }));
}

/** One entry a month: the months of several currencies hold the same servers. */
export function byMonth<One extends { month: string; servers: number }>(months: One[]): One[] {
  return months.filter((one, index) => months.findIndex((other) => other.month === one.month) === index);
}
