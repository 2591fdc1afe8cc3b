import { Trans, useLingui } from "@lingui/react/macro";
import { Button, Group } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { api, type Schema } from "../api/client";
import { Amount } from "../desk/Amount";
import { Bundle } from "../desk/Bundle";
import { Can } from "../desk/Can";
import { Empty } from "../desk/Empty";
import { ListingPill } from "../desk/Listing";
import { Loaded } from "../desk/Loaded";
import { Notice } from "../desk/Notice";
import { Page, Panel } from "../desk/Page";
import { Side } from "../desk/Windows";
import { IconPlus } from "../ui/icons";
import { BuildBundle } from "./BuildBundle";

type One = Schema["BundleListing"];
const OPEN = ["draft", "action_required", "paused", "withdrawn"];

/** Offers that an integrator combines of its own service and of what others sell. */
export function Bundles() {
  const { t } = useLingui();
  const query = api.useQuery("get", "/api/portal/bundles");
  const [building, setBuilding] = useState<One | "new">();
  const close = () => setBuilding(undefined);
  const build = (
    <Can scope="portal:listing:write">
      <Button size="sm" leftSection={<IconPlus size={16} aria-hidden />} onClick={() => setBuilding("new")}>
        <Trans>Build an offer</Trans>
      </Button>
    </Can>
  );
  const changed = building === "new" || building === undefined ? undefined : building;
  return (
    <Page
      title={<Trans>Combined offers</Trans>}
      about={
        <Trans>Your own service together with what others sell: one price, each is paid its part.</Trans>
      }
      actions={query.data?.may_build ? build : undefined}
    >
      <Loaded query={query} height={320}>
        {(mine) => (
          <>
            {mine.may_build ? null : (
              <Notice title={t`Only integrators combine offers`}>
                <Trans>Write to us if your organisation integrates services for its customers.</Trans>
              </Notice>
            )}
            {mine.items.length === 0 ? (
              <Empty title={<Trans>No offer yet</Trans>} action={mine.may_build ? build : undefined}>
                <Trans>Choose services of the store, say what you add and for how much.</Trans>
              </Empty>
            ) : (
              mine.items.map((one) => (
                <Offer key={one.listing.id} one={one} onChange={() => setBuilding(one)} />
              ))
            )}
          </>
        )}
      </Loaded>
      <Side
        opened={building !== undefined}
        onClose={close}
        size={620}
        title={changed ? t`Build ${changed.listing.name} again` : t`Build an offer`}
      >
        {building === undefined ? null : <BuildBundle known={changed} onDone={close} />}
      </Side>
    </Page>
  );
}

function Offer({ one: { listing, bundle }, onChange }: { one: One; onChange: () => void }) {
  const { t } = useLingui();
  const broken = bundle.parts.some(({ bar }) => bar);
  return (
    <Panel title={listing.name} aside={<ListingPill status={listing.status} />}>
      {broken ? (
        <Notice tone="warn" title={t`A part has changed: the store does not show this offer`}>
          {OPEN.includes(listing.status)
            ? t`Build it again with today’s prices, then submit it.`
            : t`Pause it or take it back under Listings, then build it again.`}
        </Notice>
      ) : null}
      <Bundle bundle={bundle} />
      {listing.price ? (
        <p style={{ display: "flex", justifyContent: "space-between", margin: "6px 0 0", gap: 16 }}>
          <b>
            <Trans>Together, VAT excluded</Trans>
          </b>
          <Amount value={listing.price} strong />
        </p>
      ) : null}
      <Group mt={14}>
        <Link to="/portal/listings" search={{ listing: listing.id }}>
          <Trans>Describe, submit, choose who sees it</Trans>
        </Link>
        {listing.status === "published" ? (
          <Link to="/portal/deals" search={{ new: true, on: listing.id }}>
            <Trans>Register a deal on it</Trans>
          </Link>
        ) : null}
        {OPEN.includes(listing.status) ? (
          <Can scope="portal:listing:write">
            <Button size="sm" variant="default" onClick={onChange}>
              <Trans>Change the parts</Trans>
            </Button>
          </Can>
        ) : null}
      </Group>
    </Panel>
  );
}
