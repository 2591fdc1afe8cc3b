import type { Schema } from "../api/client";

export interface FlowNode {
  id: string;
  column: 0 | 1 | 2;
  value: number;
}
export interface FlowLink {
  source: string;
  target: string;
  value: number;
}

/** The bands of the picture: customers to channels, channels to who received. Only what is above zero has a width. */
export function bands(flow: Schema["Flow"]): { nodes: FlowNode[]; links: FlowLink[] } {
  const links = new Map<string, FlowLink>();
  const add = (source: string, target: string, value: number) => {
    const key = `${source}>${target}`;
    const known = links.get(key);
    if (known) known.value += value;
    else links.set(key, { source, target, value });
  };
  for (const row of flow.rows) {
    add(`segment:${row.segment}`, `channel:${row.channel}`, row.gross.amount_minor);
    add(`channel:${row.channel}`, "receiver:operator", row.operator.amount_minor);
    add(`channel:${row.channel}`, "receiver:vat", row.vat.amount_minor);
    add(`channel:${row.channel}`, "receiver:fee", row.fee.amount_minor);
  }
  for (const one of flow.receivers)
    add(`channel:${one.channel}`, `partner:${one.organisation_id}`, one.amount.amount_minor);
  for (const channel of new Set(flow.rows.map((row) => row.channel))) {
    const whole = total(flow.rows.filter((row) => row.channel === channel).map((row) => row.partners));
    const named = total(flow.receivers.filter((one) => one.channel === channel).map((one) => one.amount));
    add(`channel:${channel}`, "receiver:others", whole - named);
  }
  const kept = [...links.values()].filter(({ value }) => value > 0);
  const values = new Map<string, number>();
  for (const { source, target, value } of kept) {
    if (source.startsWith("segment:")) values.set(source, (values.get(source) ?? 0) + value);
    values.set(target, (values.get(target) ?? 0) + value);
  }
  const nodes = [...values].map(([id, value]) => ({ id, column: columnOf(id), value }));
  const rank = (id: string) =>
    id === "receiver:operator" ? 0 : id.startsWith("partner:") ? 1 : id === "receiver:others" ? 2 : 3;
  nodes.sort((a, b) => a.column - b.column || rank(a.id) - rank(b.id) || b.value - a.value);
  return { nodes, links: kept };
}

const columnOf = (id: string): FlowNode["column"] =>
  id.startsWith("segment:") ? 0 : id.startsWith("channel:") ? 1 : 2;
const total = (amounts: Schema["Money"][]) =>
  amounts.reduce((sum, { amount_minor }) => sum + amount_minor, 0);
