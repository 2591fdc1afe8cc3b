import { Trans, useLingui } from "@lingui/react/macro";
import { Button } from "@mantine/core";
import { keepPreviousData } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useState } from "react";
import { api, type Schema } from "../api/client";
import { Amount } from "../desk/Amount";
import { Can } from "../desk/Can";
import { DataTable } from "../desk/DataTable";
import { Empty } from "../desk/Empty";
import { Export } from "../desk/Export";
import { Figure, Figures, Page } from "../desk/Page";
import { Tabs } from "../desk/Tabs";
import { Dialog } from "../desk/Windows";
import { useFormat } from "../i18n/format";
import { IconPlus } from "../ui/icons";
import { ShowAll, Twice } from "./kit";
import { ReceiptApprovals } from "./ReceiptApprovals";
import { Received } from "./Received";
import { RecordReceipt } from "./RecordReceipt";

const route = getRouteApi("/office/receivables");
export type Owing = Schema["Receivable"];

/** Who owes us money by its last statement, since when, and what has arrived. */
export function Receivables() {
  const { t } = useLingui();
  const { partner, shown } = route.useSearch();
  const navigate = route.useNavigate();
  const [recording, setRecording] = useState<{ of?: Owing }>();
  return (
    <Page
      title={<Trans>Receivables</Trans>}
      about={
        <Trans>
          What partners used came to more than their share: it is carried one statement, then collected.
        </Trans>
      }
      actions={
        <>
          <Can scope="office:charge:read">
            <Button size="sm" variant="default" component={Link} to="/office/receivable-settings">
              <Trans>Letters and limits</Trans>
            </Button>
          </Can>
          <Export path="/api/office/receivables/export" wanted={{ organisation_id: partner }}>
            <Trans>Export what is owed</Trans>
          </Export>
          <Can scope="office:charge:write">
            <Button size="sm" leftSection={<IconPlus size={16} />} onClick={() => setRecording({})}>
              <Trans>Record a payment</Trans>
            </Button>
          </Can>
        </>
      }
    >
      <Ages />
      <Tabs<"received" | "approve">
        label={t`Shown`}
        value={shown === "received" || shown === "approve" ? shown : undefined}
        onChange={(value) => navigate({ search: (old) => ({ ...old, shown: value, after: undefined }) })}
        items={[
          { value: undefined, label: t`Owed to us` },
          { value: "received", label: t`Payments received` },
          { value: "approve", label: t`To approve` },
        ]}
      />
      {shown === "received" ? (
        <Received partner={partner} />
      ) : shown === "approve" ? (
        <ReceiptApprovals />
      ) : (
        <OwedToUs onRecord={(of) => setRecording({ of })} />
      )}
      <Dialog
        opened={recording !== undefined}
        onClose={() => setRecording(undefined)}
        title={<Trans>Record a payment</Trans>}
      >
        <RecordReceipt of={recording?.of} partner={partner} onDone={() => setRecording(undefined)} />
      </Dialog>
    </Page>
  );
}

function Ages() {
  const { t } = useLingui();
  const { data } = api.useQuery("get", "/api/office/receivables/ages");
  const words: Record<Schema["ReceivablesOfAge"]["age"], string> = {
    "0-30": t`Up to 30 days`,
    "31-60": t`31 to 60 days`,
    "61-90": t`61 to 90 days`,
    "90+": t`More than 90 days`,
  };
  if (!data?.length) return null;
  return (
    <Figures>
      {data.map(({ age, left }) => (
        <Figure key={`${age}${left.currency}`} label={words[age]} value={<Amount value={left} />} />
      ))}
    </Figures>
  );
}

function OwedToUs({ onRecord }: { onRecord: (of: Owing) => void }) {
  const { t } = useLingui();
  const f = useFormat();
  const search = route.useSearch();
  const { partner, after } = search;
  const query = api.useQuery(
    "get",
    "/api/office/receivables",
    { params: { query: { organisation_id: partner, after, limit: 25 } } },
    { placeholderData: keepPreviousData },
  );
  return (
    <DataTable
      caption={t`Who owes us money`}
      query={query}
      search={search}
      rowKey={(row) => row.statement_id}
      filters={partner ? <ShowAll names={["partner"]} /> : undefined}
      columns={[
        {
          key: "partner",
          label: t`Partner`,
          cell: (row) => (
            <Twice
              first={
                <Link to="/office/partners/$organisationId" params={{ organisationId: row.organisation_id }}>
                  {row.organisation_name}
                </Link>
              }
              second={row.organisation_reference}
            />
          ),
        },
        {
          key: "statement",
          label: t`By statement`,
          cell: (row) => (
            <Link to="/office/statements/$statementId" params={{ statementId: row.statement_id }}>
              {row.statement_number}
            </Link>
          ),
        },
        {
          key: "since",
          label: t`Since`,
          cell: (row) => (
            <Twice first={f.date(`${row.owed_since}T12:00:00Z`)} second={t`${row.age_days} days`} />
          ),
        },
        {
          key: "written",
          label: t`Written to`,
          cell: (row) => (
            <Twice
              first={
                row.reminders.length
                  ? row.reminders.map((each) => f.date(each.sent_at)).join(", ")
                  : t`not yet`
              }
              second={
                row.payment?.state === "processing"
                  ? t`${f.money(row.payment.amount)} are with its bank`
                  : row.payment?.state === "failed"
                    ? t`its bank refused ${f.money(row.payment.amount)}`
                    : undefined
              }
            />
          ),
        },
        { key: "carried", label: t`Carried`, numeric: true, cell: (row) => <Amount value={row.carried} /> },
        { key: "paid", label: t`Paid since`, numeric: true, cell: (row) => <Amount value={row.paid} /> },
        { key: "left", label: t`Left`, numeric: true, cell: (row) => <Amount value={row.left} /> },
        {
          key: "record",
          label: t`Record`,
          cell: (row) => (
            <Can scope="office:charge:write">
              <Button
                size="xs"
                variant="default"
                aria-label={t`Record a payment of ${row.organisation_name}`}
                onClick={() => onRecord(row)}
              >
                <Trans>Record a payment</Trans>
              </Button>
            </Can>
          ),
        },
      ]}
      empty={
        <Empty title={<Trans>Nobody owes anything</Trans>}>
          <Trans>
            Who uses more infrastructure in a month than it earns stands here once the month is closed.
          </Trans>
        </Empty>
      }
    />
  );
}
