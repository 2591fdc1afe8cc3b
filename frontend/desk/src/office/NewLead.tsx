import { Trans, useLingui } from "@lingui/react/macro";
import { Button, Group, NativeSelect, Switch, Textarea, TextInput } from "@mantine/core";
import { http, type Schema } from "../api/client";
import { KINDS, REGIONS, SEGMENTS, useDealWords } from "../desk/deals";
import { useDeskForm } from "../desk/form";
import { ProblemAlert } from "../desk/problems";
import { countries } from "../i18n/countries";
import { readAmount } from "../i18n/text";
import { rereadLeads } from "./Leads";
import css from "./office.module.css";

type Body = Schema["LeadIn"];

/** Somebody who may buy, as far as it is known. */
export function NewLead({ onDone }: { onDone: (id: string) => void }) {
  const { t, i18n } = useLingui();
  const words = useDealWords();
  const { form, onSubmit, pending, error, rest } = useDeskForm({
    draft: "lead",
    initialValues: {
      name: "",
      country: "FR",
      region: "",
      segment: "pme" as string,
      kind: "infrastructure" as string,
      need: "",
      siren: "",
      domain: "",
      contact_name: "",
      contact_email: "",
      contact_phone: "",
      amount: "",
      follows_on: true,
    },
    validate: {
      name: (value) => (value.trim() ? null : t`A name is needed`),
      need: (value) => (value.trim() ? null : t`What do they need?`),
      siren: (value) => (/^(\d{9})?$/.test(value.replace(/\s/g, "")) ? null : t`Nine digits`),
      contact_email: (value) => (!value || /^\S+@\S+\.\S+$/.test(value) ? null : t`An address of mail`),
      amount: (value) => (!value || readAmount(value, "EUR") !== null ? null : t`An amount such as 249.00`),
    },
    submit: async (values, key) => {
      const { data, error } = await http.POST("/api/office/leads", {
        headers: { "idempotency-key": key },
        body: {
          ...values,
          name: values.name.trim(),
          need: values.need.trim(),
          country: values.country as Body["country"],
          segment: values.segment as Body["segment"],
          kind: values.kind as Body["kind"],
          region: values.country === "FR" ? values.region || null : null,
          siren: values.siren.replace(/\s/g, "") || null,
          domain: values.domain.trim() || null,
          contact_email: values.contact_email.trim() || null,
          amount: { amount_minor: readAmount(values.amount, "EUR") ?? 0, currency: "EUR" },
        },
      });
      if (error) throw error;
      await rereadLeads();
      onDone(data.lead.id);
    },
  });
  const regions = Object.entries(REGIONS).map(([value, label]) => ({ value, label }));
  return (
    <form onSubmit={onSubmit} noValidate className={css.form}>
      <ProblemAlert error={error} rest={rest} />
      <TextInput label={t`Name`} required maxLength={200} data-autofocus {...form.getInputProps("name")} />
      <div className={css.formRow}>
        <NativeSelect label={t`Country`} data={countries(i18n.locale)} {...form.getInputProps("country")} />
        {form.values.country === "FR" ? (
          <NativeSelect
            label={t`Region`}
            data={[{ value: "", label: t`Not known` }, ...regions]}
            {...form.getInputProps("region")}
          />
        ) : null}
      </div>
      <div className={css.formRow}>
        <NativeSelect
          label={t`Size`}
          data={SEGMENTS.map((value) => ({ value, label: words.segments[value] ?? value }))}
          {...form.getInputProps("segment")}
        />
        <NativeSelect
          label={t`Looks for`}
          data={KINDS.map((value) => ({ value, label: words.kinds[value] }))}
          {...form.getInputProps("kind")}
        />
      </div>
      <Textarea
        label={t`What they need`}
        description={t`The partner reads this before it accepts: name nobody here.`}
        required
        autosize
        minRows={3}
        maxLength={2000}
        {...form.getInputProps("need")}
      />
      <div className={css.formRow}>
        <TextInput label={t`SIREN`} inputMode="numeric" {...form.getInputProps("siren")} />
        <TextInput label={t`Domain`} placeholder="acme.fr" {...form.getInputProps("domain")} />
        <TextInput label={t`About a month, €`} inputMode="decimal" {...form.getInputProps("amount")} />
      </div>
      <div className={css.formRow}>
        <TextInput label={t`Person to talk to`} maxLength={200} {...form.getInputProps("contact_name")} />
        <TextInput label={t`Address of mail`} type="email" {...form.getInputProps("contact_email")} />
        <TextInput label={t`Telephone`} maxLength={40} {...form.getInputProps("contact_phone")} />
      </div>
      <Switch
        label={t`Who declines or is late: ask the next in line by itself`}
        {...form.getInputProps("follows_on", { type: "checkbox" })}
      />
      <Group justify="flex-end">
        <Button type="submit" loading={pending}>
          <Trans>Enter the lead</Trans>
        </Button>
      </Group>
    </form>
  );
}
