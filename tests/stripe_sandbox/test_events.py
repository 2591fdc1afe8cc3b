"""Events: what is told, to whom, signed how, and in which disorder."""

import json
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest
import pytest_asyncio
import stripe

from backend import stripe_sandbox
from tests.stripe_sandbox import given

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
Make = Callable[..., Awaitable[str]]


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


@pytest.fixture
def hook() -> Hook:
    return Hook()


@pytest_asyncio.fixture
async def send(hook: Hook) -> Any:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=hook)) as sender:
        yield sender


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


async def test_events_are_signed_so_that_the_library_takes_them(
    client: stripe.StripeClient, hook: Hook, send: httpx.AsyncClient
) -> None:
    secret = await destination(client, "@self")
    await stripe_sandbox.fund(100_00, "eur")
    await given.transfer(client, await given.verified(client), 1_00)
    assert await stripe_sandbox.deliver_due(send) == 2
    events = [client.construct_event(body, header, secret) for _, body, header in hook.heard]
    assert [event.type for event in events] == ["topup.succeeded", "transfer.created"]
    assert events[1].api_version == stripe.api_version
    assert not events[1].livemode
    assert await stripe_sandbox.deliver_due(send) == 0


async def test_thin_events_name_the_account_and_nothing_more(
    client: stripe.StripeClient, hook: Hook, send: httpx.AsyncClient
) -> None:
    secret = await destination(client, "@self", thin=True)
    partner = await given.verified(client)
    await stripe_sandbox.deliver_due(send)
    notices = [
        client.parse_event_notification(body, header, secret) for _, body, header in hook.heard
    ]
    assert notices[0].type == "v2.core.account.created"
    assert hook.types().count(THIN[2]) == 2, "one for each capability"
    assert {json.loads(body)["related_object"]["id"] for _, body, _ in hook.heard} == {partner}
    listed = await client.v2.core.events.list_async({"object_id": partner})
    assert {event.type for event in listed.data} >= set(THIN)
    found = await client.v2.core.events.retrieve_async(listed.data[0].id)
    assert found.type == listed.data[0].type


async def test_events_of_accounts_go_to_their_own_destination(
    client: stripe.StripeClient, hook: Hook, send: httpx.AsyncClient
) -> None:
    await destination(client, "@accounts")
    await stripe_sandbox.fund(100_00, "eur")
    partner = await given.verified(client)
    await given.transfer(client, partner, 1_00)
    await given.payout(client, partner, 1_00)
    await stripe_sandbox.deliver_due(send)
    assert hook.types() == ["payout.created"]
    assert json.loads(hook.heard[0][1])["account"] == partner


async def test_the_clock_alone_makes_events(
    client: stripe.StripeClient, hook: Hook, send: httpx.AsyncClient
) -> None:
    await destination(client, "@accounts")
    await stripe_sandbox.fund(100_00, "eur")
    partner = await given.verified(client, tail="3002")
    await given.transfer(client, partner, 1_00)
    await given.payout(client, partner, 1_00)
    await stripe_sandbox.advance_clock(7 * 86_400)
    await stripe_sandbox.deliver_due(send)
    assert hook.types()[-1] == "payout.failed"
    assert hook.types().index("payout.paid") < hook.types().index("payout.failed")
    failed = json.loads(hook.heard[-1][1])
    assert failed["data"]["previous_attributes"]["status"] == "paid"


async def many(client: stripe.StripeClient, number: int = 10) -> None:
    for amount in range(1, number + 1):
        await stripe_sandbox.fund(amount, "eur")


def amounts(hook: Hook) -> list[int]:
    return [json.loads(body)["data"]["object"]["amount"] for _, body, _ in hook.heard]


async def test_events_arrive_shuffled_by_a_seed(
    client: stripe.StripeClient, hook: Hook, send: httpx.AsyncClient
) -> None:
    await destination(client, "@self")
    await stripe_sandbox.set_delivery(order="shuffled", seed=1)
    await many(client)
    await stripe_sandbox.deliver_due(send)
    assert amounts(hook) != list(range(1, 11))
    assert sorted(amounts(hook)) == list(range(1, 11))


async def test_events_arrive_twice(
    client: stripe.StripeClient, hook: Hook, send: httpx.AsyncClient
) -> None:
    await destination(client, "@self")
    await stripe_sandbox.set_delivery(duplicate_every=1)
    await many(client, 3)
    await stripe_sandbox.deliver_due(send)
    assert amounts(hook) == [1, 1, 2, 2, 3, 3]


async def test_dropped_events_are_found_as_undelivered(
    client: stripe.StripeClient, hook: Hook, send: httpx.AsyncClient
) -> None:
    await destination(client, "@self")
    await stripe_sandbox.set_delivery(drop_every=2)
    await many(client, 4)
    await stripe_sandbox.deliver_due(send)
    assert len(hook.heard) == 2
    missed = await client.v1.events.list_async({"delivery_success": False})
    seen = await client.v1.events.list_async({"delivery_success": True})
    told = {json.loads(body)["id"] for _, body, _ in hook.heard}
    assert {event.id for event in seen.data} == told
    assert len(missed.data) == 2
    assert {event.id for event in missed.data}.isdisjoint(told)
    assert {event.pending_webhooks for event in missed.data} == {1}


