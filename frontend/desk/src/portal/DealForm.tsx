import { Trans, useLingui } from "@lingui/react/macro";
import { Button, Group, NativeSelect, Textarea, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { api, http, type Schema } from "../api/client";
import { type DealView, SEGMENTS, useDealWords } from "../desk/deals";
import { useDeskForm } from "../desk/form";
import { Reason } from "../desk/Listing";
import { Loaded } from "../desk/Loaded";
import { Notice } from "../desk/Notice";
import { ProblemAlert } from "../desk/problems";
import { countries } from "../i18n/countries";
import { useFormat } from "../i18n/format";
import { readAmount } from "../i18n/text";
import css from "./DealForm.module.css";
import { rereadDeals } from "./deals";

type Body = Schema["DealIn"];

/** A new deal, or one as it shall be: what its state does not let change is locked. */
export function DealForm({
  id,
  on,
  onDone,
}: {
  id: string | undefined;
  /** The listing that a new deal is about. */
  on?: string | undefined;
  onDone: (id: string) => void;
}) {
  const query = useQuery({
    ...api.queryOptions("get", "/api/portal/deals/{deal_id}", { params: { path: { deal_id: id ?? "" } } }),
    enabled: id !== undefined,
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (id === undefined) return <Fields deal={undefined} on={on} onDone={onDone} />;
  return (
    <Loaded query={query} height={480}>
      {({ deal }) => <Fields key={deal.revision} deal={deal} onDone={onDone} />}
    </Loaded>
  );
}

const inThreeMonths = () => new Date(Date.now() + 91 * 86_400_000).toISOString().slice(0, 10);

function startOf(
  deal: DealView | undefined,
  on: string | undefined,
  typed: (amount: DealView["amount"]) => string,
) {
  return {
    customer_name: deal?.customer_name ?? "",
    customer_country: deal?.customer_country ?? "FR",
    customer_segment: (deal?.customer_segment ?? "pme") as string,
    customer_siren: deal?.customer_siren ?? "",
    customer_vat: deal?.customer_vat ?? "",
    customer_domain: deal?.customer_domain ?? "",
    contact_name: deal?.contact_name ?? "",
    contact_email: deal?.contact_email ?? "",
    product: deal?.listing_id ?? deal?.environment ?? on ?? "enterprise",
    plan: deal?.plan ?? "",
    amount: deal && deal.amount.amount_minor > 0 ? typed(deal.amount) : "",
    target_close_on: deal?.target_close_on ?? inThreeMonths(),
    next_steps: deal?.next_steps ?? "",
  };
}

const ENVIRONMENTS = ["start", "enterprise", "critical"] as const;

function bodyOf(values: ReturnType<typeof startOf>, currency: string): Body {
  const environment = ENVIRONMENTS.find((one) => one === values.product) ?? null;
  return {
    customer_name: values.customer_name.trim(),
    customer_country: values.customer_country as Body["customer_country"],
    customer_segment: values.customer_segment as Body["customer_segment"],
    customer_siren: values.customer_siren.replace(/\s/g, "") || null,
    customer_vat: values.customer_vat.replace(/\s/g, "").toUpperCase() || null,
    customer_domain: values.customer_domain.trim() || null,
    contact_name: values.contact_name.trim(),
    contact_email: values.contact_email.trim() || null,
    listing_id: environment === null ? values.product : null,
    environment,
    plan: values.plan.trim(),
    amount: {
      amount_minor: readAmount(values.amount, currency) ?? 0,
      currency: currency as Body["amount"]["currency"],
    },
    target_close_on: values.target_close_on,
    next_steps: values.next_steps.trim(),
  };
}

function Fields({
  deal,
  on,
  onDone,
}: {
  deal: DealView | undefined;
  on?: string | undefined;
  onDone: (id: string) => void;
}) {
  const { t, i18n } = useLingui();
  const f = useFormat();
  const words = useDealWords();
  const currency = deal?.amount.currency ?? "EUR";
  const locked = (field: string) => deal !== undefined && !deal.changeable.includes(field);
  const { form, onSubmit, pending, error, rest } = useDeskForm({
    draft: deal ? `deal:${deal.id}:${deal.revision}` : on ? `deal:on:${on}` : "deal",
    initialValues: startOf(deal, on, f.typed),
    validate: {
      customer_name: (value) => (value.trim() ? null : t`The name of the customer`),
      customer_siren: (value) => (/^(\d{9})?$/.test(value.replace(/\s/g, "")) ? null : t`Nine digits`),
      contact_email: (value) => (!value || /^\S+@\S+\.\S+$/.test(value) ? null : t`An address of mail`),
      amount: (value) =>
        !value || readAmount(value, currency) !== null ? null : t`An amount such as 249.00`,
      target_close_on: (value) => (/^2\d{3}-\d\d-\d\d$/.test(value) ? null : t`Choose a day.`),
    },
    submit: async (values, key) => {
      const headers = { "idempotency-key": key };
      const body = bodyOf(values, currency);
      const { data, error } = deal
        ? await http.PUT("/api/portal/deals/{deal_id}", {
            params: { path: { deal_id: deal.id } },
            body: { ...body, revision: deal.revision },
          })
        : await http.POST("/api/portal/deals", { headers, body });
      if (error) throw error;
      await rereadDeals();
      onDone(data.deal.id);
    },
  });
  const input = (field: string, name: keyof ReturnType<typeof startOf> = field as never) => ({
    ...form.getInputProps(name),
    disabled: locked(field),
  });
  return (
    <form onSubmit={onSubmit} noValidate className={css.form}>
      <ProblemAlert error={error} rest={rest} />
      {deal?.review === "action_required" ? (
        <Notice tone="warn" title={t`Complete what we asked for; all the rest is locked.`}>
          <Reason>{deal.reason}</Reason>
        </Notice>
      ) : null}
      <fieldset className={css.part}>
        <legend>
          <Trans>The customer</Trans>
        </legend>
        <TextInput label={words.fields.customer_name} required maxLength={200} {...input("customer_name")} />
        <div className={css.two}>
          <NativeSelect
            label={words.fields.customer_country}
            data={countries(i18n.locale)}
            {...input("customer_country")}
          />
          <NativeSelect
            label={words.fields.customer_segment}
            data={SEGMENTS.map((value) => ({ value, label: words.segments[value] ?? value }))}
            {...input("customer_segment")}
          />
        </div>
        <p className={css.hint}>
          <Trans>At least one of these three: by it we know the customer again.</Trans>
        </p>
        <div className={css.two}>
          <TextInput label={words.fields.customer_siren} inputMode="numeric" {...input("customer_siren")} />
          <TextInput label={words.fields.customer_vat} {...input("customer_vat")} />
        </div>
        <TextInput label={words.fields.customer_domain} placeholder="acme.fr" {...input("customer_domain")} />
      </fieldset>
      <fieldset className={css.part}>
        <legend>
          <Trans>What it plans</Trans>
        </legend>
        <Product
          form={form.getInputProps("product")}
          deal={deal}
          locked={locked("environment") && locked("listing_id")}
        />
        <div className={css.two}>
          <TextInput
            label={words.fields.amount_minor}
            description={t`Without VAT`}
            rightSection={currency === "EUR" ? "€" : currency}
            inputMode="decimal"
            {...input("amount_minor", "amount")}
          />
          <TextInput
            label={words.fields.target_close_on}
            description={t`As you expect it`}
            type="date"
            required
            {...input("target_close_on")}
          />
        </div>
        <Textarea label={words.fields.plan} autosize minRows={2} maxLength={2000} {...input("plan")} />
        <Textarea
          label={words.fields.next_steps}
          autosize
          minRows={2}
          maxLength={2000}
          {...input("next_steps")}
        />
      </fieldset>
      <fieldset className={css.part}>
        <legend>
          <Trans>Who looks after this customer with you</Trans>
        </legend>
        <div className={css.two}>
          <TextInput label={t`Name`} maxLength={200} {...input("contact_name")} />
          <TextInput label={t`Address of mail`} type="email" {...input("contact_email")} />
        </div>
      </fieldset>
      <Group justify="flex-end">
        <Button type="submit" loading={pending}>
          {deal ? <Trans>Save</Trans> : <Trans>Save the draft</Trans>}
        </Button>
      </Group>
    </form>
  );
}

/** Infrastructure in one of its environments, or a listing that is on sale. */
function Product({ form, deal, locked }: { form: object; deal: DealView | undefined; locked: boolean }) {
  const { t } = useLingui();
  const words = useDealWords();
  const { data } = api.useQuery("get", "/api/store/listings", { params: { query: { limit: 200 } } });
  const listings = (data?.items ?? []).map(({ id, name }) => ({ value: id, label: name }));
  const chosen = deal?.listing_id;
  if (chosen && !listings.some(({ value }) => value === chosen)) {
    listings.unshift({ value: chosen, label: deal.listing ?? chosen });
  }
  return (
    <NativeSelect
      label={t`Product`}
      disabled={locked}
      data={[
        {
          group: t`Infrastructure`,
          items: ENVIRONMENTS.map((value) => ({
            value,
            label: t`Infrastructure, environment ${words.environments[value] ?? value}`,
          })),
        },
        ...(listings.length ? [{ group: t`Listings on sale`, items: listings }] : []),
      ]}
      {...form}
    />
  );
}
