import { Trans, useLingui } from "@lingui/react/macro";
import { Button } from "@mantine/core";
import { keepPreviousData } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useState } from "react";
import { api, type Schema } from "../api/client";
import { Amount } from "../desk/Amount";
import { type Column, DataTable } from "../desk/DataTable";
import { Empty } from "../desk/Empty";
import { FundPill, useFundWords } from "../desk/funds";
import { Notice } from "../desk/Notice";
import { Figure, Figures, Page } from "../desk/Page";
import { useQuarter } from "../desk/rebates";
import { useSession } from "../desk/session";
import { Dialog, Side } from "../desk/Windows";
import { useFormat } from "../i18n/format";
import { IconPlus } from "../ui/icons";
import { AskFund } from "./AskFund";
import { FundSide } from "./FundSide";

const route = getRouteApi("/portal/funds");
type Row = Schema["FundRequest"];

/** Co-marketing: the budget, what was asked of it, and where each request stands. */
export function Funds() {
  const { t } = useLingui();
  const { can } = useSession();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const [asking, setAsking] = useState(false);
  const fund = api.useQuery("get", "/api/portal/funds");
  const query = api.useQuery(
    "get",
    "/api/portal/funds/requests",
    { params: { query: { after: search.after, limit: 25 } } },
    { placeholderData: keepPreviousData },
  );
  const open = (request: string | undefined) =>
    navigate({ search: (old) => ({ ...old, request }), state: (old) => old, resetScroll: false });
  const mayAsk = can("portal:fund:write") && fund.data?.may_ask === true;
  const ask = (
    <Button size="sm" leftSection={<IconPlus size={16} />} onClick={() => setAsking(true)}>
      <Trans>Ask for a budget</Trans>
    </Button>
  );
  return (
    <Page
      title={<Trans>Co-marketing</Trans>}
      about={<Trans>We take part in what you do for the market: ask first, then claim with proof.</Trans>}
      actions={mayAsk ? ask : undefined}
    >
      {fund.data ? <Budget fund={fund.data} /> : null}
      <DataTable
        caption={t`Your requests, the newest first`}
        query={query}
        search={search}
        rowKey={(row) => row.id}
        onOpen={(row) => open(row.id)}
        isOpen={(row) => row.id === search.request}
        columns={useColumns()}
        empty={
          <Empty title={<Trans>No request yet</Trans>} action={mayAsk ? ask : undefined}>
            <Trans>Describe what you plan and what it costs: you are told what of it is reimbursed.</Trans>
          </Empty>
        }
      />
      <Side
        opened={search.request !== undefined}
        onClose={() => open(undefined)}
        title={<Trans context="fund">Request</Trans>}
      >
        {search.request ? <FundSide id={search.request} /> : null}
      </Side>
      <Dialog opened={asking} onClose={() => setAsking(false)} title={<Trans>Ask for a budget</Trans>}>
        {fund.data ? (
          <AskFund
            fund={fund.data}
            onDone={(id) => {
              setAsking(false);
              open(id);
            }}
          />
        ) : null}
      </Dialog>
    </Page>
  );
}

function Budget({ fund }: { fund: Schema["MyFund"] }) {
  const { t } = useLingui();
  const f = useFormat();
  const said = useQuarter();
  const { budget } = fund;
  if (!fund.may_ask) {
    return (
      <Notice title={t`Your level gives no co-marketing`}>
        <Trans>The programme page says which level does, and what is missing for it.</Trans>
      </Notice>
    );
  }
  return (
    <Figures>
      <Figure
        label={t`Budget of ${said(budget.quarter)}`}
        value={<Amount value={budget.budget} />}
        note={t`${f.rate(budget.rate_bp)} of what you were invoiced in ${said(budget.before)}: ${f.money(budget.turnover)}`}
      />
      <Figure
        label={<Trans>Reserved</Trans>}
        value={<Amount value={budget.reserved} />}
        note={<Trans>Approved or reimbursed</Trans>}
      />
      <Figure
        label={<Trans>Left</Trans>}
        value={<Amount value={budget.left} />}
        note={t`We reimburse ${f.rate(fund.share_bp)} of what you spend`}
      />
    </Figures>
  );
}

function useColumns(): Column<Row>[] {
  const { t } = useLingui();
  const f = useFormat();
  const { activities } = useFundWords();
  return [
    {
      key: "title",
      label: t({ context: "fund", message: "Request" }),
      cell: (row) => (
        <route.Link
          to="."
          search={(old) => ({ ...old, request: row.id })}
          resetScroll={false}
          onClick={(event) => event.stopPropagation()}
        >
          {row.title}
        </route.Link>
      ),
    },
    { key: "kind", label: t`Kind`, faint: true, cell: (row) => activities[row.activity] },
    { key: "state", label: t`State`, cell: (row) => <FundPill state={row.state} /> },
    {
      key: "due",
      label: t`Claim until`,
      faint: true,
      cell: (row) =>
        row.state === "approved" && row.claim_due_on ? f.date(`${row.claim_due_on}T12:00:00Z`) : "",
    },
    {
      key: "asked",
      label: t`Amount asked for`,
      numeric: true,
      faint: true,
      cell: (row) => <Amount value={row.asked} />,
    },
    {
      key: "approved",
      label: t({ context: "fund", message: "Approved" }),
      numeric: true,
      cell: (row) => (row.approved ? <Amount value={row.approved} /> : ""),
    },
    {
      key: "reimbursed",
      label: t`Reimbursed`,
      numeric: true,
      cell: (row) => (row.reimbursed ? <Amount value={row.reimbursed} strong /> : ""),
    },
  ];
}
