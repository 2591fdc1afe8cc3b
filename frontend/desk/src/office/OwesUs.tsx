import { Trans, useLingui } from "@lingui/react/macro";
import { Link } from "@tanstack/react-router";
import { api, type Schema } from "../api/client";
import { Amount } from "../desk/Amount";
import { Loaded } from "../desk/Loaded";
import { Facts, Panel } from "../desk/Page";
import { useFormat } from "../i18n/format";
import css from "./office.module.css";

/** What a partner owes by its last statement, in one sum, and the way to where it is collected. */
export function OwesUs({ id }: { id: string }) {
  const query = api.useQuery("get", "/api/office/receivables", {
    params: { query: { organisation_id: id, limit: 50 } },
  });
  return (
    <Panel
      title={<Trans>What it owes us</Trans>}
      aside={
        <Link className={css.link} to="/office/receivables" search={{ partner: id }}>
          <Trans>See its receivables</Trans>
        </Link>
      }
    >
      <Loaded query={query}>
        {({ items }) =>
          items.length ? (
            items.map((row) => <Debt key={row.statement_id} row={row} />)
          ) : (
            <p className={css.note}>
              <Trans>Nothing: its closed statements are even, or pay it.</Trans>
            </p>
          )
        }
      </Loaded>
    </Panel>
  );
}

function Debt({ row }: { row: Schema["Receivable"] }) {
  const { t } = useLingui();
  const f = useFormat();
  return (
    <Facts
      items={[
        [t`Left to pay`, <Amount key="l" value={row.left} strong />],
        [t`Carried by ${row.statement_number}`, <Amount key="c" value={row.carried} />],
        [t`Paid since`, <Amount key="p" value={row.paid} />],
        [t`Since`, t`${f.date(`${row.owed_since}T12:00:00Z`)}, ${row.age_days} days`],
        [
          row.is_asked_later ? t`Asked for by letter on` : t`To be paid before`,
          f.date(`${row.pay_before}T12:00:00Z`),
        ],
        [
          t`Written to`,
          row.reminders.length ? row.reminders.map((each) => f.date(each.sent_at)).join(", ") : t`not yet`,
        ],
      ]}
    />
  );
}
