import { Trans, useLingui } from "@lingui/react/macro";
import { Button, Group } from "@mantine/core";
import { useState } from "react";
import { api, type Schema } from "../api/client";
import { Can } from "../desk/Can";
import { type Column, DataTable } from "../desk/DataTable";
import { Empty } from "../desk/Empty";
import { useAction } from "../desk/form";
import { Moment } from "../desk/Moment";
import { Notice } from "../desk/Notice";
import { Facts, Page, Panel } from "../desk/Page";
import { ProblemAlert } from "../desk/problems";
import { useSession } from "../desk/session";
import { Dialog } from "../desk/Windows";
import { useFormat } from "../i18n/format";
import { IconPlus } from "../ui/icons";
import { Pill } from "../ui/Pill";
import { InviteReseller, sendAgain, useBilled, type WaitingFor, WithdrawInvitation } from "./InviteReseller";
import { NameContact } from "./NameContact";
import css from "./Network.module.css";
import { NetworkEarnings, NetworkPrices, OwnPrice } from "./NetworkMoney";

type Reseller = Schema["LinkView"];

/** Who stands above the organisation, and everybody below it. */
export function Network() {
  const { t } = useLingui();
  const { can } = useSession();
  const network = api.useQuery("get", "/api/portal/network");
  const [inviting, setInviting] = useState(false);
  const [invited, setInvited] = useState<string>();
  const [naming, setNaming] = useState<Reseller>();
  const [leaving, setLeaving] = useState<WaitingFor>();
  const below = network.data?.resellers ?? [];
  const mayInvite = can("portal:network:write") && network.data?.may_invite === true;
  const open = (
    <Button size="sm" leftSection={<IconPlus size={16} />} onClick={() => setInviting(true)}>
      <Trans>Invite a reseller</Trans>
    </Button>
  );
  return (
    <Page
      title={<Trans>Network</Trans>}
      about={<Trans>Who sells through you, and through whom you sell.</Trans>}
      actions={mayInvite ? open : undefined}
    >
      {invited ? (
        <Notice tone="good" title={t`The invitation to ${invited} is on its way`}>
          <Trans>Its link holds for seven days.</Trans>
        </Notice>
      ) : null}
      {network.data?.place ? (
        <>
          <Place place={network.data.place} />
          <Can scope="portal:charge:read">
            <OwnPrice />
          </Can>
        </>
      ) : null}
      <DataTable
        caption={t`Resellers below your organisation`}
        columns={useColumns(
          can("portal:network:write")
            ? { name: setNaming, leave: setLeaving, invited: setInvited }
            : undefined,
        )}
        query={{ ...network, data: network.data ? { items: network.data.resellers } : undefined }}
        rowKey={(row) => row.organisation_id}
        pageSize={3}
        empty={
          <Empty title={<Trans>Nobody sells through you yet</Trans>} action={mayInvite ? open : undefined}>
            {mayInvite ? (
              <Trans>A reseller that you invite stands below you from that moment on.</Trans>
            ) : (
              <Trans>Only a wholesaler invites resellers: write to us to become one.</Trans>
            )}
          </Empty>
        }
      />
      {below.length > 0 ? (
        <Can scope="portal:charge:read">
          <NetworkEarnings />
          <NetworkPrices
            names={new Map(below.map((one) => [one.organisation_id, one.name]))}
            maySet={can("portal:network:write")}
          />
        </Can>
      ) : null}
      <Dialog opened={inviting} onClose={() => setInviting(false)} title={<Trans>Invite a reseller</Trans>}>
        <InviteReseller
          onDone={(email) => {
            setInviting(false);
            setInvited(email);
          }}
          onWithdraw={(one) => {
            setInviting(false);
            setLeaving(one);
          }}
        />
      </Dialog>
      <Dialog
        opened={naming !== undefined}
        onClose={() => setNaming(undefined)}
        title={t`Contact of ${naming?.name ?? ""}`}
      >
        {naming ? <NameContact reseller={naming} onDone={() => setNaming(undefined)} /> : null}
      </Dialog>
      <WithdrawInvitation about={leaving} onClose={() => setLeaving(undefined)} />
    </Page>
  );
}

