import { Trans, useLingui } from "@lingui/react/macro";
import { Button } from "@mantine/core";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { api, type Schema } from "../api/client";
import { Amount } from "../desk/Amount";
import { Bars, Legend } from "../desk/Bars";
import { type Column, DataTable } from "../desk/DataTable";
import { Empty } from "../desk/Empty";
import { useFilter } from "../desk/Filters";
import { Loaded } from "../desk/Loaded";
import { Moment } from "../desk/Moment";
import { Figure, Figures, Page, Panel } from "../desk/Page";
import { Tabs } from "../desk/Tabs";
import { useFormat } from "../i18n/format";
import { IconPrinter } from "../ui/icons";
import { earnings, useSeries } from "./earnings";
import { RefusedPayout } from "./Home";
import { PayoutDrawer } from "./PayoutDrawer";
import { STAGES, StatePill, useWords } from "./words";

const route = getRouteApi("/portal/payouts");
type Row = Schema["PayoutView"];
type Overview = Schema["PayoutOverview"];

export function Payouts() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const { t } = useLingui();
  const words = useWords();
  const filter = useFilter();
  const overview = api.useQuery("get", "/api/portal/payouts/overview");
  const home = api.useQuery("get", "/api/portal/home");
  const query = useQuery({
    ...api.queryOptions("get", "/api/portal/payouts", {
      params: { query: { order: "newest", limit: 12, stage: search.stage, after: search.after } },
    }),
    placeholderData: keepPreviousData,
  });
  const open = (payout: string | undefined) =>
    navigate({ search: (old) => ({ ...old, payout }), state: (old) => old, resetScroll: false });
  const count = (stage: string) => overview.data?.stages.find((one) => one.stage === stage)?.payouts ?? 0;
  const all = overview.data?.stages.reduce((sum, one) => sum + one.payouts, 0);
  return (
    <Page
      title={<Trans>Payouts</Trans>}
      about={<Trans>One for each statement, once the refund period of its sales is over.</Trans>}
      actions={
        <Button
          variant="default"
          size="sm"
          leftSection={<IconPrinter size={16} />}
          onClick={() => window.print()}
        >
          <Trans>Print</Trans>
        </Button>
      }
    >
      {(home.data?.payouts ?? [])
        .filter(({ state }) => state === "failed")
        .map((payout) => (
          <RefusedPayout key={payout.id} payout={payout} />
        ))}
      <Loaded query={overview} height={390}>
        {(data) => (
          <Summary overview={data} next={home.data?.payouts?.find(({ state }) => state !== "failed")} />
        )}
      </Loaded>
      <DataTable
        caption={t`Payouts, the newest first`}
        columns={useColumns(query.data?.items ?? [])}
        query={query}
        rowKey={(row) => row.id}
        onOpen={(row) => open(row.id)}
        isOpen={(row) => row.id === search.payout}
        search={search}
        pageSize={12}
        filters={
          <Tabs
            label={t`Where the money is`}
            value={search.stage}
            onChange={(stage) => filter({ stage })}
            items={[
              { value: undefined, label: t`All`, count: all },
              ...STAGES.map((stage) => ({ value: stage, label: words.stage(stage), count: count(stage) })),
            ]}
          />
        }
        empty={
          search.stage ? (
            <Empty
              title={<Trans>No payout is there</Trans>}
              action={
                <Button variant="default" size="sm" onClick={() => filter({ stage: undefined })}>
                  <Trans>Show all payouts</Trans>
                </Button>
              }
            />
          ) : (
            <Empty title={<Trans>No payout yet</Trans>}>
              <Trans>The first one follows the statement of the first month in which you sell.</Trans>
            </Empty>
          )
        }
      />
      <PayoutDrawer id={search.payout} onClose={() => open(undefined)} />
    </Page>
  );
}

/** What else the statement holds: margins, infrastructure set off, rebates, what was carried. */
const restOf = ({ amount, net_sold, operator, vat }: Row) => ({
  ...amount,
  amount_minor: amount.amount_minor - net_sold.amount_minor + operator.amount_minor - vat.amount_minor,
});

/** From left to right they sum to what is received. */
function useColumns(rows: Row[]): Column<Row>[] {
  const f = useFormat();
  return [
    {
      key: "number",
      label: <Trans>Statement</Trans>,
      cell: (row) => (
        <Link
          from="/portal/payouts"
          search={(old) => ({ ...old, payout: row.id })}
          resetScroll={false}
          onClick={(event) => event.stopPropagation()}
        >
          <b>{row.statement_number}</b>
        </Link>
      ),
    },
    { key: "month", label: <Trans>Sales of</Trans>, cell: (row) => f.month(row.month) },
    { key: "state", label: <Trans>State</Trans>, cell: (row) => <StatePill state={row.state} /> },
    {
      key: "at",
      label: <Trans>Since</Trans>,
      cell: (row) => <Moment at={row.paid_at ?? row.changed_at} day happened />,
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
      label: <Trans>Kept by us</Trans>,
      cell: (row) => <Amount value={row.operator} taken />,
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
    ...(rows.some((row) => restOf(row).amount_minor !== 0)
      ? [
          {
            key: "rest",
            label: <Trans>The rest of the statement</Trans>,
            cell: (row: Row) => <Amount value={restOf(row)} />,
            numeric: true,
            faint: true,
          },
        ]
      : []),
    {
      key: "amount",
      label: <Trans>You receive</Trans>,
      cell: (row) => <Amount value={row.amount} strong />,
      numeric: true,
    },
  ];
}

function Summary({ overview, next }: { overview: Overview; next: Schema["ComingPayout"] | undefined }) {
  const f = useFormat();
  const words = useWords();
  const series = useSeries(overview.earned);
  const sum = (key: "partner" | "net") =>
    overview.earned.reduce((total, row) => total + row[key].amount_minor, 0);
  const sold = sum("net");
  const waiting = overview.stages.find(({ stage }) => stage === "waiting");
  const empty = { amount_minor: 0, currency: overview.currency };
  return (
    <>
      <Figures>
        <Figure
          label={<Trans>Next payout</Trans>}
          value={next ? <Amount value={next.amount} /> : "–"}
          note={
            next ? (
              next.held_reason ? (
                words.held(next.held_reason)
              ) : (
                words.state(next.state)
              )
            ) : (
              <Trans>After the end of the month</Trans>
            )
          }
        />
        <Figure
          label={<Trans>Paid this year</Trans>}
          value={<Amount value={overview.paid_this_year} />}
          note={<Trans>On your bank account</Trans>}
        />
        <Figure
          label={<Trans>Not sent yet</Trans>}
          value={<Amount value={waiting?.amount ?? empty} />}
          note={<Trans>Drawn up, waiting for its day</Trans>}
        />
        <Figure
          label={<Trans>You keep</Trans>}
          value={sold > 0 ? f.rate(Math.round((sum("partner") / sold) * 10_000)) : "–"}
          note={<Trans>of what customers pay, VAT excluded, in twelve months</Trans>}
        />
      </Figures>
      {overview.earned.length > 0 ? (
        <Panel title={<Trans>What you earned, by channel</Trans>} aside={<Legend series={series} />}>
          <Bars
            caption={<Trans>What you earned, by channel</Trans>}
            series={series}
            months={earnings(overview.earned)}
            currency={overview.currency}
          />
        </Panel>
      ) : null}
    </>
  );
}
