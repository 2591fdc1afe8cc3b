import { Trans, useLingui } from "@lingui/react/macro";
import { Button, Group } from "@mantine/core";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useState } from "react";
import { api, type Schema } from "../api/client";
import { Amount } from "../desk/Amount";
import { Can } from "../desk/Can";
import { type Column, DataTable } from "../desk/DataTable";
import { Empty } from "../desk/Empty";
import { Standing } from "../desk/Listing";
import css from "../desk/Listing.module.css";
import { keepsOut, ofPartner, useListingWords } from "../desk/listing";
import { Page } from "../desk/Page";
import { useSession } from "../desk/session";
import { Side } from "../desk/Windows";
import { useFormat } from "../i18n/format";
import { IconPlus } from "../ui/icons";
import { Describe } from "./Describe";
import { NewListing, NewPrice } from "./ListingForms";
import { ListingSide } from "./ListingSide";
import { reread } from "./listingReads";

const route = getRouteApi("/portal/listings");
type Listing = Schema["ListingView"];

export function Listings() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const { t } = useLingui();
  const [pricing, setPricing] = useState<Listing>();
  const query = useQuery({
    ...api.queryOptions("get", "/api/portal/listings", {
      params: { query: { limit: 50, after: search.after } },
    }),
    placeholderData: keepPreviousData,
  });
  const open = (changes: { new?: true; describe?: string; listing?: string }) =>
    navigate({
      search: (old) => ({ ...old, new: undefined, describe: undefined, listing: undefined, ...changes }),
      resetScroll: false,
    });
  const described = query.data?.items.find(({ id }) => id === search.describe);
  const newButton = (
    <Can scope="portal:listing:write">
      <Button size="sm" leftSection={<IconPlus size={16} />} onClick={() => open({ new: true })}>
        <Trans>New listing</Trans>
      </Button>
    </Can>
  );
  return (
    <Page
      title={<Trans>Listings</Trans>}
      about={<Trans>What you sell in the store: we read each listing before it is on sale.</Trans>}
      actions={newButton}
    >
      <DataTable
        caption={t`Your listings`}
        columns={useColumns(setPricing, (row) => open({ describe: row.id }))}
        query={query}
        rowKey={(row) => row.id}
        search={search}
        empty={
          <Empty title={<Trans>No listing yet</Trans>} action={newButton}>
            <Trans>
              A listing is a name, a description and a price. It stays a draft until you submit it for review.
            </Trans>
          </Empty>
        }
      />
      <ListingSide id={search.listing} onClose={() => open({})} onDescribe={(id) => open({ describe: id })} />
      <Side
        opened={described !== undefined}
        onClose={() => open({})}
        size={560}
        title={t`What the store says of ${described?.name ?? ""}`}
      >
        {described ? (
          <Describe
            key={described.id}
            listing={described}
            onDone={async () => {
              await reread();
              open({ listing: described.id });
            }}
          />
        ) : null}
      </Side>
      <Side
        opened={search.new === true}
        onClose={() => open({})}
        size={480}
        title={<Trans>New listing</Trans>}
      >
        <NewListing onDone={(id) => open({ describe: id })} />
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
      cell: (row) => (
        <span className={css.named}>
          <Link to="/portal/listings" search={(old) => ({ ...old, listing: row.id })} resetScroll={false}>
            {row.name}
          </Link>
          <small>{row.reference}</small>
        </span>
      ),
    },
    { key: "status", label: <Trans>State</Trans>, cell: (row) => <State listing={row} /> },
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
            cell: (row: Listing) =>
              row.status === "imported" ? null : (
                <Group gap={6} justify="flex-end" wrap="nowrap">
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

/** Where the listing stands, and what its partner has to do next, if anything. */
function State({ listing }: { listing: Listing }) {
  const { t } = useLingui();
  const { fields } = useListingWords();
  const hidden = listing.missing.some(keepsOut);
  const lacks = listing.missing.filter((name) => !ofPartner(name)).map((name) => small(fields[name] ?? name));
  const next: Partial<Record<Listing["status"], string>> = {
    draft: lacks.length > 0 ? t`Missing: ${lacks.join(", ")}` : t`Ready to be submitted`,
    action_required: t`Read what we ask for`,
    withdrawn: t`Read why`,
    submitted: listing.missing.includes("organisation") ? t`Waits for the check of your organisation` : "",
    published: hidden
      ? t`Not in the store: your file is not complete`
      : listing.changed_since_review
        ? t`Your changes are live; we still read them`
        : "",
  };
  return <Standing status={listing.status} note={next[listing.status]} />;
}

/** In the middle of a sentence. */
const small = (words: string) => words.charAt(0).toLowerCase() + words.slice(1);
