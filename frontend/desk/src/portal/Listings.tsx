import { Trans, useLingui } from "@lingui/react/macro";
import { Button, Group, NumberInput, TextInput } from "@mantine/core";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useState } from "react";
import { api, http, queryClient, type Schema } from "../api/client";
import { Amount } from "../desk/Amount";
import { Can } from "../desk/Can";
import { Confirm } from "../desk/Confirm";
import { type Column, DataTable } from "../desk/DataTable";
import { Empty } from "../desk/Empty";
import { useDeskForm } from "../desk/form";
import { Page } from "../desk/Page";
import { ProblemAlert } from "../desk/problems";
import { useSession } from "../desk/session";
import { Side } from "../desk/Windows";
import { useFormat } from "../i18n/format";
import { decimal, readAmount } from "../i18n/text";
import { IconExternalLink, IconPlus } from "../ui/icons";
import { Pill } from "../ui/Pill";
import { Describe } from "./Describe";
import { slugOf } from "./slug";

const route = getRouteApi("/portal/listings");
type Currency = Schema["PriceIn"]["currency"];
type Listing = Schema["ListingView"];

async function reread() {
  await queryClient.invalidateQueries({ queryKey: ["get", "/api/portal/listings"] });
  await queryClient.invalidateQueries({ queryKey: ["get", "/api/portal/home"] });
}

export function Listings() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const { t } = useLingui();
  const [publishing, setPublishing] = useState<Listing>();
  const [pricing, setPricing] = useState<Listing>();
  const query = useQuery({
    ...api.queryOptions("get", "/api/portal/listings", {
      params: { query: { limit: 50, after: search.after } },
    }),
    placeholderData: keepPreviousData,
  });
  const openNew = (open: boolean) =>
    navigate({ search: (old) => ({ ...old, new: open || undefined }), resetScroll: false });
  const openDescription = (id: string | undefined) =>
    navigate({ search: (old) => ({ ...old, new: undefined, describe: id }), resetScroll: false });
  const described = query.data?.items.find(({ id }) => id === search.describe);
  const newButton = (
    <Can scope="portal:listing:write">
      <Button size="sm" leftSection={<IconPlus size={16} />} onClick={() => openNew(true)}>
        <Trans>New listing</Trans>
      </Button>
    </Can>
  );
  return (
    <Page
      title={<Trans>Listings</Trans>}
      about={<Trans>What you sell in the store, and its price.</Trans>}
      actions={newButton}
    >
      <DataTable
        caption={t`Your listings`}
        columns={useColumns(setPublishing, setPricing, (row) => openDescription(row.id))}
        query={query}
        rowKey={(row) => row.id}
        search={search}
        empty={
          <Empty title={<Trans>No listing yet</Trans>} action={newButton}>
            <Trans>
              A listing is a name, a description and a price. It stays a draft until you publish it.
            </Trans>
          </Empty>
        }
      />
      <Side
        opened={described !== undefined}
        onClose={() => openDescription(undefined)}
        size={560}
        title={t`What the store says of ${described?.name ?? ""}`}
      >
        {described ? (
          <Describe
            key={described.id}
            listing={described}
            onDone={async () => {
              await reread();
              openDescription(undefined);
            }}
          />
        ) : null}
      </Side>
      <Publish listing={publishing} onClose={() => setPublishing(undefined)} />
      <Side
        opened={search.new === true}
        onClose={() => openNew(false)}
        size={480}
        title={<Trans>New listing</Trans>}
      >
        <NewListing onDone={openDescription} />
      </Side>
      <Side
        opened={pricing !== undefined}
        onClose={() => setPricing(undefined)}
        size={440}
        title={<Trans>Change the price</Trans>}
      >
        {pricing ? <NewPrice listing={pricing} onDone={() => setPricing(undefined)} /> : null}
      </Side>
    </Page>
  );
}

