import { Trans, useLingui } from "@lingui/react/macro";
import { Link } from "@tanstack/react-router";
import { api, type Schema } from "../api/client";
import { Empty } from "../desk/Empty";
import { Loaded } from "../desk/Loaded";
import { Page, Panel } from "../desk/Page";
import { useFormat } from "../i18n/format";
import { FindEntry } from "./FindEntry";
import { Cell } from "./kit";
import css from "./office.module.css";
import { useWords } from "./words";

/** The books in one page; each total leads to its accounts, each account to its postings. */
export function Ledger() {
  const query = api.useQuery("get", "/api/office/ledger/totals");
  return (
    <Page
      title={<Trans>Ledger</Trans>}
      about={
        <Trans>
          Every euro is in exactly one account. A total opens its accounts, an account its postings.
        </Trans>
      }
      actions={<FindEntry />}
    >
      <Loaded query={query} height={420}>
        {({ items }) =>
          items.length === 0 ? (
            <Panel>
              <Empty title={<Trans>Nothing was posted yet</Trans>}>
                <Trans>The first sale opens the books.</Trans>
              </Empty>
            </Panel>
          ) : (
            [...new Set(items.map(({ balance }) => balance.currency))].map((currency) => (
              <Currency
                key={currency}
                currency={currency}
                items={items.filter(({ balance }) => balance.currency === currency)}
              />
            ))
          )
        }
      </Loaded>
    </Page>
  );
}

function Currency({ currency, items }: { currency: string; items: Schema["TotalView"][] }) {
  const { t } = useLingui();
  const f = useFormat();
  const words = useWords();
  const sum = (pick: (row: Schema["TotalView"]) => number) => ({
    amount_minor: items.reduce((total, row) => total + pick(row), 0),
    currency,
  });
  const owners = [
    { owner: "operator", label: t`The operator` },
    { owner: "partner", label: t`Partners` },
  ];
  return (
    <Panel title={<Trans>Balances in {currency}</Trans>} flush>
      <section className={css.scroll} tabIndex={0} aria-label={t`Balances in ${currency}`}>
        <table className={`${css.simple} ${css.cards} tnum`}>
          <thead>
            <tr>
              <th scope="col">{t`Account`}</th>
              <th scope="col" className={css.numeric}>{t`Accounts`}</th>
              <th scope="col" className={css.numeric}>{t`Debit`}</th>
              <th scope="col" className={css.numeric}>{t`Credit`}</th>
              <th scope="col" className={css.numeric}>{t`Balance`}</th>
            </tr>
          </thead>
          {owners.map(({ owner, label }) => (
            <tbody key={owner}>
              <tr>
                <th scope="rowgroup" colSpan={5} style={{ color: "var(--ink-3)" }}>
                  {label}
                </th>
              </tr>
              {items
                .filter((row) => row.owner === owner)
                .map((row) => (
                  <tr key={row.kind}>
                    <th scope="row">
                      <Link
                        className={css.link}
                        to="/office/ledger/accounts"
                        search={{
                          code: owner === "operator" ? `operator:${row.kind}` : "partner:",
                          kind: row.kind,
                          currency: currency as "EUR",
                        }}
                      >
                        {words.account(`${owner}:${row.kind}`)}
                      </Link>
                    </th>
                    <Cell label={t`Accounts`}>{f.number(row.accounts)}</Cell>
                    <Cell label={t`Debit`}>{f.money(row.debit)}</Cell>
                    <Cell label={t`Credit`}>{f.money(row.credit)}</Cell>
                    <Cell label={t`Balance`}>
                      <b>{f.money(row.balance)}</b>
                    </Cell>
                  </tr>
                ))}
            </tbody>
          ))}
          <tfoot>
            <tr>
              <th scope="row">{t`All accounts`}</th>
              <td />
              <Cell label={t`Debit`}>{f.money(sum((row) => row.debit.amount_minor))}</Cell>
              <Cell label={t`Credit`}>{f.money(sum((row) => row.credit.amount_minor))}</Cell>
              <Cell label={t`Balance`}>
                <b>{f.money(sum((row) => row.balance.amount_minor))}</b>
              </Cell>
            </tr>
          </tfoot>
        </table>
      </section>
      <p className={css.inTable} style={{ color: "var(--ink-3)", fontSize: "0.8125rem" }}>
        <Trans>
          A balance is credit minus debit: above zero it is owed, below zero it is held. Together they are
          zero.
        </Trans>
      </p>
    </Panel>
  );
}
