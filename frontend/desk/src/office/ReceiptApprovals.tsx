import { Trans, useLingui } from "@lingui/react/macro";
import { Button, Group, Textarea } from "@mantine/core";
import { keepPreviousData } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useState } from "react";
import { api, http, type Schema } from "../api/client";
import { Amount } from "../desk/Amount";
import { Can } from "../desk/Can";
import { Confirm } from "../desk/Confirm";
import { DataTable } from "../desk/DataTable";
import { Empty } from "../desk/Empty";
import { useReceiptWords } from "../desk/receipts";
import { useFormat } from "../i18n/format";
import { Twice } from "./kit";
import { forgetReceipts } from "./Received";

const route = getRouteApi("/office/receivables");
type Proposal = Schema["ReceiptProposal"];
type Decision = { proposal: Proposal; verb: "approve" | "refuse" };

/** Payments that one person recorded and another has to approve. */
export function ReceiptApprovals() {
  const { t } = useLingui();
  const f = useFormat();
  const words = useReceiptWords();
  const search = route.useSearch();
  const [deciding, setDeciding] = useState<Decision>();
  const [reason, setReason] = useState("");
  const query = api.useQuery(
    "get",
    "/api/office/receipts/proposals",
    { params: { query: { after: search.after, limit: 25 } } },
    { placeholderData: keepPreviousData },
  );
  const states: Record<Proposal["state"], string> = {
    asked: t`Waits for a second person`,
    approved: t`Approved by a second person`,
    refused: t`Refused`,
    withdrawn: t`Withdrawn`,
  };
  return (
    <>
      <DataTable
        caption={t`Payments that two people record, the newest first`}
        query={query}
        search={search}
        rowKey={(row) => row.id}
        columns={[
          {
            key: "partner",
            label: t`Partner`,
            cell: (row) => <Twice first={row.organisation} second={row.note || undefined} />,
          },
          {
            key: "line",
            label: t`The bank's reference`,
            cell: (row) => (
              <Twice
                first={row.reference}
                second={`${f.date(`${row.received_on}T12:00:00Z`)} · ${words.means[row.means]}`}
              />
            ),
          },
          {
            key: "why",
            label: t`Why two`,
            cell: (row) =>
              row.why === "above_debt"
                ? t`More than the ${f.money(row.owed)} owed`
                : t`Its payment is above what one person may record`,
          },
          { key: "amount", label: t`Amount`, numeric: true, cell: (row) => <Amount value={row.amount} /> },
          {
            key: "asked",
            label: t`Recorded by`,
            cell: (row) => <Twice first={row.asked_by_name} second={f.date(row.asked_at)} />,
          },
          {
            key: "state",
            label: t`State`,
            cell: (row) => (
              <Twice
                first={states[row.state]}
                second={[row.decided_by_name, row.decided_note].filter(Boolean).join(" · ") || undefined}
              />
            ),
          },
          {
            key: "decide",
            label: t`Decide`,
            cell: (row) =>
              row.state === "asked" ? (
                <Can scope="office:charge:write">
                  <Group gap="xs" wrap="nowrap">
                    <Button
                      size="xs"
                      aria-label={t`Approve ${row.reference}`}
                      onClick={() => setDeciding({ proposal: row, verb: "approve" })}
                    >
                      <Trans>Approve</Trans>
                    </Button>
                    <Button
                      size="xs"
                      variant="default"
                      aria-label={t`Refuse ${row.reference}`}
                      onClick={() => setDeciding({ proposal: row, verb: "refuse" })}
                    >
                      <Trans>Refuse</Trans>
                    </Button>
                  </Group>
                </Can>
              ) : null,
          },
        ]}
        empty={
          <Empty title={<Trans>Nothing waits for a second person</Trans>}>
            <Trans>
              A payment above what is owed, or above your limit, stands here until it is approved.
            </Trans>
          </Empty>
        }
      />
      <Confirm
        about={deciding}
        title={
          deciding?.verb === "approve" ? (
            <Trans>Approve this payment?</Trans>
          ) : (
            <Trans>Refuse this payment?</Trans>
          )
        }
        action={deciding?.verb === "approve" ? <Trans>Approve</Trans> : <Trans>Refuse</Trans>}
        danger={deciding?.verb === "refuse"}
        ready={deciding?.verb === "approve" || reason.trim() !== ""}
        onClose={() => {
          setReason("");
          setDeciding(undefined);
        }}
        run={async ({ proposal, verb }) => {
          const { error } = await http.POST(`/api/office/receipts/proposals/{proposal_id}/${verb}`, {
            params: { path: { proposal_id: proposal.id } },
            body: { note: verb === "refuse" ? reason.trim() : "" },
          });
          if (error) throw error;
          await forgetReceipts();
        }}
      >
        {deciding ? (
          <p>
            {deciding.verb === "approve"
              ? t`${f.money(deciding.proposal.amount)} of ${deciding.proposal.organisation} count from now on. Check that your bank has received them.`
              : t`The line ${deciding.proposal.reference} of ${deciding.proposal.organisation} does not count.`}
          </p>
        ) : null}
        {deciding?.verb === "refuse" ? (
          <Textarea
            label={t`Reason`}
            description={t`Kept in the audit log.`}
            required
            autosize
            minRows={2}
            maxLength={500}
            value={reason}
            onChange={(event) => setReason(event.currentTarget.value.replaceAll("\n", " "))}
          />
        ) : null}
      </Confirm>
    </>
  );
}
