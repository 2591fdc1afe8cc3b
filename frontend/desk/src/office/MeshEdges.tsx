import { Trans, useLingui } from "@lingui/react/macro";
import { Button } from "@mantine/core";
import type { Schema } from "../api/client";
import { Panel } from "../desk/Page";
import { useFormat } from "../i18n/format";
import { useFolded } from "./Folded";
import { Cell } from "./kit";
import { useMeshWords } from "./meshWords";
import css from "./office.module.css";

type Edge = Schema["MeshEdge"];

/** Every edge with its figure; each opens the postings that it is made of. */
export function MeshEdges({ mesh, onOpen }: { mesh: Schema["Mesh"]; onOpen: (edge: Edge) => void }) {
  const { t } = useLingui();
  const f = useFormat();
  const words = useMeshWords();
  const edges = mesh.edges.toSorted((a, b) => rank(a) - rank(b) || size(b) - size(a));
  const sold = (edge: Edge) => edge.what === "sale_share";
  const who = (edge: Edge, side: "giver" | "receiver") => {
    const group = edge[side];
    const own = !["operator", "state", "bank"].includes(group) && !(sold(edge) && side === "giver");
    return own && edge.party_name ? edge.party_name : words.groups[group];
  };
  const { shown, more } = useFolded(edges);
  if (edges.length === 0) return null;
  return (
    <Panel title={<Trans>Edges</Trans>} flush>
      <section className={css.scroll} tabIndex={0} aria-label={t`Edges`}>
        <table className={`${css.simple} ${css.cards} tnum`}>
          <thead>
            <tr>
              <th scope="col">{t`Who gave`}</th>
              <th scope="col">{t`Who received`}</th>
              <th scope="col">{t`For what`}</th>
              <th scope="col">{t`To us`}</th>
              <th scope="col" className={css.numeric}>{t`Booked`}</th>
              <th scope="col" className={css.numeric}>{t`Reversed`}</th>
              <th scope="col" className={css.numeric}>{t`Amount`}</th>
              <th scope="col" className={css.numeric}>{t`Postings`}</th>
            </tr>
          </thead>
          <tbody>
            {shown.map((edge) => (
              <tr key={[edge.what, edge.giver, edge.receiver, edge.party, edge.debit, edge.credit].join()}>
                <th scope="row">{who(edge, "giver")}</th>
                <td>
                  <span className={css.cardLabel} aria-hidden="true">{t`Who received`}</span>
                  {who(edge, "receiver")}
                </td>
                <td>
                  <span className={css.cardLabel} aria-hidden="true">{t`For what`}</span>
                  {words.whats[edge.what]}
                </td>
                <td>
                  <span className={css.cardLabel} aria-hidden="true">{t`To us`}</span>
                  {words.figures[edge.figure]}
                </td>
                <Cell label={t`Booked`}>{f.money(edge.forward)}</Cell>
                <Cell label={t`Reversed`}>{f.money(edge.reversed)}</Cell>
                <Cell label={t`Amount`}>
                  <b>{f.money(edge.amount)}</b>
                </Cell>
                <Cell label={t`Postings`}>
                  <Button
                    size="compact-sm"
                    variant="default"
                    aria-label={t`Postings: ${f.number(edge.postings)}`}
                    onClick={() => onOpen(edge)}
                  >
                    {f.number(edge.postings)}
                  </Button>
                </Cell>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      {more}
    </Panel>
  );
}

const ORDER = ["revenue", "cost", "share", "tax", "payment", "inside"];
const rank = (edge: Edge) => ORDER.indexOf(edge.figure);
const size = (edge: Edge) => Math.abs(edge.amount.amount_minor);
