import { Trans, useLingui } from "@lingui/react/macro";
import { Button, NativeSelect, NumberInput, TextInput } from "@mantine/core";
import { useState } from "react";
import { http, type Schema } from "../api/client";
import { useAction, useDeskForm } from "../desk/form";
import { Panel } from "../desk/Page";
import { firstOfNextMonth } from "./matrix";
import css from "./office.module.css";
import { FloorFigures } from "./PriceFloors";
import { midnightInParis } from "./paris";
import { useProgrammeWords } from "./programmeWords";
import { ProblemAlert } from "./refusals";
import { forgetProgrammes } from "./useProgramme";

interface Values extends Record<string, unknown> {
  pool: string;
  resource: string;
  cost: number | string;
  units: number | string;
  planned: number | string;
  observed: number | string;
  basis: string;
  markup: number | string;
  decimals: number | string;
  valid_from: string;
  note: string;
}

const hundredths = (value: number | string) => Math.round(Number(value || 0) * 100);

const asked = (values: Values): Schema["FloorIn"] => ({
  pool: values.pool.trim(),
  resource: values.resource.trim(),
  cost_minor: hundredths(values.cost),
  units: Math.round(Number(values.units || 0)),
  planned_bp: hundredths(values.planned),
  observed_bp: values.observed === "" ? null : hundredths(values.observed),
  basis: values.basis as Schema["FloorIn"]["basis"],
  markup_bp: hundredths(values.markup),
  decimals: Math.round(Number(values.decimals || 0)),
});

/** A floor to come; what it comes to is worked out before it is announced. */
export function NewFloor({
  before,
  onDone,
}: {
  before: Schema["PriceFloorView"] | undefined;
  onDone: () => void;
}) {
  const { t } = useLingui();
  const words = useProgrammeWords();
  const [seen, setSeen] = useState<{ of: string; figures: Schema["FloorFigures"] }>();
  const { form, onSubmit, pending, error, rest } = useDeskForm<Values>({
    draft: "floor",
    initialValues: {
      pool: before?.pool ?? "",
      resource: before?.resource ?? "",
      cost: before ? before.cost.amount_minor / 100 : "",
      units: before?.units ?? "",
      planned: before ? before.planned_bp / 100 : 75,
      observed: before?.observed_bp ? before.observed_bp / 100 : "",
      basis: before?.basis ?? "planned",
      markup: before ? before.markup_bp / 100 : 35,
      decimals: before?.decimals ?? 2,
      valid_from: firstOfNextMonth(),
      note: "",
    },
    submit: async (values) => {
      const { error: refusal } = await http.POST("/api/office/benefits/price-floors", {
        body: {
          ...asked(values),
          valid_from: midnightInParis(values.valid_from),
          note: values.note.trim(),
        },
      });
      if (refusal) throw refusal;
      await forgetProgrammes();
      onDone();
    },
  });
  const now = JSON.stringify(asked(form.values));
  const look = useAction(async () => {
    const { data, error: refusal } = await http.POST("/api/office/benefits/price-floors/preview", {
      body: asked(form.values),
    });
    if (refusal) throw refusal;
    setSeen({ of: now, figures: data });
  });
  const percent = { ...words.typed, min: 0.01, max: 100, decimalScale: 2, suffix: " %" };
  return (
    <Panel title={<Trans>A floor to come</Trans>}>
      <ProblemAlert error={error ?? look.error} rest={rest} />
      <form className={css.form} style={{ maxWidth: "none" }} onSubmit={onSubmit}>
        <div className={css.formRow}>
          <TextInput label={t`Pool`} required maxLength={100} {...form.getInputProps("pool")} />
          <TextInput
            label={t`Resource, as charges name it`}
            required
            maxLength={100}
            {...form.getInputProps("resource")}
          />
        </div>
        <div className={css.formRow}>
          <NumberInput
            {...words.typed}
            label={t`Cost of a month, in euros`}
            required
            min={0.01}
            max={10 ** 10}
            decimalScale={2}
            {...form.getInputProps("cost")}
          />
          <NumberInput
            {...words.typed}
            label={t`Units that could be sold in it`}
            required
            min={1}
            max={10 ** 12}
            decimalScale={0}
            {...form.getInputProps("units")}
          />
        </div>
        <div className={css.formRow}>
          <NumberInput
            {...percent}
            label={t`Planned occupancy`}
            required
            {...form.getInputProps("planned")}
          />
          <NumberInput
            {...percent}
            label={t`Observed occupancy (optional)`}
            {...form.getInputProps("observed")}
          />
          <NativeSelect
            label={t`The floor follows`}
            data={[
              { value: "planned", label: t`the planned occupancy` },
              { value: "observed", label: t`the observed occupancy` },
            ]}
            {...form.getInputProps("basis")}
          />
        </div>
        <div className={css.formRow}>
          <NumberInput
            {...percent}
            label={t`Mark-up`}
            min={0}
            max={1000}
            required
            {...form.getInputProps("markup")}
          />
          <NumberInput
            {...words.typed}
            label={t`Decimals of the price of one unit`}
            description={t`More than two where a unit costs less than a cent`}
            min={0}
            max={6}
            decimalScale={0}
            {...form.getInputProps("decimals")}
          />
          <TextInput
            type="date"
            label={t`From the beginning of, Paris time`}
            required
            {...form.getInputProps("valid_from")}
          />
        </div>
        <TextInput label={t`Why (optional)`} maxLength={500} {...form.getInputProps("note")} />
        {seen?.of === now ? <FloorFigures figures={seen.figures} currency="EUR" /> : null}
        <div className={css.formEnd}>
          <Button type="button" variant="default" loading={look.pending} onClick={() => look.run()}>
            <Trans>Work it out</Trans>
          </Button>
          <Button type="submit" loading={pending} disabled={seen?.of !== now}>
            <Trans>Announce the floor</Trans>
          </Button>
          <Button type="button" variant="default" onClick={onDone}>
            <Trans>Not now</Trans>
          </Button>
        </div>
      </form>
    </Panel>
  );
}
