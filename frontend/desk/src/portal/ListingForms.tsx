import { Trans, useLingui } from "@lingui/react/macro";
import { Button, TextInput } from "@mantine/core";
import { http, type Schema } from "../api/client";
import { useDeskForm } from "../desk/form";
import { NumberInput } from "../desk/NumberField";
import { ProblemAlert } from "../desk/problems";
import { useFormat } from "../i18n/format";
import { readAmount } from "../i18n/text";
import { BothOwners } from "./JointChanges";
import { orPropose, reread } from "./listingReads";
import { followName } from "./slug";
import { useSlugCheck } from "./slugWords";

type Currency = Schema["PriceIn"]["currency"];
type Listing = Schema["ListingView"];

export function NewListing({ onDone }: { onDone: (id: string) => void }) {
  const { t, i18n } = useLingui();
  const checkSlug = useSlugCheck();
  const { form, onSubmit, pending, error, rest } = useDeskForm({
    draft: "listing",
    initialValues: {
      name: "",
      summary: "",
      reference: "",
      slug: "",
      price: "",
      vat_rate_bp: 20 as number | string,
    },
    validate: {
      name: (value) => (value.trim() ? null : t`A name is needed`),
      reference: (value) =>
        /^[A-Za-z0-9][A-Za-z0-9._:-]{0,99}$/.test(value) ? null : t`Letters, digits and . _ : - only`,
      slug: checkSlug,
      price: (value) => (readAmount(value, "EUR") ? null : t`An amount such as 249.00`),
    },
    places: { "listing-slug-taken": "slug", "listing-reference-taken": "reference" },
    submit: async (values, key) => {
      const { data, error } = await http.POST("/api/portal/listings", {
        headers: { "idempotency-key": key },
        body: {
          name: values.name.trim(),
          reference: values.reference,
          slug: values.slug,
          price: { amount_minor: readAmount(values.price, "EUR") ?? 0, currency: "EUR" },
          vat_rate_bp: Math.round(Number(values.vat_rate_bp) * 100),
        },
      });
      if (error) throw error;
      await reread();
      form.reset();
      onDone(data.id);
    },
  });
  return (
    <form onSubmit={onSubmit} noValidate style={{ display: "grid", gap: 14 }}>
      <ProblemAlert error={error} rest={rest} />
      <TextInput
        label={t`Name`}
        required
        maxLength={200}
        data-autofocus
        {...form.getInputProps("name")}
        onChange={(event) => {
          const name = event.currentTarget.value;
          const { name: before, slug, reference } = form.values;
          form.setValues({
            name,
            slug: followName(slug, before, name),
            reference: followName(reference, before, name),
          });
        }}
      />
      <TextInput
        label={t`Price, VAT excluded`}
        required
        rightSection="€"
        inputMode="decimal"
        {...form.getInputProps("price")}
      />
      <NumberInput
        label={t`VAT rate`}
        suffix=" %"
        min={0}
        max={100}
        decimalScale={2}
        {...form.getInputProps("vat_rate_bp")}
      />
      <TextInput
        label={t`Address in the store`}
        description={`/${i18n.locale}/listings/${form.values.slug || "…"}`}
        required
        {...form.getInputProps("slug")}
      />
      <TextInput label={t`Your own reference`} required {...form.getInputProps("reference")} />
      <Button type="submit" loading={pending}>
        <Trans>Save the draft</Trans>
      </Button>
    </form>
  );
}

export function NewPrice({ listing, onDone }: { listing: Listing; onDone: () => void }) {
  const { t } = useLingui();
  const f = useFormat();
  const currency = listing.price?.currency ?? "EUR";
  const { form, onSubmit, pending, error, rest } = useDeskForm({
    initialValues: { price: listing.price ? f.typed(listing.price) : "" },
    validate: { price: (value) => (readAmount(value, currency) ? null : t`An amount such as 249.00`) },
    submit: async (values, key) => {
      const price = {
        amount_minor: readAmount(values.price, currency) ?? 0,
        currency: currency as Currency,
      };
      const { error } = await http.POST("/api/portal/listings/{listing_id}/price", {
        params: { path: { listing_id: listing.id } },
        headers: { "idempotency-key": key },
        body: { price },
      });
      await orPropose(listing.id, error, { price });
      await reread();
      onDone();
    },
  });
  return (
    <form onSubmit={onSubmit} noValidate style={{ display: "grid", gap: 14 }}>
      <ProblemAlert error={error} rest={rest} />
      <BothOwners listingId={listing.id} />
      <p style={{ margin: 0 }}>
        {t`${listing.name} costs this from now on. Orders already placed keep their price.`}
      </p>
      <TextInput
        label={t`Price, VAT excluded`}
        required
        rightSection={currency === "EUR" ? "€" : currency}
        inputMode="decimal"
        data-autofocus
        {...form.getInputProps("price")}
      />
      <Button type="submit" loading={pending}>
        <Trans>Change the price</Trans>
      </Button>
    </form>
  );
}
