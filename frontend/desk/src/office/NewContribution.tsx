import { Trans, useLingui } from "@lingui/react/macro";
import { Button, Checkbox, Group, NativeSelect, Textarea, TextInput } from "@mantine/core";
import { http } from "../api/client";
import { today } from "../desk/credits";
import { useDeskForm } from "../desk/form";
import { readAmount } from "../i18n/text";
import { ChooseOrganisation } from "./ChooseOrganisation";
import { forgetContributions } from "./Communities";
import { ProblemAlert } from "./refusals";

/** What was given to a community, what it cost, and what came of it. */
export function NewContribution({
  levels,
  onDone,
}: {
  levels: { value: string; label: string }[];
  onDone: () => void;
}) {
  const { t } = useLingui();
  const { form, onSubmit, pending, error, rest } = useDeskForm({
    draft: "contribution",
    initialValues: {
      organisation_id: "",
      project: "",
      involvement: "contributor",
      cost: "",
      order_reference: "",
      from_on: today(),
      to_on: today(),
      result: "",
      link: "",
      licence: "",
      is_public: false,
    },
    validate: {
      organisation_id: (id) => (id ? null : t`Choose the community`),
      cost: (text) => (readAmount(text, "EUR") === null ? t`Write an amount such as 25,00` : null),
      link: (link, { is_public }) => (is_public && !link ? t`Say where the result is found` : null),
      licence: (licence, { is_public }) => (is_public && !licence ? t`Name the licence` : null),
    },
    submit: async (values, key) => {
      const { cost, ...facts } = values;
      const { error: refusal } = await http.POST("/api/office/contributions", {
        headers: { "idempotency-key": key },
        body: { ...facts, cost: { amount_minor: readAmount(cost, "EUR") ?? 0, currency: "EUR" } },
      });
      if (refusal) throw refusal;
      await forgetContributions();
      onDone();
    },
  });
  return (
    <form onSubmit={onSubmit} noValidate style={{ display: "grid", gap: 14 }}>
      <ProblemAlert error={error} rest={rest} />
      <ChooseOrganisation label={t`Community`} {...form.getInputProps("organisation_id")} />
      <TextInput label={t`Project`} required maxLength={100} {...form.getInputProps("project")} />
      <NativeSelect label={t`Involvement`} data={levels} {...form.getInputProps("involvement")} />
      <Group grow align="flex-start">
        <TextInput
          label={t`Cost in euros, VAT excluded`}
          inputMode="decimal"
          required
          {...form.getInputProps("cost")}
        />
        <TextInput
          label={t`Number of the order`}
          required
          maxLength={100}
          {...form.getInputProps("order_reference")}
        />
      </Group>
      <Group grow align="flex-start">
        <TextInput type="date" label={t`From`} required {...form.getInputProps("from_on")} />
        <TextInput type="date" label={t`To, that day included`} required {...form.getInputProps("to_on")} />
      </Group>
      <Textarea
        label={t`What came of it`}
        required
        autosize
        maxLength={500}
        {...form.getInputProps("result")}
      />
      <TextInput label={t`Link to the result`} type="url" maxLength={500} {...form.getInputProps("link")} />
      <TextInput label={t`Licence`} maxLength={100} {...form.getInputProps("licence")} />
      <Checkbox
        label={t`Publish it in the store, without its cost`}
        {...form.getInputProps("is_public", { type: "checkbox" })}
      />
      <Group justify="flex-end">
        <Button type="submit" loading={pending}>
          <Trans>Record it</Trans>
        </Button>
      </Group>
    </form>
  );
}
