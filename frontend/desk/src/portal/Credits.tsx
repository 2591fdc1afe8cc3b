import { Trans, useLingui } from "@lingui/react/macro";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { api, type Schema } from "../api/client";
import { Amount } from "../desk/Amount";
import { CreditPill, useUseWords } from "../desk/charges";
import { creditState, daysUntil, today, usable } from "../desk/credits";
import { type Column, DataTable } from "../desk/DataTable";
import { Empty } from "../desk/Empty";
import { Export } from "../desk/Export";
import { Notice } from "../desk/Notice";
import { Facts, Figure, Figures, Page } from "../desk/Page";
import { Side } from "../desk/Windows";
import { useFormat } from "../i18n/format";

const route = getRouteApi("/portal/credits");
type Row = Schema["CreditView"];
const WARNED_DAYS = 30;

export function Credits() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const { t } = useLingui();
  const query = useQuery({
    ...api.queryOptions("get", "/api/portal/credits", {
      params: { query: { limit: 100, after: search.after } },
    }),
    placeholderData: keepPreviousData,
  });
  const open = (credit: string | undefined) =>
    navigate({ search: (old) => ({ ...old, credit }), state: (old) => old, resetScroll: false });
  const items = query.data?.items ?? [];
  return (
    <Page
      title={<Trans>Credits</Trans>}
      about={
        <Trans>
          They pay for infrastructure before VAT, the nearest expiry first; they are never paid out.
        </Trans>
      }
      actions={
        items.length > 0 ? (
          <Export path="/api/portal/credits/export" wanted={{}}>
            <Trans>Export the credits</Trans>
          </Export>
        ) : undefined
      }
    >
      {items.length > 0 ? <Left credits={items} /> : null}
      <DataTable
        caption={t`Credits, the newest first`}
        columns={useColumns()}
        query={query}
        rowKey={(row) => row.id}
        onOpen={(row) => open(row.id)}
        isOpen={(row) => row.id === search.credit}
        search={search}
        pageSize={3}
        empty={
          <Empty title={<Trans>You have no credit</Trans>}>
            <Trans>Start-ups that enter the technology-partner programme are granted some.</Trans>
          </Empty>
        }
      />
      <CreditSide credit={items.find(({ id }) => id === search.credit)} onClose={() => open(undefined)} />
    </Page>
  );
}

function Left({ credits }: { credits: Row[] }) {
  const f = useFormat();
  const { t } = useLingui();
  const day = today();
  const { left, first } = usable(credits, day);
  const days = first ? daysUntil(first.expires_on, day) : 0;
  const last = first ? f.date(`${first.expires_on}T12:00:00Z`) : "";
  return (
    <>
      <Figures>
        <Figure
          label={<Trans>You may spend</Trans>}
          value={left.length > 0 ? left.map((amount) => f.money(amount)).join(" + ") : "–"}
          note={<Trans>On infrastructure, VAT excluded</Trans>}
        />
        <Figure
          label={<Trans>Expires first</Trans>}
          value={first ? <Amount value={first.left} /> : "–"}
          note={first ? <Trans>{last}, that day included</Trans> : undefined}
        />
      </Figures>
      {first && days <= WARNED_DAYS ? (
        <Notice tone="warn" title={t`${f.money(first.left)} expire on ${last}`}>
          <Trans>What you use until then is paid with it; what is left afterwards is lost.</Trans>
        </Notice>
      ) : null}
    </>
  );
}

function CreditSide({ credit, onClose }: { credit: Row | undefined; onClose: () => void }) {
  return (
    <Side opened={credit !== undefined} onClose={onClose} title={<Trans>What this credit paid</Trans>}>
      {credit ? <Inside credit={credit} /> : null}
    </Side>
  );
}

function Inside({ credit }: { credit: Row }) {
  const { t } = useLingui();
  const f = useFormat();
  const words = useUseWords();
  const query = api.useQuery("get", "/api/portal/credits/{credit_id}/uses", {
    params: { path: { credit_id: credit.id }, query: { limit: 200 } },
  });
  return (
    <>
      <Facts
        items={[
          [t`Granted`, f.money(credit.amount)],
          [t`Left`, f.money(credit.left)],
          [t`From`, f.date(`${credit.granted_on}T12:00:00Z`)],
          [t`To, that day included`, f.date(`${credit.expires_on}T12:00:00Z`)],
          [t`Reason`, credit.reason],
        ]}
      />
      <DataTable
        caption={t`What this credit paid`}
        query={query}
        rowKey={(row) => row.id}
        pageSize={3}
        columns={[
          { key: "day", label: t`Day`, cell: (row) => f.date(`${row.charged_on}T12:00:00Z`) },
          {
            key: "what",
            label: t`What`,
            cell: (row) => (
              <Link to="/portal/charges" search={{ charge: row.charge_id }}>
                {words[row.kind]}
              </Link>
            ),
          },
          {
            key: "amount",
            label: t`Amount`,
            cell: (row) => <Amount value={row.amount} taken sign />,
            numeric: true,
          },
        ]}
        empty={
          <Empty title={<Trans>Nothing yet</Trans>}>
            <Trans>It pays for what you use from its first day on.</Trans>
          </Empty>
        }
      />
    </>
  );
}

function useColumns(): Column<Row>[] {
  const f = useFormat();
  const day = today();
  return [
    {
      key: "reason",
      label: <Trans>Reason</Trans>,
      cell: (row) => (
        <route.Link
          to="."
          search={(old) => ({ ...old, credit: row.id })}
          resetScroll={false}
          onClick={(event) => event.stopPropagation()}
        >
          {row.reason}
        </route.Link>
      ),
    },
    {
      key: "state",
      label: <Trans>State</Trans>,
      cell: (row) => <CreditPill state={creditState(row, day)} />,
    },
    {
      key: "from",
      label: <Trans>From</Trans>,
      cell: (row) => f.date(`${row.granted_on}T12:00:00Z`),
      faint: true,
    },
    { key: "to", label: <Trans>Last day</Trans>, cell: (row) => f.date(`${row.expires_on}T12:00:00Z`) },
    {
      key: "amount",
      label: <Trans>Granted</Trans>,
      cell: (row) => <Amount value={row.amount} />,
      numeric: true,
      faint: true,
    },
    {
      key: "left",
      label: <Trans>Left</Trans>,
      cell: (row) => <Amount value={row.left} strong />,
      numeric: true,
    },
  ];
}