function Place({ place }: { place: Schema["PlaceView"] }) {
  const { t } = useLingui();
  const billed = useBilled();
  return (
    <Panel title={<Trans>Your wholesaler</Trans>}>
      <Facts
        items={[
          [t`Name`, <b key="n">{place.parent_name}</b>],
          [t`Your invoices come from`, billed[place.billing]],
          [t`Since`, <Moment key="s" at={place.joined_at} day />],
          [
            t`Your contact there`,
            place.contact ? (
              <span key="c">
                {place.contact.name}, <a href={`mailto:${place.contact.email}`}>{place.contact.email}</a>
              </span>
            ) : (
              t`Nobody named yet`
            ),
          ],
        ]}
      />
    </Panel>
  );
}

interface Does {
  name: (row: Reseller) => void;
  leave: (one: WaitingFor) => void;
  invited: (email: string) => void;
}

function useColumns(does?: Does): Column<Reseller>[] {
  const billed = useBilled();
  return [
    {
      key: "name",
      label: <Trans>Reseller</Trans>,
      cell: (row) => (
        <span className={css.name} data-depth={row.depth}>
          <b>{row.name}</b>
        </span>
      ),
    },
    {
      key: "state",
      label: <Trans>State</Trans>,
      cell: (row) =>
        row.invitation ? (
          <Waiting row={row} {...(does ? { does } : {})} />
        ) : row.verification === "verified" ? (
          <Pill tone="good">
            <Trans>Verified</Trans>
          </Pill>
        ) : (
          <Pill tone="warn">
            <Trans>Being checked</Trans>
          </Pill>
        ),
    },
    { key: "billing", label: <Trans>Billed by</Trans>, cell: (row) => billed[row.billing] },
    {
      key: "since",
      label: <Trans>Since</Trans>,
      cell: (row) => <Moment at={row.joined_at} day />,
      faint: true,
    },
    {
      key: "contact",
      label: <Trans>Contact</Trans>,
      cell: (row) => (
        <>
          {row.contact ? row.contact.name : row.depth > 1 ? "–" : null}{" "}
          {does && row.depth === 1 ? (
            <Button size="compact-sm" variant="default" onClick={() => does.name(row)}>
              {row.contact ? <Trans>Change</Trans> : <Trans>Name one</Trans>}
              <span className="sr"> {row.name}</span>
            </Button>
          ) : null}
        </>
      ),
    },
  ];
}

/** An invitation that nobody has followed: since when, and what can be done about it. */
function Waiting({ row, does }: { row: Reseller; does?: Does }) {
  const { t } = useLingui();
  const { date } = useFormat();
  const again = useAction(async () => {
    await sendAgain(row.organisation_id);
    does?.invited(row.invitation?.email ?? "");
  });
  const waiting = row.invitation;
  if (!waiting) return null;
  const isOver = Date.parse(waiting.expires_at) < Date.now();
  const one = { id: row.organisation_id, name: row.name, email: waiting.email };
  return (
    <div className={css.waiting}>
      <Pill tone="warn">{t`Invited on ${date(waiting.invited_at)}`}</Pill>
      <small>
        {isOver
          ? t`${waiting.email}: the link was good until ${date(waiting.expires_at)}.`
          : t`${waiting.email}: the link is good until ${date(waiting.expires_at)}.`}
      </small>
      <ProblemAlert error={again.error} />
      {does ? (
        <Group gap={6}>
          <Button size="compact-sm" variant="default" loading={again.pending} onClick={() => again.run()}>
            <Trans>Send it again</Trans>
            <span className="sr"> {row.name}</span>
          </Button>
          <Button size="compact-sm" variant="default" onClick={() => does.leave(one)}>
            <Trans>Withdraw it</Trans>
            <span className="sr"> {row.name}</span>
          </Button>
        </Group>
      ) : null}
    </div>
  );
}
