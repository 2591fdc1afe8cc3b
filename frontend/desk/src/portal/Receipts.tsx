import { Trans, useLingui } from "@lingui/react/macro";
import { Button } from "@mantine/core";
import { getRouteApi } from "@tanstack/react-router";
import { api, http, type Schema } from "../api/client";
import { Amount } from "../desk/Amount";
import { Can } from "../desk/Can";
import { DataTable } from "../desk/DataTable";
import { Empty } from "../desk/Empty";
import { useAction } from "../desk/form";
import { Notice } from "../desk/Notice";
import { Page } from "../desk/Page";
import { useReceiptWords } from "../desk/receipts";
import { useFormat } from "../i18n/format";
import { CameBack, useOwing } from "./CameBack";
import { ProblemAlert } from "./refusals";

const route = getRouteApi("/portal/receipts");

/** What the partner owes us, how to pay it, and what has arrived of it. */
export function Receipts() {
  const { t } = useLingui();
  const f = useFormat();
  const words = useReceiptWords();
  const search = route.useSearch();
  const { owing, stage, last, again } = useOwing(search.back === "paid");
  const query = api.useQuery("get", "/api/portal/receipts", {
    params: { query: { after: search.after, limit: 25 } },
  });
  return (
    <Page
      title={<Trans>Payments to us</Trans>}
      about={<Trans>What your use comes to beyond your share, and what you paid of it.</Trans>}
    >
      <CameBack
        stage={stage}
        last={last}
        words={owing.data?.items[0]?.statement_number ?? ""}
        again={again}
      />
      {owing.data?.items.map((row) => (
        <Due key={row.statement_id} row={row} />
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

/** One debt: paid on Stripe's page, or with the bank already. */
function Due({ row }: { row: Schema["Receivable"] }) {
  const { t } = useLingui();
  const f = useFormat();
  const paying = useAction(async () => {
    const { data, error } = await http.POST("/api/portal/receivables/pay", {
      body: { currency: row.left.currency as "EUR" },
    });
    if (error) throw error;
    window.location.assign(data.url);
  });
  const since = f.date(`${row.owed_since}T12:00:00Z`);
  const day = f.date(`${row.pay_before}T12:00:00Z`);
  if (row.payment?.state === "processing") {
    return (
      <Notice title={t`${f.money(row.payment.amount)} are with your bank`}>
        <Trans>A SEPA debit takes some days. You have nothing more to do; we tell you if it fails.</Trans>
      </Notice>
    );
  }
  return (
    <>
      {row.payment?.state === "failed" ? (
        <Notice tone="bad" title={t`Your last payment of ${f.money(row.payment.amount)} did not arrive`}>
          <Trans>Your bank refused it and nothing was taken: pay again, or by another means.</Trans>
        </Notice>
      ) : null}
      <Notice
        tone="warn"
        title={t`You owe us ${f.money(row.left)} since ${since}`}
        action={
          <Can scope="portal:receivable:pay">
            <Button onClick={() => paying.run()} loading={paying.pending}>
              {t`Pay ${f.money(row.left)}`}
            </Button>
          </Can>
        }
      >
        {row.is_asked_later
          ? t`It is set against your next sales; what is left of it on ${day} is asked for by letter.`
          : t`To be paid before ${day}.`}{" "}
        {t`By card or SEPA debit, on Stripe’s page; or by bank transfer with the words ${row.statement_number}. What is not paid is set against your next statement.`}
      </Notice>
      <ProblemAlert error={paying.error} />
    </>
  );
}
