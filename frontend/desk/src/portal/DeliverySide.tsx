import { Trans, useLingui } from "@lingui/react/macro";
import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { api, http, type Schema } from "../api/client";
import { useAction } from "../desk/form";
import { Loaded } from "../desk/Loaded";
import { Moment } from "../desk/Moment";
import { Facts } from "../desk/Page";
import { useSession } from "../desk/session";
import { Side } from "../desk/Windows";
import { IconRefresh } from "../ui/icons";
import { Code } from "./Code";
import { ProblemAlert } from "./refusals";
import css from "./Webhooks.module.css";
import { DeliveryPill, rereadWebhooks, useWebhookWords } from "./webhookWords";

type Detail = Schema["DeliveryDetail"];

/** One delivery: what was sent, each attempt with its answer, and sending it again. */
export function DeliverySide({ id, onClose }: { id: string | undefined; onClose: () => void }) {
  return (
    <Side opened={id !== undefined} onClose={onClose} size={600} title={<Trans>Delivery</Trans>}>
      {id ? <Inside id={id} /> : null}
    </Side>
  );
}

function Inside({ id }: { id: string }) {
  const query = useQuery({
    ...api.queryOptions("get", "/api/portal/webhook-deliveries/{delivery_id}", {
      params: { path: { delivery_id: id } },
    }),
    refetchInterval: ({ state: { data } }) => (data?.delivery.state === "pending" ? 1000 : false),
  });
  return (
    <Loaded query={query} height={420}>
      {(detail) => <Shown detail={detail} />}
    </Loaded>
  );
}

function Shown({ detail }: { detail: Detail }) {
  const { t } = useLingui();
  const { can } = useSession();
  const { kinds } = useWebhookWords();
  const { delivery, headers, body } = detail;
  const again = useAction(async () => {
    const { error } = await http.POST("/api/portal/webhook-deliveries/{delivery_id}/replay", {
      params: { path: { delivery_id: delivery.id } },
    });
    if (error) throw error;
    await rereadWebhooks();
  });
  const words = kinds[delivery.kind as keyof typeof kinds] ?? delivery.kind;
  return (
    <div className={css.side}>
      <div role="status">
        <DeliveryPill state={delivery.state} />
      </div>
      <Facts
        items={[
          [t`Event`, words],
          [t`Kind`, <code key="kind">{delivery.kind}</code>],
          [t`Sent to`, <code key="url">{delivery.url}</code>],
          [t`Happened`, <Moment key="at" at={delivery.created_at} happened />],
          ...(delivery.next_attempt_at && delivery.state === "failed"
            ? ([[t`Next attempt`, <Moment key="next" at={delivery.next_attempt_at} />]] as [
                string,
                React.ReactNode,
              ][])
            : []),
        ]}
      />
      {can("portal:webhook:write") ? (
        <div>
          <ProblemAlert error={again.error} />
          <Button
            variant="default"
            leftSection={<IconRefresh size={16} />}
            onClick={() => again.run()}
            loading={again.pending}
            disabled={delivery.state === "pending"}
          >
            <Trans>Send again</Trans>
          </Button>
        </div>
      ) : null}
      <Attempts detail={detail} />
      <section>
        <h3>
          <Trans>What is sent</Trans>
        </h3>
        <Code label={t`Request`} text={[...linesOf(headers), "", pretty(body)].join("\n")} />
      </section>
    </div>
  );
}

function Attempts({ detail: { attempts } }: { detail: Detail }) {
  const { t } = useLingui();
  const { answerOf } = useWebhookWords();
  if (attempts.length === 0) return null;
  return (
    <section>
      <h3>
        <Trans>Attempts</Trans>
      </h3>
      {[...attempts].reverse().map((attempt, index) => (
        <div key={attempt.at} className={css.attempt}>
          <p>
            <b>{answerOf(attempt)}</b> · <Moment at={attempt.at} /> · {attempt.duration_ms} ms
            {attempt.address ? ` · ${attempt.address}` : ""}
          </p>
          {attempt.answer ? (
            <Code label={t`Answer to attempt ${attempts.length - index}`} text={attempt.answer} />
          ) : null}
        </div>
      ))}
    </section>
  );
}

const linesOf = (headers: Record<string, string>) =>
  Object.entries(headers).map(([name, value]) => `${name}: ${value}`);

/** Indented for the eye; what goes over the wire has no spaces. */
function pretty(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    return body;
  }
}
