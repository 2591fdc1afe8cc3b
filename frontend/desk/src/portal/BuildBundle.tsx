import { Trans, useLingui } from "@lingui/react/macro";
import { Button, Checkbox, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useState } from "react";
import { api, http, queryClient, type Schema } from "../api/client";
import { Amount } from "../desk/Amount";
import { useDeskForm } from "../desk/form";
import { Loaded } from "../desk/Loaded";
import { Facts } from "../desk/Page";
import { ProblemAlert } from "../desk/problems";
import { Segments } from "../desk/Segments";
import { useFormat } from "../i18n/format";
import { readAmount } from "../i18n/text";
import { reread } from "./listingReads";
import { followName } from "./slug";
import { useSlugCheck } from "./slugWords";

type One = Schema["BundleListing"];
type Choice = Pick<Schema["ComponentChoice"], "id" | "name" | "owner" | "price">;
type Currency = Schema["PriceIn"]["currency"];
const HANDS_REST_MS = 300;

const rereadBundles = () =>
  Promise.all([queryClient.invalidateQueries({ queryKey: ["get", "/api/portal/bundles"] }), reread()]);

/** Choose what is combined, say what is added for how much; what each earns is shown on the way. */
export function BuildBundle({ known, onDone }: { known: One | undefined; onDone: () => void }) {
  const { t, i18n } = useLingui();
  const f = useFormat();
  const checkSlug = useSlugCheck();
  const [chosen, setChosen] = useState<Choice[]>(
    known?.bundle.parts.map((part) => ({ ...part, id: part.component_id })) ?? [],
  );
  const currency = chosen[0]?.price.currency ?? known?.bundle.service.currency ?? "EUR";
  const { form, onSubmit, pending, error, rest } = useDeskForm({
    initialValues: {
      name: known?.listing.name ?? "",
      slug: known?.listing.slug ?? "",
      service_fr: known?.bundle.service_fr ?? "",
      service_en: known?.bundle.service_en ?? "",
      service: known ? f.typed(known.bundle.service) : "",
      segments: [] as string[],
      components: "",
    },
    validate: {
      name: (text) => (text.trim() ? null : t`A name is needed`),
      slug: checkSlug,
      service_fr: (text) => (text.trim() ? null : t`Say what you add`),
      service_en: (text) => (text.trim() ? null : t`Say what you add`),
      service: (text) => (readAmount(text, currency) ? null : t`An amount such as 249.00`),
      components: () => (chosen.length > 0 ? null : t`Choose at least one service`),
    },
    // One address is the reference too.
    places: { "listing-slug-taken": "slug", "listing-reference-taken": "slug" },
    submit: async (values, key) => {
      const made_of = {
        service_fr: values.service_fr.trim(),
        service_en: values.service_en.trim(),
        service: {
          amount_minor: readAmount(values.service, currency) ?? 0,
          currency: currency as Currency,
        },
        components: chosen.map(({ id }) => id),
      };
      const headers = { "idempotency-key": key };
      const { error } = known
        ? await http.POST("/api/portal/bundles/{listing_id}", {
            params: { path: { listing_id: known.listing.id } },
            headers,
            body: made_of,
          })
        : await http.POST("/api/portal/bundles", {
            headers,
            body: {
              name: values.name.trim(),
              slug: values.slug,
              reference: values.slug.slice(0, 100),
              segments: values.segments as Schema["BundleIn"]["segments"] & {},
              made_of,
            },
          });
      if (error) throw error;
      await rereadBundles();
      onDone();
    },
  });
  const service = readAmount(form.values.service, currency);
  return (
    <form onSubmit={onSubmit} noValidate style={{ display: "grid", gap: 14 }}>
      <ProblemAlert error={error} rest={rest} />
      {known ? null : (
        <>
          <TextInput
            label={t`Name`}
            required
            maxLength={200}
            {...form.getInputProps("name")}
            onChange={(event) => {
              const name = event.currentTarget.value;
              const { name: before, slug } = form.values;
              form.setValues({ name, slug: followName(slug, before, name) });
            }}
          />
          <TextInput
            label={t`Address in the store`}
            description={`/${i18n.locale}/listings/${form.values.slug || "…"}`}
            required
            {...form.getInputProps("slug")}
          />
        </>
      )}
      <Choose chosen={chosen} onChange={setChosen} error={form.errors.components} />
      <TextInput
        label={t`Your own service, in French`}
        description={t`The value that you add: integration, set-up, training.`}
        required
        maxLength={500}
        {...form.getInputProps("service_fr")}
      />
      <TextInput
        label={t`Your own service, in English`}
        required
        maxLength={500}
        {...form.getInputProps("service_en")}
      />
      <TextInput
        label={t`Price of your own service, VAT excluded`}
        required
        rightSection={currency === "EUR" ? "€" : currency}
        inputMode="decimal"
        {...form.getInputProps("service")}
      />
      {known ? null : <Segments {...form.getInputProps("segments")} />}
      {service && chosen.length > 0 ? (
        <Preview chosen={chosen} service={{ amount_minor: service, currency }} />
      ) : null}
      <Button type="submit" loading={pending}>
        {known ? <Trans>Save the parts</Trans> : <Trans>Save the draft</Trans>}
      </Button>
    </form>
  );
}

