import { Trans, useLingui } from "@lingui/react/macro";
import { Button, Group, Textarea, TextInput } from "@mantine/core";
import { http, queryClient, type Schema } from "../api/client";
import { today } from "../desk/credits";
import { useDeskForm } from "../desk/form";
import { Notice } from "../desk/Notice";
import { useFormat } from "../i18n/format";
import { readAmount } from "../i18n/text";
import { ChooseOrganisation } from "./ChooseOrganisation";
import { ProblemAlert } from "./refusals";

/** A credit to come, and in words what it will do before it is granted. */
export function GrantCredit({
  partner,
  onDone,
}: {
  partner: string | undefined;
  onDone: (credit: Schema["CreditView"]) => void;
}) {
  const { t } = useLingui();
  const day = today();
  const { form, onSubmit, pending, error, rest } = useDeskForm({
    draft: "credit",
    initialValues: {
      organisation_id: partner ?? "",
      amount: "10000,00",
      granted_on: day,
      expires_on: lastDay(day),
      reason: "",
    },
    validate: {
      organisation_id: (id) => (id ? null : t`Choose who may spend it`),
      amount: (text) => ((readAmount(text, "EUR") ?? 0) > 0 ? null : t`Write an amount such as 25,00`),
      expires_on: (last, { granted_on }) =>
        last >= granted_on && last >= day ? null : t`A day still to come, not before the first`,
      reason: (text) => (text.trim() ? null : t`Say why: it stands beside the credit`),
    },
    submit: async (values, key) => {
      const { data, error: refusal } = await http.POST("/api/office/credits", {
        headers: { "idempotency-key": key },
        body: {
          organisation_id: values.organisation_id,
          amount: { amount_minor: readAmount(values.amount, "EUR") ?? 0, currency: "EUR" },
          granted_on: values.granted_on,
          expires_on: values.expires_on,
          reason: values.reason.trim(),
        },
      });
      if (refusal) throw refusal;
      await queryClient.invalidateQueries({ queryKey: ["get", "/api/office/credits"] });
      if (data) onDone(data);
    },
  });
  return (
    <form onSubmit={onSubmit} noValidate style={{ display: "grid", gap: 14 }}>
      <ProblemAlert error={error} rest={rest} />
      <ChooseOrganisation label={t`Who may spend it`} {...form.getInputProps("organisation_id")} />
      <TextInput
        label={t`Amount in euros, VAT excluded`}
        inputMode="decimal"
        required
        {...form.getInputProps("amount")}
      />
      <Group grow align="flex-start">
        <TextInput type="date" label={t`From`} required {...form.getInputProps("granted_on")} />
        <TextInput
          type="date"
          label={t`To, that day included`}
          required
          {...form.getInputProps("expires_on")}
        />
      </Group>
      <Textarea label={t`Reason`} required maxLength={200} autosize {...form.getInputProps("reason")} />
      <Said {...form.values} day={day} />
      <Group justify="flex-end">
        <Button type="submit" loading={pending}>
          <Trans>Grant it</Trans>
        </Button>
      </Group>
    </form>
  );
}

/** What will be true afterwards, before anything is. */
function Said({
  amount,
  granted_on,
  expires_on,
  day,
}: {
  amount: string;
  granted_on: string;
  expires_on: string;
  day: string;
}) {
  const { t } = useLingui();
  const f = useFormat();
  const minor = readAmount(amount, "EUR");
  if (!minor || !granted_on || !expires_on || expires_on < granted_on) return null;
  const sum = f.money({ amount_minor: minor, currency: "EUR" });
  const [first, last] = [granted_on, expires_on].map((one) => f.date(`${one}T12:00:00Z`));
  return (
    <Notice title={t`Nothing is granted yet`}>
      {t`Up to ${sum} of what it uses from ${first} to ${last} will cost it nothing, VAT neither. What is left after that day is lost; it is told 30 and 7 days before.`}
      {granted_on < day ? ` ${t`What it used already stays as it was charged.`}` : null}
    </Notice>
  );
}

/** Twelve months: from 15 January to 14 January. */
function lastDay(first: string): string {
  const at = new Date(`${first}T00:00:00Z`);
  at.setUTCFullYear(at.getUTCFullYear() + 1);
  at.setUTCDate(at.getUTCDate() - 1);
  return at.toISOString().slice(0, 10);
}
