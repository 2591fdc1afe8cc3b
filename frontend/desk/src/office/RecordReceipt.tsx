import { Trans, useLingui } from "@lingui/react/macro";
import { Button, Group, NativeSelect, TextInput } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { http, type Schema } from "../api/client";
import { today } from "../desk/credits";
import { useDeskForm } from "../desk/form";
import { Notice } from "../desk/Notice";
import { MEANS, useReceiptWords } from "../desk/receipts";
import { useFormat } from "../i18n/format";
import { readAmount } from "../i18n/text";
import { ChooseOrganisation } from "./ChooseOrganisation";
import type { Owing } from "./Receivables";
import { forgetReceipts } from "./Received";
import { ProblemAlert } from "./refusals";

/** One line of the bank's, taken off what a partner owes. */
export function RecordReceipt({
  of,
  partner,
  onDone,
}: {
  of: Owing | undefined;
  partner: string | undefined;
  onDone: () => void;
}) {
  const { t } = useLingui();
  const f = useFormat();
  const words = useReceiptWords();
  const [made, setMade] = useState<Schema["ReceiptRecorded"]>();
  const currency = (of?.left.currency ?? "EUR") as Schema["MoneyIn"]["currency"];
  const { form, onSubmit, pending, error, rest } = useDeskForm({
    initialValues: {
      organisation_id: of?.organisation_id ?? partner ?? "",
      amount: of ? f.typed(of.left) : "",
      reference: "",
      received_on: today(),
      means: "bank_transfer" as Schema["ReceiptView"]["means"],
      note: "",
    },
    validate: {
      organisation_id: (id) => (id ? null : t`Choose who paid`),
      amount: (text) => ((readAmount(text, currency) ?? 0) > 0 ? null : t`Write an amount such as 25,00`),
      reference: (text) =>
        text.trim() ? null : t`The bank's own reference: it keeps the line from counting twice`,
    },
    submit: async (values, key) => {
      const { data, error: refusal } = await http.POST("/api/office/receipts", {
        headers: { "idempotency-key": key },
        body: {
          ...values,
          amount: { amount_minor: readAmount(values.amount, currency) ?? 0, currency },
          reference: values.reference.trim(),
          note: values.note.trim(),
        },
      });
      if (refusal) throw refusal;
      await forgetReceipts();
      if (data.state === "recorded") onDone();
      else setMade(data);
    },
  });
  const minor = readAmount(form.values.amount, currency) ?? 0;
  const over = of && minor > of.left.amount_minor ? minor - of.left.amount_minor : 0;
  if (made) return <NotNew made={made} onDone={onDone} />;
  return (
    <form onSubmit={onSubmit} noValidate style={{ display: "grid", gap: 14 }}>
      <ProblemAlert error={error} rest={rest} />
      <ChooseOrganisation label={t`Who paid`} {...form.getInputProps("organisation_id")} />
      <Group grow align="flex-start">
        <TextInput
          label={currency === "EUR" ? t`Amount in euros` : t`Amount in ${currency}`}
          inputMode="decimal"
          required
          {...form.getInputProps("amount")}
        />
        <TextInput type="date" label={t`Received`} required {...form.getInputProps("received_on")} />
      </Group>
      <TextInput
        label={t`The bank's reference`}
        required
        maxLength={100}
        {...form.getInputProps("reference")}
      />
      <NativeSelect
        label={t`By`}
        data={MEANS.map((value) => ({ value, label: words.means[value] }))}
        {...form.getInputProps("means")}
      />
      <TextInput label={t`Note`} maxLength={500} {...form.getInputProps("note")} />
      {over > 0 ? (
        <p>{t`${f.money({ amount_minor: over, currency })} more than is owed: a second person has to approve it, then they go back with its next payout.`}</p>
      ) : null}
      <Group justify="flex-end">
        <Button type="submit" loading={pending}>
          <Trans>Record it</Trans>
        </Button>
      </Group>
    </form>
  );
}

/** The line was recorded before, or waits for a second person. */
function NotNew({ made, onDone }: { made: Schema["ReceiptRecorded"]; onDone: () => void }) {
  const { t } = useLingui();
  const known = made.state === "known";
  return (
    <div style={{ display: "grid", gap: 14 }}>
      {known ? (
        <Notice title={t`This payment is recorded already`}>
          <Trans>The same line of the bank counts once: nothing was changed.</Trans>
        </Notice>
      ) : (
        <Notice tone="warn" title={t`A second person has to approve it`}>
          {made.proposal?.why === "above_debt" ? (
            <Trans>It is more than the partner owes, and what is too much is paid out again.</Trans>
          ) : (
            <Trans>It is above the amount that one person may record.</Trans>
          )}
        </Notice>
      )}
      <Group justify="flex-end">
        <Button
          component={Link}
          to={`/office/receivables?shown=${known ? "received" : "approve"}`}
          onClick={onDone}
        >
          {known ? <Trans>See the payments received</Trans> : <Trans>See what is to approve</Trans>}
        </Button>
      </Group>
    </div>
  );
}
