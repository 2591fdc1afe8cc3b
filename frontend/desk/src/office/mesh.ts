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

/** What was given, as bands from who gave to who received; what was taken back runs the other way. */
export function meshBands(edges: Schema["MeshEdge"][]): { nodes: MeshNode[]; links: MeshLink[] } {
  const links = new Map<string, MeshLink>();
  for (const edge of edges) {
    const value = edge.amount.amount_minor;
    if (edge.figure === "inside" || value === 0) continue;
    const [giver, receiver] = [nodeOf(edge.giver, edge), nodeOf(edge.receiver, edge)];
    const [source, target] = value > 0 ? [giver, receiver] : [receiver, giver];
    const key = `${source}>${target}>${edge.figure}`;
    const known = links.get(key);
    if (known) known.value += Math.abs(value);
    else
      links.set(key, {
        source: `from:${source}`,
        target: `to:${target}`,
        value: Math.abs(value),
        figure: edge.figure,
      });
  }
  const values = new Map<string, number>();
  for (const { source, target, value } of links.values())
    for (const id of [source, target]) values.set(id, (values.get(id) ?? 0) + value);
  const nodes = [...values].map(([id, value]) => ({ id, value }));
  nodes.sort((a, b) => b.value - a.value);
  return { nodes, links: [...links.values()] };
}
