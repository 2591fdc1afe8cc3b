import { Trans, useLingui } from "@lingui/react/macro";
import { Link } from "@tanstack/react-router";
import { useMemo } from "react";
import type { Schema } from "../api/client";
import { useFormat } from "../i18n/format";
import { bands } from "./flow";
import css from "./office.module.css";
import { laySankey } from "./sankeyLayout";
import { useWords } from "./words";

const WIDTH = 1140;
const HEIGHT = 470;
const CHANNEL_COLORS: Record<string, string> = {
  "channel:marketplace": "var(--series-1)",
  "channel:direct": "var(--series-2)",
  "channel:isv": "var(--series-5, #c2557a)",
  "channel:vai": "var(--series-3)",
  "channel:wholesaler": "var(--series-6, #5b7f3a)",
};

/** Customers, channels, receivers; each band leads to the sales that it is made of. */
export function Sankey({ flow }: { flow: Schema["Flow"] }) {
  const { t } = useLingui();
  const f = useFormat();
  const words = useWords();
  const { nodes, links } = useMemo(() => lay(flow), [flow]);
  const money = (amount_minor: number) => f.money({ amount_minor, currency: flow.currency }, { round: true });
  const names = new Map(flow.receivers.map((one) => [`partner:${one.organisation_id}`, one.name]));
  const receivers: Record<string, string> = {
    "receiver:operator": t`We keep`,
    "receiver:vat": t`VAT to the state`,
    "receiver:fee": t`Payment fees`,
    "receiver:others": names.size > 0 ? t`Other partners` : t`Partners`,
  };
  const label = (id: string) => {
    const word = id.slice(id.indexOf(":") + 1);
    if (id.startsWith("segment:")) return words.segment(word);
    if (id.startsWith("channel:")) return words.channel(word);
    return names.get(id) ?? receivers[id] ?? word;
  };
  return (
    <>
      <div className={css.sankeyHead} aria-hidden="true">
        <span>
          <Trans>Customers</Trans>
        </span>
        <span>
          <Trans>Channels</Trans>
        </span>
        <span>
          <Trans>Who received</Trans>
        </span>
      </div>
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset cannot hold a drawing */}
      <svg
        className={css.sankey}
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        role="group"
        aria-label={t`Revenue flow`}
      >
        {links.map((link) => {
          const from = link.source.id;
          const to = link.target.id;
          return (
            <Link
              key={`${from}>${to}`}
              to="/office/sales"
              search={drill(flow, from, to) as never}
              aria-label={t`${label(from)} to ${label(to)}: ${money(link.value)}`}
            >
              <path
                d={link.path}
                fill="none"
                stroke={
                  from.startsWith("segment:")
                    ? "var(--series-4)"
                    : (CHANNEL_COLORS[from] ?? "var(--series-4)")
                }
                strokeWidth={Math.max(1, link.width)}
                strokeOpacity={0.26}
              >
                <title>{`${label(from)} → ${label(to)} · ${money(link.value)}`}</title>
              </path>
            </Link>
          );
        })}
        {nodes.map((node) => {
          const last = node.column === 2;
          return (
            // biome-ignore lint/a11y/noAriaHiddenOnFocusable: a group of a drawing takes no focus
            <g key={node.id} aria-hidden="true" pointerEvents="none">
              <rect
                x={node.x0}
                y={node.y0}
                width={node.x1 - node.x0}
                height={Math.max(2, node.y1 - node.y0)}
                rx={3}
                fill={colorOf(node.id)}
              />
              <text
                x={last ? node.x0 - 8 : node.x1 + 8}
                y={(node.y0 + node.y1) / 2}
                textAnchor={last ? "end" : "start"}
                dominantBaseline="middle"
                fill="var(--ink)"
              >
                <tspan fontWeight={600}>{label(node.id)}</tspan>
                <tspan dx={8} fill="var(--ink-2)">
                  {money(node.value)}
                </tspan>
              </text>
            </g>
          );
        })}
      </svg>
    </>
  );
}

const colorOf = (id: string) =>
  CHANNEL_COLORS[id] ??
  (id === "receiver:operator"
    ? "var(--series-1)"
    : id.startsWith("partner:") || id === "receiver:others"
      ? "var(--series-5, #c2557a)"
      : "var(--series-4)");

/** The filters of the sales behind a band. VAT and fees are of every sale of their channel. */
function drill(flow: Schema["Flow"], from: string, to: string) {
  const months = { month: flow.month, through: flow.through };
  if (from.startsWith("segment:")) return { ...months, segment: from.slice(8), channel: to.slice(8) };
  const partner = to.startsWith("partner:") ? { partner: to.slice(8) } : {};
  return { ...months, channel: from.slice(8), ...partner };
}

function lay(flow: Schema["Flow"]) {
  const { nodes, links } = bands(flow);
  return laySankey(nodes, links, (node) => node.column, { width: WIDTH, height: HEIGHT, padding: 18 });
}
