import { Trans, useLingui } from "@lingui/react/macro";
import { Anchor, Group } from "@mantine/core";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { api, type Schema } from "../api/client";
import { type Column, DataTable } from "../desk/DataTable";
import { Empty } from "../desk/Empty";
import { Moment } from "../desk/Moment";
import { Page, Panel, Terms } from "../desk/Page";
import { useFormat } from "../i18n/format";
import { reportAddress } from "./Statement";

const route = getRouteApi("/portal/downloads");
type Row = Schema["StatementView"];

export function Downloads() {
  const search = route.useSearch();
  const { t } = useLingui();
  const query = useQuery({
    ...api.queryOptions("get", "/api/portal/statements", {
      params: { query: { order: "newest", limit: 24, after: search.after } },
    }),
    placeholderData: keepPreviousData,
  });
  return (
    <Page
      title={<Trans>Downloads</Trans>}
      about={<Trans>Files for your accountant and for your own programs, and what each of them holds.</Trans>}
    >
      <DataTable
        caption={t`Files of your statements`}
        columns={useColumns()}
        query={query}
        rowKey={(row) => row.id}
        search={search}
        empty={
          <Empty title={<Trans>No file yet</Trans>}>
            <Trans>The first ones come with your first statement.</Trans>
          </Empty>
        }
      />
      <What />
    </Page>
  );
}

function useColumns(): Column<Row>[] {
  const f = useFormat();
  const { t } = useLingui();
  const link = (row: Row, name: string, format: string, locale?: string) => (
    <Anchor
      key={name}
      href={reportAddress(row.id, format, f.locale, locale)}
      size="sm"
      c="var(--accent-ink)"
      aria-label={t`${name}, statement ${row.number}`}
    >
      {name}
    </Anchor>
  );
  return [
    { key: "month", label: <Trans>Statement of</Trans>, cell: (row) => <b>{f.month(row.month)}</b> },
    { key: "number", label: <Trans>Number</Trans>, cell: (row) => row.number, faint: true },
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
      key: "files",
      label: <Trans>Files</Trans>,
      cell: (row) => (
        <Group gap="12px 14px" style={{ whiteSpace: "nowrap" }}>
          {link(row, "PDF", "pdf")}
          {link(row, "CSV", "csv")}
          {link(row, t`CSV for a French Excel`, "csv", "fr")}
          {link(row, "Excel", "xlsx")}
          {link(row, "JSON", "json")}
        </Group>
      ),
    },
  ];
}

/** What stands in each file, before it is opened. */
function What() {
  const { t } = useLingui();
  const files: [name: string, holds: string][] = [
    [
      "PDF",
      t`The statement as a document: totals, deductions by rule, VAT, every line. The same bytes for ever.`,
    ],
    [
      "CSV",
      t`One row for each sale or refund, with the rule, the rate, both shares, VAT and the balance after it. Decimal points, days as 2026-10-31, times in UTC.`,
    ],
    [t`CSV for a French Excel`, t`The same rows with semicolons and decimal commas.`],
    ["Excel", t`The same rows in one sheet; amounts are numbers.`],
    ["JSON", t`The same rows with the heads of the statements, for programs.`],
    [
      t`Export of sales`,
      t`On the page Sales: the rows that you have filtered, also of a month not closed yet.`,
    ],
  ];
  return (
    <Panel title={<Trans>What the files hold</Trans>}>
      <Terms items={files} />
    </Panel>
  );
}
