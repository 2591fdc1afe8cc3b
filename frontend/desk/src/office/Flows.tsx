import { Trans, useLingui } from "@lingui/react/macro";
import { keepPreviousData } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { api, type Schema } from "../api/client";
import { Empty } from "../desk/Empty";
import { Loaded } from "../desk/Loaded";
import { Page, Panel } from "../desk/Page";
import { useFormat } from "../i18n/format";
import { shiftMonth } from "../i18n/text";
import { Cell, lastMonths, MonthChoice, ShowAll } from "./kit";
import css from "./office.module.css";
import { Sankey } from "./Sankey";
import { Used } from "./Used";
import { useWords } from "./words";

const route = getRouteApi("/office/flows");

export function Flows() {
  const { t } = useLingui();
  const f = useFormat();
  const search = route.useSearch();
  const [now = ""] = lastMonths(1);
  const month = search.month ?? shiftMonth(now, -1);
  const through = search.through && search.through >= month ? search.through : month;
  const query = api.useQuery(
    "get",
    "/api/office/flows",
    { params: { query: { month, through } } },
    { placeholderData: keepPreviousData },
  );
  return (
    <Page
      title={<Trans>Revenue flow</Trans>}
      about={
        month === through ? (
          <Trans>
            {f.month(month)}: from what customers paid to what each party received. A band opens its sales.
          </Trans>
        ) : (
          <Trans>
            {f.month(month)} to {f.month(through)}: from what customers paid to what each party received. A
            band opens its sales.
          </Trans>
        )
      }
      actions={
        <>
          <MonthChoice
            label={t`From: last month`}
            name="month"
            value={search.month}
            months={lastMonths(18)}
          />
          <MonthChoice
            label={t`To: the same month`}
            name="through"
            value={search.through}
            months={lastMonths(18)}
          />
        </>
      }
    >
      <Loaded query={query} height={520}>
        {(flow) => (
          <>
            <Sold flow={flow} />
            <Used used={flow.infrastructure} month={flow.month} through={flow.through} />
          </>
        )}
      </Loaded>
    </Page>
  );
}

function Sold({ flow }: { flow: Schema["Flow"] }) {
  const { t } = useLingui();
  return flow.rows.length === 0 ? (
    <Panel>
      <Empty
        title={<Trans>Nothing was sold in these months</Trans>}
        action={<ShowAll names={["month", "through"]} />}
      >
        <Trans>Choose another month.</Trans>
      </Empty>
    </Panel>
  ) : (
    <>
      <Panel>
        <section className={css.scroll} tabIndex={0} aria-label={t`Revenue flow`}>
          <Sankey flow={flow} />
        </section>
      </Panel>
      <Rows flow={flow} />
    </>
  );
}

/** The same in figures; each line opens its sales. */
function Rows({ flow }: { flow: Schema["Flow"] }) {
  const { t } = useLingui();
  const f = useFormat();
  const words = useWords();
  const columns = [
    ["gross", t`Paid by customers`],
    ["partners", t`Partners receive`],
    ["operator", t`We keep`],
    ["vat", t`VAT`],
    ["fee", t`Payment fees`],
  ] as const;
  const sum = (name: (typeof columns)[number][0]) =>
    f.money({
      amount_minor: flow.rows.reduce((total, row) => total + row[name].amount_minor, 0),
      currency: flow.currency,
    });
  return (
    <Panel title={<Trans>In figures</Trans>} flush>
      <section className={css.scroll} tabIndex={0} aria-label={t`In figures`}>
        <table className={`${css.simple} ${css.cards} tnum`}>
          <thead>
            <tr>
              <th scope="col">{t`Customers`}</th>
              <th scope="col">{t`Channel`}</th>
              {columns.map(([name, label]) => (
                <th key={name} scope="col" className={css.numeric}>
                  {label}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {flow.rows.map((row) => (
              <tr key={row.segment + row.channel}>
                <th scope="row">
                  <Link
                    className={css.link}
                    to="/office/sales"
                    search={{
                      month: flow.month,
                      through: flow.through,
                      segment: row.segment as "pme",
                      channel: row.channel as "direct",
                    }}
                  >
                    {words.segment(row.segment)}
                  </Link>
                </th>
                <td>
                  <span className={css.cardLabel} aria-hidden="true">
                    {t`Channel`}
                  </span>
                  {words.channel(row.channel)}
                </td>
                {columns.map(([name, label]) => (
                  <Cell key={name} label={label}>
                    {f.money(row[name])}
                  </Cell>
                ))}
              </tr>
            ))}
          </tbody>
          <tfoot>
            <tr>
              <th scope="row" colSpan={2}>{t`Together`}</th>
              {columns.map(([name, label]) => (
                <Cell key={name} label={label}>
                  <b>{sum(name)}</b>
                </Cell>
              ))}
            </tr>
          </tfoot>
        </table>
      </section>
    </Panel>
  );
}
