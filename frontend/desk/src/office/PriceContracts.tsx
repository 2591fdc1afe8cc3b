import { Trans, useLingui } from "@lingui/react/macro";
import { Button, NativeSelect, TextInput } from "@mantine/core";
import { useState } from "react";
import { api, http, queryClient, type Schema } from "../api/client";
import { ContractState } from "../desk/ContractState";
import { useWritten } from "../desk/charges";
import { Empty } from "../desk/Empty";
import { Export } from "../desk/Export";
import { useDeskForm } from "../desk/form";
import { Loaded } from "../desk/Loaded";
import { NumberInput } from "../desk/NumberField";
import { Panel } from "../desk/Page";
import { useSession } from "../desk/session";
import { Dialog } from "../desk/Windows";
import { useFormat } from "../i18n/format";
import css from "./office.module.css";
import { today } from "./paris";
import { ProblemAlert } from "./refusals";

const PATH = "/api/office/organisations/{organisation_id}/price-contracts";
type Values = {
  number: string;
  starts_on: string;
  ends_on: string;
  payment_days: number | string;
  po_number: string;
  grouping_reference: string;
  reason: string;
  prices: Line[];
};
type Line = { resource: string; kind: "discount" | "price"; value: string };

/** Private conditions of one organisation: the newest first, what stood before below it. */
export function PriceContracts({ id }: { id: string }) {
  const { t } = useLingui();
  const { can } = useSession();
  const [signing, setSigning] = useState(false);
  const query = api.useQuery("get", PATH, { params: { path: { organisation_id: id } } });
  return (
    <Panel
      title={<Trans>Its prices by contract</Trans>}
      aside={
        <>
          {query.data && query.data.items.length > 0 ? (
            <Export path={`/api/office/organisations/${id}/price-contracts/export`} wanted={{}} json>
              <Trans>Export the terms</Trans>
            </Export>
          ) : null}
          {can("office:charge:write") ? (
            <Button size="compact-sm" variant="default" onClick={() => setSigning(true)}>
              <Trans>Agree on prices</Trans>
            </Button>
          ) : null}
        </>
      }
      flush
    >
      <Loaded query={query}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty title={<Trans>It pays the list price, less its level</Trans>}>
              <Trans>A contract gives it prices of its own from a day to come.</Trans>
            </Empty>
          ) : (
            <ul className={css.needs}>
              {items.map((one) => (
                <One key={one.id} signed={one} />
              ))}
            </ul>
          )
        }
      </Loaded>
      <Dialog opened={signing} onClose={() => setSigning(false)} title={t`Prices by contract`}>
        <Sign id={id} onDone={() => setSigning(false)} />
      </Dialog>
    </Panel>
  );
}

function One({ signed }: { signed: Schema["PriceContract"] }) {
  const { contract, last_on: last } = signed;
  const { t } = useLingui();
  const f = useFormat();
  const day = (text: string) => f.date(`${text}T12:00:00Z`);
  const written = useWritten();
  const starts = day(contract.starts_on);
  const said = [
    signed.state === "replaced"
      ? t`would have begun on ${starts}`
      : last
        ? t`${starts} to ${day(last)}`
        : t`from ${starts}, until another one begins`,
    t`payable in ${contract.payment_days} days`,
    ...(contract.po_number ? [t`order ${contract.po_number}`] : []),
    ...(contract.grouping_reference ? [t`invoices grouped as ${contract.grouping_reference}`] : []),
  ];
  return (
    <li style={{ alignItems: "start" }}>
      <div style={{ flex: "1 1 300px" }}>
        <b>{contract.number}</b> <ContractState state={signed.state} />
        <div>{said.join(" · ")}</div>
        {contract.prices.map((price) => (
          <div key={price.resource}>
            {price.resource || t`Every other resource`}
            {": "}
            {price.unit_price == null
              ? t`${f.rate(price.discount_bp ?? 0)} off list`
              : t`${written(price.unit_price)} ${price.currency ?? ""} for one unit`}
          </div>
        ))}
        <div>{contract.reason}</div>
      </div>
    </li>
  );
}

