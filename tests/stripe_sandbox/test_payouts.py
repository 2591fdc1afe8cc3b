"""Payouts and their life, by the IBAN's last digits."""

import pytest
import stripe

from backend import stripe_sandbox
from tests.stripe_sandbox import given

HOUR_S, DAY_S = 3_600, 86_400


async def paid_partner(client: stripe.StripeClient, tail: str = "3000") -> str:
    """A verified partner with 50 euros on its Stripe balance."""
    await stripe_sandbox.fund(50_00, "eur")
    partner = await given.verified(client, tail=tail)
    await given.transfer(client, partner, 50_00)
    return partner


async def seen(client: stripe.StripeClient, payout: str, partner: str) -> stripe.Payout:
    return await client.v1.payouts.retrieve_async(payout, None, {"stripe_account": partner})


async def types(client: stripe.StripeClient, partner: str) -> list[str]:
    """The account's payout events, oldest first."""
    listed = await client.v1.events.list_async(
        {"type": "payout.*", "limit": 100}, {"stripe_account": partner}
    )
    return [event.type for event in reversed(listed.data)]


async def test_a_payout_goes_from_pending_to_paid(client: stripe.StripeClient) -> None:
    partner = await paid_partner(client)
    made = await given.payout(client, partner, 50_00)
    assert made.status == "pending"
    assert await given.available(client, partner) == 0
    await stripe_sandbox.advance_clock(HOUR_S)
    assert (await seen(client, made.id, partner)).status == "in_transit"
    await stripe_sandbox.advance_clock(2 * DAY_S)
    assert (await seen(client, made.id, partner)).status == "paid"
    assert await types(client, partner) == [
        "payout.created",
        "payout.updated",
        "payout.updated",
        "payout.paid",
    ]


@pytest.mark.parametrize(
    ("tail", "code"),
    [
        ("3001", "no_account"),
        ("3003", "insufficient_funds"),
        ("3004", "debit_not_authorized"),
        ("3005", "invalid_currency"),
    ],
)
async def test_a_payout_fails_as_its_iban_says(
    client: stripe.StripeClient, tail: str, code: str
) -> None:
    partner = await paid_partner(client, tail)
    made = await given.payout(client, partner, 50_00)
    await stripe_sandbox.advance_clock(3 * DAY_S)
    found = await seen(client, made.id, partner)
    assert (found.status, found.failure_code) == ("failed", code)
    assert found.failure_balance_transaction is not None
    assert await given.available(client, partner) == 50_00, "the money is back"


async def test_a_payout_fails_three_days_after_it_was_paid(client: stripe.StripeClient) -> None:
    partner = await paid_partner(client, "3002")
    made = await given.payout(client, partner, 50_00)
    await stripe_sandbox.advance_clock(2 * DAY_S)
    assert (await seen(client, made.id, partner)).status == "paid"
    await stripe_sandbox.advance_clock(3 * DAY_S - 600)
    assert (await seen(client, made.id, partner)).status == "paid"
    await stripe_sandbox.advance_clock(600)
    found = await seen(client, made.id, partner)
    assert (found.status, found.failure_code) == ("failed", "account_closed")
    assert (await types(client, partner))[-1] == "payout.failed"
    assert await given.available(client, partner) == 50_00


async def test_a_new_iban_lets_the_next_payout_arrive(client: stripe.StripeClient) -> None:
    partner = await paid_partner(client, "3001")
    await given.payout(client, partner, 50_00, "first")
    await stripe_sandbox.advance_clock(3 * DAY_S)
    await stripe_sandbox.verify_account(partner, iban="DE89370400440532013000")
    made = await given.payout(client, partner, 50_00, "second")
    await stripe_sandbox.advance_clock(3 * DAY_S)
    assert (await seen(client, made.id, partner)).status == "paid"


async def test_a_payout_above_the_balance_is_refused(client: stripe.StripeClient) -> None:
    partner = await paid_partner(client)
    with pytest.raises(stripe.InvalidRequestError) as refused:
        await given.payout(client, partner, 50_01)
    assert refused.value.code == "balance_insufficient"


async def test_an_unverified_account_pays_nothing_out(client: stripe.StripeClient) -> None:
    partner = await paid_partner(client)
    await stripe_sandbox.set_capability(partner, "payouts", "restricted")
    with pytest.raises(stripe.InvalidRequestError) as refused:
        await given.payout(client, partner, 1)
    assert refused.value.code == "payouts_not_allowed"


async def test_a_pending_payout_is_canceled_and_the_money_back(
    client: stripe.StripeClient,
) -> None:
    partner = await paid_partner(client)
    made = await given.payout(client, partner, 50_00)
    await client.v1.payouts.cancel_async(made.id, None, given.key("cancel", partner))
    assert await given.available(client, partner) == 50_00
    await stripe_sandbox.advance_clock(3 * DAY_S)
    assert (await seen(client, made.id, partner)).status == "canceled"


async def test_a_payout_that_is_no_longer_pending_is_not_canceled(
    client: stripe.StripeClient,
) -> None:
    partner = await paid_partner(client)
    made = await given.payout(client, partner, 50_00)
    await stripe_sandbox.advance_clock(HOUR_S)
    with pytest.raises(stripe.InvalidRequestError, match="only be canceled while they are pending"):
        await client.v1.payouts.cancel_async(made.id, None, given.key("cancel", partner))


async def test_another_account_does_not_see_the_payout(client: stripe.StripeClient) -> None:
    partner = await paid_partner(client)
    made = await given.payout(client, partner, 50_00)
    other = await given.verified(client, "another")
    for account in ({}, {"stripe_account": other}):
        options: stripe.RequestOptions = account  # type: ignore[assignment]
        with pytest.raises(stripe.InvalidRequestError) as refused:
            await client.v1.payouts.retrieve_async(made.id, None, options)
        assert (refused.value.http_status, refused.value.code) == (404, "resource_missing")


async def test_payouts_are_listed_by_status_and_arrival(client: stripe.StripeClient) -> None:
    partner = await paid_partner(client)
    first = await given.payout(client, partner, 10_00, "first")
    await stripe_sandbox.advance_clock(3 * DAY_S)
    second = await given.payout(client, partner, 10_00, "second")
    options: stripe.RequestOptions = {"stripe_account": partner}
    pending = await client.v1.payouts.list_async({"status": "pending"}, options)
    assert [one.id for one in pending.data] == [second.id]
    early = await client.v1.payouts.list_async(
        {"arrival_date": {"lt": second.arrival_date}}, options
    )
    assert [one.id for one in early.data] == [first.id]


async def test_without_a_manual_schedule_money_leaves_by_itself(
    client: stripe.StripeClient,
) -> None:
    await stripe_sandbox.fund(50_00, "eur")
    partner = await given.verified(client)
    await client.raw_request_async(
        "post",
        "/v1/balance_settings",
        payments={"payouts": {"schedule": {"interval": "daily"}}},
        stripe_account=partner,
    )
    await given.transfer(client, partner, 50_00)
    await stripe_sandbox.advance_clock(DAY_S)
    listed = await client.v1.payouts.list_async(None, {"stripe_account": partner})
    assert [(one.amount, one.automatic) for one in listed.data] == [(50_00, True)]


async def test_the_platform_pays_out_to_its_own_bank(client: stripe.StripeClient) -> None:
    await stripe_sandbox.fund(50_00, "eur")
    made = await client.v1.payouts.create_async({"amount": 20_00, "currency": "eur"})
    assert made.destination == "ba_platform"
    assert await given.available(client) == 30_00
