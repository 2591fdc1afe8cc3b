"""Events: what is told, to whom, signed how, and how they are listed."""

import json

import httpx
import pytest
import stripe

from backend import stripe_sandbox
from tests.stripe_sandbox import given
from tests.stripe_sandbox.hooks import THIN, Hook, destination, many


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


async def test_the_signing_secret_is_shown_once(client: stripe.StripeClient) -> None:
    await destination(client, "@self")
    listed = await client.v2.core.event_destinations.list_async(
        {"include": ["webhook_endpoint.url"]}
    )
    shown = listed.data[0].to_dict()["webhook_endpoint"]
    assert "signing_secret" not in shown
