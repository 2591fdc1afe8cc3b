import { Trans, useLingui } from "@lingui/react/macro";
import { useMemo } from "react";
import type { Schema } from "../api/client";
import { Legend } from "../desk/Bars";
import { useFormat } from "../i18n/format";
import { type MeshNode, meshBands, OTHERS } from "./mesh";
import { FIGURE_COLORS, useMeshWords } from "./meshWords";
import css from "./office.module.css";
import { laySankey } from "./sankeyLayout";

const WIDTH = 1140;
const ROW = 46;

/** Who gave on the left, who received on the right; the table below says the same in figures. */
export function MeshGraph({ mesh, most }: { mesh: Schema["Mesh"]; most: number }) {
  const { t } = useLingui();
  const f = useFormat();
  const words = useMeshWords();
  const { nodes, links, height } = useMemo(() => lay(mesh.edges, most), [mesh.edges, most]);
  const names = new Map(mesh.edges.map((edge) => [`party:${edge.party}`, edge.party_name]));
  const money = (amount_minor: number) => f.money({ amount_minor, currency: mesh.currency }, { round: true });
  const label = (id: string) => {
    const who = id.slice(id.indexOf(":") + 1);
    if (who === OTHERS) return t`All others`;
    return names.get(who) ?? words.groups[who as keyof typeof words.groups] ?? who;
  };
  if (links.length === 0) return null;
  return (
    <>
      <div className={css.sankeyHead} aria-hidden="true">
        <span>
          <Trans>Who gave</Trans>
        </span>
        <span>
          <Trans>Who received</Trans>
        </span>
      </div>
      <svg
        className={css.sankey}
        viewBox={`0 0 ${WIDTH} ${height}`}
        role="img"
        aria-label={t`Value mesh: the table below says the same`}
      >
        {links.map((link) => (
          <path
            key={`${link.source.id}>${link.target.id}>${link.figure}`}
            d={link.path}
            fill="none"
            stroke={FIGURE_COLORS[link.figure]}
            strokeWidth={Math.max(1, link.width)}
            strokeOpacity={0.3}
          >
            <title>{`${label(link.source.id)} → ${label(link.target.id)} · ${words.figures[link.figure]} · ${money(link.value)}`}</title>
          </path>
        ))}
        {nodes.map((node) => {
          const right = node.id.startsWith("to:");
          return (
            <g key={node.id} pointerEvents="none">
              <rect
                x={node.x0}
                y={node.y0}
                width={node.x1 - node.x0}
                height={Math.max(2, node.y1 - node.y0)}
                rx={3}
                fill="var(--series-4)"
              />
              <text
                x={right ? node.x0 - 8 : node.x1 + 8}
                y={(node.y0 + node.y1) / 2}
                textAnchor={right ? "end" : "start"}
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
      <Legend
        series={(["revenue", "cost", "share", "tax", "payment"] as const).map((figure) => ({
          key: figure,
          label: words.figures[figure],
          color: FIGURE_COLORS[figure],
        }))}
      />
    </>
  );
}

function lay(edges: Schema["MeshEdge"][], most: number) {
  const { nodes, links } = meshBands(edges, most);
  const sides = ["from:", "to:"].map((side) => nodes.filter(({ id }) => id.startsWith(side)).length);
  const height = Math.max(320, Math.max(...sides) * ROW);
  const column = ({ id }: MeshNode) => (id.startsWith("to:") ? 1 : 0);
  return { height, ...laySankey(nodes, links, column, { width: WIDTH, height, padding: 22 }) };
}
