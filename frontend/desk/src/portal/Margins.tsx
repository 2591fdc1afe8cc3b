import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { api, type Schema } from "../api/client";
import { Amount } from "../desk/Amount";
import { useChargeWords } from "../desk/charges";
import { type Column, DataTable } from "../desk/DataTable";
import { Empty } from "../desk/Empty";
import { Export } from "../desk/Export";
import { Choice } from "../desk/Filters";
import { Figure, Figures, Page } from "../desk/Page";
import { useFormat } from "../i18n/format";
import { useMonths } from "./months";
import { ShowAll } from "./ShowAll";

const route = getRouteApi("/portal/margins");

/** What a wholesaler earns of the invoices that its resellers get from the operator. */
export function Margins() {
  const search = route.useSearch();
  const { t } = useLingui();
  const f = useFormat();
  const wanted = { month: search.month };
  const query = useQuery({
    ...api.queryOptions("get", "/api/portal/margins", {
      params: { query: { ...wanted, limit: 50, after: search.after } },
    }),
    placeholderData: keepPreviousData,
  });
  const totals = useQuery({
    ...api.queryOptions("get", "/api/portal/margins/totals", { params: { query: wanted } }),
    placeholderData: keepPreviousData,
  });
  const months = useMonths();
  return (
    <Page
      title={<Trans>Margins</Trans>}
      about={
        <Trans>
          What you earn where we invoice your resellers. It is paid with your statement, VAT added.
        </Trans>
      }
      actions={
        <Export path="/api/portal/margins/export" wanted={wanted}>
          <Trans>Export these margins</Trans>
        </Export>
      }
    >
      {totals.data && totals.data.length > 0 ? (
        <Figures>
          {totals.data.map(({ margin, lines }) => (
            <Figure
              key={margin.currency}
              label={<Trans>Your margin</Trans>}
              value={<Amount value={margin} />}
              note={<Plural value={lines} one="# line" other="# lines" />}
            />
          ))}
        </Figures>
      ) : null}
      <DataTable
        caption={t`Margins, the newest first`}
        columns={useColumns()}
        query={query}
        rowKey={(row) => row.id}
        search={search}
        pageSize={10}
        filters={
          <Choice
            label={t`Every month`}
            name="month"
            value={search.month}
            options={months.map((month) => ({ value: month, label: f.month(month) }))}
          />
        }
        empty={
          search.month ? (
            <Empty title={<Trans>No margin in this month</Trans>} action={<ShowAll names={["month"]} />}>
              <Trans>Choose another month.</Trans>
            </Empty>
          ) : (
            <Empty title={<Trans>No margin yet</Trans>}>
              <Trans>
                You earn one as soon as a reseller below you, whom we invoice, uses the infrastructure.
              </Trans>
            </Empty>
          )
        }
      />
    </Page>
  );
}

function useColumns(): Column<Schema["MarginView"]>[] {
  const f = useFormat();
  const words = useChargeWords();
  return [
    { key: "day", label: <Trans>Used on</Trans>, cell: (row) => f.date(`${row.charged_on}T12:00:00Z`) },
    { key: "reseller", label: <Trans>Reseller</Trans>, cell: (row) => row.reseller_name },
    {
      key: "environment",
      label: <Trans>Environment</Trans>,
      cell: (row) => words.environment(row.environment),
      faint: true,
    },
    { key: "reference", label: <Trans>Reference</Trans>, cell: (row) => row.reference, faint: true },
    {
      key: "points",
      label: <Trans>Points</Trans>,
      cell: (row) => f.rate(row.points_bp),
      numeric: true,
      faint: true,
    },
    {
      key: "margin",
      label: <Trans>Your margin</Trans>,
      cell: (row) => <Amount value={row.margin} strong />,
      numeric: true,
    },
  ];
}
