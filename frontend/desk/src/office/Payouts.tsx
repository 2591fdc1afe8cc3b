import { Trans, useLingui } from "@lingui/react/macro";
import { keepPreviousData } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { api } from "../api/client";
import { Amount } from "../desk/Amount";
import { DataTable } from "../desk/DataTable";
import { Empty } from "../desk/Empty";
import { Moment } from "../desk/Moment";
import { Page } from "../desk/Page";
import { Tabs } from "../desk/Tabs";
import { useFormat } from "../i18n/format";
import { lastMonths, MonthChoice, ShowAll, Twice, useFilter } from "./kit";
import css from "./office.module.css";
import { PayoutPill, useWords } from "./words";

const route = getRouteApi("/office/payouts/");
export const STATES = [
  "failed",
  "held",
  "planned",
  "transferred",
  "payout_pending",
  "in_transit",
  "paid",
  "final",
  "canceled",
] as const;

export function Payouts() {
  const { t } = useLingui();
  const f = useFormat();
  const words = useWords();
  const filter = useFilter();
  const search = route.useSearch();
  const { month, state, after } = search;
  const { data: counts } = api.useQuery("get", "/api/office/payout-counts");
  const query = api.useQuery(
    "get",
    "/api/office/payouts",
    { params: { query: { month, payout_state: state, order: "newest", after, limit: 25 } } },
    { placeholderData: keepPreviousData },
  );
  const count = (wanted: string) =>
    counts?.items.filter((one) => one.state === wanted).reduce((sum, one) => sum + one.number, 0) ?? 0;
  const all = counts?.items.reduce((sum, one) => sum + one.number, 0);
  return (
    <Page
      title={<Trans>Payouts</Trans>}
      about={
        <Trans>
          One for each statement that owes something, from our balance at Stripe to the partner’s bank.
        </Trans>
      }
    >
      <DataTable
        caption={t`Payouts`}
        query={query}
        search={search}
        rowKey={(row) => row.id}
        filters={
          <>
            <Tabs
              label={t`State`}
              value={state}
              onChange={(next) => filter({ state: next })}
              items={[
                { value: undefined, label: t`All`, count: all },
                ...STATES.filter((one) => count(one) > 0 || one === state).map((one) => ({
                  value: one,
                  label: words.payout(one),
                  count: count(one),
                })),
              ]}
            />
            <MonthChoice label={t`Any month`} name="month" value={month} months={lastMonths(12)} />
          </>
        }
        empty={
          month || state ? (
            <Empty title={<Trans>No payout matches</Trans>} action={<ShowAll names={["month", "state"]} />}>
              <Trans>Try another month or state.</Trans>
            </Empty>
          ) : (
            <Empty
              title={<Trans>No payout yet</Trans>}
              action={
                <Link to="/office/months" className={css.link}>
                  <Trans>Go to the months</Trans>
                </Link>
              }
            >
              <Trans>A closed month is paid from its own page.</Trans>
            </Empty>
          )
        }
        columns={[
          {
            key: "whose",
            label: t`Partner`,
            cell: (row) => (
              <Twice
                first={
                  <Link className={css.link} to="/office/payouts/$payoutId" params={{ payoutId: row.id }}>
                    {row.organisation_name}
                  </Link>
                }
                second={row.statement_number}
              />
            ),
          },
          { key: "month", label: t`Month`, cell: (row) => f.month(row.month) },
          { key: "state", label: t`State`, cell: (row) => <PayoutPill state={row.state} /> },
          {
            key: "why",
            label: t`Why`,
            cell: (row) =>
              row.held_reason
                ? words.reason(row.held_reason)
                : row.failure_code
                  ? words.failure(row.failure_code)
                  : "",
          },
          {
            key: "changed",
            label: t`Since`,
            faint: true,
            cell: (row) => <Moment at={row.changed_at} day happened />,
          },
          {
            key: "amount",
            label: t`Amount`,
            numeric: true,
            cell: (row) => <Amount value={row.amount} strong />,
          },
        ]}
      />
    </Page>
  );
}
