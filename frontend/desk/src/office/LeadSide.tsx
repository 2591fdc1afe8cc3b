import { Trans, useLingui } from "@lingui/react/macro";
import { Button, Textarea } from "@mantine/core";
import { useState } from "react";
import { api, http, type Schema } from "../api/client";
import { Amount } from "../desk/Amount";
import { Can } from "../desk/Can";
import { Confirm } from "../desk/Confirm";
import { REGIONS, useDealWords } from "../desk/deals";
import { useAction } from "../desk/form";
import { Part, Reason } from "../desk/Listing";
import { Loaded } from "../desk/Loaded";
import { Moment } from "../desk/Moment";
import { Notice } from "../desk/Notice";
import { Facts } from "../desk/Page";
import { ProblemAlert } from "../desk/problems";
import { Timeline } from "../desk/Timeline";
import { Side } from "../desk/Windows";
import { useFormat } from "../i18n/format";
import { Pill } from "../ui/Pill";
import css from "./DealReview.module.css";
import { LeadPill, Points, rereadLeads } from "./Leads";

type Read = Schema["LeadRead"];
type Suggestion = Schema["LeadSuggestion"];

/** One lead: what is known, who fits and why, whom it was offered to. */
export function LeadSide({ id, onClose }: { id: string | undefined; onClose: () => void }) {
  const { t } = useLingui();
  const query = api.useQuery(
    "get",
    "/api/office/leads/{lead_id}",
    { params: { path: { lead_id: id ?? "" } } },
    { enabled: id !== undefined },
  );
  return (
    <Side opened={id !== undefined} onClose={onClose} size={680} title={query.data?.lead.name ?? t`Lead`}>
      {id === undefined ? null : (
        <Loaded query={query} height={420}>
          {(read) => <Inside key={read.lead.id} read={read} />}
        </Loaded>
      )}
    </Side>
  );
}

function Inside({ read }: { read: Read }) {
  const { lead, offers, suggestions } = read;
  const { t } = useLingui();
  const [closing, setClosing] = useState<string>();
  const [reason, setReason] = useState("");
  const open = lead.state === "open" || lead.state === "offered";
  return (
    <>
      <p className={css.top}>
        <LeadPill lead={lead} />
        <span>{t`No. ${lead.number}`}</span>
      </p>
      {lead.state === "offered" && lead.respond_by ? (
        <Notice title={t`${lead.asked ?? ""} has to answer`}>
          <Trans>Until</Trans> <Moment at={lead.respond_by} />.{" "}
          {lead.follows_on ? (
            <Trans>Then the next in line is asked by itself.</Trans>
          ) : (
            <Trans>Then it waits for you.</Trans>
          )}
        </Notice>
      ) : null}
      {lead.state === "accepted" ? (
        <Notice tone="good" title={t`Accepted by ${lead.accepted ?? ""}`}>
          <Trans>It is a deal of theirs now; you see it once it is submitted.</Trans>
        </Notice>
      ) : null}
      {lead.state === "closed" ? (
        <Notice title={t`Closed`}>
          <Reason>{lead.reason}</Reason>
        </Notice>
      ) : null}
      <Part title={<Trans>What is known</Trans>}>
        <Known lead={lead} />
      </Part>
      {open ? (
        <Part title={<Trans>Who fits</Trans>}>
          <Who lead={lead} suggestions={suggestions} />
        </Part>
      ) : null}
      {offers.length > 0 ? (
        <Part title={<Trans>Whom it was offered to</Trans>}>
          <Offers offers={offers} />
        </Part>
      ) : null}
      {open ? (
        <Can scope="office:deal:write">
          <p>
            <Button size="sm" variant="subtle" color="danger" onClick={() => setClosing(lead.id)}>
              <Trans>Close the lead</Trans>
            </Button>
          </p>
        </Can>
      ) : null}
      <Confirm
        about={closing}
        title={t`Close this lead?`}
        action={<Trans>Close the lead</Trans>}
        danger
        onClose={() => setClosing(undefined)}
        run={async (lead_id) => {
          const { error } = await http.POST("/api/office/leads/{lead_id}/close", {
            params: { path: { lead_id } },
            body: { reason },
          });
          if (error) throw error;
          await rereadLeads();
        }}
      >
        <p>
          <Trans>Nobody is asked any more, and it cannot be opened again.</Trans>
        </p>
        <Textarea
          label={t`Reason`}
          required
          autosize
          minRows={2}
          maxLength={1000}
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
        />
      </Confirm>
    </>
  );
}

