import { Trans, useLingui } from "@lingui/react/macro";
import { useFormat } from "../i18n/format";
import own from "./programmes.module.css";
import { jumpsOf, rebateAt, type Step } from "./tiers";

const WIDTH = 640;
const HEIGHT = 220;
const LEFT = 74;
const BOTTOM = 28;

/** The rebate by turnover; where it jumps, a dashed line. The table beside says the same. */
export function TierChart({
  name,
  steps,
  mode,
  currency,
}: {
  name: string;
  steps: Step[];
  mode: "incremental" | "retroactive";
  currency: string;
}) {
  const { t } = useLingui();
  const f = useFormat();
  const money = (amount_minor: number) => f.shortMoney({ amount_minor: Math.round(amount_minor), currency });
  const end = Math.max((steps.at(-1)?.from ?? 0) * 1.4, 100_000);
  const top = Math.max(rebateAt(end, steps, mode), 1);
  const x = (turnover: number) => LEFT + (turnover / end) * (WIDTH - LEFT - 12);
  const y = (rebate: number) => HEIGHT - BOTTOM - (rebate / top) * (HEIGHT - BOTTOM - 16);
  // Each tier is a straight line; one that reaches back begins where it has jumped to.
  const lines = steps.map(({ from }, index) => {
    const to = steps[index + 1]?.from ?? end;
    const reached = steps.slice(0, index + 1);
    return [
      [x(from), y(rebateAt(from, reached, mode))],
      [x(to), y(rebateAt(to, reached, mode))],
    ]
      .map((point) => point.join(","))
      .join(" ");
  });
  const jumps = jumpsOf(steps, mode);
  return (
    <section style={{ overflowX: "auto" }} tabIndex={0} aria-label={t`Rebate by turnover: ${name}`}>
      <svg className={own.chart} viewBox={`0 0 ${WIDTH} ${HEIGHT}`} aria-hidden="true">
        {[0, 0.5, 1].map((part) => (
          <g key={part}>
            <line className={own.axis} x1={LEFT} x2={WIDTH - 12} y1={y(top * part)} y2={y(top * part)} />
            <text x={LEFT - 8} y={y(top * part) + 4} textAnchor="end">
              {money(top * part)}
            </text>
          </g>
        ))}
        {steps.map(({ from }) => (
          <text key={from} x={x(from)} y={HEIGHT - 8} textAnchor="middle">
            {money(from)}
          </text>
        ))}
        {lines.map((points) => (
          <polyline key={points} className={own.line} points={points} />
        ))}
        {jumps.map(({ from, jump }) => {
          const above = rebateAt(from, steps, mode);
          return (
            <line
              key={from}
              className={own.jump}
              x1={x(from)}
              x2={x(from)}
              y1={y(above - jump)}
              y2={y(above)}
            />
          );
        })}
      </svg>
      <p className="sr">
        {jumps.length === 0 ? (
          <Trans>The rebate grows with the turnover, without a jump.</Trans>
        ) : (
          <Trans>The rebate jumps at each tier: one cent more turnover gives much more.</Trans>
        )}
      </p>
    </section>
  );
}
