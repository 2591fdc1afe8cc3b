import { Trans, useLingui } from "@lingui/react/macro";
import { Button, Textarea } from "@mantine/core";
import { keepPreviousData } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useState } from "react";
import { api, http, queryClient, type Schema } from "../api/client";
import { Amount } from "../desk/Amount";
import { Can } from "../desk/Can";
import { DataTable } from "../desk/DataTable";
import { Empty } from "../desk/Empty";
import { useDeskForm } from "../desk/form";
import { useReceiptWords } from "../desk/receipts";
import { Dialog } from "../desk/Windows";
import { useFormat } from "../i18n/format";
import { ShowAll, Twice } from "./kit";
import css from "./office.module.css";
import { ProblemAlert } from "./refusals";

const route = getRouteApi("/office/receivables");
type Receipt = Schema["ReceiptView"];

/** What arrived at our bank, and what of it bounced. */
export function Received({ partner }: { partner: string | undefined }) {
  const { t } = useLingui();
  const f = useFormat();
  const words = useReceiptWords();
  const search = route.useSearch();
  const [bouncing, setBouncing] = useState<Receipt>();
  const query = api.useQuery(
    "get",
    "/api/office/receipts",
    { params: { query: { organisation_id: partner, after: search.after, limit: 25 } } },
    { placeholderData: keepPreviousData },
  );
  return (
    <>
      <DataTable
        caption={t`Payments received, the newest first`}
        query={query}
        search={search}
        rowKey={(row) => row.id}
        filters={partner ? <ShowAll names={["partner"]} /> : undefined}
        columns={[
          {
            key: "partner",
            label: t`Partner`,
            cell: (row) => <Twice first={row.organisation} second={row.note || undefined} />,
          },
          {
            key: "day",
            label: t`Received`,
            cell: (row) => (
              <Twice first={f.date(`${row.received_on}T12:00:00Z`)} second={words.means[row.means]} />
            ),
          },
          { key: "reference", label: t`Reference`, cell: (row) => row.reference },
          { key: "month", label: t`On the statement of`, cell: (row) => f.month(row.month) },
          {
            key: "amount",
            label: t`Amount`,
            numeric: true,
            cell: (row) => <Amount value={row.amount} sign />,
          },
          {
            key: "bounced",
            label: t`State`,
            cell: (row) =>
              row.kind === "reversal" ? (
                <Trans>Taken back</Trans>
              ) : row.reversal_id ? (
                <Trans>Bounced</Trans>
              ) : row.held_at === "stripe" ? (
                <Trans>Paid online</Trans>
              ) : (
                <Can scope="office:charge:write">
                  <Button
                    size="xs"
                    variant="default"
                    aria-label={t`${row.reference} bounced`}
                    onClick={() => setBouncing(row)}
                  >
                    <Trans>It bounced</Trans>
                  </Button>
                </Can>
              ),
          },
        ]}
        empty={
          <Empty title={<Trans>No payment yet</Trans>}>
            <Trans>Record what your bank says has arrived: it goes onto the next statement.</Trans>
          </Empty>
        }
      />
      <Dialog
        opened={bouncing !== undefined}
        onClose={() => setBouncing(undefined)}
        title={<Trans>This payment bounced</Trans>}
      >
        {bouncing ? <Bounce receipt={bouncing} onDone={() => setBouncing(undefined)} /> : null}
      </Dialog>
    </>
  );
}

function Bounce({ receipt, onDone }: { receipt: Receipt; onDone: () => void }) {
  const { t } = useLingui();
  const f = useFormat();
  const { form, onSubmit, pending, error, rest } = useDeskForm({
    initialValues: { reason: "" },
    validate: { reason: (text) => (text.trim() ? null : t`Say why: the partner reads it`) },
    submit: async ({ reason }, key) => {
      const { error: refusal } = await http.POST("/api/office/receipts/{receipt_id}/reverse", {
        params: { path: { receipt_id: receipt.id } },
        headers: { "idempotency-key": key },
        body: { reason: reason.trim() },
      });
      if (refusal) throw refusal;
      await forgetReceipts();
      onDone();
    },
  });
  return (
    <form onSubmit={onSubmit} noValidate style={{ display: "grid", gap: 14 }}>
      <ProblemAlert error={error} rest={rest} />
      <p>{t`${f.money(receipt.amount)} will be owed by ${receipt.organisation} again.`}</p>
      <Textarea label={t`Reason`} required maxLength={500} autosize {...form.getInputProps("reason")} />
      <div className={css.formEnd}>
        <Button type="submit" color="danger" loading={pending}>
          <Trans>Take it back</Trans>
        </Button>
      </div>
    </form>
  );
}

/** What is owed and what was received is asked for anew. */
export async function forgetReceipts() {
  await queryClient.invalidateQueries({ queryKey: ["get", "/api/office/receipts"] });
  await queryClient.invalidateQueries({ queryKey: ["get", "/api/office/receipts/proposals"] });
  await queryClient.invalidateQueries({ queryKey: ["get", "/api/office/receivables"] });
  await queryClient.invalidateQueries({ queryKey: ["get", "/api/office/receivables/ages"] });
  await queryClient.invalidateQueries({ queryKey: ["get", "/api/office/overview"] });
}
