import { Trans, useLingui } from "@lingui/react/macro";
import { Button, NativeSelect, Textarea, TextInput } from "@mantine/core";
import { http, queryClient, type Schema } from "../api/client";
import { useDeskForm } from "../desk/form";
import { NumberInput } from "../desk/NumberField";
import { useFormat } from "../i18n/format";
import { DAY } from "../i18n/text";
import css from "./office.module.css";
import { dayAfter, midnightInParis, today } from "./paris";
import { ProblemAlert } from "./refusals";

type Kind = Schema["AgreementIn"]["kind"];
type Known = Schema["AgreementView"][];

/** The next version of a text, in both languages, from a day to come. It begins with the last one. */
export function NewAgreement({ known, onDone }: { known: Known; onDone: () => void }) {
  const { t } = useLingui();
  const f = useFormat();
  const earliest = dayAfter(today(), 16);
  const newest = (kind: Kind) => known.find((one) => one.kind === kind);
  const textsOf = (kind: Kind) => ({
    text_fr: newest(kind)?.text_fr ?? "",
    text_en: newest(kind)?.text_en ?? "",
  });
  const { form, onSubmit, pending, error, rest } = useDeskForm({
    initialValues: {
      kind: "partner" as Kind,
      ...textsOf("partner"),
      valid_from: "",
      notice_days: 15 as number | string,
      contest_days: 15 as number | string,
    },
    validate: {
      valid_from: (day) =>
        day >= earliest
          ? null
          : t`Choose ${f.date(earliest, DAY)} or later: fifteen whole days are the notice`,
      text_fr: (text) => (text.trim() ? null : t`The text is needed in both languages`),
      text_en: (text) => (text.trim() ? null : t`The text is needed in both languages`),
    },
    places: { "terms-too-soon": "valid_from" },
    submit: async ({ kind, text_fr, text_en, valid_from, notice_days, contest_days }, key) => {
      const { error } = await http.POST("/api/office/agreements", {
        headers: { "idempotency-key": key },
        body: {
          kind,
          text_fr,
          text_en,
          valid_from: midnightInParis(valid_from),
          notice_days: Number(notice_days),
          contest_days: kind === "self_billing" ? Number(contest_days) : null,
        },
      });
      if (error) throw error;
      await queryClient.invalidateQueries({ queryKey: ["get", "/api/office/agreements"] });
      onDone();
    },
  });
  const { values } = form;
  return (
    <form className={css.form} style={{ maxWidth: "none" }} onSubmit={onSubmit} noValidate>
      <ProblemAlert error={error} rest={rest} />
      <p className={css.note}>
        <Trans>Whoever signed the version before gets a letter, and signs this one within the notice.</Trans>
      </p>
      <NativeSelect
        label={t`Text`}
        data={[
          { value: "partner", label: t`Partnership agreement` },
          { value: "self_billing", label: t`Self-billing mandate` },
        ]}
        value={values.kind}
        onChange={(event) => {
          const kind = event.currentTarget.value as Kind;
          form.setValues({ kind, ...textsOf(kind) });
        }}
      />
      <div className={css.formRow}>
        <TextInput
          type="date"
          label={t`Begins on`}
          description={t`${f.date(earliest, DAY)} at the earliest: a change is announced fifteen whole days before.`}
          min={earliest}
          required
          {...form.getInputProps("valid_from")}
        />
        <NumberInput
          label={t`Days to sign it`}
          description={t`Counted from its first day; the notice before it comes on top.`}
          min={0}
          max={365}
          {...form.getInputProps("notice_days")}
        />
        {values.kind === "self_billing" ? (
          <NumberInput
            label={t`Days to contest an invoice`}
            min={1}
            max={90}
            {...form.getInputProps("contest_days")}
          />
        ) : null}
      </div>
      <Textarea
        label={t`Text in French`}
        required
        rows={10}
        maxLength={200_000}
        {...form.getInputProps("text_fr")}
      />
      <Textarea
        label={t`Text in English`}
        required
        rows={10}
        maxLength={200_000}
        {...form.getInputProps("text_en")}
      />
      <div className={css.formEnd}>
        <Button type="submit" loading={pending}>
          <Trans>Announce it</Trans>
        </Button>
      </div>
    </form>
  );
}
