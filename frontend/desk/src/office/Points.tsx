import { useLingui } from "@lingui/react/macro";
import type { Schema } from "../api/client";
import own from "./programmes.module.css";
import { useProgrammeWords } from "./programmeWords";

type Point = Schema["PointView"];

/** Each requirement of one level, what was measured, and whether it is met. */
export function Points({
  points,
  level,
  measures,
}: {
  points: Point[];
  level: string;
  measures: Schema["MeasureName"][];
}) {
  const { t } = useLingui();
  const words = useProgrammeWords();
  const named = new Map(measures.map((measure) => [measure.code, measure]));
  return (
    <ul className={`${own.pointList} tnum`}>
      {points
        .filter((point) => point.level === level)
        .map((point) => {
          const measure = named.get(point.measure);
          if (!measure) return null;
          const value = words.figure(point.value, measure.unit);
          const needed = words.figure(point.at_least, measure.unit);
          return (
            <li key={point.measure} data-met={point.missing === 0 ? "yes" : "no"}>
              {point.missing === 0
                ? t`${words.named(measure)}: ${value} of ${needed}, met`
                : t`${words.named(measure)}: ${value} of ${needed}, missing`}
            </li>
          );
        })}
    </ul>
  );
}

/** The level whose points say most: the one reached above, or the one that is not held up. */
export const telling = (one: { held: string; level: string; follows: string | null }) =>
  one.follows?.includes("promote") ? one.level : one.held;
