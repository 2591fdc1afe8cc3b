import { createFileRoute } from "@tanstack/react-router";
import { Webhooks } from "../../portal/Webhooks";
import { DELIVERY_STATES, KINDS, type WebhookSearch } from "../../portal/webhookWords";
import { oneOf, str, uuid } from "../../ui/search";

export const Route = createFileRoute("/portal/webhooks")({
  validateSearch: (search: Record<string, unknown>): WebhookSearch => ({
    webhook: uuid(search.webhook),
    to: uuid(search.to),
    state: oneOf(search.state, DELIVERY_STATES),
    kind: oneOf(search.kind, [...KINDS, "ping"] as const),
    delivery: uuid(search.delivery),
    after: str(search.after),
  }),
  component: Webhooks,
});
