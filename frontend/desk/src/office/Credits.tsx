import { Trans, useLingui } from "@lingui/react/macro";
import { Button } from "@mantine/core";
import { keepPreviousData } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useState } from "react";
import { api, type Schema } from "../api/client";
import { Amount } from "../desk/Amount";
import { Can } from "../desk/Can";
import { CreditPill, useUseWords } from "../desk/charges";
import { creditState, today } from "../desk/credits";
import { type Column, DataTable } from "../desk/DataTable";
import { Empty } from "../desk/Empty";
import { Export } from "../desk/Export";
import { Notice } from "../desk/Notice";
import { Facts, Page } from "../desk/Page";
import { Dialog, Side } from "../desk/Windows";
import { useFormat } from "../i18n/format";
import { IconPlus } from "../ui/icons";
import { GrantCredit } from "./GrantCredit";
import { ShowAll, Twice } from "./kit";

const route = getRouteApi("/office/credits");
type Row = Schema["CreditView"];

/** Credits for infrastructure: granted, used, left, expired. */
export function Credits() {
  const { t } = useLingui();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const [granting, setGranting] = useState(false);
  const [granted, setGranted] = useState<Row>();
  const { partner, after } = search;
  const query = api.useQuery(
    "get",
    "/api/office/credits",
    { params: { query: { organisation_id: partner, after, limit: 25 } } },
    { placeholderData: keepPreviousData },
  );
  const open = (credit: string | undefined) =>
    navigate({ search: (old) => ({ ...old, credit }), state: (old) => old, resetScroll: false });
  return (
    <Page
      title={<Trans>Credits</Trans>}
      about={<Trans>They pay for infrastructure before VAT; we bear what they pay.</Trans>}
      actions={
        <>
          <Can scope="office:charge:write">
            <Button size="sm" leftSection={<IconPlus size={16} />} onClick={() => setGranting(true)}>
              <Trans>Grant a credit</Trans>
            </Button>
          </Can>
          <Export path="/api/office/credits/export" wanted={{ organisation_id: partner }}>
            <Trans>Export the credits</Trans>
          </Export>
        </>
      }
    >
      {granted ? <Granted credit={granted} /> : null}
      <DataTable
        caption={t`Credits, the newest first`}
        query={query}
        search={search}
        rowKey={(row) => row.id}
        onOpen={(row) => open(row.id)}
        isOpen={(row) => row.id === search.credit}
        filters={partner ? <ShowAll names={["partner"]} /> : undefined}
        columns={useColumns()}
        empty={
          <Empty title={<Trans>No credit yet</Trans>}>
            <Trans>Grant one to a start-up: it pays for what it uses, up to its last day.</Trans>
          </Empty>
        }
      />
      <Side
        opened={search.credit !== undefined}
        onClose={() => open(undefined)}
        title={<Trans>What this credit paid</Trans>}
      >
        {search.credit ? (
          <Inside id={search.credit} credit={query.data?.items.find(({ id }) => id === search.credit)} />
        ) : null}
      </Side>
      <Dialog opened={granting} onClose={() => setGranting(false)} title={<Trans>Grant a credit</Trans>}>
        <GrantCredit
          partner={partner}
          onDone={(credit) => {
            setGranting(false);
            setGranted(credit);
          }}
        />
      </Dialog>
    </Page>
  );
}

function Granted({ credit }: { credit: Row }) {
  const { t } = useLingui();
  const f = useFormat();
  const last = f.date(`${credit.expires_on}T12:00:00Z`);
  return (
    <Notice tone="good" title={t`${f.money(credit.amount)} granted to ${credit.organisation_name}`}>
      {t`It pays for what is used until ${last}, that day included.`}
    </Notice>
  );
}

function Inside({ id, credit }: { id: string; credit: Row | undefined }) {
  const { t } = useLingui();
  const f = useFormat();
  const words = useUseWords();
  const query = api.useQuery("get", "/api/office/credits/{credit_id}/uses", {
    params: { path: { credit_id: id }, query: { limit: 200 } },
  });
  return (
    <>
      {credit ? (
        <Facts
          items={[
            [t`Granted to`, credit.organisation_name],
            [t`Granted`, f.money(credit.amount)],
            [t`Left`, f.money(credit.left)],
            [t`From`, f.date(`${credit.granted_on}T12:00:00Z`)],
            [t`To, that day included`, f.date(`${credit.expires_on}T12:00:00Z`)],
            [t`Reason`, credit.reason],
          ]}
        />
      ) : null}
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
              <Link to="/office/charges" search={{ charge: row.charge_id }}>
                {words[row.kind]}
              </Link>
            ),
          },
          {
            key: "amount",
            label: t`Amount`,
            numeric: true,
            cell: (row) => <Amount value={row.amount} taken sign />,
          },
        ]}
        empty={
          <Empty title={<Trans>Nothing yet</Trans>}>
            <Trans>It pays for what is used from its first day on.</Trans>
          </Empty>
        }
      />
    </>
  );
}

function useColumns(): Column<Row>[] {
  const { t } = useLingui();
  const f = useFormat();
  const day = today();
  return [
    {
      key: "who",
      label: t`Organisation`,
      cell: (row) => (
        <Twice
          first={
            <route.Link
              to="."
              search={(old) => ({ ...old, credit: row.id })}
              resetScroll={false}
              onClick={(event) => event.stopPropagation()}
            >
              {row.organisation_name}
            </route.Link>
          }
          second={row.reason}
        />
      ),
    },
    { key: "state", label: t`State`, cell: (row) => <CreditPill state={creditState(row, day)} /> },
    { key: "from", label: t`From`, faint: true, cell: (row) => f.date(`${row.granted_on}T12:00:00Z`) },
    { key: "to", label: t`Last day`, cell: (row) => f.date(`${row.expires_on}T12:00:00Z`) },
    {
      key: "amount",
      label: t`Granted`,
      numeric: true,
      faint: true,
      cell: (row) => <Amount value={row.amount} />,
    },
    { key: "left", label: t`Left`, numeric: true, cell: (row) => <Amount value={row.left} strong /> },
  ];
}
