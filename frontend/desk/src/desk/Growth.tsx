import { Trans, useLingui } from "@lingui/react/macro";
import type { Schema } from "../api/client";
import { useFormat } from "../i18n/format";
import { Amount } from "./Amount";
import { Empty } from "./Empty";
import css from "./Growth.module.css";
import { byMonth, HEIGHT, heightOf, pointsOf, steps, WIDTH } from "./growth";

/** From the first server on: a curve for eyes, the sizes reached, and every month in a table. */
export function Growth({ growth }: { growth: Schema["GrowthView"] }) {
  const { t } = useLingui();
  const f = useFormat();
  const month = (day: string) => f.month(day.slice(0, 7), "short");
  if (growth.months.length === 0) {
    return (
      <Empty title={<Trans>No server yet</Trans>}>
        <Trans>The curve begins with the first server that is used.</Trans>
      </Empty>
    );
  }
  return (
    <figure className={css.figure}>
      <ul className={css.sizes} aria-label={t`Sizes reached`}>
        {growth.sizes.map((size) => (
          <li key={size.servers} data-reached={size.month ? true : undefined}>
            <b>{f.number(size.servers)}</b>
            <small>{size.month ? month(size.month) : <Trans>Not yet</Trans>}</small>
          </li>
        ))}
      </ul>
      <section className={css.scroll} tabIndex={0} aria-label={t`Curve`}>
        <Curve growth={growth} />
      </section>
      <section className={css.table} tabIndex={0} aria-label={t`Use by month`}>
        <table>
          <caption className="sr">
            <Trans>Use by month</Trans>
          </caption>
          <thead>
            <tr>
              <th scope="col">
                <Trans>Month</Trans>
              </th>
              <th scope="col">
                <Trans>Servers</Trans>
              </th>
              <th scope="col">
                <Trans>At list price</Trans>
              </th>
              <th scope="col">
                <Trans>After discount</Trans>
              </th>
              <th scope="col">
                <Trans>Paid by credit</Trans>
              </th>
              <th scope="col">
                <Trans>To pay, before VAT</Trans>
              </th>
            </tr>
          </thead>
          <tbody>
            {growth.months.toReversed().map((one) => (
              <tr key={one.month + one.net.currency}>
                <th scope="row">{f.month(one.month.slice(0, 7))}</th>
                <td data-label={t`Servers`}>{f.number(one.servers)}</td>
                <td data-label={t`At list price`}>
                  <Amount value={one.listed} />
                </td>
                <td data-label={t`After discount`}>
                  <Amount value={one.net} />
                </td>
                <td data-label={t`Paid by credit`}>
                  <Amount value={one.credit} />
                </td>
                <td data-label={t`To pay, before VAT`}>
                  <Amount value={one.payable} strong />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </figure>
  );
}

function Curve({ growth }: { growth: Schema["GrowthView"] }) {
  const { t } = useLingui();
  const f = useFormat();
  const points = pointsOf(byMonth(growth.months));
  const most = Math.max(1, ...points.map((one) => one.servers));
  const [first, last] = [points[0], points.at(-1)];
  if (!first || !last) return null;
  const line = points.map(({ x, y }) => `${x},${y}`).join(" L");
  const ground = heightOf(1, most);
  const every = Math.ceil(points.length / 6);
  return (
    <svg
      className={css.chart}
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      role="img"
      aria-label={t`Servers by month: from ${f.number(first.servers)} to ${f.number(last.servers)}`}
    >
      {steps(most).map((step) => (
        <g key={step}>
          <line
            className={css.grid}
            x1={64}
            x2={WIDTH - 12}
            y1={heightOf(step, most)}
            y2={heightOf(step, most)}
          />
          <text className={css.tick} x={58} y={heightOf(step, most) + 4} textAnchor="end">
            {f.number(step)}
          </text>
        </g>
      ))}
      <path className={css.area} d={`M${first.x},${ground} L${line} L${last.x},${ground} Z`} />
      <path className={css.curve} d={`M${line}`} />
      {points.map(({ month, servers, x, y }, index) => (
        <g key={month}>
          <circle className={css.dot} cx={x} cy={y} r={4}>
            <title>{`${f.month(month.slice(0, 7))}: ${f.number(servers)}`}</title>
          </circle>
          {index % every === 0 ? (
            <text
              className={css.tick}
              x={x}
              y={HEIGHT - 6}
              textAnchor={
                points.length === 1
                  ? "middle"
                  : index === 0
                    ? "start"
                    : index === points.length - 1
                      ? "end"
                      : "middle"
              }
            >
              {f.month(month.slice(0, 7), "short")}
            </text>
          ) : null}
        </g>
      ))}
    </svg>
  );
}