function Known({ lead }: { lead: Read["lead"] }) {
  const { t } = useLingui();
  const f = useFormat();
  const words = useDealWords();
  const numbers = [lead.siren, lead.vat_number, lead.domain].filter(Boolean).join(" · ");
  const person = [lead.contact_name, lead.contact_email, lead.contact_phone].filter(Boolean).join(" · ");
  const place = [lead.region ? (REGIONS[lead.region] ?? lead.region) : "", f.country(lead.country)];
  return (
    <Facts
      items={[
        [t`Needs`, <Reason key="n">{lead.need}</Reason>],
        [t`Looks for`, words.kinds[lead.kind]],
        [t`Size`, words.segments[lead.segment]],
        [t`Where`, place.filter(Boolean).join(", ")],
        [t`Known by`, numbers || "–"],
        [t`Person to talk to`, person || "–"],
        [
          t`About a month`,
          lead.amount.amount_minor > 0 ? <Amount key="a" value={lead.amount} /> : t`Not known`,
        ],
      ]}
    />
  );
}

/** Ranked partners; each point has its reason, and the partner reads its own. */
function Who({ lead, suggestions }: { lead: Read["lead"]; suggestions: Suggestion[] }) {
  const { t } = useLingui();
  const why = useWhy();
  const offering = useAction(async (organisation_id: string) => {
    const { error } = await http.POST("/api/office/leads/{lead_id}/offer", {
      params: { path: { lead_id: lead.id } },
      body: { organisation_id },
    });
    await rereadLeads();
    if (error) throw error;
  });
  if (suggestions.length === 0) {
    return (
      <p className={css.none}>
        <Trans>No verified partner takes leads yet: they say so in their portal, under Leads.</Trans>
      </p>
    );
  }
  return (
    <>
      <ProblemAlert error={offering.error} />
      <ol className={css.met}>
        {suggestions.map((one) => (
          <li key={one.organisation_id}>
            <article className={css.one}>
              <p className={css.top}>
                <b>{one.name}</b>
                <Pill tone={one.score > 0 ? "accent" : "neutral"}>
                  <Points value={one.score} />
                </Pill>
                {one.was_asked ? <Pill>{t`Asked before`}</Pill> : null}
              </p>
              <p>
                {one.why
                  .map(({ why: name, points }) => `${why[name]} ${points > 0 ? "+" : "−"}${Math.abs(points)}`)
                  .join(" · ")}
              </p>
              {one.was_asked ? null : (
                <Can scope="office:deal:write">
                  <Button
                    size="compact-sm"
                    variant="default"
                    loading={offering.pending}
                    onClick={() => offering.run(one.organisation_id)}
                  >
                    <Trans>Offer it</Trans>
                    <span className="sr"> {one.name}</span>
                  </Button>
                </Can>
              )}
            </article>
          </li>
        ))}
      </ol>
    </>
  );
}

function useWhy(): Record<Schema["LeadPoints"]["why"], string> {
  const { t } = useLingui();
  return {
    segment: t`wants this size`,
    country: t`works in this country`,
    region: t`works in this region`,
    kind: t`wants such projects`,
    role: t`made for it`,
    level: t`its level`,
    load: t`open leads`,
  };
}

function Offers({ offers }: { offers: Schema["LeadOfferView"][] }) {
  const words = useDealWords();
  return (
    <Timeline
      steps={offers.map((one) => ({
        key: one.offered_at + one.organisation_id,
        label: one.organisation,
        note: (
          <>
            {words.offers[one.state]}
            {one.reason ? (
              <>
                <br />
                <Reason>{one.reason}</Reason>
              </>
            ) : null}
          </>
        ),
        at: one.answered_at ?? one.offered_at,
        state: one.state === "offered" ? "now" : one.state === "accepted" ? "done" : "bad",
      }))}
    />
  );
}
