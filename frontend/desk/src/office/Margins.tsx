import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { keepPreviousData } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { api } from "../api/client";
import { Amount } from "../desk/Amount";
import { useChargeWords } from "../desk/charges";
import { DataTable } from "../desk/DataTable";
import { Empty } from "../desk/Empty";
import { Export } from "../desk/Export";
import { Figure, Figures, Page } from "../desk/Page";
import { useFormat } from "../i18n/format";
import { lastMonths, MonthChoice, ShowAll } from "./kit";
import { useNames } from "./names";

const route = getRouteApi("/office/margins");

/** What wholesalers earn of the invoices that we send their resellers. */
export function Margins() {
  const { t } = useLingui();
  const f = useFormat();
  const words = useChargeWords();
  const { month, partner, after } = route.useSearch();
  const wanted = { month, organisation_id: partner };
  const query = api.useQuery(
    "get",
    "/api/office/margins",
    { params: { query: { ...wanted, after, limit: 25 } } },
    { placeholderData: keepPreviousData },
  );
  const totals = api.useQuery(
    "get",
    "/api/office/margins/totals",
    { params: { query: wanted } },
    { placeholderData: keepPreviousData },
  );
  const names = useNames([
    ...(partner ? [partner] : []),
    ...(query.data?.items.map((row) => row.organisation_id) ?? []),
  ]);
  const filtered = Boolean(month || partner);
  return (
    <Page
      title={<Trans>Margins</Trans>}
      about={
        partner
          ? t`Of ${names(partner)}: what it earns of its resellers’ invoices.`
          : t`What wholesalers earn where we invoice their resellers; paid with their statements.`
      }
      actions={
        <Export path="/api/office/margins/export" wanted={wanted}>
          <Trans>Export these margins</Trans>
        </Export>
      }
    >
      {totals.data && totals.data.length > 0 ? (
        <Figures>
          {totals.data.map(({ margin, lines }) => (
            <Figure
              key={margin.currency}
              label={<Trans>Margins, VAT excluded</Trans>}
              value={<Amount value={margin} />}
              note={<Plural value={lines} one="# line" other="# lines" />}
            />
          ))}
        </Figures>
      ) : null}
      <DataTable
        caption={t`Margins`}
        query={query}
        search={{ after }}
        rowKey={(row) => row.id}
        filters={
          <>
            <MonthChoice label={t`Any month`} name="month" value={month} months={lastMonths(18)} />
            {filtered ? <ShowAll names={["month", "partner"]} /> : null}
          </>
        }
        empty={
          filtered ? (
            <Empty title={<Trans>No margin matches</Trans>} action={<ShowAll names={["month", "partner"]} />}>
              <Trans>Try another month, or every wholesaler.</Trans>
            </Empty>
          ) : (
            <Empty title={<Trans>No margin yet</Trans>}>
              <Trans>A wholesaler earns one when a reseller below it, whom we invoice, uses something.</Trans>
            </Empty>
          )
        }
        columns={[
          {
            key: "day",
            label: t`Used on`,
            cell: (row) => f.date(`${row.charged_on}T12:00:00Z`),
            faint: true,
          },
          {
            key: "who",
            label: t`Wholesaler`,
            cell: (row) => (
              <Link to="/office/partners/$organisationId" params={{ organisationId: row.organisation_id }}>
                {names(row.organisation_id)}
              </Link>
            ),
          },
          { key: "reseller", label: t`Reseller`, cell: (row) => row.reseller_name },
          {
            key: "environment",
            label: t`Environment`,
            cell: (row) => words.environment(row.environment),
            faint: true,
          },
          {
            key: "reference",
            label: t`Charge`,
            cell: (row) => (
              <Link to="/office/charges" search={{ reference: row.reference }}>
                {row.reference}
              </Link>
            ),
          },
          {
            key: "points",
            label: t`Points`,
            numeric: true,
            faint: true,
            cell: (row) => f.rate(row.points_bp),
          },
          {
            key: "margin",
            label: t`Its margin`,
            numeric: true,
            cell: (row) => <Amount value={row.margin} strong />,
          },
        ]}
      />
    </Page>
  );
}
