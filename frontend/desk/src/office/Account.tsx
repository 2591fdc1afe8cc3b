import { Trans, useLingui } from "@lingui/react/macro";
import { keepPreviousData } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { api } from "../api/client";
import { Amount } from "../desk/Amount";
import { DataTable } from "../desk/DataTable";
import { Empty } from "../desk/Empty";
import { Export } from "../desk/Export";
import { Moment } from "../desk/Moment";
import { Figure, Figures, Page } from "../desk/Page";
import { useFormat } from "../i18n/format";
import { MonthChoice, ShowAll } from "./kit";
import { kindOf, partnerOf, useNames } from "./names";
import css from "./office.module.css";
import { useWords } from "./words";

const route = getRouteApi("/office/ledger/accounts/$accountId");

/** One account, month by month, down to each posting. */
export function Account() {
  const { t } = useLingui();
  const f = useFormat();
  const words = useWords();
  const id = Number(route.useParams().accountId);
  const search = route.useSearch();
  const { month, after } = search;
  const detail = api.useQuery("get", "/api/office/ledger/accounts/{account_id}", {
    params: { path: { account_id: id } },
  });
  const query = api.useQuery(
    "get",
    "/api/office/ledger/accounts/{account_id}/postings",
    { params: { path: { account_id: id }, query: { month, after, limit: 25 } } },
    { placeholderData: keepPreviousData },
  );
  const code = detail.data?.account.code ?? "";
  const others = query.data?.items.flatMap((row) => [row.debit, row.credit]) ?? [];
  const names = useNames([code, ...others].flatMap((one) => partnerOf(one) ?? []));
  const name = (one: string) => {
    const partner = partnerOf(one);
    const kind = words.account(kindOf(one));
    return partner ? `${names(partner)} · ${kind}` : kind;
  };
  const moved = detail.data?.months.find((one) => one.month === month);
  const months = detail.data?.months.map((one) => one.month).toReversed() ?? [];
  return (
    <Page
      title={code ? name(code) : <Trans>Account</Trans>}
      about={<span className={css.code}>{code}</span>}
      actions={
        <Export path={`/api/office/ledger/accounts/${id}/export`} wanted={{ month }}>
          <Trans>Export these postings</Trans>
        </Export>
      }
    >
      <p className={css.crumb}>
        <Link to="/office/ledger">
          <Trans>Ledger</Trans>
        </Link>
      </p>
      {detail.data ? (
        <Figures>
          <Figure
            label={<Trans>Balance</Trans>}
            value={f.money(detail.data.account.balance)}
            note={<Trans>Credit minus debit, all months</Trans>}
          />
          {month && moved ? (
            <>
              <Figure label={<Trans>Debit in {f.month(month)}</Trans>} value={f.money(moved.debit)} />
              <Figure label={<Trans>Credit in {f.month(month)}</Trans>} value={f.money(moved.credit)} />
            </>
          ) : null}
        </Figures>
      ) : null}
      <DataTable
        caption={t`Postings`}
        query={query}
        search={search}
        rowKey={(row) => `${row.entry_id}-${row.line}`}
        filters={<MonthChoice label={t`Any month`} name="month" value={month} months={months} />}
        empty={
          <Empty
            title={<Trans>Nothing was posted</Trans>}
            action={month ? <ShowAll names={["month"]} /> : null}
          />
        }
        columns={[
          { key: "at", label: t`Date`, cell: (row) => <Moment at={row.effective_at} day happened /> },
          { key: "month", label: t`Month`, faint: true, cell: (row) => f.month(row.month) },
          {
            key: "reference",
            label: t`Entry`,
            cell: (row) => (
              <Link
                className={`${css.link} ${css.code}`}
                to="/office/ledger/entries"
                search={{ reference: row.reference }}
              >
                {short(row.reference)}
              </Link>
            ),
          },
          {
            key: "other",
            label: t`Other account`,
            cell: (row) => name(row.debit === code ? row.credit : row.debit),
          },
          {
            key: "debit",
            label: t`Debit`,
            numeric: true,
            cell: (row) => (row.debit === code ? <Amount value={row.amount} /> : null),
          },
          {
            key: "credit",
            label: t`Credit`,
            numeric: true,
            cell: (row) => (row.credit === code ? <Amount value={row.amount} /> : null),
          },
        ]}
      />
    </Page>
  );
}

/** Ids inside a reference are long; their ends tell them apart. */
const short = (reference: string) =>
  reference.replace(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-([0-9a-f]{12})/g, "…$1");
