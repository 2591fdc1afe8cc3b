"""The operator's side of webhooks: an address that remembers, and subscriptions to it."""

import json
from typing import Any

import stripe

from backend import stripe_sandbox

SNAPSHOTS = [
    "transfer.created",
    "payout.created",
    "payout.updated",
    "payout.paid",
    "payout.failed",
    "payout.canceled",
    "payment_intent.succeeded",
    "topup.succeeded",
]
THIN = [
    "v2.core.account.created",
    "v2.core.account[requirements].updated",
    "v2.core.account[configuration.recipient].capability_status_updated",
]


class Hook:
    """The operator's webhook address: an ASGI app that remembers."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, bytes, str]] = []
        self.status = 200

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        body = b""
        while True:
            message = await receive()
            body += message.get("body", b"")
            if not message.get("more_body"):
                break
        headers = {name.decode(): value.decode() for name, value in scope["headers"]}
        self.heard.append((scope["path"], body, headers["stripe-signature"]))
        await send({"type": "http.response.start", "status": self.status, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    def types(self) -> list[str]:
        return [json.loads(body)["type"] for _, body, _ in self.heard]


async def destination(
    client: stripe.StripeClient, scope: str, *, thin: bool = False, events: list[str] | None = None
) -> str:
    """Subscribed; answers the signing secret."""
    made = await client.v2.core.event_destinations.create_async(
        {
            "name": f"hook {scope} {thin}",
            "type": "webhook_endpoint",
            "event_payload": "thin" if thin else "snapshot",
            "enabled_events": events or (THIN if thin else SNAPSHOTS),
            "events_from": [scope],
            "webhook_endpoint": {"url": f"http://operator.test/{scope}"},
            "include": ["webhook_endpoint.signing_secret", "webhook_endpoint.url"],
        }
    )
    assert made.webhook_endpoint and made.webhook_endpoint.signing_secret
    return made.webhook_endpoint.signing_secret


async def many(client: stripe.StripeClient, number: int = 10) -> None:
    for amount in range(1, number + 1):
        await stripe_sandbox.fund(amount, "eur")


def amounts(hook: Hook) -> list[int]:
    return [json.loads(body)["data"]["object"]["amount"] for _, body, _ in hook.heard]
