import { Trans, useLingui } from "@lingui/react/macro";
import { keepPreviousData } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { api, type Schema } from "../api/client";
import { Amount } from "../desk/Amount";
import { type Column, DataTable } from "../desk/DataTable";
import { Empty } from "../desk/Empty";
import { Export } from "../desk/Export";
import { FundPill, useFundWords } from "../desk/funds";
import { Page } from "../desk/Page";
import { useQuarter } from "../desk/rebates";
import { Side } from "../desk/Windows";
import { FundSide } from "./FundSide";
import { Choice, ShowAll, Twice } from "./kit";

const route = getRouteApi("/office/funds");
type Row = Schema["FundRequest"];

/** The board of co-marketing: what waits for a decision, what is claimed, what was reimbursed. */
export function Funds() {
  const { t } = useLingui();
  const { states } = useFundWords();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const status = search.fund && search.fund in states ? (search.fund as Row["state"]) : undefined;
  const query = api.useQuery(
    "get",
    "/api/office/funds/requests",
    { params: { query: { status, after: search.after, limit: 25 } } },
    { placeholderData: keepPreviousData },
  );
  const open = (request: string | undefined) =>
    navigate({ search: (old) => ({ ...old, request }), state: (old) => old, resetScroll: false });
  return (
    <Page
      title={<Trans>Co-marketing</Trans>}
      about={
        <Trans>
          What partners ask of their budgets: approving reserves, a claim with proof is reimbursed.
        </Trans>
      }
      actions={
        <Export path="/api/office/funds/requests/export" wanted={{ status }}>
          <Trans>Export these requests</Trans>
        </Export>
      }
    >
      <DataTable
        caption={t`Requests, the newest first`}
        query={query}
        search={search}
        rowKey={(row) => row.id}
        onOpen={(row) => open(row.id)}
        isOpen={(row) => row.id === search.request}
        filters={
          <>
            <Choice label={t`Any state`} name="fund" value={status} options={states} />
            {status ? <ShowAll names={["fund"]} /> : null}
          </>
        }
        columns={useColumns()}
        empty={
          status ? (
            <Empty title={<Trans>No request is in this state</Trans>} action={<ShowAll names={["fund"]} />}>
              <Trans>Try another state, or all of them.</Trans>
            </Empty>
          ) : (
            <Empty title={<Trans>No request yet</Trans>}>
              <Trans>Partners whose level gives co-marketing ask for it in their portal.</Trans>
            </Empty>
          )
        }
      />
      <Side
        opened={search.request !== undefined}
        onClose={() => open(undefined)}
        title={<Trans context="fund">Request</Trans>}
      >
        {search.request ? <FundSide id={search.request} /> : null}
      </Side>
    </Page>
  );
}

function useColumns(): Column<Row>[] {
  const { t } = useLingui();
  const said = useQuarter();
  return [
    {
      key: "title",
      label: t({ context: "fund", message: "Request" }),
      cell: (row) => (
        <Twice
          first={
            <route.Link
              to="."
              search={(old) => ({ ...old, request: row.id })}
              resetScroll={false}
              onClick={(event) => event.stopPropagation()}
            >
              {row.title}
            </route.Link>
          }
          second={row.organisation_name}
        />
      ),
    },
    { key: "quarter", label: t`Quarter`, faint: true, cell: (row) => said(row.quarter) },
    { key: "state", label: t`State`, cell: (row) => <FundPill state={row.state} /> },
    { key: "asked", label: t`Amount asked for`, numeric: true, cell: (row) => <Amount value={row.asked} /> },
    {
      key: "left",
      label: t`Budget left`,
      numeric: true,
      faint: true,
      cell: (row) => <Amount value={row.budget_left} />,
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
