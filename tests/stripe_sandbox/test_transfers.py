"""Transfers and reversals, and what is refused."""

import pytest
import stripe

from backend import stripe_sandbox
from tests.stripe_sandbox import given


async def test_a_transfer_moves_money_at_once(client: stripe.StripeClient) -> None:
    await stripe_sandbox.fund(100_00, "eur")
    partner = await given.verified(client)
    made = await given.transfer(client, partner, 70_00)
    assert made.transfer_group == "group-t"
    assert await given.available(client) == 30_00
    assert await given.available(client, partner) == 70_00
    found = await client.v1.transfers.list_async({"transfer_group": "group-t"})
    assert [one.id for one in found.data] == [made.id]


async def test_a_transfer_without_funds_is_refused(client: stripe.StripeClient) -> None:
    partner = await given.verified(client)
    with pytest.raises(stripe.InvalidRequestError) as refused:
        await given.transfer(client, partner, 1)
    assert refused.value.code == "balance_insufficient"


async def test_a_transfer_to_an_unverified_account_is_refused(client: stripe.StripeClient) -> None:
    await stripe_sandbox.fund(100_00, "eur")
    partner = await given.account(client)
    with pytest.raises(stripe.InvalidRequestError) as refused:
        await given.transfer(client, partner, 1_00)
    assert refused.value.code == "insufficient_capabilities_for_transfer"
