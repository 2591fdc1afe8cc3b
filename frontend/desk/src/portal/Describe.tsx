import { Trans, useLingui } from "@lingui/react/macro";
import { Button, NativeSelect, Tabs, Textarea } from "@mantine/core";
import { http, type Schema } from "../api/client";
import { useDeskForm } from "../desk/form";
import { useListingWords } from "../desk/listing";
import { ProblemAlert } from "../desk/problems";
import { useFormat } from "../i18n/format";
import css from "./Describe.module.css";
import { BothOwners } from "./JointChanges";
import { orPropose } from "./listingReads";

type Listing = Schema["ListingView"];
type Facts = Schema["FactsIn"];
const SLAS = [9999, 9995, 9990, 9950, 9900];

/** What the store says of a listing, in both languages, and what it is found by. */
export function Describe({ listing, onDone }: { listing: Listing; onDone: () => Promise<unknown> }) {
  const { t } = useLingui();
  const options = useOptions();
  const { form, onSubmit, pending, error, rest } = useDeskForm({
    draft: `describe:${listing.id}`,
    initialValues: {
      summary_fr: listing.summary_fr,
      summary_en: listing.summary_en,
      description_fr: listing.description_fr,
      description_en: listing.description_en,
      category: listing.category ?? "",
      service_model: listing.service_model ?? "",
      data_location: listing.data_location ?? "",
      sla_bp: String(listing.sla_bp ?? ""),
    },
    submit: async (values, key) => {
      const description: Facts = {
        ...values,
        category: (values.category || null) as NonNullable<Facts["category"]> | null,
        service_model: (values.service_model || null) as NonNullable<Facts["service_model"]> | null,
        data_location: (values.data_location || null) as NonNullable<Facts["data_location"]> | null,
        sla_bp: (Number(values.sla_bp) || null) as NonNullable<Facts["sla_bp"]> | null,
      };
      const { error } = await http.POST("/api/portal/listings/{listing_id}/description", {
        params: { path: { listing_id: listing.id } },
        headers: { "idempotency-key": key },
        body: description,
      });
      await orPropose(listing.id, error, { description });
      await onDone();
    },
  });
  const texts = (language: "fr" | "en") => (
    <div className={css.fields} lang={language}>
      <Textarea
        label={t`In one sentence`}
        maxLength={500}
        autosize
        minRows={2}
        {...form.getInputProps(`summary_${language}`)}
      />
      <Textarea
        label={t`Description`}
        description={t`Each line is a paragraph`}
        maxLength={10_000}
        autosize
        minRows={6}
        maxRows={16}
        {...form.getInputProps(`description_${language}`)}
      />
    </div>
  );
  return (
    <form onSubmit={onSubmit} noValidate className={css.fields}>
      <ProblemAlert error={error} rest={rest} />
      <BothOwners listingId={listing.id} />
      <Tabs defaultValue="fr">
        <Tabs.List mb="sm">
          <Tabs.Tab value="fr" lang="fr">
            Français
          </Tabs.Tab>
          <Tabs.Tab value="en" lang="en">
            English
          </Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="fr">{texts("fr")}</Tabs.Panel>
        <Tabs.Panel value="en">{texts("en")}</Tabs.Panel>
      </Tabs>
      <NativeSelect label={t`Category`} data={options.categories} {...form.getInputProps("category")} />
      <NativeSelect label={t`Delivered as`} data={options.models} {...form.getInputProps("service_model")} />
      <NativeSelect
        label={t`Where the data is`}
        data={options.places}
        {...form.getInputProps("data_location")}
      />
      <NativeSelect
        label={t`Guaranteed availability`}
        data={options.slas}
        {...form.getInputProps("sla_bp")}
      />
      <Button type="submit" loading={pending}>
        <Trans>Save the description</Trans>
      </Button>
    </form>
  );
}

function useOptions() {
  const { t } = useLingui();
  const f = useFormat();
  const none = { value: "", label: t`Not said` };
  const words = useListingWords();
  const choices = (of: Record<string, string>) => [
    none,
    ...Object.entries(of).map(([value, label]) => ({ value, label })),
  ];
  return {
    categories: choices(words.categories),
    models: choices(words.models),
    places: choices(words.places),
    slas: [none, ...SLAS.map((value) => ({ value: String(value), label: f.rate(value) }))],
  };
}
