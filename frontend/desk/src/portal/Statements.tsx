import { Trans, useLingui } from "@lingui/react/macro";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { api, type Schema } from "../api/client";
import { Amount } from "../desk/Amount";
import { type Column, DataTable } from "../desk/DataTable";
import { Empty } from "../desk/Empty";
import { Page } from "../desk/Page";
import { PartAmount, PartName } from "../desk/Part";
import { partsOfRows, type RowPart, rowOf } from "../desk/statement";
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
          afterwards. Each row adds up to what you receive.
        </Trans>
      }
    >
      <DataTable
        caption={t`Statements, the newest first`}
        columns={useColumns(query.data?.items ?? [])}
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

/** From left to right they sum to what is received. */
function useColumns(rows: Row[]): Column<Row>[] {
  const f = useFormat();
  const { t } = useLingui();
  const words: Record<RowPart, string> = {
    sold: t`Sales, VAT excluded`,
    kept: t`Kept by us`,
    margins: t`Your margins`,
    awards: t`Pools and co-marketing`,
    vat: t`VAT on your share`,
    used: t`Infrastructure, VAT included`,
    rebates: t`Rebate, VAT included`,
    receipts: t`Paid by you`,
    opening: t`Carried from before`,
    closing: t`Carried to the next`,
  };
  return [
    {
      key: "number",
      label: <Trans>Number</Trans>,
      cell: (row) => (
        <div style={{ whiteSpace: "nowrap" }}>
          <Link
            to="/portal/statements/$statement"
            params={{ statement: row.id }}
            onClick={(event) => event.stopPropagation()}
          >
            <b>{row.number}</b>
          </Link>
          <div>
            <small>{f.month(row.month)}</small>
          </div>
        </div>
      ),
    },
    ...partsOfRows(rows).map(
      (part): Column<Row> => ({
        key: part,
        label: <PartName>{words[part]}</PartName>,
        cell: (row) => <PartAmount value={rowOf(row)[part]} />,
        numeric: true,
      }),
    ),
    {
      key: "due",
      label: <Trans>You receive</Trans>,
      cell: (row) => <Amount value={row.due} strong />,
      numeric: true,
    },
  ];
}
