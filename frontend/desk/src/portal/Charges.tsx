import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { api, type Schema } from "../api/client";
import { Amount } from "../desk/Amount";
import { useChargeWords, WhyCharge } from "../desk/charges";
import { type Column, DataTable } from "../desk/DataTable";
import { Empty } from "../desk/Empty";
import { Export } from "../desk/Export";
import { Choice, Search } from "../desk/Filters";
import { Loaded } from "../desk/Loaded";
import { Figure, Figures, Page } from "../desk/Page";
import { Side } from "../desk/Windows";
import { useFormat } from "../i18n/format";
import { Pill } from "../ui/Pill";
import { chargeFilters } from "./chargeFilters";
import { useMonths } from "./months";
import { ShowAll } from "./ShowAll";

const route = getRouteApi("/portal/charges");
type Row = Schema["ChargeView"];
const FILTERS = ["month", "kind", "environment", "resource", "customer", "q"];

export function Charges() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const { t } = useLingui();
  const wanted = chargeFilters(search);
  const query = useQuery({
    ...api.queryOptions("get", "/api/portal/charges", {
      params: { query: { ...wanted, limit: 50, after: search.after } },
    }),
    placeholderData: keepPreviousData,
  });
  const totals = useQuery({
    ...api.queryOptions("get", "/api/portal/charges/totals", { params: { query: wanted } }),
    placeholderData: keepPreviousData,
  });
  const open = (charge: number | undefined) =>
    navigate({ search: (old) => ({ ...old, charge }), state: (old) => old, resetScroll: false });
  const filtered = Object.values(wanted).some((value) => value !== undefined);
  return (
    <Page
      title={<Trans>Infrastructure</Trans>}
      about={
        <Trans>
          What you used, at your prices. At the month’s end it stands on your statement, VAT added.
        </Trans>
      }
      actions={
        <Export path="/api/portal/charges/export" wanted={wanted}>
          <Trans>Export these charges</Trans>
        </Export>
      }
    >
      {totals.data?.map((total) => (
        <Totals key={total.list.currency} total={total} />
      ))}
      <DataTable
        caption={t`Charges and refunds`}
        columns={useColumns()}
        query={query}
        rowKey={(row) => row.id}
        onOpen={(row) => open(row.id)}
        isOpen={(row) => row.id === search.charge}
        search={search}
        pageSize={16}
        filters={<Filters />}
        empty={
          filtered ? (
            <Empty title={<Trans>Nothing matches</Trans>} action={<ShowAll names={FILTERS} />}>
              <Trans>Another month, another resource, or fewer letters of the reference.</Trans>
            </Empty>
          ) : (
            <Empty title={<Trans>You have used nothing yet</Trans>}>
              <Trans>What you use of the infrastructure stands here with its price, day by day.</Trans>
            </Empty>
          )
        }
      />
      <ChargeSide id={search.charge} onClose={() => open(undefined)} />
    </Page>
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
      <Figure label={<Trans>Your discounts</Trans>} value={<Amount value={total.discount} taken />} />
      <Figure label={<Trans>Paid by your credit</Trans>} value={<Amount value={total.credit} taken />} />
      <Figure
        label={<Trans>You owe</Trans>}
        value={<Amount value={total.payable} />}
        note={<Trans>VAT excluded; set against what we owe you</Trans>}
      />
    </Figures>
  );
}

function Filters() {
  const search = route.useSearch();
  const { t } = useLingui();
  const f = useFormat();
  const words = useChargeWords();
  const choices = api.useQuery("get", "/api/portal/charges/choices");
  const months = useMonths();
  const same = (values: string[]) => values.map((value) => ({ value, label: value }));
  const named = (known: Record<string, string>) =>
    Object.entries(known).map(([value, label]) => ({ value, label }));
  return (
    <>
      <Choice
        label={t`Every month`}
        name="month"
        value={search.month}
        options={months.map((month) => ({ value: month, label: f.month(month) }))}
      />
      <Choice
        label={t`Every environment`}
        name="environment"
        value={search.environment}
        options={named(words.environments)}
      />
      <Choice
        label={t`Every resource`}
        name="resource"
        value={search.resource}
        options={same(choices.data?.resources ?? [])}
      />
      <Choice
        label={t`Every customer`}
        name="customer"
        value={search.customer}
        options={same(choices.data?.end_customers ?? [])}
      />
      <Choice label={t`Charges and refunds`} name="kind" value={search.kind} options={named(words.kinds)} />
      <Search label={t`Beginning of a reference`} name="q" value={search.q} />
    </>
  );
}

export function ChargeSide({ id, onClose }: { id: number | undefined; onClose: () => void }) {
  return (
    <Side opened={id !== undefined} onClose={onClose} title={<Trans>Why this amount</Trans>}>
      {id === undefined ? null : <Inside id={id} />}
    </Side>
  );
}

function Inside({ id }: { id: number }) {
  const found = api.useQuery("get", "/api/portal/charges/{charge_id}", {
    params: { path: { charge_id: id } },
  });
  return (
    <Loaded query={found} height={360}>
      {(detail) => <WhyCharge detail={detail} />}
    </Loaded>
  );
}

function useColumns(): Column<Row>[] {
  const f = useFormat();
  const words = useChargeWords();
  return [
    {
      key: "day",
      label: <Trans>Used on</Trans>,
      cell: (row) => f.date(`${row.charged_on}T12:00:00Z`),
      faint: true,
    },
    {
      key: "resource",
      label: <Trans>Resource</Trans>,
      cell: (row) => (
        <>
          <route.Link
            to="."
            search={(old) => ({ ...old, charge: row.id })}
            resetScroll={false}
            onClick={(event) => event.stopPropagation()}
          >
            {row.resource}
          </route.Link>{" "}
          {row.kind === "refund" ? (
            <Pill tone="warn">
              <Trans>Refund</Trans>
            </Pill>
          ) : null}
        </>
      ),
    },
    {
      key: "customer",
      label: <Trans>Customer</Trans>,
      cell: (row) => row.end_customer || "–",
      faint: true,
    },
    {
      key: "environment",
      label: <Trans>Environment</Trans>,
      cell: (row) => words.environment(row.environment),
      faint: true,
    },
    {
      key: "list",
      label: <Trans>List price</Trans>,
      cell: (row) => <Amount value={row.list} />,
      numeric: true,
      faint: true,
    },
    {
      key: "discount",
      label: <Trans>Discounts</Trans>,
      cell: (row) => <Amount value={row.discount} taken />,
      numeric: true,
      faint: true,
    },
    {
      key: "credit",
      label: <Trans>Credit</Trans>,
      cell: (row) => <Amount value={row.credit} taken />,
      numeric: true,
      faint: true,
    },
    {
      key: "payable",
      label: <Trans>You owe</Trans>,
      cell: (row) => <Amount value={row.payable} strong />,
      numeric: true,
    },
  ];
}