function Choose({
  chosen,
  onChange,
  error,
}: {
  chosen: Choice[];
  onChange: (chosen: Choice[]) => void;
  error: React.ReactNode;
}) {
  const { t } = useLingui();
  const f = useFormat();
  const [typed, setTyped] = useState("");
  const [q] = useDebouncedValue(typed.trim(), HANDS_REST_MS);
  const query = api.useQuery("get", "/api/portal/bundles/components", { params: { query: { q } } });
  const isChosen = (id: string) => chosen.some((one) => one.id === id);
  return (
    <fieldset style={{ border: 0, margin: 0, padding: 0, display: "grid", gap: 10, minWidth: 0 }}>
      <legend style={{ padding: 0, fontWeight: 500 }}>
        <Trans>Services of the store in it</Trans>
      </legend>
      <TextInput
        label={t`Search the store`}
        error={error}
        maxLength={200}
        value={typed}
        onChange={(event) => setTyped(event.currentTarget.value)}
      />
      <Loaded query={query} height={120}>
        {({ items, total }) => {
          const shown = [...chosen, ...items.filter(({ id }) => !isChosen(id))];
          return shown.length === 0 ? (
            <p style={{ margin: 0 }}>{t`Nothing on sale matches: try other words.`}</p>
          ) : (
            // Scrolls by keyboard too: what it holds can be focused.
            <div style={{ display: "grid", gap: 8, maxHeight: 420, overflowY: "auto" }}>
              {items.length < total ? (
                <p style={{ margin: 0 }}>
                  {t`${f.number(items.length)} of ${f.number(total)}: search to see the others.`}
                </p>
              ) : null}
              {shown.map((one) => (
                <Checkbox
                  key={one.id}
                  checked={isChosen(one.id)}
                  label={one.name}
                  description={
                    <span>
                      {one.owner} · <Amount value={one.price} />
                    </span>
                  }
                  onChange={(event) =>
                    onChange(
                      event.currentTarget.checked
                        ? [...chosen, one].slice(0, 10)
                        : chosen.filter(({ id }) => id !== one.id),
                    )
                  }
                />
              ))}
            </div>
          );
        }}
      </Loaded>
    </fieldset>
  );
}

type Minor = { amount_minor: number; currency: string };

/** What the buyer pays, and what of it is whose, to the cent. */
function Preview({ chosen, service }: { chosen: Choice[]; service: Minor }) {
  const { t } = useLingui();
  const [asked] = useDebouncedValue(service.amount_minor, HANDS_REST_MS);
  const query = api.useQuery("post", "/api/portal/bundles/preview", {
    body: { amount_minor: asked, currency: service.currency as Currency },
  });
  const whole = chosen.reduce((sum, { price }) => sum + price.amount_minor, service.amount_minor);
  const amount = (value: Minor) => <Amount value={value as Schema["Money"]} />;
  return (
    <section aria-label={t`Who earns what`}>
      <h3 style={{ margin: "6px 0 10px", fontSize: "1rem" }}>
        <Trans>Who earns what</Trans>
      </h3>
      <Loaded query={query} height={120}>
        {(mine) => (
          <Facts
            items={[
              [t`The buyer pays, VAT excluded`, amount({ ...service, amount_minor: whole })],
              [t`You, where our store brought the buyer`, amount(mine.operator_brought.partner)],
              [t`You, where an accepted deal of yours did`, amount(mine.you_brought.partner)],
              ...chosen.map((one): [string, React.ReactNode] => [
                t`${one.owner}: its part of`,
                amount(one.price),
              ]),
            ]}
          />
        )}
      </Loaded>
    </section>
  );
}
