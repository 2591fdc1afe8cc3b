import { Trans, useLingui } from "@lingui/react/macro";
import { Link } from "@tanstack/react-router";
import { api, type Schema } from "../api/client";
import { Amount } from "../desk/Amount";
import { Empty } from "../desk/Empty";
import { Loaded } from "../desk/Loaded";
import { Panel } from "../desk/Page";
import css from "./office.module.css";
import { useWords } from "./words";

type Account = Schema["ledger_routes_AccountView"];

/** A partner's accounts, and what they come to: one debt stands on two until its month closes. */
export function Balances({ id }: { id: string }) {
  const query = api.useQuery("get", "/api/office/ledger/accounts", {
    params: { query: { code: `partner:${id}:`, limit: 100 } },
  });
  return (
    <Panel title={<Trans>Its accounts in the books</Trans>} flush>
      <Loaded query={query}>
        {({ items }) =>
          items.length ? (
            <div className={css.scroll}>
              <table className={`${css.simple} tnum`}>
                <tbody>
                  {items.toReversed().map((one) => (
                    <Row key={one.id} account={one} />
                  ))}
                  {inAll(items).map((balance) => (
                    <Total key={balance.currency} balance={balance} />
                  ))}
                </tbody>
              </table>
            </div>
          ) : (
            <Empty title={<Trans>Nothing was booked yet</Trans>}>
              <Trans>Its accounts open with its first sale.</Trans>
            </Empty>
          )
        }
      </Loaded>
    </Panel>
  );
}

function Row({ account }: { account: Account }) {
  const words = useWords();
  return (
    <tr>
      <th scope="row">
        <Link
          className={css.link}
          to="/office/ledger/accounts/$accountId"
          params={{ accountId: String(account.id) }}
        >
          {words.account(`partner:${account.code.split(":")[2]}`)}
        </Link>
      </th>
      <td className={css.numeric}>
        <Amount value={account.balance} />
      </td>
    </tr>
  );
}

function Total({ balance }: { balance: Schema["Money"] }) {
  const { t } = useLingui();
  const { amount_minor, currency } = balance;
  const words =
    amount_minor < 0 ? t`In all it owes us` : amount_minor > 0 ? t`In all we owe it` : t`In all, even`;
  return (
    <tr>
      <th scope="row">
        <b>{words}</b>
      </th>
      <td className={css.numeric}>
        <Amount value={{ amount_minor: Math.abs(amount_minor), currency }} strong />
      </td>
    </tr>
  );
}

/** One sum for each currency. */
function inAll(accounts: Account[]): Schema["Money"][] {
  const sums = new Map<Schema["Money"]["currency"], number>();
  for (const { balance } of accounts)
    sums.set(balance.currency, (sums.get(balance.currency) ?? 0) + balance.amount_minor);
  return [...sums].map(([currency, amount_minor]) => ({ currency, amount_minor }));
}
