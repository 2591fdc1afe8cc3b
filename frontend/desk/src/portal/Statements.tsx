import { Trans, useLingui } from "@lingui/react/macro";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { api, type Schema } from "../api/client";
import { Amount } from "../desk/Amount";
import { type Column, DataTable } from "../desk/DataTable";
import { Empty } from "../desk/Empty";
import { Moment } from "../desk/Moment";
import { Page } from "../desk/Page";
import { documentsOf } from "../desk/statement";
import { useFormat } from "../i18n/format";

const route = getRouteApi("/portal/statements/");
type Row = Schema["StatementView"];

export function Statements() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const { t } = useLingui();
  const query = useQuery({
    ...api.queryOptions("get", "/api/portal/statements", {
      params: { query: { order: "newest", limit: 24, after: search.after } },
    }),
    placeholderData: keepPreviousData,
  });
  return (
    <Page
      title={<Trans>Statements</Trans>}
      about={
        <Trans>
          One for each month and currency, drawn when the month is closed. A statement never changes
          afterwards.
        </Trans>
      }
    >
      <DataTable
        caption={t`Statements, the newest first`}
        columns={useColumns()}
        query={query}
        rowKey={(row) => row.id}
        onOpen={(row) => navigate({ to: "/portal/statements/$statement", params: { statement: row.id } })}
        search={search}
        empty={
          <Empty title={<Trans>No statement yet</Trans>}>
            <Trans>
              The first one comes with the end of the first month in which you sell or use something.
            </Trans>
          </Empty>
        }
      />
    </Page>
  );
}

function useColumns(): Column<Row>[] {
  const f = useFormat();
  return [
    {
      key: "number",
      label: <Trans>Number</Trans>,
      cell: (row) => (
        <Link
          to="/portal/statements/$statement"
          params={{ statement: row.id }}
          onClick={(event) => event.stopPropagation()}
        >
          <b>{row.number}</b>
        </Link>
      ),
    },
    { key: "month", label: <Trans>Month</Trans>, cell: (row) => f.month(row.month) },
    {
      key: "closed",
      label: <Trans>Drawn on</Trans>,
      cell: (row) => <Moment at={row.closed_at} day happened />,
      faint: true,
    },
    {
      key: "lines",
      label: <Trans>Lines</Trans>,
      cell: (row) => f.number(row.line_count),
      numeric: true,
      faint: true,
    },
    {
      key: "sold",
      label: <Trans>Sales, VAT excluded</Trans>,
      cell: (row) => <Amount value={row.net_sold} />,
      numeric: true,
    },
    {
      key: "kept",
      label: <Trans>Our share</Trans>,
      cell: (row) => <Amount value={{ ...row.operator, amount_minor: -row.operator.amount_minor }} />,
      numeric: true,
      faint: true,
    },
    {
      key: "vat",
      label: <Trans>VAT on your share</Trans>,
      cell: (row) => <Amount value={row.vat} />,
      numeric: true,
      faint: true,
    },
    {
      key: "used",
      label: <Trans>Infrastructure, VAT included</Trans>,
      cell: (row) => <Amount value={documentsOf({ statement: row }).ours.gross} taken />,
      numeric: true,
      faint: true,
    },
    {
      key: "due",
      label: <Trans>You receive</Trans>,
      cell: (row) => <Amount value={row.due} strong />,
      numeric: true,
    },
  ];
}
