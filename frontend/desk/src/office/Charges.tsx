import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { Button } from "@mantine/core";
import { keepPreviousData } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { api, type Schema } from "../api/client";
import { Amount } from "../desk/Amount";
import { Can } from "../desk/Can";
import { useChargeWords } from "../desk/charges";
import { type Column, DataTable } from "../desk/DataTable";
import { Empty } from "../desk/Empty";
import { Export } from "../desk/Export";
import { Figure, Figures, Page } from "../desk/Page";
import { useFormat } from "../i18n/format";
import { Pill } from "../ui/Pill";
import { ChargeSide } from "./ChargeSide";
import { Choice, lastMonths, MonthChoice, Search, ShowAll, Twice } from "./kit";
import { useNames } from "./names";
import css from "./office.module.css";

const route = getRouteApi("/office/charges");
const FILTERS = ["reference", "month", "through", "kind", "environment", "stream", "partner"] as const;
type Row = Schema["ChargeView"];

/** What organisations used of the infrastructure, at what price and why. */
export function Charges() {
  const { t } = useLingui();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const { reference, month, through, kind, environment, stream, partner, after } = search;
  const wanted = { reference, month, through, kind, environment, stream, organisation_id: partner };
  const query = api.useQuery(
    "get",
    "/api/office/charges",
    { params: { query: { ...wanted, after, limit: 25 } } },
    { placeholderData: keepPreviousData },
  );
  const totals = api.useQuery(
    "get",
    "/api/office/charges/totals",
    { params: { query: wanted } },
    { placeholderData: keepPreviousData },
  );
  const names = useNames(partner ? [partner] : []);
  const open = (charge: number | undefined) =>
    navigate({ search: (old) => ({ ...old, charge }), state: (old) => old, resetScroll: false });
  const filtered = FILTERS.some((name) => search[name]);
  return (
    <Page
      title={<Trans>Infrastructure</Trans>}
      about={
        partner
          ? t`Of ${names(partner)}: each charge at its price.`
          : t`What organisations used, at the price of their day; at a month’s end it is set against what we owe them.`
      }
      actions={<Actions wanted={wanted} />}
    >
      {totals.data?.map((total) => (
        <Totals key={total.list.currency} total={total} />
      ))}
      <DataTable
        caption={t`Charges and refunds`}
        query={query}
        search={search}
        rowKey={(row) => row.id}
        onOpen={(row) => open(row.id)}
        isOpen={(row) => row.id === search.charge}
        filters={<Filters filtered={filtered} />}
        empty={
          filtered ? (
            <Empty title={<Trans>No charge matches</Trans>} action={<ShowAll names={[...FILTERS]} />}>
              <Trans>Try another month, or any environment.</Trans>
            </Empty>
          ) : (
            <Empty title={<Trans>Nothing was used yet</Trans>} action={<ImportButton />}>
              <Trans>Bring in a file of what was used: it is tried first, then priced and recorded.</Trans>
            </Empty>
          )
        }
        columns={useColumns()}
      />
      <ChargeSide id={search.charge} onClose={() => open(undefined)} />
    </Page>
  );
}

function Actions({ wanted }: { wanted: Record<string, string | undefined> }) {
  return (
    <>
      <Can scope="office:charge:write">
        <ImportButton />
      </Can>
      <Export path="/api/office/charges/export" wanted={wanted}>
        <Trans>Export these charges</Trans>
      </Export>
    </>
  );
}

function ImportButton() {
  return (
    <Button size="sm" renderRoot={(props) => <Link to="/office/charge-files" {...props} />}>
      <Trans>Bring in a file</Trans>
    </Button>
  );
}

function Filters({ filtered }: { filtered: boolean }) {
  const { t } = useLingui();
  const f = useFormat();
  const words = useChargeWords();
  const { reference, month, through, kind, environment, stream } = route.useSearch();
  return (
    <>
      <Search label={t`Reference`} name="reference" value={reference} />
      {month && through && through !== month ? (
        <Pill>{t`${f.month(month)} to ${f.month(through)}`}</Pill>
      ) : (
        <MonthChoice label={t`Any month`} name="month" value={month} months={lastMonths(18)} />
      )}
      <Choice
        label={t`Any environment`}
        name="environment"
        value={environment}
        options={words.environments}
      />
      <Choice label={t`Any stream`} name="stream" value={stream} options={words.streams} />
      <Choice label={t`Charges and refunds`} name="kind" value={kind} options={words.kinds} />
      {filtered ? <ShowAll names={[...FILTERS]} /> : null}
    </>
  );
}

function Totals({ total }: { total: Schema["ChargesTotal"] }) {
  return (
    <Figures>
      <Figure
        label={<Trans>At list price</Trans>}
        value={<Amount value={total.list} />}
        note={<Plural value={total.lines} one="# line" other="# lines" />}
      />
      <Figure label={<Trans>Discounts</Trans>} value={<Amount value={total.discount} taken />} />
      <Figure
        label={<Trans>Paid by credits</Trans>}
        value={<Amount value={total.credit} taken />}
        note={<Trans>We bear it</Trans>}
      />
      <Figure
        label={<Trans>Owed to us</Trans>}
        value={<Amount value={total.payable} />}
        note={<Trans>VAT excluded</Trans>}
      />
    </Figures>
  );
}

function useColumns(): Column<Row>[] {
  const { t } = useLingui();
  const f = useFormat();
  const words = useChargeWords();
  return [
    { key: "day", label: t`Used on`, cell: (row) => f.date(`${row.charged_on}T12:00:00Z`), faint: true },
    {
      key: "who",
      label: t`Who owes it`,
      cell: (row) => (
        <Twice
          first={
            <Link
              to="/office/partners/$organisationId"
              params={{ organisationId: row.organisation_id }}
              onClick={(event) => event.stopPropagation()}
            >
              {row.organisation_name}
            </Link>
          }
          second={row.end_customer ? t`for ${row.end_customer}` : undefined}
        />
      ),
    },
    {
      key: "what",
      label: t`Resource`,
      cell: (row) => (
        <Twice
          first={
            <route.Link
              to="."
              className={css.link}
              search={(old) => ({ ...old, charge: row.id })}
              resetScroll={false}
              onClick={(event) => event.stopPropagation()}
            >
              {row.resource}
            </route.Link>
          }
          second={`${words.environment(row.environment)} · ${words.stream(row.stream_code)}`}
        />
      ),
    },
    {
      key: "kind",
      label: t`Kind`,
      cell: (row) => (
        <>
          {row.kind === "refund" ? <Pill tone="warn">{t`Refund`}</Pill> : t`Charge`}{" "}
          {row.is_late ? <Pill>{t`Late`}</Pill> : null}
        </>
      ),
    },
    {
      key: "list",
      label: t`List price`,
      numeric: true,
      faint: true,
      cell: (row) => <Amount value={row.list} />,
    },
    {
      key: "discount",
      label: t`Discounts`,
      numeric: true,
      faint: true,
      cell: (row) => <Amount value={row.discount} taken />,
    },
    {
      key: "credit",
      label: t`Credit`,
      numeric: true,
      faint: true,
      cell: (row) => <Amount value={row.credit} taken />,
    },
    {
      key: "payable",
      label: t`Owed to us`,
      numeric: true,
      cell: (row) => <Amount value={row.payable} strong />,
    },
  ];
}
