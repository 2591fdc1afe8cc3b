import { Trans, useLingui } from "@lingui/react/macro";
import { getRouteApi } from "@tanstack/react-router";
import { api } from "../api/client";
import { Amount } from "../desk/Amount";
import { DataTable } from "../desk/DataTable";
import { Empty } from "../desk/Empty";
import { Notice } from "../desk/Notice";
import { Page } from "../desk/Page";
import { useReceiptWords } from "../desk/receipts";
import { useFormat } from "../i18n/format";

const route = getRouteApi("/portal/receipts");

/** What the partner owes us, how to pay it, and what has arrived of it. */
export function Receipts() {
  const { t } = useLingui();
  const f = useFormat();
  const words = useReceiptWords();
  const search = route.useSearch();
  const owing = api.useQuery("get", "/api/portal/receivables");
  const query = api.useQuery("get", "/api/portal/receipts", {
    params: { query: { after: search.after, limit: 25 } },
  });
  return (
    <Page
      title={<Trans>Payments to us</Trans>}
      about={<Trans>What your use comes to beyond your share, and what you paid of it.</Trans>}
    >
      {owing.data?.items.map((row) => (
        <Notice
          key={row.statement_id}
          tone="warn"
          title={t`${f.money(row.left)} are due from you since ${f.date(`${row.owed_since}T12:00:00Z`)}`}
        >
          {t`They are set against your next statement. To pay now, make a bank transfer with the words ${row.statement_number}.`}
        </Notice>
      ))}
      {owing.data?.items.length === 0 ? (
        <Notice tone="good" title={t`You owe us nothing`}>
          <Trans>Your closed statements are even, or pay you.</Trans>
        </Notice>
      ) : null}
      <DataTable
        caption={t`What arrived from you, the newest first`}
        query={query}
        search={search}
        rowKey={(row) => row.id}
        columns={[
          { key: "day", label: t`Received`, cell: (row) => f.date(`${row.received_on}T12:00:00Z`) },
          { key: "reference", label: t`Reference`, cell: (row) => row.reference },
          { key: "means", label: t`By`, cell: (row) => words.means[row.means] },
          {
            key: "state",
            label: t`State`,
            cell: (row) =>
              row.kind === "reversal"
                ? t`Bounced: ${row.note}`
                : row.reversal_id
                  ? t`Bounced later`
                  : t`On the statement ${f.ofMonth(row.month)}`,
          },
          {
            key: "amount",
            label: t`Amount`,
            numeric: true,
            cell: (row) => <Amount value={row.amount} sign />,
          },
        ]}
        empty={
          <Empty title={<Trans>Nothing arrived yet</Trans>}>
            <Trans>What you pay stands here once it has arrived at our bank.</Trans>
          </Empty>
        }
      />
    </Page>
  );
}
