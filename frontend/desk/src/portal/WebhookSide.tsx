import { Trans, useLingui } from "@lingui/react/macro";
import { Button, Group, NativeSelect } from "@mantine/core";
import { useState } from "react";
import { http } from "../api/client";
import { Confirm } from "../desk/Confirm";
import { useAction } from "../desk/form";
import { Moment } from "../desk/Moment";
import { Notice } from "../desk/Notice";
import { Facts } from "../desk/Page";
import { useSession } from "../desk/session";
import { Dialog, Side } from "../desk/Windows";
import { IconPlayerPlay } from "../ui/icons";
import { ProblemAlert } from "./refusals";
import { Secret, WebhookForm } from "./WebhookForm";
import css from "./Webhooks.module.css";
import { type Endpoint, rereadWebhooks, useWebhookWords } from "./webhookWords";

type Question = "delete" | "rotate" | "disable";
const DAY_MS = 86_400_000;

/** One webhook: what it hears, and everything that can be done with it. */
export function WebhookSide({
  endpoint,
  onClose,
  onDelivery,
}: {
  endpoint: Endpoint | undefined;
  onClose: () => void;
  onDelivery: (id: string) => void;
}) {
  return (
    <Side opened={endpoint !== undefined} onClose={onClose} size={560} title={<Trans>Webhook</Trans>}>
      {endpoint ? <Inside endpoint={endpoint} onClose={onClose} onDelivery={onDelivery} /> : null}
    </Side>
  );
}

function Inside({
  endpoint,
  onClose,
  onDelivery,
}: {
  endpoint: Endpoint;
  onClose: () => void;
  onDelivery: (id: string) => void;
}) {
  const { t } = useLingui();
  const { can } = useSession();
  const { kinds, because } = useWebhookWords();
  return (
    <div className={css.side}>
      {endpoint.disabled_because ? (
        <Notice tone="warn" title={because[endpoint.disabled_because]}>
          <Trans>What happens meanwhile is kept: switch it on, then have it sent again below.</Trans>
        </Notice>
      ) : null}
      <Facts
        items={[
          [t`Address`, <code key="url">{endpoint.url}</code>],
          ...(endpoint.description
            ? ([[t`What it is for`, endpoint.description]] as [string, string][])
            : []),
          [t`Events`, endpoint.kinds.map((kind) => <div key={kind}>{kinds[kind]}</div>)],
          [t`Created on`, <Moment key="made" at={endpoint.created_at} day />],
          ...(endpoint.old_secret_until && new Date(endpoint.old_secret_until) > new Date()
            ? ([[t`Old secret holds until`, <Moment key="old" at={endpoint.old_secret_until} />]] as [
                string,
                React.ReactNode,
              ][])
            : []),
        ]}
      />
      {can("portal:webhook:write") ? (
        <Actions endpoint={endpoint} onClose={onClose} onDelivery={onDelivery} />
      ) : null}
    </div>
  );
}

function Actions({
  endpoint,
  onClose,
  onDelivery,
}: {
  endpoint: Endpoint;
  onClose: () => void;
  onDelivery: (id: string) => void;
}) {
  const [asked, setAsked] = useState<Question>();
  const [changing, setChanging] = useState(false);
  const params = { path: { endpoint_id: endpoint.id } };
  const on = endpoint.state === "enabled";
  const test = useAction(async () => {
    const { data, error } = await http.POST("/api/portal/webhooks/{endpoint_id}/ping", { params });
    if (error) throw error;
    await rereadWebhooks();
    onDelivery(data.delivery_id);
  });
  const enable = useAction(async () => {
    const { error } = await http.POST("/api/portal/webhooks/{endpoint_id}/enable", { params });
    if (error) throw error;
    await rereadWebhooks();
  });
  return (
    <>
      <ProblemAlert error={test.error ?? enable.error} />
      <div className={css.buttons}>
        {on ? (
          <Button
            leftSection={<IconPlayerPlay size={16} />}
            onClick={() => test.run()}
            loading={test.pending}
          >
            <Trans>Send a test event</Trans>
          </Button>
        ) : (
          <Button onClick={() => enable.run()} loading={enable.pending}>
            <Trans>Switch on</Trans>
          </Button>
        )}
        <Button variant="default" onClick={() => setChanging(true)}>
          <Trans>Change</Trans>
        </Button>
        <Button variant="default" onClick={() => setAsked("rotate")}>
          <Trans>New secret</Trans>
        </Button>
        {on ? (
          <Button variant="default" onClick={() => setAsked("disable")}>
            <Trans>Switch off</Trans>
          </Button>
        ) : null}
        <Button variant="default" color="danger" onClick={() => setAsked("delete")}>
          <Trans>Delete</Trans>
        </Button>
      </div>
      {on ? <Replay endpoint={endpoint} /> : null}
      <Dialog
        opened={changing}
        onClose={() => setChanging(false)}
        title={<Trans>Change the webhook</Trans>}
        size="lg"
      >
        <WebhookForm endpoint={endpoint} onDone={() => setChanging(false)} />
      </Dialog>
      <Questions
        endpoint={endpoint}
        asked={asked}
        onAnswered={() => setAsked(undefined)}
        onDeleted={onClose}
      />
    </>
  );
}

