import { shiftMonth, ZONE } from "../i18n/text";

/**
 * The cells, as `level/column`, that give less than the one before them: the level below in the same
 * column and, if `across`, the column before at the same level (F-11). Levels from the lowest on.
 */
export function lower(
  levels: string[],
  columns: string[],
  value: (level: string, column: string) => number,
  { across }: { across: boolean },
): Set<string> {
  const found = new Set<string>();
  levels.forEach((level, row) => {
    columns.forEach((column, place) => {
      const below = levels[row - 1];
      const before = columns[place - 1];
      const own = value(level, column);
      if (below !== undefined && own < value(below, column)) found.add(`${level}/${column}`);
      if (across && before !== undefined && own < value(level, before)) found.add(`${level}/${column}`);
    });
  });
  return found;
}

/** `2026-12-01` all through November in Paris. */
export function firstOfNextMonth(now = new Date()): string {
  const month = new Intl.DateTimeFormat("en-CA", { timeZone: ZONE, year: "numeric", month: "2-digit" });
  return `${shiftMonth(month.format(now).slice(0, 7), 1)}-01`;
}
