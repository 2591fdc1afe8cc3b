import { Trans, useLingui } from "@lingui/react/macro";
import { Button, TextInput } from "@mantine/core";
import { http, type Schema } from "../api/client";
import { useDeskForm } from "../desk/form";
import { NumberInput } from "../desk/NumberField";
import { Panel } from "../desk/Page";
import { firstOfNextMonth, lower } from "./matrix";
import css from "./office.module.css";
import { midnightInParis } from "./paris";
import own from "./programmes.module.css";
import { useProgrammeWords } from "./programmeWords";
import { ProblemAlert } from "./refusals";
import { forgetProgrammes } from "./useProgramme";

type Measure = Schema["MeasureName"];
type Cells = Record<string, number | string>;

interface Values extends Record<string, unknown> {
  name: string;
  note: string;
  valid_from: string;
  cells: Cells;
}

/** Euros and percent are written with decimals, and kept in hundredths. */
const shown = (unit: Measure["unit"], value: number) => (unit === "count" ? value : value / 100);
const kept = (unit: Measure["unit"], value: number) => (unit === "count" ? value : Math.round(value * 100));

const key = (level: string, measure: string) => `${level} ${measure}`;

/** Other requirements from a day to come; an empty field asks for nothing. */
export function NewRequirements({
  programme,
  measures,
  before,
  onDone,
}: {
  programme: Schema["ProgrammeView"];
  measures: Measure[];
  before: Schema["RequirementSetView"] | undefined;
  onDone: () => void;
}) {
  const { t } = useLingui();
  const words = useProgrammeWords();
  const levels = programme.levels.slice(1);
  const unit = (code: string) => measures.find((measure) => measure.code === code)?.unit ?? "count";
  const { form, onSubmit, pending, error, rest } = useDeskForm<Values>({
    draft: `requirements:${programme.code}`,
    initialValues: {
      name: "",
      note: "",
      valid_from: firstOfNextMonth(),
      cells: Object.fromEntries(
        (before?.requirements ?? []).map((each) => [
          key(each.level, each.measure),
          shown(unit(each.measure), each.at_least),
        ]),
      ),
    },
    validate: { name: (name) => (name.trim() ? null : t`Give it a name`) },
    submit: async (values) => {
      const requirements = levels.flatMap((level) =>
        measures.flatMap((measure) => {
          const value = values.cells[key(level.code, measure.code)];
          if (value === undefined || value === "" || Number(value) === 0) return [];
          return [{ level: level.code, measure: measure.code, at_least: kept(measure.unit, Number(value)) }];
        }),
      );
      const { error: refusal } = await http.POST("/api/office/programmes/{programme}/requirements", {
        params: { path: { programme: programme.code } },
        body: {
          name: values.name.trim(),
          note: values.note.trim(),
          valid_from: midnightInParis(values.valid_from),
          requirements,
        },
      });
      if (refusal) throw refusal;
      await forgetProgrammes();
      onDone();
    },
  });
  const { cells } = form.values;
  const wrong = lower(
    levels.map(({ code }) => code),
    measures.map(({ code }) => code),
    (level, measure) => Number(cells[key(level, measure)] || 0),
    { across: false },
  );
  return (
    <Panel title={<Trans>Requirements to come</Trans>}>
      <ProblemAlert error={error} rest={rest} />
      <form onSubmit={onSubmit}>
        <section className={css.scroll} tabIndex={0} aria-label={t`Requirements by level`}>
          <table className={`${own.grid} tnum`}>
            <thead>
              <tr>
                <th scope="col">{t`At least`}</th>
                {levels.map((level) => (
                  <th key={level.code} scope="col">
                    {words.named(level)}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {measures.map((measure) => (
                <tr key={measure.code}>
                  <th scope="row">{words.named(measure)}</th>
                  {levels.map((level) => {
                    const place = key(level.code, measure.code);
                    const less = wrong.has(`${level.code}/${measure.code}`);
                    return (
                      <td key={level.code}>
                        <NumberInput
                          {...words.typed}
                          aria-label={`${words.named(measure)}, ${words.named(level)}`}
                          min={0}
                          max={measure.unit === "bp" ? 100 : 10 ** 13}
                          decimalScale={measure.unit === "count" ? 0 : 2}
                          suffix={measure.unit === "money" ? " €" : measure.unit === "bp" ? " %" : ""}
                          error={less ? t`Less than the level below` : undefined}
                          value={cells[place] ?? ""}
                          onChange={(value) => form.setFieldValue("cells", { ...cells, [place]: value })}
                        />
                      </td>
                    );
                  })}
                </tr>
              ))}
            </tbody>
          </table>
        </section>
        <div className={css.form}>
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
          <p className={css.note}>
            <Trans>Evaluations before that day keep what was asked then.</Trans>
          </p>
          <div className={css.formEnd}>
            <Button type="submit" loading={pending} disabled={wrong.size > 0}>
              <Trans>Announce the requirements</Trans>
            </Button>
            <Button type="button" variant="default" onClick={onDone}>
              <Trans>Not now</Trans>
            </Button>
          </div>
        </div>
      </form>
    </Panel>
  );
}
