import { Trans, useLingui } from "@lingui/react/macro";
import type { ReactNode } from "react";
import { api } from "../api/client";
import { useKindWords } from "../desk/kinds";
import { Loaded } from "../desk/Loaded";
import { Moment } from "../desk/Moment";
import { Notice } from "../desk/Notice";
import { Facts, Page, Panel } from "../desk/Page";
import { useSession } from "../desk/session";
import { Timeline } from "../desk/Timeline";
import { useFormat } from "../i18n/format";
import { IconCheck, IconClock } from "../ui/icons";
import { Pill } from "../ui/Pill";
import { LinkButton } from "./Home";
import { useWords } from "./words";

export function Company() {
  const organisation = api.useQuery("get", "/api/portal/organisation");
  const words = useWords();
  const kinds = useKindWords();
  const { t } = useLingui();
  const f = useFormat();
  const none = t`Not given`;
  return (
    <Page
      narrow
      title={<Trans>Company</Trans>}
      about={
        <Trans>
          As it stands on your statements and on your invoices. Write to us when something has changed.
        </Trans>
      }
    >
      <Loaded query={organisation} height={320}>
        {(data) => (
          <>
            <Panel
              title={data.name}
              aside={
                data.verification === "verified" ? (
                  <Pill tone="good" icon={<IconCheck aria-hidden />}>
                    <Trans>Verified</Trans>
                  </Pill>
                ) : (
                  <Pill tone="warn" icon={<IconClock aria-hidden />}>
                    <Trans>Being checked</Trans>
                  </Pill>
                )
              }
            >
              <Facts
                items={[
                  [t`Reference`, data.reference],
                  [t`Country`, f.country(data.country)],
                  [t`Size`, words.segment(data.segment)],
                  ...(data.segment_confirmed_at
                    ? []
                    : [
                        [
                          t`Segment`,
                          <span key="segment">
                            <Pill tone="warn">
                              <Trans>To be confirmed</Trans>
                            </Pill>{" "}
                            <Trans>
                              Offers for some customers only are shown to you once we have checked your size.
                            </Trans>
                          </span>,
                        ] as [string, ReactNode],
                      ]),
                  [t`Works as`, data.roles.map(words.role).join(", ")],
                  ...(data.kinds.length
                    ? [[t`Kind of business`, data.kinds.map(kinds.kind).join(", ")] as [string, string]]
                    : []),
                  ...(data.country === "FR"
                    ? ([
                        [t`SIREN`, data.siren ?? none],
                        [t`SIRET`, data.siret ?? none],
                      ] as [string, string][])
                    : []),
                  [t`VAT number`, data.vat_number ?? none],
                  [t`VAT`, words.regime(data.vat_regime)],
                  [t`Address for letters`, data.email ?? none],
                  [t`Language of documents`, data.language === "fr" ? t`French` : t`English`],
                  [t`With us since`, <Moment key="since" at={data.created_at} day />],
                ]}
              />
            </Panel>
            <Checks verified={data.verification === "verified"} createdAt={data.created_at} />
          </>
        )}
      </Loaded>
    </Page>
  );
}

/** Before a partner is paid: its organisation is checked by us, its account by Stripe. */
function Checks({ verified, createdAt }: { verified: boolean; createdAt: string }) {
  const { can } = useSession();
  const home = api.useQuery("get", "/api/portal/home");
  const account = home.data?.account;
  const { t } = useLingui();
  if (!can("portal:account:read")) return null;
  const ready = account?.payable ?? false;
  return (
    <Panel title={<Trans>What it takes to be paid</Trans>}>
      {verified && ready ? (
        <Notice tone="good" title={<Trans>Everything is in order</Trans>}>
          <Trans>Your statements are paid as soon as the refund period of their sales is over.</Trans>
        </Notice>
      ) : null}
      <Timeline
        steps={[
          { key: "created", label: t`Organisation registered`, at: createdAt, state: "done" },
          {
            key: "checked",
            label: t`Organisation checked by Iroise Cloud`,
            note: verified ? undefined : t`We look at the registers. Nothing is needed from you.`,
            state: verified ? "done" : "now",
          },
          {
            key: "bank",
            label: t`Identity and bank account checked by Stripe`,
            note: ready ? undefined : (
              <LinkButton to="/portal/bank">
                {account?.exists ? <Trans>Continue</Trans> : <Trans>Add a bank account</Trans>}
              </LinkButton>
            ),
            state: ready ? "done" : account?.exists ? "now" : "later",
          },
        ]}
      />
    </Panel>
  );
}
