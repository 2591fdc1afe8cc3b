import type { Schema } from "../api/client";

export interface MeshNode {
  /** `from:` or `to:`, and the group or the organisation: who gives both ways stands on both sides. */
  id: string;
  value: number;
}
export interface MeshLink {
  source: string;
  target: string;
  value: number;
  figure: Schema["MeshEdge"]["figure"];
}

const nodeOf = (group: string, edge: Schema["MeshEdge"]) =>
  edge.party && !["operator", "state", "bank"].includes(group) && !isOwnCustomer(group, edge)
    ? `party:${edge.party}`
    : group;

/** The final customers of a partner's sale are not the partner, though the edge is of its account. */
const isOwnCustomer = (group: string, edge: Schema["MeshEdge"]) =>
  edge.what === "sale_share" && group === edge.giver;

/** Stands for those of a side that are not drawn by themselves. */
export const OTHERS = "others";

/**
 * What was given, as bands from who gave to who received; what was taken back runs the other way. Of each
 * side the `most` largest have their own place, the others share one.
 */
export function meshBands(
  edges: Schema["MeshEdge"][],
  most = Number.POSITIVE_INFINITY,
): { nodes: MeshNode[]; links: MeshLink[] } {
  const all = bandsOf(edges);
  const sides = ["from:", "to:"].map((side) => nodesOf(all).filter(({ id }) => id.startsWith(side)));
  // One that would stand alone among the others is drawn by itself.
  const own = new Set(
    sides.flatMap((side) => (side.length <= most + 1 ? side : side.slice(0, most))).map(({ id }) => id),
  );
  const links = new Map<string, MeshLink>();
  for (const { source, target, value, figure } of all) {
    const from = own.has(source) ? source : `from:${OTHERS}`;
    const to = own.has(target) ? target : `to:${OTHERS}`;
    add(links, { source: from, target: to, value, figure });
  }
  const drawn = [...links.values()];
  return { nodes: nodesOf(drawn), links: drawn };
}

function add(links: Map<string, MeshLink>, link: MeshLink) {
  const key = `${link.source}>${link.target}>${link.figure}`;
  const known = links.get(key);
  if (known) known.value += link.value;
  else links.set(key, link);
}

function bandsOf(edges: Schema["MeshEdge"][]): MeshLink[] {
  const links = new Map<string, MeshLink>();
  for (const edge of edges) {
    const value = edge.amount.amount_minor;
    if (edge.figure === "inside" || value === 0) continue;
    const [giver, receiver] = [nodeOf(edge.giver, edge), nodeOf(edge.receiver, edge)];
    const [source, target] = value > 0 ? [giver, receiver] : [receiver, giver];
    add(links, {
      source: `from:${source}`,
      target: `to:${target}`,
      value: Math.abs(value),
      figure: edge.figure,
    });
  }
  return [...links.values()];
}

/** The largest first; the others, whatever they come to, last. */
function nodesOf(links: MeshLink[]): MeshNode[] {
  const values = new Map<string, number>();
  for (const { source, target, value } of links)
    for (const id of [source, target]) values.set(id, (values.get(id) ?? 0) + value);
  const nodes = [...values].map(([id, value]) => ({ id, value }));
  const last = ({ id }: MeshNode) => Number(id.endsWith(`:${OTHERS}`));
  return nodes.sort((a, b) => last(a) - last(b) || b.value - a.value);
}
