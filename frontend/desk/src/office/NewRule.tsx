import { Trans, useLingui } from "@lingui/react/macro";
import { Button, NativeSelect, TextInput } from "@mantine/core";
import { useState } from "react";
import { http, queryClient, type Schema } from "../api/client";
import { useAction, useDeskForm } from "../desk/form";
import { NumberInput } from "../desk/NumberField";
import { Panel } from "../desk/Page";
import { useSession } from "../desk/session";
import { useFormat } from "../i18n/format";
import { readAmount, shiftMonth } from "../i18n/text";
import { DryRun } from "./DryRun";
import { lastMonths } from "./kit";
import css from "./office.module.css";
import { midnightInParis } from "./paris";
import { ProblemAlert } from "./refusals";
import { useWords } from "./words";

type What = "share" | "payout_minimum" | "hold_days";
type Channel = NonNullable<Schema["ShareRuleIn"]["channel"]>;

interface Values extends Record<string, unknown> {
  what: What;
  operator_percent: number | string;
  channel: string;
  amount: string;
  days: number | string;
  name: string;
  valid_from: string;
  month: string;
}

/** A rule to come: tried on a month's statements first, then announced. */
export function NewRule({ onDone }: { onDone: () => void }) {
  const { t } = useLingui();
  const { can } = useSession();
  const words = useWords();
  const f = useFormat();
  const months = lastMonths(12);
  const [tried, setTried] = useState<{ rule: string; preview: Schema["Preview"] }>();
  const { form, onSubmit, pending, error, rest } = useDeskForm<Values>({
    draft: "rule",
    initialValues: {
      what: "share",
      operator_percent: 30,
      channel: "",
      amount: "25,00",
      days: 14,
      name: "",
      valid_from: `${shiftMonth(months[0] ?? "", 1)}-01`,
      month: months[1] ?? "",
    },
    validate: {
      amount: (amount, { what }) =>
        what === "payout_minimum" && readAmount(amount, "EUR") === null
          ? t`Write an amount such as 25,00`
          : null,
      name: (name, { what }) => (what === "share" && !name.trim() ? t`Give the rule a name` : null),
    },
    submit: async (values) => {
      const valid_from = midnightInParis(values.valid_from);
      const { error: refusal } =
        values.what === "share"
          ? await http.POST("/api/office/share-rules", {
              body: { ...share(values), name: values.name.trim(), valid_from },
            })
          : await http.POST("/api/office/terms", {
              body: { name: values.what, value: value(values), valid_from, note: values.name.trim() },
            });
      if (refusal) throw refusal;
      await queryClient.invalidateQueries({ queryKey: ["get", "/api/office/terms"] });
      onDone();
    },
  });
  const { values } = form;
  // A dry run says nothing of a rule that has changed since.
  const rule = JSON.stringify({ ...values, name: "", valid_from: "" });
  const preview = tried?.rule === rule ? tried.preview : undefined;
  const dry = useAction(async () => {
    const { data, error: refusal } = await http.POST("/api/office/terms/preview", {
      body: {
        month: values.month,
        ...(values.what === "share" ? { share: share(values) } : { [values.what]: value(values) }),
      },
    });
    if (refusal) throw refusal;
    if (data) setTried({ rule, preview: data });
  });
  return (
    <>
      <Panel title={<Trans>A rule to come</Trans>}>
        <ProblemAlert error={error} rest={rest} />
        <form className={css.form} onSubmit={onSubmit}>
          <NativeSelect
            label={t`What changes`}
            data={[
              { value: "share", label: t`How a sale is shared` },
              { value: "payout_minimum", label: t`Smallest payout` },
              { value: "hold_days", label: t`Hold after a sale` },
            ]}
            {...form.getInputProps("what")}
          />
          {values.what === "share" ? (
            <div className={css.formRow}>
              <NumberInput
                label={t`We keep, in percent`}
                min={0}
                max={100}
                decimalScale={2}
                {...form.getInputProps("operator_percent")}
              />
              <NativeSelect
                label={t`Channel`}
                data={[
                  { value: "", label: t`Every channel` },
                  ...Object.entries(words.channels).map(([key, label]) => ({ value: key, label })),
                ]}
                {...form.getInputProps("channel")}
              />
            </div>
          ) : values.what === "payout_minimum" ? (
            <TextInput
              label={t`Amount in euros`}
              description={t`Less is carried to the next month.`}
              inputMode="decimal"
              {...form.getInputProps("amount")}
            />
          ) : (
            <NumberInput
              label={t`Days`}
              description={t`Money of a sale is not paid out for so long.`}
              min={0}
              max={90}
              allowDecimal={false}
              {...form.getInputProps("days")}
            />
          )}
          <NativeSelect
            label={t`Try it on the sales of`}
            data={months.map((month) => ({ value: month, label: f.month(month) }))}
            {...form.getInputProps("month")}
          />
          <ProblemAlert error={dry.error} />
          <div className={css.formEnd}>
            <Button type="button" variant="default" loading={dry.pending} onClick={() => dry.run()}>
              <Trans>Show what it would have changed</Trans>
            </Button>
          </div>
          {can("office:term:write") ? (
            <>
              <div className={css.formRow}>
                <TextInput
                  label={values.what === "share" ? t`Name of the rule` : t`Why (optional)`}
                  maxLength={100}
                  {...form.getInputProps("name")}
                />
                <TextInput
                  type="date"
                  label={t`From the beginning of, Paris time`}
                  required
                  {...form.getInputProps("valid_from")}
                />
              </div>
              <div className={css.formEnd}>
                <Button type="submit" loading={pending} disabled={!preview}>
                  <Trans>Announce the rule</Trans>
                </Button>
                <Button type="button" variant="default" onClick={onDone}>
                  <Trans>Not now</Trans>
                </Button>
              </div>
              {preview ? null : (
                <p className={css.note}>
                  <Trans>Look at what it would have changed before you announce it.</Trans>
                </p>
              )}
            </>
          ) : (
            <div className={css.formEnd}>
              <Button type="button" variant="default" onClick={onDone}>
                <Trans>Close</Trans>
              </Button>
            </div>
          )}
        </form>
      </Panel>
      {preview ? <DryRun preview={preview} /> : null}
    </>
  );
}

function share(values: Values): Schema["ShareIn"] {
  return {
    partner_bp: 10_000 - Math.round(Number(values.operator_percent) * 100),
    ...(values.channel ? { channel: values.channel as Channel } : {}),
  };
}

const value = (values: Values) =>
  values.what === "hold_days" ? Number(values.days) : (readAmount(values.amount, "EUR") ?? 0);
