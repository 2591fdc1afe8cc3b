import { sankey, sankeyLinkHorizontal } from "d3-sankey";

export type LaidNode<Node> = Node & { x0: number; x1: number; y0: number; y1: number; value: number };
export type LaidLink<Node, Link> = Omit<Link, "source" | "target"> & {
  source: Node;
  target: Node;
  width: number;
  path: string;
};

interface Paper {
  width: number;
  height: number;
  /** Between two nodes of a column. */
  padding: number;
}

/** Nodes as boxes in their columns, in the order given, and the bands between them as paths. */
export function laySankey<Node extends { id: string }, Link extends { value: number }>(
  nodes: Node[],
  links: Link[],
  column: (node: Node) => number,
  paper: Paper,
): { nodes: LaidNode<Node>[]; links: LaidLink<Node, Link>[] } {
  if (links.length === 0) return { nodes: [], links: [] };
  const layout = sankey<Node, Link>()
    .nodeId((node) => node.id)
    .nodeAlign(column)
    .nodeSort(null as never)
    .nodeWidth(14)
    .nodePadding(paper.padding)
    .extent([
      [4, 8],
      [paper.width - 4, paper.height - 8],
    ]);
  const laid = layout({
    nodes: nodes.map((node) => ({ ...node })),
    links: links.map((link) => ({ ...link })) as never,
  });
  const path = sankeyLinkHorizontal();
  return {
    nodes: laid.nodes as unknown as LaidNode<Node>[],
    links: laid.links.map((link) => ({
      ...(link as unknown as Link),
      source: link.source as unknown as Node,
      target: link.target as unknown as Node,
      width: link.width ?? 0,
      path: path(link as never) ?? "",
    })),
  };
}