function Sign({ id, onDone }: { id: string; onDone: () => void }) {
  const { t } = useLingui();
  const { form, onSubmit, pending, error, rest } = useDeskForm<Values>({
    initialValues: {
      number: "",
      starts_on: "",
      ends_on: "",
      payment_days: 30,
      po_number: "",
      grouping_reference: "",
      reason: "",
      prices: [{ resource: "", kind: "discount", value: "" }],
    },
    validate: {
      number: (value) => (value.trim() ? null : t`The number of the contract`),
      starts_on: (value) => (value > today() ? null : t`Choose a day to come`),
      reason: (value) => (value.trim() ? null : t`Say why: it stands in the audit log`),
      prices: {
        value: (value: string) =>
          /^\d+([.,]\d+)?$/.test(value.trim()) ? null : t`Write a number such as 12,5`,
        resource: (value: string, values: { prices: Line[] }, path: string) =>
          value.trim() || values.prices[Number(path.split(".")[1])]?.kind === "discount"
            ? null
            : t`The resource that it is the price of`,
      },
    },
    submit: async ({ prices, ...values }, key) => {
      const { error } = await http.POST(PATH, {
        params: { path: { organisation_id: id } },
        headers: { "idempotency-key": key },
        body: {
          ...values,
          payment_days: Number(values.payment_days),
          ends_on: values.ends_on || null,
          prices: prices.map(asked),
        },
      });
      if (error) throw error;
      await queryClient.invalidateQueries({ queryKey: ["get", PATH] });
      onDone();
    },
  });
  return (
    <form onSubmit={onSubmit} noValidate className={css.form}>
      <ProblemAlert error={error} rest={rest} />
      <TextInput label={t`Number of the contract`} required {...form.getInputProps("number")} />
      <div className={css.formRow}>
        <TextInput type="date" label={t`First day`} required {...form.getInputProps("starts_on")} />
        <TextInput type="date" label={t`Last day, if known`} {...form.getInputProps("ends_on")} />
      </div>
      <NumberInput
        label={t`Days to pay`}
        description={t`Sixty at the most, from the date of the invoice`}
        min={0}
        max={60}
        allowDecimal={false}
        {...form.getInputProps("payment_days")}
      />
      <div className={css.formRow}>
        <TextInput label={t`Its order number`} {...form.getInputProps("po_number")} />
        <TextInput label={t`How it groups invoices`} {...form.getInputProps("grouping_reference")} />
      </div>
      {form.values.prices.map((line, index) => (
        <fieldset key={index} className={css.formRow} style={{ border: 0, padding: 0, margin: 0 }}>
          <legend className="sr">{t`Price ${index + 1}`}</legend>
          <TextInput
            label={t`Resource`}
            description={t`Empty: every other one`}
            {...form.getInputProps(`prices.${index}.resource`)}
          />
          <NativeSelect
            label={t`What it gets`}
            data={[
              { value: "discount", label: t`Percent off list` },
              { value: "price", label: t`Price of one unit in euros` },
            ]}
            {...form.getInputProps(`prices.${index}.kind`)}
          />
          <TextInput label={t`Value`} inputMode="decimal" {...form.getInputProps(`prices.${index}.value`)} />
          {form.values.prices.length > 1 ? (
            <Button variant="default" onClick={() => form.removeListItem("prices", index)}>
              <Trans>Remove</Trans>
              <span className="sr"> {line.resource}</span>
            </Button>
          ) : null}
        </fieldset>
      ))}
      <div>
        <Button
          size="compact-sm"
          variant="default"
          onClick={() => form.insertListItem("prices", { resource: "", kind: "price", value: "" })}
        >
          <Trans>One more price</Trans>
        </Button>
      </div>
      <TextInput label={t`Reason`} required {...form.getInputProps("reason")} />
      <div className={css.formEnd}>
        <Button type="submit" loading={pending}>
          <Trans>Sign</Trans>
        </Button>
      </div>
    </form>
  );
}

function asked({ resource, kind, value }: Line): Schema["ContractPriceIn"] {
  const number = value.trim().replace(",", ".");
  return kind === "discount"
    ? { resource: resource.trim(), discount_bp: Math.round(Number(number) * 100) }
    : { resource: resource.trim(), unit_price: number, currency: "EUR" };
}