function useColumns(
  publish: (row: Listing) => void,
  changePrice: (row: Listing) => void,
  describe: (row: Listing) => void,
): Column<Listing>[] {
  const f = useFormat();
  const { can } = useSession();
  const mayWrite = can("portal:listing:write");
  return [
    {
      key: "name",
      label: <Trans>Name</Trans>,
      cell: (row) =>
        row.status === "published" ? (
          <a href={`/${f.locale}/listings/${row.slug}`}>
            <b>{row.name}</b> <IconExternalLink size={13} aria-hidden />
          </a>
        ) : (
          <b>{row.name}</b>
        ),
    },
    { key: "reference", label: <Trans>Reference</Trans>, cell: (row) => row.reference, faint: true },
    { key: "status", label: <Trans>State</Trans>, cell: (row) => <Status status={row.status} /> },
    {
      key: "price",
      label: <Trans>Price, VAT excluded</Trans>,
      cell: (row) => (row.price ? <Amount value={row.price} /> : "–"),
      numeric: true,
    },
    {
      key: "vat",
      label: <Trans>VAT</Trans>,
      cell: (row) => f.rate(row.vat_rate_bp),
      numeric: true,
      faint: true,
    },
    ...(mayWrite
      ? [
          {
            key: "do",
            label: (
              <span className="sr">
                <Trans>Actions</Trans>
              </span>
            ),
            numeric: true,
            cell: (row: Listing) => (
              <Group gap={6} justify="flex-end" wrap="nowrap">
                {row.status === "draft" && row.price ? (
                  <Button size="compact-sm" onClick={() => publish(row)}>
                    <Trans>Publish</Trans>
                    <span className="sr"> {row.name}</span>
                  </Button>
                ) : null}
                <Button size="compact-sm" variant="default" onClick={() => describe(row)}>
                  <Trans>Describe</Trans>
                  <span className="sr"> {row.name}</span>
                </Button>
                <Button size="compact-sm" variant="default" onClick={() => changePrice(row)}>
                  <Trans>Price</Trans>
                  <span className="sr"> {row.name}</span>
                </Button>
              </Group>
            ),
          },
        ]
      : []),
  ];
}

function Status({ status }: { status: Listing["status"] }) {
  switch (status) {
    case "published":
      return (
        <Pill tone="good">
          <Trans>On sale</Trans>
        </Pill>
      );
    case "draft":
      return (
        <Pill>
          <Trans>Draft</Trans>
        </Pill>
      );
    case "imported":
      return (
        <Pill tone="accent">
          <Trans>Sold elsewhere</Trans>
        </Pill>
      );
  }
}

function Publish({ listing, onClose }: { listing: Listing | undefined; onClose: () => void }) {
  const { t } = useLingui();
  const f = useFormat();
  const run = async (id: string) => {
    const { error } = await http.POST("/api/portal/listings/{listing_id}/publish", {
      params: { path: { listing_id: id } },
    });
    if (error) throw error;
    await reread();
  };
  return (
    <Confirm
      about={listing?.id}
      title={t`Publish ${listing?.name ?? ""}?`}
      action={<Trans>Publish</Trans>}
      run={run}
      onClose={onClose}
    >
      <p>
        <Trans>
          Everybody can buy it from now on at {listing?.price ? f.money(listing.price) : ""}, VAT excluded.
        </Trans>
      </p>
    </Confirm>
  );
}

function NewListing({ onDone }: { onDone: (id: string) => void }) {
  const { t, i18n } = useLingui();
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
      slug: (value) =>
        /^[a-z0-9][a-z0-9-]{0,199}$/.test(value) ? null : t`Small letters, digits and hyphens only`,
      price: (value) => (readAmount(value, "EUR") ? null : t`An amount such as 249.00`),
    },
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
        onBlur={() => {
          const { name, slug, reference } = form.values;
          if (!slug) form.setFieldValue("slug", slugOf(name));
          if (!reference) form.setFieldValue("reference", slugOf(name));
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

function NewPrice({ listing, onDone }: { listing: Listing; onDone: () => void }) {
  const { t } = useLingui();
  const currency = listing.price?.currency ?? "EUR";
  const { form, onSubmit, pending, error, rest } = useDeskForm({
    initialValues: { price: listing.price ? decimal(listing.price) : "" },
    validate: { price: (value) => (readAmount(value, currency) ? null : t`An amount such as 249.00`) },
    submit: async (values, key) => {
      const { error } = await http.POST("/api/portal/listings/{listing_id}/price", {
        params: { path: { listing_id: listing.id } },
        headers: { "idempotency-key": key },
        body: {
          price: { amount_minor: readAmount(values.price, currency) ?? 0, currency: currency as Currency },
        },
      });
      if (error) throw error;
      await reread();
      onDone();
    },
  });
  return (
    <form onSubmit={onSubmit} noValidate style={{ display: "grid", gap: 14 }}>
      <ProblemAlert error={error} rest={rest} />
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
