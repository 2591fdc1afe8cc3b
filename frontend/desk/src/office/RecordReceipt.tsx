import { Trans, useLingui } from "@lingui/react/macro";
import { Button, Group, NativeSelect, TextInput } from "@mantine/core";
import { http, type Schema } from "../api/client";
import { today } from "../desk/credits";
import { useDeskForm } from "../desk/form";
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
  const { form, onSubmit, pending, error, rest } = useDeskForm({
    initialValues: {
      organisation_id: of?.organisation_id ?? partner ?? "",
      amount: of ? (of.left.amount_minor / 100).toFixed(2).replace(".", ",") : "",
      reference: "",
      received_on: today(),
      means: "bank_transfer" as Schema["ReceiptView"]["means"],
      note: "",
    },
    validate: {
      organisation_id: (id) => (id ? null : t`Choose who paid`),
      amount: (text) => ((readAmount(text, "EUR") ?? 0) > 0 ? null : t`Write an amount such as 25,00`),
      reference: (text) =>
        text.trim() ? null : t`The bank's own reference: it keeps the line from counting twice`,
    },
    submit: async (values, key) => {
      const { error: refusal } = await http.POST("/api/office/receipts", {
        headers: { "idempotency-key": key },
        body: {
          ...values,
          amount: { amount_minor: readAmount(values.amount, "EUR") ?? 0, currency: "EUR" },
          reference: values.reference.trim(),
          note: values.note.trim(),
        },
      });
      if (refusal) throw refusal;
      await forgetReceipts();
      onDone();
    },
  });
  const minor = readAmount(form.values.amount, "EUR") ?? 0;
  const over = of && minor > of.left.amount_minor ? minor - of.left.amount_minor : 0;
  return (
    <form onSubmit={onSubmit} noValidate style={{ display: "grid", gap: 14 }}>
      <ProblemAlert error={error} rest={rest} />
      <ChooseOrganisation label={t`Who paid`} {...form.getInputProps("organisation_id")} />
      <Group grow align="flex-start">
        <TextInput
          label={t`Amount in euros`}
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
        <p>{t`${f.money({ amount_minor: over, currency: "EUR" })} more than is owed: they go back with its next payout.`}</p>
      ) : null}
      <Group justify="flex-end">
        <Button type="submit" loading={pending}>
          <Trans>Record it</Trans>
        </Button>
      </Group>
    </form>
  );
}
