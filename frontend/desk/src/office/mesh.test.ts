import { expect, test } from "vitest";
import type { Schema } from "../api/client";
import { meshBands } from "./mesh";

const edge = (more: object) =>
  ({
    what: "margin",
    figure: "cost",
    giver: "operator",
    receiver: "wholesalers",
    party: null,
    amount: { amount_minor: 500, currency: "EUR" },
    ...more,
  }) as Schema["MeshEdge"];

test("a band runs from who gave to who received, and back where more was taken back", () => {
  const { links } = meshBands([
    edge({}),
    edge({ receiver: "resellers", amount: { amount_minor: -20, currency: "EUR" } }),
  ]);
  expect(links.map(({ source, target, value }) => [source, target, value])).toEqual([
    ["from:operator", "to:wholesalers", 500],
    ["from:resellers", "to:operator", 20],
  ]);
});

test("a named partner has its own place, its customers are not it", () => {
  const { nodes } = meshBands([
    edge({ what: "sale_share", figure: "share", giver: "customers", receiver: "editors", party: "p" }),
  ]);
  expect(nodes.map(({ id }) => id).sort()).toEqual(["from:customers", "to:party:p"]);
});

test("what stays inside one party is not drawn", () => {
  expect(meshBands([edge({ figure: "inside" })]).links).toEqual([]);
});

test("the largest have their own place, the others share one, and nothing is lost", () => {
  const edges = [..."abcdef"].map((party, index) =>
    edge({ party, amount: { amount_minor: 100 * (index + 1), currency: "EUR" } }),
  );
  const { nodes, links } = meshBands(edges, 3);
  expect(nodes.map(({ id }) => id)).toEqual([
    "from:operator",
    "to:party:f",
    "to:party:e",
    "to:party:d",
    "to:others",
  ]);
  expect(links.reduce((sum, { value }) => sum + value, 0)).toBe(2_100);
  expect(meshBands(edges.slice(0, 4), 3).nodes.map(({ id }) => id)).not.toContain("to:others");
});
