import { Trans, useLingui } from "@lingui/react/macro";
import { Link } from "@tanstack/react-router";
import type { Schema } from "../api/client";
import { Panel } from "../desk/Page";
import { useFormat } from "../i18n/format";
import { useFolded } from "./Folded";
import { Cell } from "./kit";
import { useMeshWords } from "./meshWords";
import css from "./office.module.css";

/** The organisations through which most went; each can be looked at alone. */
export function MeshParties({ mesh }: { mesh: Schema["Mesh"] }) {
  const { t } = useLingui();
  const f = useFormat();
  const words = useMeshWords();
  const { parties, others } = mesh;
  const { shown, more } = useFolded(parties);
  if (parties.length === 0) return null;
  return (
    <Panel title={<Trans>Parties</Trans>} flush>
      <section className={css.scroll} tabIndex={0} aria-label={t`Parties`}>
        <table className={`${css.simple} ${css.cards} tnum`}>
          <thead>
            <tr>
              <th scope="col">{t`Organisation`}</th>
              <th scope="col">{t`Group`}</th>
              <th scope="col" className={css.numeric}>{t`Has given`}</th>
              <th scope="col" className={css.numeric}>{t`Has received`}</th>
            </tr>
          </thead>
          <tbody>
            {shown.map((one) => (
              <tr key={one.organisation_id}>
                <th scope="row">
                  <Link
                    className={css.link}
                    to="/office/mesh"
                    search={(old) => ({ ...old, party: one.organisation_id })}
                  >
                    {one.name}
                  </Link>
                </th>
                <td>
                  <span className={css.cardLabel} aria-hidden="true">{t`Group`}</span>
                  {words.groups[one.group]}
                </td>
                <Cell label={t`Has given`}>{f.money(one.gave)}</Cell>
                <Cell label={t`Has received`}>{f.money(one.received)}</Cell>
              </tr>
            ))}
          </tbody>
          {others.parties ? (
            <tfoot>
              <tr>
                <th scope="row" colSpan={2}>{t`Others: ${f.number(others.parties)}`}</th>
                <Cell label={t`Has given`}>{f.money(others.gave)}</Cell>
                <Cell label={t`Has received`}>{f.money(others.received)}</Cell>
              </tr>
            </tfoot>
          ) : null}
        </table>
      </section>
      {more}
    </Panel>
  );
}
