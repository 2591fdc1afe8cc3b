import type { ReactNode } from "react";
import type { Money } from "../i18n/text";
import { Amount } from "./Amount";
import css from "./Waterfall.module.css";

export interface Fall {
  key: string;
  label: ReactNode;
  amount: Money;
  /** One sentence: the rate, the reason. */
  why?: ReactNode;
  /** A link to the lines behind it. */
  more?: ReactNode;
  /** A sum stands on the ground; a part hangs where the one before ended. */
  sum?: boolean;
}

/** From what customers paid to what is received, each step with its reason. */
export function Waterfall({ falls }: { falls: Fall[] }) {
  let run = 0;
  const spans = falls.map(({ amount, sum }) => {
    const start = sum ? 0 : run;
    run = sum ? amount.amount_minor : run + amount.amount_minor;
    return [Math.min(start, run), Math.max(start, run)] as const;
  });
  const low = Math.min(0, ...spans.map(([from]) => from));
  const width = Math.max(1, Math.max(...spans.map(([, to]) => to)) - low);
  return (
    <ul className={css.falls}>
      {falls.map((fall, index) => {
        const [from, to] = spans[index] ?? [0, 0];
        const kind = fall.sum ? "sum" : fall.amount.amount_minor < 0 ? "less" : "more";
        return (
          <li key={fall.key} data-last={index === falls.length - 1 || undefined}>
            <span className={css.row}>
              <b>{fall.label}</b>
              <Amount value={fall.amount} sign={!fall.sum} strong={fall.sum ?? false} />
            </span>
            <svg
              className={css.bar}
              viewBox="0 0 1000 5"
              preserveAspectRatio="none"
              aria-hidden="true"
              data-kind={kind}
            >
              <rect
                x={((from - low) / width) * 1000}
                width={Math.max(8, ((to - from) / width) * 1000)}
                height="5"
              />
            </svg>
            {fall.why || fall.more ? (
              <small>
                <span>{fall.why}</span>
                {fall.more ? <span className="no-print">{fall.more}</span> : null}
              </small>
            ) : null}
          </li>
        );
      })}
    </ul>
  );
}
