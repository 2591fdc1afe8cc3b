"""Webhooks in disorder, lost, repeated, and never sent by two."""

import json
from typing import Any

import httpx
import pytest
import stripe

from backend import core, stripe_sandbox
from tests.stripe_sandbox.hooks import Hook, amounts, destination, many


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


async def test_two_senders_do_not_send_the_same_event(
    client: stripe.StripeClient, hook: Hook, send: httpx.AsyncClient
) -> None:
    await destination(client, "@self")
    await many(client, 3)
    meanwhile: list[int] = []

    async def busy(scope: Any, receive: Any, answer: Any) -> None:
        meanwhile.append(await stripe_sandbox.deliver_due(send))
        await hook(scope, receive, answer)

    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=busy)) as sender:
        assert await stripe_sandbox.deliver_due(sender) == 3
    assert meanwhile == [0, 0, 0]
    assert amounts(hook) == [1, 2, 3]


async def test_an_event_whose_sender_died_is_sent_by_another(
    client: stripe.StripeClient, hook: Hook, send: httpx.AsyncClient
) -> None:
    class Killed(BaseException):
        pass

    class Dies(httpx.AsyncBaseTransport):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            raise Killed

    await destination(client, "@self")
    await many(client, 1)
    async with httpx.AsyncClient(transport=Dies()) as sender:
        with pytest.raises(Killed):
            await stripe_sandbox.deliver_due(sender)
    assert await stripe_sandbox.deliver_due(send) == 0, "still leased"
    await core.fetch("UPDATE stripe_sandbox.delivery SET leased_until = now()")
    assert await stripe_sandbox.deliver_due(send) == 1
