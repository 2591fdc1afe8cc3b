import { Trans, useLingui } from "@lingui/react/macro";
import { Button, NativeSelect, TextInput } from "@mantine/core";
import { useState } from "react";
import { api, http, queryClient, type Schema } from "../api/client";
import { Empty } from "../desk/Empty";
import { useDeskForm } from "../desk/form";
import { KINDS, useKindWords } from "../desk/kinds";
import { Loaded } from "../desk/Loaded";
import { NumberInput } from "../desk/NumberField";
import { Panel } from "../desk/Page";
import { useSession } from "../desk/session";
import { Dialog } from "../desk/Windows";
import { useFormat } from "../i18n/format";
import { readAmount } from "../i18n/text";
import css from "./office.module.css";
import { today } from "./paris";
import { ProblemAlert } from "./refusals";

type Contract = Schema["SupplyContract"];
type Doing = { what: "sign" } | { what: "cost" | "share" | "end"; contract: Contract };

const reread = () =>
  queryClient.invalidateQueries({
    queryKey: ["get", "/api/office/organisations/{organisation_id}/contracts"],
  });

/** Under which contracts an organisation supplies us, at which cost and share. */
export function PartnerContracts({ id, isSupplier }: { id: string; isSupplier: boolean }) {
  const { t } = useLingui();
  const { can } = useSession();
  const [doing, setDoing] = useState<Doing>();
  const query = api.useQuery("get", "/api/office/organisations/{organisation_id}/contracts", {
    params: { path: { organisation_id: id } },
  });
  const mayWrite = can("office:organisation:write");
  const close = () => setDoing(undefined);
  if (!isSupplier && !query.data?.items.length && !mayWrite) return null;
  const titles = {
    sign: t`Sign a contract`,
    cost: t`A cost from a day on`,
    share: t`A share from a day on`,
    end: t`End the contract`,
  };
  return (
    <Panel
      title={<Trans>What it supplies us</Trans>}
      aside={
        mayWrite ? (
          <Button size="compact-sm" variant="default" onClick={() => setDoing({ what: "sign" })}>
            {titles.sign}
          </Button>
        ) : null
      }
      flush
    >
      <Loaded query={query}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty title={<Trans>It supplies us nothing yet</Trans>}>
              <Trans>A contract makes it a supplier; costs and a share of revenue follow.</Trans>
            </Empty>
          ) : (
            <ul className={css.needs}>
              {items.map((contract) => (
                <One key={contract.id} contract={contract} act={mayWrite ? setDoing : undefined} />
              ))}
            </ul>
          )
        }
      </Loaded>
      <Dialog opened={doing !== undefined} onClose={close} title={doing ? titles[doing.what] : ""}>
        {doing?.what === "sign" ? <Sign id={id} onDone={close} /> : null}
        {doing?.what === "cost" ? <Cost contract={doing.contract} onDone={close} /> : null}
        {doing?.what === "share" ? <Share contract={doing.contract} onDone={close} /> : null}
        {doing?.what === "end" ? <End contract={doing.contract} onDone={close} /> : null}
      </Dialog>
    </Panel>
  );
}

function One({ contract, act }: { contract: Contract; act: ((doing: Doing) => void) | undefined }) {
  const { t } = useLingui();
  const f = useFormat();
  const { kind } = useKindWords();
  const per = usePer();
  const from = (day: string) => f.date(`${day}T12:00:00Z`);
  const starts = from(contract.starts_on);
  const name = contract.reference;
  return (
    <li style={{ alignItems: "start" }}>
      <div style={{ flex: "1 1 300px" }}>
        <b>{contract.subject}</b>
        <div>
          {name} · {kind(contract.kind)} ·{" "}
          {contract.ends_on ? t`${starts} to ${from(contract.ends_on)}` : t`since ${starts}`}
        </div>
        {contract.costs.map((cost) => (
          <div key={`${cost.subject} ${cost.valid_from}`}>
            {t`Cost from ${from(cost.valid_from)}:`} {cost.subject}, {f.money(cost.cost)} {per[cost.per]}
          </div>
        ))}
        {contract.shares.map((share) => (
          <div key={share.valid_from}>
            {t`Share from ${from(share.valid_from)}:`} {f.rate(share.rate_bp)} · {share.base}
          </div>
        ))}
      </div>
      {act && !contract.ends_on ? (
        <div className={css.formEnd}>
          <Button size="compact-sm" variant="default" onClick={() => act({ what: "cost", contract })}>
            <Trans>Cost</Trans>
            <span className="sr"> {name}</span>
          </Button>
          <Button size="compact-sm" variant="default" onClick={() => act({ what: "share", contract })}>
            <Trans>Share</Trans>
            <span className="sr"> {name}</span>
          </Button>
          <Button size="compact-sm" variant="default" onClick={() => act({ what: "end", contract })}>
            <Trans>End</Trans>
            <span className="sr"> {name}</span>
          </Button>
        </div>
      ) : null}
    </li>
  );
}

function usePer(): Record<Schema["SupplyCost"]["per"], string> {
  const { t } = useLingui();
  return {
    once: t`once`,
    month: t`a month`,
    quarter: t`a quarter`,
    year: t`a year`,
    unit: t`a unit`,
  };
}

