import { Trans, useLingui } from "@lingui/react/macro";
import { Link } from "@tanstack/react-router";
import type { Schema } from "../api/client";
import { Panel } from "../desk/Page";
import { useFormat } from "../i18n/format";
import { useFolded } from "./Folded";
import { Cell } from "./kit";
import css from "./office.module.css";
import { useWords } from "./words";

/** The proof, account by account: what the edges say beside what the ledger's balances say. */
export function MeshAccounts({ mesh }: { mesh: Schema["Mesh"] }) {
  const { t } = useLingui();
  const f = useFormat();
  const words = useWords();
  const { shown, more } = useFolded(mesh.accounts);
  const where = (account: string) =>
    account.startsWith("partner:") ? { kind: account.slice(8) } : { code: account };
  return (
    <Panel title={<Trans>Edges and ledger, account by account</Trans>} flush>
      <section className={css.scroll} tabIndex={0} aria-label={t`Edges and ledger, account by account`}>
        <table className={`${css.simple} ${css.cards} tnum`}>
          <thead>
            <tr>
              <th scope="col">{t`Account`}</th>
              <th scope="col" className={css.numeric}>{t`Edges, debit`}</th>
              <th scope="col" className={css.numeric}>{t`Ledger, debit`}</th>
              <th scope="col" className={css.numeric}>{t`Edges, credit`}</th>
              <th scope="col" className={css.numeric}>{t`Ledger, credit`}</th>
              <th scope="col" className={css.numeric}>{t`Difference`}</th>
            </tr>
          </thead>
          <tbody>
            {shown.map((one) => (
              <tr key={one.account}>
                <th scope="row">
                  <Link
                    className={css.link}
                    to="/office/ledger/accounts"
                    search={where(one.account) as never}
                  >
                    {words.account(one.account)}
                  </Link>
                </th>
                <Cell label={t`Edges, debit`}>{f.money(one.edges_debit)}</Cell>
                <Cell label={t`Ledger, debit`}>{f.money(one.ledger_debit)}</Cell>
                <Cell label={t`Edges, credit`}>{f.money(one.edges_credit)}</Cell>
                <Cell label={t`Ledger, credit`}>{f.money(one.ledger_credit)}</Cell>
                <Cell label={t`Difference`}>
                  <b>{f.money(one.difference)}</b>
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
