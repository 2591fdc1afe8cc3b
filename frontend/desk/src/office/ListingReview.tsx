import { Trans, useLingui } from "@lingui/react/macro";
import { Button, Textarea } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { api, http, queryClient, type Schema } from "../api/client";
import { isProblem, splitProblem } from "../api/problem";
import { Bundle } from "../desk/Bundle";
import { useAction } from "../desk/form";
import { Joint } from "../desk/Joint";
import { Changes, Checklist, ListingPill, Part, Preview, Reason, Steps } from "../desk/Listing";
import { Loaded } from "../desk/Loaded";
import { keepsOut } from "../desk/listing";
import { Notice } from "../desk/Notice";
import { ProblemAlert } from "../desk/problems";
import { useSession } from "../desk/session";
import { Side } from "../desk/Windows";
import { useFormat } from "../i18n/format";
import { BundleEarnings } from "./BundleEarnings";
import css from "./office.module.css";
import { WaitingChanges } from "./WaitingChanges";

type Listing = Schema["ListingUnderReview"];
type Verb = "approve" | "ask-change" | "withdraw";

/** One listing to be read, beside the list: what it says, what it lacks, what was decided, why. */
export function ListingReview({ id, onClose }: { id: string | undefined; onClose: () => void }) {
  const { t } = useLingui();
  const query = api.useQuery(
    "get",
    "/api/office/listings/{listing_id}",
    { params: { path: { listing_id: id ?? "" } } },
    { enabled: id !== undefined },
  );
  return (
    <Side opened={id !== undefined} onClose={onClose} size={680} title={query.data?.name ?? t`Listing`}>
      {id === undefined ? null : (
        <Loaded query={query} height={480}>
          {(listing) => <Inside key={listing.id} listing={listing} />}
        </Loaded>
      )}
    </Side>
  );
}

function Inside({ listing }: { listing: Listing }) {
  const f = useFormat();
  const { can } = useSession();
  return (
    <>
      <p style={{ display: "flex", flexWrap: "wrap", gap: 10, margin: "0 0 14px" }}>
        <ListingPill status={listing.status} />
        <Link
          className={css.link}
          to="/office/partners/$organisationId"
          params={{ organisationId: listing.organisation_id }}
        >
          {listing.organisation_name}
        </Link>
        {listing.status === "published" ? (
          <a href={`/${f.locale}/listings/${listing.slug}`}>
            <Trans>See it in the store</Trans>
          </a>
        ) : null}
      </p>
      {listing.reason ? (
        <Notice tone="warn" title={<Trans>The partner was told</Trans>}>
          <Reason>{listing.reason}</Reason>
        </Notice>
      ) : null}
      {listing.changes.length > 0 ? (
        <Part title={<Trans>Changed since it was read</Trans>}>
          <Changes changes={listing.changes} />
        </Part>
      ) : null}
      <Part title={<Trans>As the store shows it</Trans>}>
        <Preview listing={listing} />
      </Part>
      {listing.bundle ? (
        <Part title={<Trans>What it is made of</Trans>}>
          <Bundle bundle={listing.bundle} />
          <BundleEarnings listingId={listing.id} />
        </Part>
      ) : null}
      {listing.joint ? (
        <Part title={<Trans>Joint offer</Trans>}>
          <Joint offer={listing.joint} />
          <WaitingChanges listingId={listing.id} />
        </Part>
      ) : null}
      {listing.status === "imported" ? null : (
        <Part title={<Trans>To be on sale it needs</Trans>}>
          <Checklist listing={listing} />
        </Part>
      )}
      {can("office:listing:write") ? <Decision listing={listing} /> : null}
      {listing.steps.length > 0 ? (
        <Part title={<Trans>What happened</Trans>}>
          <Steps steps={listing.steps} />
        </Part>
      ) : null}
    </>
  );
}

const forget = () =>
  Promise.all(
    [
      "/api/office/listings",
      "/api/office/listings/{listing_id}",
      "/api/office/listing-counts",
      "/api/office/overview",
    ].map((path) => queryClient.invalidateQueries({ queryKey: ["get", path] })),
  );

/** What can be decided as it stands; each with its reason, which the partner reads. */
function Decision({ listing }: { listing: Listing }) {
  const { t } = useLingui();
  const [reason, setReason] = useState("");
  const decide = useAction(async (verb: Verb) => {
    const params = { path: { listing_id: listing.id } };
    const { error } =
      verb === "approve"
        ? await http.POST("/api/office/listings/{listing_id}/approve", {
            params,
            body: { reason, revision: listing.revision },
          })
        : await http.POST(`/api/office/listings/{listing_id}/${verb}`, { params, body: { reason } });
    await forget();
    if (error) throw error;
    setReason("");
  });
  const changed = listing.status === "published" && listing.changed_since_review;
  const unchecked = listing.missing.includes("organisation");
  const verbs: Record<Verb, [shown: boolean, label: string]> = {
    approve: [
      listing.status === "submitted" || changed,
      changed ? t`The changes are in order` : t`Approve: put it on sale`,
    ],
    "ask-change": [listing.status === "submitted", t`Ask for a change`],
    withdraw: [listing.status === "published" || listing.status === "paused", t`Withdraw from sale`],
  };
  const shown = (Object.keys(verbs) as Verb[]).filter((verb) => verbs[verb][0]);
  if (shown.length === 0) return null;
  const refused = isProblem(decide.error) ? splitProblem(decide.error, ["reason"]) : undefined;
  return (
    <Part title={<Trans>Your decision</Trans>}>
      {unchecked && listing.status === "submitted" ? (
        <Notice
          tone="warn"
          title={t`Nobody has checked this partner yet`}
          action={
            <Link
              className={css.link}
              to="/office/partners/$organisationId"
              params={{ organisationId: listing.organisation_id }}
            >
              <Trans>Check the partner</Trans>
            </Link>
          }
        >
          <Trans>The listing can be approved once its partner is verified.</Trans>
        </Notice>
      ) : null}
      {listing.missing.some(keepsOut) && !unchecked ? (
        <Notice
          tone="warn"
          title={
            listing.status === "published"
              ? t`It is not in the store: the partner’s file keeps it out`
              : t`The partner’s file keeps it from being approved`
          }
          action={
            <Link
              className={css.link}
              to="/office/files/$organisationId"
              params={{ organisationId: listing.organisation_id }}
            >
              <Trans>Look at its file</Trans>
            </Link>
          }
        >
          {listing.missing.includes("restriction")
            ? t`A restriction is in force.`
            : t`Something in it is missing, refused or expired.`}
        </Notice>
      ) : null}
      <ProblemAlert error={decide.error} rest={refused?.rest ?? []} />
      <div className={css.form}>
        <Textarea
          label={t`The reason`}
          description={
            changed
              ? t`Kept with the listing; the partner reads it there.`
              : t`The partner reads it on the page of its listing and in a letter.`
          }
          required
          autosize
          minRows={3}
          maxRows={10}
          maxLength={2000}
          value={reason}
          error={refused?.fields.reason}
          onChange={(event) => setReason(event.currentTarget.value)}
        />
        <div className={css.formEnd}>
          {shown.map((verb) => (
            <Button
              key={verb}
              loading={decide.pending}
              disabled={!reason.trim() || (verb === "approve" && unchecked)}
              onClick={() => decide.run(verb)}
              {...(verb === "withdraw" ? { color: "danger" } : {})}
              {...(verb === "ask-change" ? { variant: "default" } : {})}
            >
              {verbs[verb][1]}
            </Button>
          ))}
        </div>
      </div>
    </Part>
  );
}
