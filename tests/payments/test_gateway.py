"""The way to Stripe: test keys only, not inside a transaction, not too fast."""

import asyncio
import time

import pytest

from backend import core, payments, stripe_sandbox
from backend.payments.rules_answer import WrongLibrary
from tests.payments.conftest import Watched


@pytest.mark.parametrize("key", ["sk_live_x", "rk_live_x", "pk_test_x", "", "whsec_x"])
def test_a_key_that_could_move_real_money_is_refused(key: str) -> None:
    with pytest.raises(payments.LiveKeyRefused, match="never used"):
        payments.open_gateway(api_key=key)


def test_a_library_of_another_version_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("stripe.api_version", "2027-01-01.other")
    with pytest.raises(WrongLibrary, match="install stripe"):
        payments.open_gateway(api_key="sk_test_x")


async def test_no_call_is_made_inside_a_transaction(stripe: Watched) -> None:
    async with core.transaction():
        with pytest.raises(AssertionError, match="inside a transaction"):
            await payments.read_transfer("tr_x")


async def test_what_stripe_does_not_know_is_a_refusal(stripe: Watched) -> None:
    with pytest.raises(payments.StripeRefused) as refused:
        await payments.read_transfer("tr_unknown")
    assert refused.value.reason == "resource_missing"
    assert refused.value.request_id is not None


async def test_silence_is_an_unknown_outcome(stripe: Watched) -> None:
    await stripe_sandbox.add_fault("POST", "/v1/customers", "slow", seconds=30)
    started = time.monotonic()
    with pytest.raises(payments.StripeUnknown, match="No answer"):
        await payments.gateway().ask(
            lambda client: client.v1.customers.create_async({"name": "x"}, {"idempotency_key": "k"})
        )
    assert time.monotonic() - started < 25, "the answer takes 30 s"


async def test_a_wrong_key_is_unknown_and_not_a_refusal(stripe: Watched) -> None:
    """A key that is being rolled must not make payouts fail for good."""
    payments.gateway()._client._requestor._options.api_key = "sk_live_x"
    with pytest.raises(payments.StripeUnknown):
        await payments.read_transfer("tr_x")


async def test_twenty_calls_a_second_at_most(stripe: Watched) -> None:
    await payments.close_gateway()
    gateway = payments.open_gateway(api_key="sk_test_x", app=stripe, rate_per_s=20)
    started = time.monotonic()
    await asyncio.gather(*(gateway.take_turn() for _ in range(11)))
    assert time.monotonic() - started >= 0.49


async def test_pages_of_the_second_version_are_read_to_the_end_too(stripe: Watched) -> None:
    from backend.payments.calls import pages
    from tests import given
    from tests.given.payments import account

    made = {await account(await given.partner(f"p{number}")) for number in range(3)}
    page = await payments.gateway().ask(
        lambda client: client.v2.core.accounts.list_async({"limit": 2})
    )
    assert {thing.id async for thing in pages(page)} == made


async def test_pages_are_read_to_the_end(stripe: Watched) -> None:
    from backend.payments.calls import pages

    for number in range(5):
        await stripe_sandbox.fund(100 + number)
    page = await payments.gateway().ask(
        lambda client: client.v1.balance_transactions.list_async({"limit": 2})
    )
    amounts = [thing.amount async for thing in pages(page)]
    assert sorted(amounts) == [100, 101, 102, 103, 104]
