import { Trans, useLingui } from "@lingui/react/macro";
import { Link } from "@tanstack/react-router";
import { api, type Schema } from "../api/client";
import { Amount } from "../desk/Amount";
import { type Column, DataTable } from "../desk/DataTable";
import { Empty } from "../desk/Empty";
import { Loaded } from "../desk/Loaded";
import { Notice } from "../desk/Notice";
import { Facts, Figure, Figures, Page, Panel } from "../desk/Page";
import { Steps, useQuarter } from "../desk/rebates";
import { useFormat } from "../i18n/format";

type Posting = Schema["RebatePosting"];
type Share = Schema["SupplierShareView"];

/** The rebate on one's turnover so far, what is missing for the next rate, and what was given. */
export function Rebates() {
  const query = api.useQuery("get", "/api/portal/rebates");
  const shares = api.useQuery("get", "/api/portal/supplier-shares");
  return (
    <Page
      title={<Trans>Rebates and shares</Trans>}
      about={<Trans>What your level and your contracts give you on turnover, line by line.</Trans>}
    >
      <Loaded query={query}>{(mine) => <Mine mine={mine} />}</Loaded>
      {shares.data && shares.data.items.length > 0 ? <Shares items={shares.data.items} /> : null}
    </Page>
  );
}

function Mine({ mine }: { mine: Schema["MyRebates"] }) {
  const { t } = useLingui();
  const f = useFormat();
  const said = useQuarter();
  const columns: Column<Posting>[] = [
    {
      key: "quarter",
      label: t`Quarter`,
      cell: (row) => (row.number === 1 ? said(row.quarter) : t`${said(row.quarter)}, after refunds`),
    },
    { key: "turnover", label: t`Turnover`, numeric: true, cell: (row) => <Amount value={row.turnover} /> },
    {
      key: "amount",
      label: t`Rebate`,
      numeric: true,
      cell: (row) => <Amount value={row.amount} strong sign />,
    },
    {
      key: "statement",
      label: t`Statement`,
      cell: (row) => (row.statement_month ? f.month(row.statement_month) : t`None: nothing is due`),
    },
    { key: "contract", label: t`Contract`, faint: true, cell: (row) => row.contract_number ?? "" },
  ];
  return (
    <>
      {mine.has_benefit ? null : (
        <Notice
          title={t`Your level gives no rebate on turnover`}
          action={
            <Link to="/portal/programmes">
              <Trans>See the levels</Trans>
            </Link>
          }
        >
          <Trans>The programme page says which level does, and what is missing for it.</Trans>
        </Notice>
      )}
      {mine.running.map((quarter) => (
        <Running key={quarter.currency} quarter={quarter} />
      ))}
      <DataTable
        caption={t`Rebates given`}
        query={{
          data: { items: mine.postings },
          error: null,
          isError: false,
          isPlaceholderData: false,
          refetch: () => undefined,
        }}
        rowKey={(row) => `${row.quarter}-${row.number}-${row.amount.currency}`}
        pageSize={3}
        columns={columns}
        empty={
          <Empty title={<Trans>No rebate yet</Trans>}>
            <Trans>
              After a quarter is closed, its rebate stands on your next statement as a credit note.
            </Trans>
          </Empty>
        }
      />
    </>
  );
}

function Running({ quarter }: { quarter: Schema["MyQuarter"] }) {
  const { t } = useLingui();
  const f = useFormat();
  const said = useQuarter();
  const { next_from: next, next_rate_bp: rate } = quarter;
  const missing = next
    ? f.money({ ...next, amount_minor: next.amount_minor - quarter.turnover.amount_minor })
    : "";
  return (
    <>
      <Figures>
        <Figure
          label={t`Turnover of ${said(quarter.quarter)}, so far`}
          value={<Amount value={quarter.turnover} />}
          note={<Trans>Invoiced to you for infrastructure, VAT excluded, refunds taken off</Trans>}
        />
        <Figure label={<Trans>Rebate, so far</Trans>} value={<Amount value={quarter.rebate} />} />
        {next && rate !== null && rate !== undefined ? (
          <Figure
            label={t`Until ${f.rate(rate)}`}
            value={missing}
            note={t`Turnover from ${f.money(next)} on`}
          />
        ) : null}
      </Figures>
      <Panel title={<Trans>How it comes about</Trans>}>
        <div style={{ marginBottom: 14 }}>
          <Steps steps={quarter.steps} />
        </div>
        <Facts
          items={quarter.tiers.map((tier) => [t`From ${f.money(tier.from_turnover)}`, f.rate(tier.rate_bp)])}
        />
      </Panel>
    </>
  );
}

function Shares({ items }: { items: Share[] }) {
  const { t } = useLingui();
  const f = useFormat();
  const columns: Column<Share>[] = [
    { key: "month", label: t`Month`, cell: (row) => f.month(row.month) },
    { key: "pool", label: t`Pool`, cell: (row) => row.base },
    { key: "contract", label: t`Contract`, faint: true, cell: (row) => row.contract_reference },
    { key: "revenue", label: t`Revenue`, numeric: true, cell: (row) => <Amount value={row.revenue} /> },
    { key: "rate", label: t`Your rate`, numeric: true, faint: true, cell: (row) => f.rate(row.rate_bp) },
    { key: "share", label: t`Your share`, numeric: true, cell: (row) => <Amount value={row.share} strong /> },
  ];
  return (
    <section>
      <h2 style={{ fontSize: 16, margin: "14px 0" }}>
        <Trans>Your shares of pools</Trans>
      </h2>
      <DataTable
        caption={t`Your shares of pools`}
        query={{
          data: { items },
          error: null,
          isError: false,
          isPlaceholderData: false,
          refetch: () => undefined,
        }}
        rowKey={(row) => `${row.month}-${row.contract_id}-${row.rate_bp}-${row.share.currency}`}
        pageSize={3}
        columns={columns}
        empty={null}
      />
    </section>
  );
}
