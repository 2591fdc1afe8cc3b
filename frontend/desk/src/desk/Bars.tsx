import { Trans } from "@lingui/react/macro";
import { type ReactNode, useState } from "react";
import { useFormat } from "../i18n/format";
import type { Money } from "../i18n/text";
import css from "./Bars.module.css";
import { ticks } from "./ticks";

export interface Series {
  key: string;
  label: string;
  color: string;
}

const HEIGHT = 190;

/** Stacked bars by month with the same figures in a table: for ears, and for paper. */
export function Bars({
  caption,
  series,
  months,
  currency,
}: {
  caption: ReactNode;
  series: Series[];
  /** Amounts in minor units by series' key; the oldest month first. */
  months: { month: string; values: Record<string, number> }[];
  currency: string;
}) {
  const f = useFormat();
  const [shown, setShown] = useState<number | null>(null);
  const money = (amount_minor: number): Money => ({ amount_minor, currency });
  const totals = months.map(({ values }) =>
    series.reduce((sum, { key }) => sum + Math.max(0, values[key] ?? 0), 0),
  );
  const lines = ticks(Math.max(...totals, 1));
  const top = lines.at(-1) ?? 1;
  const pointed = shown === null ? undefined : months[shown];
  return (
    <figure className={css.figure}>
      <div className={css.chart} aria-hidden="true" onMouseLeave={() => setShown(null)}>
        <div className={css.axis}>
          {lines.toReversed().map((line) => (
            <span key={line}>{f.shortMoney(money(line))}</span>
          ))}
        </div>
        <div className={css.plot}>
          {lines.toReversed().map((line) => (
            <i key={line} className={css.grid} />
          ))}
          <div className={css.bars}>
            {months.map(({ month, values }, index) => (
              // biome-ignore lint/a11y/noStaticElementInteractions: the table below tells the same to everybody
              <div
                key={month}
                className={css.slot}
                onMouseEnter={() => setShown(index)}
                data-shown={index === shown || undefined}
              >
                <svg
                  className={css.bar}
                  viewBox={`0 0 34 ${HEIGHT}`}
                  preserveAspectRatio="none"
                  aria-hidden="true"
                >
                  {stack(series, values, top).map(({ key, color, y, height }) => (
                    <rect key={key} x="0" y={y} width="34" height={height} style={{ fill: color }} />
                  ))}
                </svg>
                <span>{f.month(month, "short")}</span>
              </div>
            ))}
          </div>
          {pointed ? (
            <div
              className={`${css.tip} tnum`}
              data-side={shown !== null && shown > months.length / 2 ? "left" : "right"}
            >
              <b>{f.month(pointed.month)}</b>
              {series.map(({ key, label, color }) => (
                <div key={key}>
                  <i style={{ background: color }} />
                  <span>{label}</span>
                  <span>{f.money(money(pointed.values[key] ?? 0))}</span>
                </div>
              ))}
            </div>
          ) : null}
        </div>
      </div>
      <div className={css.table}>
        <table>
          <caption>{caption}</caption>
          <thead>
            <tr>
              <th scope="col">
                <Trans>Month</Trans>
              </th>
              {series.map(({ key, label }) => (
                <th scope="col" key={key}>
                  {label}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {months.map(({ month, values }) => (
              <tr key={month}>
                <th scope="row">{f.month(month)}</th>
                {series.map(({ key }) => (
                  <td key={key}>{f.money(money(values[key] ?? 0))}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </figure>
  );
}

export function Legend({ series }: { series: Series[] }) {
  return (
    <ul className={css.legend}>
      {series.map(({ key, label, color }) => (
        <li key={key}>
          <i style={{ background: color }} />
          {label}
        </li>
      ))}
    </ul>
  );
}

function stack(series: Series[], values: Record<string, number>, top: number) {
  let y = HEIGHT;
  return series.map(({ key, color }) => {
    const height = (Math.max(0, values[key] ?? 0) / top) * HEIGHT;
    y -= height;
    return { key, color, y, height };
  });
}
