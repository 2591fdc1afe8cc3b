import { Trans, useLingui } from "@lingui/react/macro";
import { Button } from "@mantine/core";
import { useState } from "react";
import { http, type Schema } from "../api/client";
import { Can } from "../desk/Can";
import { useDealWords } from "../desk/deals";
import { useDeskForm } from "../desk/form";
import { ProblemAlert } from "../desk/problems";
import { Segments } from "../desk/Segments";
import { Dialog } from "../desk/Windows";
import { BothOwners } from "./JointChanges";
import { orPropose, reread } from "./listingReads";

type Listing = Schema["ListingView"];

/** To whom a listing is offered, and the way to change it. */
export function Audience({ listing }: { listing: Listing }) {
  const { t } = useLingui();
  const { segments } = useDealWords();
  const [changing, setChanging] = useState(false);
  return (
    <div>
      <p style={{ margin: "0 0 10px" }}>
        {listing.segments.length === 0
          ? t`Everybody sees it and may buy it.`
          : t`Only these customers see it: ${listing.segments.map((one) => segments[one]).join(", ")}.`}
      </p>
      <Can scope="portal:listing:write">
        <Button size="sm" variant="default" onClick={() => setChanging(true)}>
          <Trans>Change who sees it</Trans>
        </Button>
      </Can>
      <Dialog opened={changing} onClose={() => setChanging(false)} title={t`Who sees ${listing.name}`}>
        <Form listing={listing} onDone={() => setChanging(false)} />
      </Dialog>
    </div>
  );
}

function Form({ listing, onDone }: { listing: Listing; onDone: () => void }) {
  const { form, onSubmit, pending, error, rest } = useDeskForm({
    initialValues: { segments: listing.segments as string[] },
    submit: async (values, key) => {
      const { error } = await http.POST("/api/portal/listings/{listing_id}/audience", {
        params: { path: { listing_id: listing.id } },
        headers: { "idempotency-key": key },
        body: { segments: values.segments as Listing["segments"] },
      });
      await orPropose(listing.id, error, { segments: values.segments as Listing["segments"] });
      await reread();
      onDone();
    },
  });
  return (
    <form onSubmit={onSubmit} noValidate style={{ display: "grid", gap: 14 }}>
      <ProblemAlert error={error} rest={rest} />
      <BothOwners listingId={listing.id} />
      <Segments {...form.getInputProps("segments")} />
      <p style={{ margin: 0 }}>
        <Trans>It holds at once, in the store too. Orders already placed are not touched.</Trans>
      </p>
      <Button type="submit" loading={pending}>
        <Trans>Save who sees it</Trans>
      </Button>
    </form>
  );
}
