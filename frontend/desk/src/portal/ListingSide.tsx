import { Trans, useLingui } from "@lingui/react/macro";
import { Button, Group } from "@mantine/core";
import { type ReactNode, useState } from "react";
import { api, http, type Schema } from "../api/client";
import { Bundle } from "../desk/Bundle";
import { Can } from "../desk/Can";
import { Confirm } from "../desk/Confirm";
import { useAction } from "../desk/form";
import { Joint } from "../desk/Joint";
import { Checklist, ListingPill, Part, Preview, Reason, Steps, Ways } from "../desk/Listing";
import { Loaded } from "../desk/Loaded";
import { keepsOut, ofPartner } from "../desk/listing";
import { Notice } from "../desk/Notice";
import { ProblemAlert } from "../desk/problems";
import { Side } from "../desk/Windows";
import { useFormat } from "../i18n/format";
import { Audience } from "./Audience";
import { LinkButton } from "./Home";
import { JointChanges } from "./JointChanges";
import { reread } from "./listingReads";

type Own = Schema["ListingOwn"];
type Way = "submit" | "take-back" | "pause" | "resume";

/** One listing: where it stands and why, what to do next, what the store says, what happened. */
export function ListingSide({
  id,
  onClose,
  onDescribe,
}: {
  id: string | undefined;
  onClose: () => void;
  onDescribe: (id: string) => void;
}) {
  const { t } = useLingui();
  const query = api.useQuery(
    "get",
    "/api/portal/listings/{listing_id}",
    { params: { path: { listing_id: id ?? "" } } },
    { enabled: id !== undefined },
  );
  return (
    <Side opened={id !== undefined} onClose={onClose} size={620} title={query.data?.name ?? t`Listing`}>
      {id === undefined ? null : (
        <Loaded query={query} height={420}>
          {(listing) => (
            <Inside key={listing.id} listing={listing} onDescribe={() => onDescribe(listing.id)} />
          )}
        </Loaded>
      )}
    </Side>
  );
}

function Inside({ listing, onDescribe }: { listing: Own; onDescribe: () => void }) {
  const { t } = useLingui();
  const [pausing, setPausing] = useState<string>();
  const go = async (way: Way) => {
    const { error } = await http.POST(`/api/portal/listings/{listing_id}/${way}`, {
      params: { path: { listing_id: listing.id } },
    });
    await reread();
    if (error) throw error;
  };
  const step = useAction(go);
  const mends = ["draft", "action_required", "withdrawn"].includes(listing.status);
  return (
    <>
      <Group gap={10} mb={14}>
        <ListingPill status={listing.status} />
        <span style={{ color: "var(--ink-3)" }}>{listing.reference}</span>
      </Group>
      <ProblemAlert error={step.error} />
      <Standing
        listing={listing}
        pending={step.pending}
        onStep={step.run}
        onPause={() => setPausing(listing.id)}
        onDescribe={onDescribe}
      />
      {mends ? (
        <Part title={<Trans>To be on sale it needs</Trans>}>
          <Checklist listing={listing} />
        </Part>
      ) : null}
      <Part title={<Trans>What the store says</Trans>}>
        <Preview listing={listing} />
      </Part>
      <Part title={<Trans>Who sees it</Trans>}>
        <Audience listing={listing} />
      </Part>
      {listing.bundle ? (
        <Part title={<Trans>What it is made of</Trans>}>
          <Bundle bundle={listing.bundle} />
          <LinkButton to="/portal/offers">
            <Trans>Combined offers</Trans>
          </LinkButton>
        </Part>
      ) : null}
      {listing.joint ? (
        <Part title={<Trans>Joint offer</Trans>}>
          <Joint offer={listing.joint} />
          <JointChanges listingId={listing.id} />
          <LinkButton to="/portal/joint-offers">
            <Trans>Joint offers</Trans>
          </LinkButton>
        </Part>
      ) : null}
      {listing.steps.length > 0 ? (
        <Part title={<Trans>What happened</Trans>}>
          <Steps steps={listing.steps} />
        </Part>
      ) : null}
      <Confirm
        about={pausing}
        title={t`Pause the sale of ${listing.name}?`}
        action={<Trans>Pause the sale</Trans>}
        run={() => go("pause")}
        onClose={() => setPausing(undefined)}
      >
        <p>
          <Trans>Nobody can order it until you put it back. Orders already placed are not touched.</Trans>
        </p>
      </Confirm>
    </>
  );
}

