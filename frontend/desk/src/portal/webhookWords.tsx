import { useLingui } from "@lingui/react/macro";
import { queryClient, type Schema } from "../api/client";
import { IconCheck, IconClock, IconX } from "../ui/icons";
import { Pill } from "../ui/Pill";

export type Endpoint = Schema["Endpoint"];
export type Delivery = Schema["Delivery"];
export type Kind = Endpoint["kinds"][number];

export const KINDS = [
  "listing.published",
  "listing.withdrawn",
  "order.paid",
  "order.refunded",
  "statement.closed",
  "payout.sent",
  "payout.paid",
  "payout.failed",
  "deal.approved",
  "deal.rejected",
  "deal.expired",
  "lead.offered",
] as const satisfies readonly Kind[];
export const DELIVERY_STATES = ["pending", "failed", "delivered", "given_up"] as const;

export interface WebhookSearch {
  /** The one that is open beside the page. */
  webhook?: string | undefined;
  /** Only deliveries to it. */
  to?: string | undefined;
  state?: (typeof DELIVERY_STATES)[number] | undefined;
  kind?: Kind | "ping" | undefined;
  delivery?: string | undefined;
  after?: string | undefined;
}

export const rereadWebhooks = () =>
  Promise.all(
    [
      "/api/portal/webhooks",
      "/api/portal/webhook-deliveries",
      "/api/portal/webhook-deliveries/{delivery_id}",
    ].map((path) => queryClient.invalidateQueries({ queryKey: ["get", path] })),
  );

/** What the words of the API are called by people. */
export function useWebhookWords() {
  const { t } = useLingui();
  const kinds: Record<Kind | "ping", string> = {
    "listing.published": t`A listing is on sale`,
    "listing.withdrawn": t`A listing is no longer on sale`,
    "order.paid": t`An order was paid`,
    "order.refunded": t`An order was refunded`,
    "statement.closed": t`A month was closed: your statement is there`,
    "payout.sent": t`A payout was handed to the bank`,
    "payout.paid": t`A payout has reached your bank`,
    "payout.failed": t`A payout was refused`,
    "deal.approved": t`A deal was approved`,
    "deal.rejected": t`A deal was not approved`,
    "deal.expired": t`The protection of a deal has ended`,
    "lead.offered": t`A lead is offered to you`,
    ping: t`Test event`,
  };
  const troubles: Record<NonNullable<Delivery["last_problem"]>, string> = {
    time_out: t`No answer within ten seconds`,
    unknown_host: t`The name of the server is not known`,
    address_refused: t`The name leads to an address that is not public`,
    no_connection: t`No connection to the server`,
    bad_answer: t`The answer was not HTTP`,
    secret_unreadable: t`The secret cannot be read any more: make a new one`,
  };
  const states: Record<Delivery["state"], string> = {
    pending: t`Waits`,
    failed: t`To be tried again`,
    delivered: t`Delivered`,
    given_up: t`Given up`,
  };
  const because: Record<NonNullable<Endpoint["disabled_because"]>, string> = {
    by_hand: t`Switched off by hand`,
    gone: t`Switched off: the server said that it is gone (410)`,
    kept_failing: t`Switched off: it took nothing for three days`,
  };
  const answerOf = ({ status, problem }: { status: number | null; problem: Delivery["last_problem"] }) =>
    problem ? troubles[problem] : status === null ? "–" : `HTTP ${status}`;
  return { kinds, states, because, answerOf };
}

export function DeliveryPill({ state }: { state: Delivery["state"] }) {
  const { states } = useWebhookWords();
  const [tone, Icon] = (
    {
      pending: ["accent", IconClock],
      failed: ["warn", IconClock],
      delivered: ["good", IconCheck],
      given_up: ["bad", IconX],
    } as const
  )[state];
  return (
    <Pill tone={tone} icon={<Icon size={14} />}>
      {states[state]}
    </Pill>
  );
}
