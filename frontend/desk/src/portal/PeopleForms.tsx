import { Trans, useLingui } from "@lingui/react/macro";
import { Button, Group, NativeSelect, TextInput } from "@mantine/core";
import { http, type Schema } from "../api/client";
import { useDeclaredKinds } from "../desk/certificates";
import { useDeskForm } from "../desk/form";
import { ProblemAlert } from "../desk/problems";
import { day as isDay } from "../ui/search";
import css from "./People.module.css";
import { reread } from "./peopleReads";
import { slugOf } from "./slug";

type AchievementKind = Schema["AchievementDeclared"]["kind"];
const KINDS: AchievementKind[] = ["reference", "training", "support_contract"];

/** The kind of a certificate as everybody writes it: small letters, digits, hyphens. */
const kindOf = (text: string) => slugOf(text).slice(0, 50);

export function DeclareCertificate({
  people,
  onDone,
}: {
  people: Schema["PersonAtWork"][];
  onDone: () => void;
}) {
  const { t } = useLingui();
  const known = [...new Set(people.flatMap((each) => each.certificates.map(({ kind }) => kind)))];
  const dated = (value: string) => (isDay(value) ? null : t`A day`);
  const { form, onSubmit, pending, error, rest } = useDeskForm({
    draft: "certificate",
    initialValues: {
      name: "",
      email: "",
      works_from: "",
      kind: "",
      issued_on: "",
      expires_on: "",
      evidence: "",
    },
    validate: {
      name: (value) => (value.trim() ? null : t`The person’s name`),
      email: (value) => (/^\S+@\S+\.\S+$/.test(value) ? null : t`An address of mail`),
      works_from: dated,
      kind: (value) => (kindOf(value) ? null : t`What the person is certified for`),
      issued_on: dated,
      expires_on: (value, values) =>
        !isDay(value) ? t`A day` : value < values.issued_on ? t`Not before it was issued` : null,
      evidence: (value) => (value.trim() ? null : t`Its number, or where we can look it up`),
    },
    submit: async (values, key) => {
      const { error } = await http.POST("/api/portal/people/certificates", {
        headers: { "idempotency-key": key },
        body: { ...values, name: values.name.trim(), kind: kindOf(values.kind) },
      });
      if (error) throw error;
      await reread();
      onDone();
    },
  });
  return (
    <form onSubmit={onSubmit} noValidate style={{ display: "grid", gap: 14 }}>
      <ProblemAlert error={error} rest={rest} />
      <TextInput label={t`Name`} required data-autofocus {...form.getInputProps("name")} />
      <TextInput
        label={t`The person’s address of mail`}
        description={t`It names the person for good: the certificates follow it.`}
        type="email"
        required
        {...form.getInputProps("email")}
      />
      <TextInput label={t`Works for you since`} type="date" required {...form.getInputProps("works_from")} />
      <TextInput
        label={t`Certificate`}
        description={t`Such as cloud-architect`}
        required
        list="kinds-of-certificates"
        {...form.getInputProps("kind")}
      />
      <datalist id="kinds-of-certificates">
        {known.map((each) => (
          <option key={each} value={each} />
        ))}
      </datalist>
      <div className={css.two}>
        <TextInput label={t`Issued on`} type="date" required {...form.getInputProps("issued_on")} />
        <TextInput label={t`Last day`} type="date" required {...form.getInputProps("expires_on")} />
      </div>
      <TextInput
        label={t`What shows it`}
        description={t`The certificate’s number, or where we can look it up.`}
        required
        maxLength={200}
        {...form.getInputProps("evidence")}
      />
      <Group justify="flex-end">
        <Button type="submit" loading={pending}>
          <Trans>Declare it</Trans>
        </Button>
      </Group>
    </form>
  );
}

export function DeclareAchievement({ onDone }: { onDone: () => void }) {
  const { t } = useLingui();
  const kinds = useDeclaredKinds();
  const { form, onSubmit, pending, error, rest } = useDeskForm({
    draft: "achievement",
    initialValues: {
      kind: "reference" as AchievementKind,
      title: "",
      achieved_on: "",
      expires_on: "",
      evidence: "",
    },
    validate: {
      title: (value) => (value.trim() ? null : t`The customer, the training or the contract`),
      achieved_on: (value) => (isDay(value) ? null : t`A day`),
      expires_on: (value, values) =>
        value && (!isDay(value) || value < values.achieved_on) ? t`Not before it began` : null,
      evidence: (value) => (value.trim() ? null : t`Whom we can ask, or where it can be read`),
    },
    submit: async ({ expires_on, ...values }, key) => {
      const { error } = await http.POST("/api/portal/people/achievements", {
        headers: { "idempotency-key": key },
        body: { ...values, title: values.title.trim(), expires_on: expires_on || null },
      });
      if (error) throw error;
      await reread();
      onDone();
    },
  });
  return (
    <form onSubmit={onSubmit} noValidate style={{ display: "grid", gap: 14 }}>
      <ProblemAlert error={error} rest={rest} />
      <NativeSelect
        label={t`Kind`}
        data={KINDS.map((value) => ({ value, label: kinds[value] }))}
        data-autofocus
        {...form.getInputProps("kind")}
      />
      <TextInput
        label={t`Title`}
        description={t`The customer, the training or the contract.`}
        required
        maxLength={200}
        {...form.getInputProps("title")}
      />
      <div className={css.two}>
        <TextInput label={t`Dated`} type="date" required {...form.getInputProps("achieved_on")} />
        <TextInput label={t`Last day, if it has one`} type="date" {...form.getInputProps("expires_on")} />
      </div>
      <TextInput
        label={t`What shows it`}
        description={t`Whom we can ask, or where it can be read.`}
        required
        maxLength={200}
        {...form.getInputProps("evidence")}
      />
      <Group justify="flex-end">
        <Button type="submit" loading={pending}>
          <Trans>Declare it</Trans>
        </Button>
      </Group>
    </form>
  );
}
