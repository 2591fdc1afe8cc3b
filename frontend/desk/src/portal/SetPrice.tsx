import { Trans, useLingui } from "@lingui/react/macro";
import { Button, Group, NativeSelect, TextInput } from "@mantine/core";
import { useState } from "react";
import { http, queryClient, type Schema } from "../api/client";
import { useChargeWords } from "../desk/charges";
import { Empty } from "../desk/Empty";
import { useAction, useDeskForm } from "../desk/form";
import { NumberInput } from "../desk/NumberField";
import { ProblemAlert } from "../desk/problems";
import { useFormat } from "../i18n/format";
import css from "./Network.module.css";

type Prices = Schema["ResellerPrices"];
type Environment = Schema["TrialRow"]["environment"];
const ENVIRONMENTS: Environment[] = ["start", "enterprise", "critical"];
type Kind = "all" | "each" | "matrix";

const tomorrow = () => {
  const day = new Date();
  day.setDate(day.getDate() + 1);
  return new Intl.DateTimeFormat("sv-SE", { timeZone: "Europe/Paris" }).format(day);
};

/** What a reseller right below is to buy at, tried on last month's lines before it is set. */
export function SetPrice({ row, onDone }: { row: Prices; onDone: () => void }) {
  const { t } = useLingui();
  const f = useFormat();
  const words = useChargeWords();
  const [tried, setTried] = useState<{ of: string; trial: Schema["PriceTrial"] }>();
  const path = { organisation_id: row.reseller_id };
  const most = (environment: Environment) => row.most_bp[environment] ?? 0;
  const mostOfAll = Math.min(...ENVIRONMENTS.map(most));
  const last = row.prices[0]?.rates;
  const percent = (rate: number | null | undefined) =>
    rate === null || rate === undefined ? "" : rate / 100;
  const { form, onSubmit, pending, error, rest } = useDeskForm({
    initialValues: {
      kind: (last && ENVIRONMENTS.some((one) => last[one] !== null) ? "each" : "all") as Kind,
      all: "" as number | string,
      start: percent(last?.start) as number | string,
      enterprise: percent(last?.enterprise) as number | string,
      critical: percent(last?.critical) as number | string,
      starts_on: tomorrow(),
    },
    validate: {
      all: (value, { kind }) =>
        kind === "all" && value === "" ? t`Type a discount` : tooMuch(kind === "all", value, mostOfAll),
      start: (value, { kind }) => tooMuch(kind === "each", value, most("start")),
      enterprise: (value, { kind }) => tooMuch(kind === "each", value, most("enterprise")),
      critical: (value, { kind }) => tooMuch(kind === "each", value, most("critical")),
      starts_on: (value) => (value >= tomorrow() ? null : t`Choose a day to come`),
    },
    submit: async (values, key) => {
      const { error } = await http.POST("/api/portal/network/resellers/{organisation_id}/price", {
        params: { path },
        headers: { "idempotency-key": key },
        body: asked(values),
      });
      if (error) throw error;
      await queryClient.invalidateQueries({ queryKey: ["get", "/api/portal/network/prices"] });
      onDone();
    },
  });
  function tooMuch(counts: boolean, value: number | string, limit: number) {
    return counts && value !== "" && Math.round(Number(value) * 100) > limit
      ? t`At most ${f.rate(limit)}, which is what you have`
      : null;
  }
  const now = JSON.stringify(asked(form.values));
  const trial = tried?.of === now ? tried.trial : undefined;
  const look = useAction(async () => {
    if (form.validate().hasErrors) return;
    const { data, error } = await http.POST("/api/portal/network/resellers/{organisation_id}/price/trial", {
      params: { path },
      body: asked(form.values),
    });
    if (error) throw error;
    if (data) setTried({ of: now, trial: data });
  });
  const typed = {
    min: 0,
    max: 100,
    decimalScale: 2,
    suffix: " %",
  };
  return (
    <form onSubmit={onSubmit} noValidate style={{ display: "grid", gap: 14 }}>
      <ProblemAlert error={error ?? look.error} rest={rest} />
      <p style={{ margin: 0 }}>
        <Trans>
          Your reseller buys at this discount from the day on, whoever bills it. What you have yourself stays
          as it is: the difference is your margin. It sees its own discount, never yours.
        </Trans>
      </p>
      <NativeSelect
        label={t`Discount off the list price`}
        data={[
          { value: "all", label: t`One for all environments` },
          { value: "each", label: t`One for each environment` },
          { value: "matrix", label: t`As its level gives it` },
        ]}
        {...form.getInputProps("kind")}
      />
      {form.values.kind === "all" ? (
        <NumberInput
          label={t`Discount`}
          description={t`At most ${f.rate(mostOfAll)}, which is what you have`}
          {...typed}
          {...form.getInputProps("all")}
        />
      ) : null}
      {form.values.kind === "each"
        ? ENVIRONMENTS.map((environment) => (
            <NumberInput
              key={environment}
              label={words.environment(environment)}
              description={t`At most ${f.rate(most(environment))}; empty: ${f.rate(row.matrix_bp[environment] ?? 0)} by its level`}
              {...typed}
              {...form.getInputProps(environment)}
            />
          ))
        : null}
      <TextInput label={t`From this day on`} type="date" required {...form.getInputProps("starts_on")} />
      {trial ? <Trial trial={trial} /> : null}
      <Group justify="flex-end">
        <Button variant="default" loading={look.pending} onClick={() => look.run()}>
          <Trans>Try it on last month</Trans>
        </Button>
        <Button type="submit" loading={pending}>
          <Trans>Set the price</Trans>
        </Button>
      </Group>
    </form>
  );
}

function asked(values: {
  kind: Kind;
  all: number | string;
  start: number | string;
  enterprise: number | string;
  critical: number | string;
  starts_on: string;
}): Schema["ResellerPriceIn"] {
  const rate = (environment: Environment) => {
    const value = values.kind === "matrix" ? "" : values.kind === "all" ? values.all : values[environment];
    return value === "" ? null : Math.round(Number(value) * 100);
  };
  return {
    starts_on: values.starts_on,
    start_bp: rate("start"),
    enterprise_bp: rate("enterprise"),
    critical_bp: rate("critical"),
  };
}

function Trial({ trial }: { trial: Schema["PriceTrial"] }) {
  const { t } = useLingui();
  const f = useFormat();
  const words = useChargeWords();
  const month = f.month(trial.month);
  if (trial.rows.length === 0)
    return (
      <Empty title={t`Nothing was used through this reseller in ${month}`}>
        <Trans>The price holds all the same from its day on.</Trans>
      </Empty>
    );
  return (
    <section className={css.scroll} tabIndex={0} aria-label={t`What it would have changed in ${month}`}>
      <table className={`${css.trial} tnum`}>
        <caption>{t`What it would have changed in ${month}`}</caption>
        <thead>
          <tr>
            <th scope="col">{t`Environment`}</th>
            <th scope="col">{t`Its price`}</th>
            <th scope="col">{t`Your margin`}</th>
          </tr>
        </thead>
        <tbody>
          {trial.rows.map((row) => (
            <tr key={`${row.environment} ${row.list.currency}`}>
              <th scope="row">{words.environment(row.environment)}</th>
              <td>
                {f.money(row.before)} → <b>{f.money(row.after)}</b>
              </td>
              <td>
                {f.money(row.margin_before)} → <b>{f.money(row.margin_after)}</b>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {trial.is_whole ? null : (
        <p>
          <Trans>Only the first 20,000 lines of the month were tried.</Trans>
        </p>
      )}
    </section>
  );
}