/** All that it missed since then is sent again. */
function Replay({ endpoint }: { endpoint: Endpoint }) {
  const { t } = useLingui();
  const [days, setDays] = useState("1");
  const [sent, setSent] = useState<number>();
  const replay = useAction(async () => {
    const { data, error } = await http.POST("/api/portal/webhooks/{endpoint_id}/replay", {
      params: { path: { endpoint_id: endpoint.id } },
      body: { since: new Date(Date.now() - Number(days) * DAY_MS).toISOString() },
    });
    if (error) throw error;
    setSent(data.deliveries);
    await rereadWebhooks();
  });
  return (
    <section>
      <h3>
        <Trans>Send again what it missed</Trans>
      </h3>
      <ProblemAlert error={replay.error} />
      <Group align="flex-end" gap="sm">
        <NativeSelect
          label={t`Of the last`}
          value={days}
          onChange={(event) => setDays(event.currentTarget.value)}
          data={[
            { value: "1", label: t`24 hours` },
            { value: "7", label: t`7 days` },
            { value: "30", label: t`30 days` },
            { value: "365", label: t`One year` },
          ]}
        />
        <Button variant="default" onClick={() => replay.run()} loading={replay.pending}>
          <Trans>Send again</Trans>
        </Button>
      </Group>
      <p role="status">
        {sent === undefined ? null : sent === 0 ? t`Nothing was missed.` : t`On their way: ${sent}`}
      </p>
    </section>
  );
}

function Questions({
  endpoint,
  asked,
  onAnswered,
  onDeleted,
}: {
  endpoint: Endpoint;
  asked: Question | undefined;
  onAnswered: () => void;
  onDeleted: () => void;
}) {
  const { t } = useLingui();
  const [secret, setSecret] = useState<string>();
  const params = { path: { endpoint_id: endpoint.id } };
  const rotate = async () => {
    const { data, error } = await http.POST("/api/portal/webhooks/{endpoint_id}/secret", { params });
    if (error) throw error;
    setSecret(data.secret);
    await rereadWebhooks();
  };
  const disable = async () => {
    const { error } = await http.POST("/api/portal/webhooks/{endpoint_id}/disable", { params });
    if (error) throw error;
    await rereadWebhooks();
  };
  const remove = async () => {
    const { error } = await http.DELETE("/api/portal/webhooks/{endpoint_id}", { params });
    if (error) throw error;
    onDeleted();
    await rereadWebhooks();
  };
  const about = (which: Question) => (asked === which ? endpoint.id : undefined);
  return (
    <>
      <Confirm
        about={about("rotate")}
        title={t`Make a new secret?`}
        action={<Trans>Make a new secret</Trans>}
        run={rotate}
        onClose={onAnswered}
      >
        <p>
          <Trans>For 24 hours messages are signed with both, so that none is lost while you change it.</Trans>
        </p>
      </Confirm>
      <Confirm
        about={about("disable")}
        title={t`Switch the webhook off?`}
        action={<Trans>Switch off</Trans>}
        run={disable}
        onClose={onAnswered}
      >
        <p>
          <Trans>Nothing is sent to it until you switch it on. What it misses can be sent again.</Trans>
        </p>
      </Confirm>
      <Confirm
        danger
        about={about("delete")}
        title={t`Delete the webhook?`}
        action={<Trans>Delete</Trans>}
        run={remove}
        onClose={onAnswered}
      >
        <p>
          <Trans>Its secret is gone with it, and what waits is not sent any more.</Trans>
        </p>
      </Confirm>
      <Dialog
        opened={secret !== undefined}
        onClose={() => setSecret(undefined)}
        title={<Trans>Keep this secret</Trans>}
        size="lg"
        closeOnClickOutside={false}
      >
        {secret ? <Secret secret={secret} onDone={() => setSecret(undefined)} /> : null}
      </Dialog>
    </>
  );
}