function Sign({ id, onDone }: { id: string; onDone: () => void }) {
  const { t } = useLingui();
  const { kind } = useKindWords();
  const { form, onSubmit, pending, error, rest } = useDeskForm({
    initialValues: { kind: "manufacturer", reference: "", subject: "", starts_on: today(), ends_on: "" },
    validate: {
      reference: (value) => (value.trim() ? null : t`The number of the contract`),
      subject: (value) => (value.trim() ? null : t`What is supplied`),
      starts_on: (value) => (value ? null : t`The first day`),
    },
    submit: async (values, key) => {
      const { error } = await http.POST("/api/office/organisations/{organisation_id}/contracts", {
        params: { path: { organisation_id: id } },
        headers: { "idempotency-key": key },
        body: { ...(values as unknown as Schema["ContractIn"]), ends_on: values.ends_on || null },
      });
      if (error) throw error;
      await queryClient.invalidateQueries({ queryKey: ["get"] });
      onDone();
    },
  });
  return (
    <form onSubmit={onSubmit} noValidate className={css.form}>
      <ProblemAlert error={error} rest={rest} />
      <NativeSelect
        label={t`Type of supplier`}
        data={(KINDS.supplier ?? []).map((value) => ({ value, label: kind(value) }))}
        {...form.getInputProps("kind")}
      />
      <TextInput label={t`Number of the contract`} required {...form.getInputProps("reference")} />
      <TextInput label={t`What is supplied`} required {...form.getInputProps("subject")} />
      <div className={css.formRow}>
        <TextInput type="date" label={t`First day`} required {...form.getInputProps("starts_on")} />
        <TextInput type="date" label={t`Last day, if known`} {...form.getInputProps("ends_on")} />
      </div>
      <Submit pending={pending} />
    </form>
  );
}

function Cost({ contract, onDone }: { contract: Contract; onDone: () => void }) {
  const { t } = useLingui();
  const per = usePer();
  const { form, onSubmit, pending, error, rest } = useDeskForm({
    initialValues: { subject: contract.subject, cost: "", per: "month", valid_from: today() },
    validate: {
      subject: (value) => (value.trim() ? null : t`What it costs`),
      cost: (value) => (readAmount(value, "EUR") === null ? t`Write an amount such as 25,00` : null),
    },
    submit: async (values, key) => {
      const { error } = await http.POST("/api/office/contracts/{contract_id}/costs", {
        params: { path: { contract_id: contract.id } },
        headers: { "idempotency-key": key },
        body: {
          subject: values.subject,
          cost: { amount_minor: readAmount(values.cost, "EUR") ?? 0, currency: "EUR" },
          per: values.per as Schema["CostIn"]["per"],
          valid_from: values.valid_from,
        },
      });
      if (error) throw error;
      await reread();
      onDone();
    },
  });
  return (
    <form onSubmit={onSubmit} noValidate className={css.form}>
      <ProblemAlert error={error} rest={rest} />
      <TextInput label={t`What it is`} required {...form.getInputProps("subject")} />
      <div className={css.formRow}>
        <TextInput label={t`Amount in euros`} inputMode="decimal" required {...form.getInputProps("cost")} />
        <NativeSelect
          label={t`For`}
          data={Object.entries(per).map(([value, label]) => ({ value, label }))}
          {...form.getInputProps("per")}
        />
      </div>
      <TextInput type="date" label={t`From`} required {...form.getInputProps("valid_from")} />
      <Submit pending={pending} />
    </form>
  );
}

function Share({ contract, onDone }: { contract: Contract; onDone: () => void }) {
  const { t } = useLingui();
  const { form, onSubmit, pending, error, rest } = useDeskForm({
    initialValues: { rate: 12 as number | string, base: contract.subject, valid_from: today() },
    validate: { base: (value) => (value.trim() ? null : t`Of which revenue`) },
    submit: async (values, key) => {
      const { error } = await http.POST("/api/office/contracts/{contract_id}/shares", {
        params: { path: { contract_id: contract.id } },
        headers: { "idempotency-key": key },
        body: {
          rate_bp: Math.round(Number(values.rate) * 100),
          base: values.base,
          valid_from: values.valid_from,
        },
      });
      if (error) throw error;
      await reread();
      onDone();
    },
  });
  return (
    <form onSubmit={onSubmit} noValidate className={css.form}>
      <ProblemAlert error={error} rest={rest} />
      <NumberInput
        label={t`Share of the revenue, in percent`}
        min={0}
        max={100}
        decimalScale={2}
        {...form.getInputProps("rate")}
      />
      <TextInput label={t`Of which revenue`} required {...form.getInputProps("base")} />
      <TextInput type="date" label={t`From`} required {...form.getInputProps("valid_from")} />
      <Submit pending={pending} />
    </form>
  );
}

function End({ contract, onDone }: { contract: Contract; onDone: () => void }) {
  const { t } = useLingui();
  const { form, onSubmit, pending, error, rest } = useDeskForm({
    initialValues: { ends_on: today() },
    submit: async (values, key) => {
      const { error } = await http.POST("/api/office/contracts/{contract_id}/end", {
        params: { path: { contract_id: contract.id } },
        headers: { "idempotency-key": key },
        body: values,
      });
      if (error) throw error;
      await reread();
      onDone();
    },
  });
  return (
    <form onSubmit={onSubmit} noValidate className={css.form}>
      <ProblemAlert error={error} rest={rest} />
      <p className={css.note}>
        <Trans>Its last day is said once: a new contract begins anew.</Trans>
      </p>
      <TextInput type="date" label={t`Last day`} required {...form.getInputProps("ends_on")} />
      <Submit pending={pending} danger />
    </form>
  );
}

function Submit({ pending, danger = false }: { pending: boolean; danger?: boolean }) {
  return (
    <div className={css.formEnd}>
      <Button type="submit" loading={pending} {...(danger ? { color: "danger" } : {})}>
        {danger ? <Trans>End the contract</Trans> : <Trans>Save</Trans>}
      </Button>
    </div>
  );
}
