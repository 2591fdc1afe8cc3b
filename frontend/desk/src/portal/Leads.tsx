import { Trans, useLingui } from "@lingui/react/macro";
import { Button, Textarea } from "@mantine/core";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useState } from "react";
import { api, http, type Schema } from "../api/client";
import { Amount } from "../desk/Amount";
import { Can } from "../desk/Can";
import { Confirm } from "../desk/Confirm";
import { REGIONS, useDealWords } from "../desk/deals";
import { Empty } from "../desk/Empty";
import { useAction } from "../desk/form";
import { Reason } from "../desk/Listing";
import { Loaded } from "../desk/Loaded";
import { Notice } from "../desk/Notice";
import { Facts, Page, Panel } from "../desk/Page";
import { ProblemAlert } from "../desk/problems";
import { Side } from "../desk/Windows";
import { useFormat } from "../i18n/format";
import { IconSettings } from "../ui/icons";
import { Pill, type Tone } from "../ui/Pill";
import { rereadDeals } from "./deals";
import { LeadProfile } from "./LeadProfile";
import css from "./Leads.module.css";
import { TimeLeft } from "./TimeLeft";

const route = getRouteApi("/portal/leads");
type Lead = Schema["LeadForMe"];

const TONES: Record<Lead["state"], Tone> = {
  offered: "warn",
  accepted: "good",
  declined: "neutral",
  expired: "bad",
  taken_back: "neutral",
};

/** What the operator offers to the organisation, with the time left to answer. */
export function Leads() {
  const { profile: open } = route.useSearch();
  const navigate = route.useNavigate();
  const { t } = useLingui();
  const query = api.useQuery("get", "/api/portal/leads");
  const show = (profile: boolean) =>
    navigate({ search: profile ? { profile: true } : {}, resetScroll: false });
  const profileButton = (
    <Can scope="portal:deal:write">
      <Button size="sm" variant="default" leftSection={<IconSettings size={16} />} onClick={() => show(true)}>
        <Trans>What you look for</Trans>
      </Button>
    </Can>
  );
  return (
    <Page
      title={<Trans>Leads</Trans>}
      about={
        <Trans>Customers that we pass on to you. Accept or decline each in time; then it goes on.</Trans>
      }
      actions={profileButton}
    >
      <Loaded query={query} height={320}>
        {({ items, profile }) => (
          <>
            {profile === null || !profile.takes_leads ? (
              <Notice title={t`You get no leads yet`} action={profileButton}>
                <Trans>Say which customers, places and projects you look for: we route leads by it.</Trans>
              </Notice>
            ) : null}
            {items.length === 0 ? (
              <Empty title={<Trans>No lead yet</Trans>}>
                <Trans>You get a letter when one is offered to you.</Trans>
              </Empty>
            ) : (
              <ul className={css.list}>
                {items.map((lead) => (
                  <li key={lead.id}>
                    <One lead={lead} />
                  </li>
                ))}
              </ul>
            )}
            <Side opened={open === true} onClose={() => show(false)} title={<Trans>What you look for</Trans>}>
              {open ? <LeadProfile profile={profile} onDone={() => show(false)} /> : null}
            </Side>
          </>
        )}
      </Loaded>
    </Page>
  );
}

function One({ lead }: { lead: Lead }) {
  const { t } = useLingui();
  const f = useFormat();
  const words = useDealWords();
  const [declining, setDeclining] = useState<string>();
  const [reason, setReason] = useState("");
  const navigate = route.useNavigate();
  const accepting = useAction(async () => {
    const { data, error } = await http.POST("/api/portal/leads/{offer_id}/accept", {
      params: { path: { offer_id: lead.id } },
    });
    await rereadDeals();
    if (error) throw error;
    await navigate({ to: "/portal/deals", search: { deal: data.deal_id } });
  });
  const place = lead.region ? (REGIONS[lead.region] ?? lead.region) : f.country(lead.country);
  return (
    <Panel
      title={lead.name ?? t`Lead no. ${lead.number}`}
      aside={<Pill tone={TONES[lead.state]}>{words.offers[lead.state]}</Pill>}
    >
      <ProblemAlert error={accepting.error} />
      <p className={css.need}>
        <Reason>{lead.need}</Reason>
      </p>
      <Facts
        items={[
          [t`Looks for`, words.kinds[lead.kind]],
          [t`Size`, words.segments[lead.segment]],
          [t`Where`, place],
          [
            t`About a month`,
            lead.amount.amount_minor > 0 ? <Amount key="a" value={lead.amount} /> : t`Not known`,
          ],
          ...contact(lead, t`Person to talk to`),
        ]}
      />
      {lead.state === "offered" ? (
        <div className={css.answer}>
          <TimeLeft until={lead.respond_by} />
          <Can scope="portal:deal:write">
            <Button size="sm" loading={accepting.pending} onClick={() => accepting.run()}>
              <Trans>Accept</Trans>
              <span className="sr"> {lead.name}</span>
            </Button>
            <Button size="sm" variant="default" onClick={() => setDeclining(lead.id)}>
              <Trans>Decline</Trans>
              <span className="sr"> {lead.name}</span>
            </Button>
          </Can>
        </div>
      ) : null}
      {lead.deal_id ? (
        <p className={css.answer}>
          <Link to="/portal/deals" search={{ deal: lead.deal_id }}>
            <Trans>Open the deal</Trans>
          </Link>
        </p>
      ) : null}
      {lead.reason ? <p className={css.reason}>{t`Your reason: ${lead.reason}`}</p> : null}
      <Confirm
        about={declining}
        title={t`Decline this lead?`}
        action={<Trans>Decline</Trans>}
        danger
        onClose={() => setDeclining(undefined)}
        run={async (offer_id) => {
          const { error } = await http.POST("/api/portal/leads/{offer_id}/decline", {
            params: { path: { offer_id } },
            body: { reason },
          });
          if (error) throw error;
          await rereadDeals();
        }}
      >
        <p>
          <Trans>It goes to another partner at once.</Trans>
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
    </Panel>
  );
}

function contact(lead: Lead, label: string): [string, React.ReactNode][] {
  if (lead.state !== "accepted") return [];
  const known = [lead.contact_name, lead.contact_email, lead.contact_phone].filter(Boolean).join(" · ");
  return [[label, known || "–"]];
}