async def test_delayed_events_arrive_by_the_sandboxs_clock(
    client: stripe.StripeClient, hook: Hook, send: httpx.AsyncClient
) -> None:
    await destination(client, "@self")
    await stripe_sandbox.set_delivery(delay_s=600)
    await many(client, 1)
    assert await stripe_sandbox.deliver_due(send) == 0
    await stripe_sandbox.advance_clock(600)
    assert await stripe_sandbox.deliver_due(send) == 1


async def test_a_failing_hook_is_tried_three_times_more(
    client: stripe.StripeClient, hook: Hook, send: httpx.AsyncClient
) -> None:
    await destination(client, "@self")
    hook.status = 503
    await many(client, 1)
    for pause_s in (0, 60, 3_600, 10_800):
        await stripe_sandbox.advance_clock(pause_s)
        assert await stripe_sandbox.deliver_due(send) == 1
        assert await stripe_sandbox.deliver_due(send) == 0
    await stripe_sandbox.advance_clock(100_000)
    assert await stripe_sandbox.deliver_due(send) == 0, "given up"
    assert len((await client.v1.events.list_async({"delivery_success": False})).data) == 1


async def test_a_hook_that_is_down_stops_nothing_else(client: stripe.StripeClient) -> None:
    class Down(httpx.AsyncBaseTransport):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            raise httpx.ConnectError("nobody listens", request=request)

    await destination(client, "@self")
    await many(client, 2)
    async with httpx.AsyncClient(transport=Down()) as sender:
        assert await stripe_sandbox.deliver_due(sender) == 2


async def test_events_are_listed_by_type_and_time(client: stripe.StripeClient) -> None:
    await stripe_sandbox.fund(100_00, "eur")
    await given.transfer(client, await given.verified(client), 1_00)
    listed = await client.v1.events.list_async({"type": "transfer.created"})
    assert [event.type for event in listed.data] == ["transfer.created"]
    both = await client.v1.events.list_async({"types": ["transfer.created", "topup.succeeded"]})
    assert len(both.data) == 2
    later = await client.v1.events.list_async({"created": {"gt": listed.data[0].created + 5}})
    assert later.data == []
    found = await client.v1.events.retrieve_async(listed.data[0].id)
    assert found.data.object["amount"] == 1_00


async def test_events_are_paged_both_ways(client: stripe.StripeClient) -> None:
    await many(client, 5)
    page = await client.v1.events.list_async({"limit": 2})
    ids = [event.id async for event in page.auto_paging_iter()]
    assert len(ids) == 5
    middle = await client.v1.events.list_async({"limit": 2, "starting_after": ids[1]})
    assert [event.id for event in middle.data] == ids[2:4]
    back = await client.v1.events.list_async({"limit": 2, "ending_before": ids[3]})
    assert [event.id for event in back.data] == ids[1:3]


async def test_events_are_kept_for_thirty_days(client: stripe.StripeClient) -> None:
    await many(client, 1)
    listed = await client.v1.events.list_async()
    await stripe_sandbox.advance_clock(30 * 86_400)
    assert (await client.v1.events.list_async()).data == []
    with pytest.raises(stripe.InvalidRequestError):
        await client.v1.events.retrieve_async(listed.data[0].id)


async def test_an_event_is_what_was_and_the_object_what_is(client: stripe.StripeClient) -> None:
    await stripe_sandbox.fund(100_00, "eur")
    made = await given.transfer(client, await given.verified(client), 10_00)
    await client.v1.transfers.reversals.create_async(made.id, {"amount": 1_00})
    listed = await client.v1.events.list_async({"type": "transfer.created"})
    assert listed.data[0].data.object["amount_reversed"] == 0


async def test_a_disabled_destination_hears_nothing(
    client: stripe.StripeClient, hook: Hook, send: httpx.AsyncClient
) -> None:
    await destination(client, "@self")
    listed = await client.v2.core.event_destinations.list_async()
    await client.v2.core.event_destinations.disable_async(listed.data[0].id)
    await many(client, 1)
    assert await stripe_sandbox.deliver_due(send) == 0
    await client.v2.core.event_destinations.enable_async(listed.data[0].id)
    await many(client, 1)
    assert await stripe_sandbox.deliver_due(send) == 1
    found = await client.v2.core.event_destinations.retrieve_async(
        listed.data[0].id, {"include": ["webhook_endpoint.url"]}
    )
    assert found.webhook_endpoint
    assert found.webhook_endpoint.url == "http://operator.test/@self"


async def test_the_signing_secret_is_shown_once(client: stripe.StripeClient) -> None:
    await destination(client, "@self")
    listed = await client.v2.core.event_destinations.list_async(
        {"include": ["webhook_endpoint.url"]}
    )
    shown = listed.data[0].to_dict()["webhook_endpoint"]
    assert "signing_secret" not in shown
