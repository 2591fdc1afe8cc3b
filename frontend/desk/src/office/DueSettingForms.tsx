import { useLingui } from "@lingui/react/macro";
import { NativeSelect, TextInput } from "@mantine/core";
import { http, queryClient, type Schema } from "../api/client";
import { today } from "../desk/credits";
import { useDeskForm } from "../desk/form";
import { NumberInput } from "../desk/NumberField";
import { useFormat } from "../i18n/format";
import { readAmount } from "../i18n/text";
import { AnnounceFields } from "./AnnounceFields";
import { firstOfNextMonth } from "./matrix";
import css from "./office.module.css";
import { midnightInParis } from "./paris";
import { ProblemAlert } from "./refusals";

type Currency = Schema["MoneyIn"]["currency"];
const CURRENCIES = ["EUR", "CHF", "GBP", "JPY", "KWD", "USD"] as const satisfies readonly Currency[];
const MOST_DAYS = 366;

interface Dated extends Record<string, unknown> {
  valid_from: string;
  note: string;
}

/** The server's list again, and the window closed. */
async function told(onDone: () => void) {
  await queryClient.invalidateQueries({ queryKey: ["get", "/api/office/receivable-settings"] });
  onDone();
}

function useBegins() {
  const { t } = useLingui();
  return (day: string) => (day > today() ? null : t`Choose a day to come`);
}

interface LetterValues extends Dated {
  first_days: number | string;
  second_days: number | string;
  last_days: number | string;
}

/** The three letters of debts to come: each after the one before. */
export function LetterDaysForm({
  now,
  onDone,
}: {
  now: Schema["LetterDays"] | undefined;
  onDone: () => void;
}) {
  const { t } = useLingui();
  const begins = useBegins();
  const later = (day: number | string, before: number | string) =>
    Number(day) > Number(before) ? null : t`Later than the letter before`;
  const { form, onSubmit, pending, error, rest } = useDeskForm<LetterValues>({
    initialValues: {
      first_days: now?.first_days ?? 30,
      second_days: now?.second_days ?? 60,
      last_days: now?.last_days ?? 90,
      valid_from: firstOfNextMonth(),
      note: "",
    },
    validate: {
      first_days: (day) => later(day, 0),
      second_days: (day, values) => later(day, values.first_days),
      last_days: (day, values) => later(day, values.second_days),
      valid_from: begins,
    },
    submit: async (values) => {
      const { error: refusal } = await http.POST("/api/office/receivable-settings/letters", {
        body: {
          first_days: Number(values.first_days),
          second_days: Number(values.second_days),
          last_days: Number(values.last_days),
          valid_from: midnightInParis(values.valid_from),
          note: values.note.trim(),
        },
      });
      if (refusal) throw refusal;
      await told(onDone);
    },
  });
  const days = { min: 1, max: MOST_DAYS, allowDecimal: false, required: true };
  return (
    <form className={css.form} onSubmit={onSubmit} noValidate>
      <ProblemAlert error={error} rest={rest} />
      <NumberInput label={t`First letter, days after`} {...days} {...form.getInputProps("first_days")} />
      <NumberInput label={t`Second letter`} {...days} {...form.getInputProps("second_days")} />
      <NumberInput label={t`Last letter`} {...days} {...form.getInputProps("last_days")} />
      <AnnounceFields
        from={t`For debts that begin from, Paris time`}
        inputProps={form.getInputProps}
        pending={pending}
        onCancel={onDone}
      />
    </form>
  );
}

interface LimitValues extends Dated {
  currency: Currency;
  limit: string;
}

/** What one person may record of one payment, in one currency. */
export function LimitForm({ limits, onDone }: { limits: Schema["ReceiptLimit"][]; onDone: () => void }) {
  const { t } = useLingui();
  const f = useFormat();
  const begins = useBegins();
  const { form, onSubmit, pending, error, rest } = useDeskForm<LimitValues>({
    initialValues: { currency: "EUR", limit: "", valid_from: firstOfNextMonth(), note: "" },
    validate: {
      limit: (text, { currency }) =>
        (readAmount(text, currency) ?? 0) > 0 ? null : t`Write an amount such as 25,00`,
      valid_from: begins,
    },
    submit: async (values) => {
      const { error: refusal } = await http.POST("/api/office/receivable-settings/limits", {
        body: {
          limit: { amount_minor: readAmount(values.limit, values.currency) ?? 0, currency: values.currency },
          valid_from: midnightInParis(values.valid_from),
          note: values.note.trim(),
        },
      });
      if (refusal) throw refusal;
      await told(onDone);
    },
  });
  const now = limits.find((one) => one.state === "in_force" && one.limit.currency === form.values.currency);
  return (
    <form className={css.form} onSubmit={onSubmit} noValidate>
      <ProblemAlert error={error} rest={rest} />
      <NativeSelect
        label={t`Currency`}
        description={
          now ? t`Up to ${f.money(now.limit)} today` : t`No limit today: two people record every payment`
        }
        data={[...CURRENCIES]}
        {...form.getInputProps("currency")}
      />
      <TextInput
        label={t`One person records up to`}
        inputMode="decimal"
        required
        {...form.getInputProps("limit")}
      />
      <AnnounceFields inputProps={form.getInputProps} pending={pending} onCancel={onDone} />
    </form>
  );
}
