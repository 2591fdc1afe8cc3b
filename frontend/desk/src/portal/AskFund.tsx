import { Trans, useLingui } from "@lingui/react/macro";
import { Button, Group, NativeSelect, Textarea, TextInput } from "@mantine/core";
import { http, queryClient, type Schema } from "../api/client";
import { today } from "../desk/credits";
import { useDeskForm } from "../desk/form";
import { useFundWords } from "../desk/funds";
import { Notice } from "../desk/Notice";
import { useFormat } from "../i18n/format";
import { readAmount } from "../i18n/text";
import { ProblemAlert } from "./refusals";

type Plan = Schema["FundPlanIn"];

/** What is planned and what it costs; in words, what of it would be reimbursed. */
export function AskFund({ fund, onDone }: { fund: Schema["MyFund"]; onDone: (id: string) => void }) {
  const { t } = useLingui();
  const { activities } = useFundWords();
  const { currency } = fund.budget.budget;
  const { form, onSubmit, pending, error, rest } = useDeskForm({
    draft: "fund",
    initialValues: {
      title: "",
      activity: "event" as Plan["activity"],
      description: "",
      starts_on: "",
      ends_on: "",
      planned: "",
    },
    validate: {
      title: (text) => (text.trim() ? null : t`Give it a name`),
      description: (text) => (text.trim() ? null : t`Say what you will do, for whom, and where`),
      starts_on: (day) => (day >= today() ? null : t`Ask before it begins: a day from today on`),
      ends_on: (day, { starts_on }) => (day && day >= starts_on ? null : t`A day not before the first`),
      planned: (text) => ((readAmount(text, currency) ?? 0) > 0 ? null : t`Write an amount such as 25,00`),
    },
    submit: async (values, key) => {
      const { data, error: refusal } = await http.POST("/api/portal/funds/requests", {
        headers: { "idempotency-key": key },
        body: {
          ...values,
          title: values.title.trim(),
          planned: { amount_minor: readAmount(values.planned, currency) ?? 0, currency: "EUR" },
        },
      });
      if (refusal) throw refusal;
      await Promise.all([
        queryClient.invalidateQueries({ queryKey: ["get", "/api/portal/funds/requests"] }),
        queryClient.invalidateQueries({ queryKey: ["get", "/api/portal/funds"] }),
      ]);
      if (data) onDone(data.request.id);
    },
  });
  return (
    <form onSubmit={onSubmit} noValidate style={{ display: "grid", gap: 14 }}>
      <ProblemAlert error={error} rest={rest} />
      <TextInput label={t`Name`} required maxLength={200} {...form.getInputProps("title")} />
      <NativeSelect
        label={t`Kind`}
        data={Object.entries(activities).map(([value, label]) => ({ value, label }))}
        {...form.getInputProps("activity")}
      />
      <Textarea
        label={t`What you plan`}
        required
        maxLength={2000}
        autosize
        minRows={3}
        {...form.getInputProps("description")}
      />
      <Group grow align="flex-start">
        <TextInput type="date" label={t`From`} required {...form.getInputProps("starts_on")} />
        <TextInput type="date" label={t`To, that day included`} required {...form.getInputProps("ends_on")} />
      </Group>
      <TextInput
        label={t`All that it costs in euros, VAT excluded`}
        inputMode="decimal"
        required
        {...form.getInputProps("planned")}
      />
      <Said fund={fund} planned={form.values.planned} />
      <Group justify="flex-end">
        <Button type="submit" loading={pending}>
          <Trans>Send the request</Trans>
        </Button>
      </Group>
    </form>
  );
}

function Said({ fund, planned }: { fund: Schema["MyFund"]; planned: string }) {
  const { t } = useLingui();
  const f = useFormat();
  const { left } = fund.budget;
  const minor = readAmount(planned, left.currency);
  if (!minor) return null;
  const part = Math.floor((2 * minor * fund.share_bp + 10_000) / 20_000);
  const asked = f.money({ ...left, amount_minor: part });
  return (
    <Notice title={t`You ask for ${asked}`} tone={part > left.amount_minor ? "warn" : "accent"}>
      {part > left.amount_minor
        ? t`That is more than the ${f.money(left)} left of your budget: less may be approved.`
        : t`${f.rate(fund.share_bp)} of it. It is reserved once we approve it.`}
    </Notice>
  );
}
