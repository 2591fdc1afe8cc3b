import { Trans, useLingui } from "@lingui/react/macro";
import { Button, NativeSelect, TextInput } from "@mantine/core";
import { useState } from "react";
import { http, type Schema } from "../api/client";
import { useAction, useDeskForm } from "../desk/form";
import { NumberInput } from "../desk/NumberField";
import { Panel } from "../desk/Page";
import { useSession } from "../desk/session";
import { useFormat } from "../i18n/format";
import { lastMonths } from "./kit";
import { ENVIRONMENTS } from "./Matrices";
import { MatrixTrial } from "./MatrixTrial";
import { firstOfNextMonth, lower } from "./matrix";
import css from "./office.module.css";
import { midnightInParis } from "./paris";
import own from "./programmes.module.css";
import { useProgrammeWords } from "./programmeWords";
import { ProblemAlert } from "./refusals";
import { forgetProgrammes } from "./useProgramme";

interface Values extends Record<string, unknown> {
  rates: Record<string, number | string>;
  name: string;
  note: string;
  valid_from: string;
  month: string;
}

/** Another discount matrix: never less for more, tried on a month's charges, then announced. */
export function MatrixEditor({
  programme,
  before,
  cap,
  onDone,
}: {
  programme: Schema["ProgrammeView"];
  before: Schema["MatrixView"];
  cap: number;
  onDone: () => void;
}) {
  const { t } = useLingui();
  const f = useFormat();
  const { can } = useSession();
  const words = useProgrammeWords();
  const months = lastMonths(12);
  const levels = programme.levels.map(({ code }) => code);
  const [tried, setTried] = useState<{ rates: string; trial: Schema["MatrixTrial"] }>();
  const asked = (rates: Values["rates"]) =>
    levels.flatMap((level) =>
      ENVIRONMENTS.map((environment) => ({
        level,
        environment,
        rate_bp: Math.round(Number(rates[`${level}/${environment}`] || 0) * 100),
      })),
    );
  const { form, onSubmit, pending, error, rest } = useDeskForm<Values>({
    draft: "matrix",
    initialValues: {
      rates: Object.fromEntries(
        before.rates.map((each) => [`${each.level}/${each.environment}`, each.rate_bp / 100]),
      ),
      name: "",
      note: "",
      valid_from: firstOfNextMonth(),
      month: months[1] ?? "",
    },
    validate: { name: (name) => (name.trim() ? null : t`Give it a name`) },
    submit: async (values) => {
      const { error: refusal } = await http.POST("/api/office/benefits/matrices", {
        body: {
          name: values.name.trim(),
          note: values.note.trim(),
          valid_from: midnightInParis(values.valid_from),
          rates: asked(values.rates),
        },
      });
      if (refusal) throw refusal;
      await forgetProgrammes();
      onDone();
    },
  });
  const { rates, month } = form.values;
  const value = (level: string, environment: string) => Number(rates[`${level}/${environment}`] || 0);
  const wrong = lower(levels, [...ENVIRONMENTS], value, { across: true });
  // A trial says nothing of rates that have changed since.
  const now = JSON.stringify([asked(rates), month]);
  const trial = tried?.rates === now ? tried.trial : undefined;
  const look = useAction(async () => {
    const { data, error: refusal } = await http.POST("/api/office/benefits/matrices/preview", {
      body: { month, rates: asked(rates) },
    });
    if (refusal) throw refusal;
    if (data) setTried({ rates: now, trial: data });
  });
  return (
    <>
      <Panel title={<Trans>A matrix to come</Trans>}>
        <ProblemAlert error={error} rest={rest} />
        <form onSubmit={onSubmit}>
          <section className={css.scroll} tabIndex={0} aria-label={t`Discounts in percent`}>
            <table className={`${own.grid} tnum`}>
              <thead>
                <tr>
                  <th scope="col">{t`Level`}</th>
                  {ENVIRONMENTS.map((environment) => (
                    <th key={environment} scope="col">
                      {words.environment(environment)}
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {programme.levels.map((level) => (
                  <tr key={level.code}>
                    <th scope="row">{words.named(level)}</th>
                    {ENVIRONMENTS.map((environment) => {
                      const place = `${level.code}/${environment}`;
                      const above = value(level.code, environment) * 100 > cap;
                      return (
                        <td key={environment}>
                          <NumberInput
                            {...words.typed}
                            aria-label={`${words.named(level)}, ${words.environment(environment)}`}
                            min={0}
                            max={100}
                            decimalScale={2}
                            suffix=" %"
                            description={above ? t`Above the highest discount: cut there` : undefined}
                            error={wrong.has(place) ? t`Less than the cell before it` : undefined}
                            value={rates[place] ?? ""}
                            onChange={(next) => form.setFieldValue("rates", { ...rates, [place]: next })}
                          />
                        </td>
                      );
                    })}
                  </tr>
                ))}
              </tbody>
            </table>
          </section>
          <p className={css.note} role="status">
            {wrong.size > 0 ? (
              <Trans>
                A higher level or environment never gives less: raise{" "}
                {[...wrong]
                  .map((place) => {
                    const [level = "", environment = ""] = place.split("/");
                    return `${words.level(programme, level)} / ${words.environment(environment)}`;
                  })
                  .join(", ")}
                .
              </Trans>
            ) : (
              <Trans>Nobody has more than {f.rate(cap)}, whatever stands here.</Trans>
            )}
          </p>
          <div className={css.form}>
            <NativeSelect
              label={t`Try it on the charges of`}
              data={months.map((each) => ({ value: each, label: f.month(each) }))}
              {...form.getInputProps("month")}
            />
            <ProblemAlert error={look.error} />
            <div className={css.formEnd}>
              <Button
                type="button"
                variant="default"
                loading={look.pending}
                disabled={wrong.size > 0}
                onClick={() => look.run()}
              >
                <Trans>Show what it would have changed</Trans>
              </Button>
            </div>
            {can("office:benefit:write") ? (
              <>
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
                  <Button type="submit" loading={pending} disabled={!trial || wrong.size > 0}>
                    <Trans>Announce the matrix</Trans>
                  </Button>
                  <Button type="button" variant="default" onClick={onDone}>
                    <Trans>Not now</Trans>
                  </Button>
                </div>
                {trial ? null : (
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
          </div>
        </form>
      </Panel>
      {trial ? <MatrixTrial trial={trial} /> : null}
    </>
  );
}