/** What the state means, and the one step that comes next. */
function Standing({
  listing,
  pending,
  onStep,
  onPause,
  onDescribe,
}: {
  listing: Own;
  pending: boolean;
  onStep: (way: Way) => void;
  onPause: () => void;
  onDescribe: () => void;
}) {
  const { t } = useLingui();
  const f = useFormat();
  const unchecked = listing.missing.includes("organisation");
  const whole = listing.missing.every(ofPartner);
  const fileLacks = listing.missing.some(keepsOut);
  const button = (way: Way, label: ReactNode, quiet = false) => (
    <Can scope="portal:listing:write">
      <Button
        size="sm"
        loading={pending}
        onClick={() => onStep(way)}
        {...(quiet ? { variant: "default" } : {})}
      >
        {label}
      </Button>
    </Can>
  );
  const describe = (
    <Can scope="portal:listing:write">
      <Button size="sm" variant={whole ? "default" : "filled"} onClick={onDescribe}>
        <Trans>Describe</Trans>
      </Button>
    </Can>
  );
  const submit = (
    <Ways>
      {whole ? button("submit", <Trans>Submit for review</Trans>) : null}
      {describe}
    </Ways>
  );
  switch (listing.status) {
    case "draft":
      return (
        <Notice title={whole ? t`Ready to be submitted` : t`A draft that only you see`} action={submit}>
          {whole
            ? t`We read it, and put it on sale or tell you what to change.`
            : t`Complete what is missing, then submit it for review.`}
        </Notice>
      );
    case "submitted":
      return (
        <Notice title={t`We are reading it`} action={button("take-back", <Trans>Take it back</Trans>, true)}>
          {unchecked
            ? t`It can be on sale once the identity of your organisation is checked, too.`
            : fileLacks
              ? t`It can be on sale once your file is complete, too.`
              : t`You get a letter as soon as it is decided.`}
        </Notice>
      );
    case "action_required":
      return (
        <Notice tone="warn" title={t`Something has to be changed before it is on sale`} action={submit}>
          <Reason>{listing.reason ?? ""}</Reason>
        </Notice>
      );
    case "published":
      if (fileLacks)
        return (
          <Notice
            tone="warn"
            title={t`Accepted, but not in the store`}
            action={
              <LinkButton to="/portal/file">
                <Trans>Your file</Trans>
              </LinkButton>
            }
          >
            {listing.missing.includes("restriction")
              ? t`A restriction is in force: its reasons stand in your file.`
              : t`Your file is not complete. The listing comes back by itself once it is.`}
          </Notice>
        );
      return (
        <Notice
          tone="good"
          title={t`On sale`}
          action={
            <Ways>
              <Button size="sm" component="a" href={`/${f.locale}/listings/${listing.slug}`}>
                <Trans>See it in the store</Trans>
              </Button>
              <Can scope="portal:listing:write">
                <Button size="sm" variant="default" onClick={onPause}>
                  <Trans>Pause the sale</Trans>
                </Button>
              </Can>
            </Ways>
          }
        >
          {listing.changed_since_review ? t`Your latest changes are live. We still read them.` : null}
        </Notice>
      );
    case "paused":
      return listing.changed_since_review ? (
        <Notice title={t`You have paused the sale`} action={submit}>
          <Trans>It was changed since we read it: submit it to put it back on sale.</Trans>
        </Notice>
      ) : (
        <Notice
          title={t`You have paused the sale`}
          action={button("resume", <Trans>Put it back on sale</Trans>)}
        >
          <Trans>Nobody can order it. It is on sale again as soon as you want.</Trans>
        </Notice>
      );
    case "withdrawn":
      return (
        <Notice tone="bad" title={t`We have withdrawn it from sale`} action={submit}>
          <Reason>{listing.reason ?? ""}</Reason>
          <br />
          <Trans>
            Change it and submit it again. If you do not agree, write to us: another person reads it.
          </Trans>
        </Notice>
      );
    case "imported":
      return (
        <Notice title={t`Sold elsewhere`}>
          <Trans>It came with a file of sales. It has no price here and cannot be bought here.</Trans>
        </Notice>
      );
  }
}
