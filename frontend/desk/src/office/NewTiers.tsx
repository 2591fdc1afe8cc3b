import { Trans, useLingui } from "@lingui/react/macro";
import { Button, NativeSelect, TextInput } from "@mantine/core";
import { http, type Schema } from "../api/client";
import { useDeskForm } from "../desk/form";
import { Notice } from "../desk/Notice";
import { NumberInput } from "../desk/NumberField";
import { Panel } from "../desk/Page";
import { useFormat } from "../i18n/format";
import { firstOfNextMonth } from "./matrix";
import css from "./office.module.css";
import { midnightInParis } from "./paris";
import own from "./programmes.module.css";
import { useProgrammeWords } from "./programmeWords";
import { ProblemAlert } from "./refusals";
import { TierChart } from "./TierChart";
import { jumpsOf, wrongTiers } from "./tiers";
import { forgetProgrammes } from "./useProgramme";

type Mode = Schema["TiersIn"]["mode"];
type Line = { from: number | string; rate: number | string };

interface Values extends Record<string, unknown> {
  mode: Mode;
  lines: Line[];
  name: string;
  note: string;
  valid_from: string;
}

const cents = (value: number | string) => Math.round(Number(value || 0) * 100);

/** Tiers to come, drawn while they are written; a jump is a warning, not a refusal. */
export function NewTiers({
  before,
  onDone,
}: {
  before: Schema["TableView"] | undefined;
  onDone: () => void;
}) {
  const { t } = useLingui();
  const f = useFormat();
  const words = useProgrammeWords();
  const { form, onSubmit, pending, error, rest } = useDeskForm<Values>({
    draft: "tiers",
    initialValues: {
      mode: before?.mode ?? "incremental",
      lines: before?.tiers.map((tier) => ({
        from: tier.from_turnover.amount_minor / 100,
        rate: tier.rate_bp / 100,
      })) ?? [{ from: 0, rate: 0 }],
      name: "",
      note: "",
      valid_from: firstOfNextMonth(),
    },
    validate: { name: (name) => (name.trim() ? null : t`Give it a name`) },
    submit: async (values) => {
      const { error: refusal } = await http.POST("/api/office/benefits/tier-tables", {
        body: {
          name: values.name.trim(),
          mode: values.mode,
          tiers: values.lines.map(({ from, rate }) => ({ from_minor: cents(from), rate_bp: cents(rate) })),
          note: values.note.trim(),
          valid_from: midnightInParis(values.valid_from),
        },
      });
      if (refusal) throw refusal;
      await forgetProgrammes();
      onDone();
    },
  });
  const { lines, mode } = form.values;
  const steps = lines.map(({ from, rate }) => ({ from: cents(from), rate_bp: cents(rate) }));
  const wrong = wrongTiers(steps);
  const said = {
    zero: t`The first tier begins at 0`,
    order: t`Not above the tier before`,
    rate: t`Less than the tier before`,
  };
  const change = (place: number, part: Partial<Line>) =>
    form.setFieldValue(
      "lines",
      lines.map((line, index) => (index === place ? { ...line, ...part } : line)),
    );
  const last = lines.at(-1);
  const jumps = wrong.size === 0 ? jumpsOf(steps, mode) : [];
  return (
    <Panel title={<Trans>Tiers to come</Trans>}>
      <ProblemAlert error={error} rest={rest} />
      <form className={css.form} style={{ maxWidth: "none" }} onSubmit={onSubmit}>
        <NativeSelect
          label={t`How the rate counts`}
          data={[
            { value: "incremental", label: t`Incremental: each part at its own rate` },
            { value: "retroactive", label: t`Retroactive: all at the highest rate reached` },
          ]}
          {...form.getInputProps("mode")}
        />
        <section className={css.scroll} tabIndex={0} aria-label={t`Tiers`}>
          <table className={`${own.grid} tnum`}>
            <thead>
              <tr>
                <th scope="col">{t`From a turnover of`}</th>
                <th scope="col">{t`Rebate`}</th>
                <td />
              </tr>
            </thead>
            <tbody>
              {lines.map((line, index) => {
                const fault = wrong.get(index);
                const number = index + 1;
                return (
                  <tr key={index}>
                    <td>
                      <NumberInput
                        {...words.typed}
                        aria-label={t`Tier ${number}: from a turnover of`}
                        min={0}
                        max={10 ** 13}
                        decimalScale={2}
                        suffix=" €"
                        error={fault && fault !== "rate" ? said[fault] : undefined}
                        value={line.from}
                        onChange={(from) => change(index, { from })}
                      />
                    </td>
                    <td>
                      <NumberInput
                        {...words.typed}
                        aria-label={t`Tier ${number}: rebate`}
                        min={0}
                        max={100}
                        decimalScale={2}
                        suffix=" %"
                        error={fault === "rate" ? said.rate : undefined}
                        value={line.rate}
                        onChange={(rate) => change(index, { rate })}
                      />
                    </td>
                    <td>
                      {index > 0 ? (
                        <Button
                          type="button"
                          variant="default"
                          aria-label={t`Remove tier ${number}`}
                          onClick={() =>
                            form.setFieldValue(
                              "lines",
                              lines.filter((_, place) => place !== index),
                            )
                          }
                        >
                          <Trans>Remove</Trans>
                        </Button>
                      ) : null}
                    </td>
                  </tr>
                );
              })}
            </tbody>
          </table>
        </section>
        <div className={css.formEnd}>
          <Button
            type="button"
            variant="default"
            disabled={lines.length >= 20}
            onClick={() =>
              form.setFieldValue("lines", [
                ...lines,
                { from: Number(last?.from || 0) + 10_000, rate: last?.rate ?? 0 },
              ])
            }
          >
            <Trans>Add a tier</Trans>
          </Button>
        </div>
        {wrong.size === 0 ? (
          <TierChart name={t`Tiers to come`} steps={steps} mode={mode} currency="EUR" />
        ) : null}
        {jumps.length > 0 ? (
          <Notice tone="warn" title={t`This rebate jumps`}>
            <Trans>
              One cent more turnover gives so much more:{" "}
              {jumps
                .map(
                  ({ from, jump }) =>
                    `${f.money({ amount_minor: from, currency: "EUR" })} → ${f.money(
                      { amount_minor: Math.round(jump), currency: "EUR" },
                      { sign: true },
                    )}`,
                )
                .join(" · ")}
            </Trans>
          </Notice>
        ) : null}
        <div className={css.formRow}>
          <TextInput label={t`Name`} required maxLength={100} {...form.getInputProps("name")} />
          <TextInput
            type="date"
            label={t`From the beginning of, Paris time`}
            required
            {...form.getInputProps("valid_from")}
          />
        </div>
        <TextInput label={t`Why (optional)`} maxLength={500} {...form.getInputProps("note")} />
        <div className={css.formEnd}>
          <Button type="submit" loading={pending} disabled={wrong.size > 0}>
            <Trans>Announce the tiers</Trans>
          </Button>
          <Button type="button" variant="default" onClick={onDone}>
            <Trans>Not now</Trans>
          </Button>
        </div>
      </form>
    </Panel>
  );
}
