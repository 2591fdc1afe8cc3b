"""Disputes: the buyer's bank takes a payment back, and somebody has to be told."""

from datetime import timedelta
from typing import Any

import pytest

from backend import audit, core, payments, stripe_sandbox, worker
from backend.core import uuid7
from backend.orders import Order, jobs
from tests import given
from tests.given.orders import opened, order, pay_on_page
from tests.orders.test_jobs import look, paid
from tests.orders.test_webhooks import deliver, hooks, now, waiting
from tests.payments.conftest import Watched
from tests.stripe_sandbox.given import payment

__all__ = ["hooks"]


async def charge_of(placed: Order) -> str:
    found: str = await core.fetch_value(
        "SELECT body->>'latest_charge' FROM stripe_sandbox.object WHERE id = $1",
        placed.payment_intent_id,
    )
    return found


async def tell() -> int:
    await deliver()
    return await jobs.take_disputes(now)


async def details() -> list[str]:
    rows = await core.fetch("SELECT kind, detail FROM audit.alarm ORDER BY id")
    return [f"{row['kind']} {row['detail']}" for row in rows]


async def waiting_disputes() -> int:
    return int(
        await core.fetch_value(
            "SELECT count(*) FROM payments.stripe_event "
            "WHERE state = 'waiting' AND type LIKE 'charge.dispute.%'"
        )
    )


async def test_a_dispute_is_an_alarm_and_each_new_status_another(hooks: Watched) -> None:
    placed = await paid(hooks, await given.partner())
    dispute = await stripe_sandbox.dispute(await charge_of(placed))
    assert await tell() == 2  # Created, and the funds withdrawn: one status.
    assert await details() == [f"disputed {dispute}: 120.00 EUR, fraudulent, needs_response"]
    await stripe_sandbox.end_dispute(dispute, "won")
    assert await tell() == 2 and await waiting_disputes() == 0
    assert (await details())[1:] == [f"disputed {dispute}: 120.00 EUR, fraudulent, won"]
    rows = await core.fetch("SELECT subject FROM audit.alarm")
    assert [row["subject"] for row in rows] == [f"order:{placed.id}"] * 2
    assert await audit.broken_links() == []


@pytest.mark.parametrize("method", ["pm_card_createDispute", "pm_sepa_dispute"])
async def test_a_payment_disputed_at_once_is_a_sale_and_an_alarm(
    hooks: Watched, method: str
) -> None:
    """The dispute may be told before the payment is."""
    placed = await opened(await order())
    await pay_on_page(hooks, placed.checkout_url, method)
    await stripe_sandbox.advance_clock(6 * 86_400)
    await tell()
    assert len(await details()) == 1 and await waiting_disputes() == 0
    assert await look(placed) == "paid"


async def test_a_dispute_of_another_shops_payment_is_put_aside(hooks: Watched) -> None:
    client = await payments.gateway().ask(_client)
    made = await payment(client, "pm_card_createDispute", 100_00)
    assert made.status == "succeeded"
    assert await tell() == 2
    assert await details() == [] and await waiting_disputes() == 0


async def _client(client: Any) -> Any:
    return client


async def test_the_worker_takes_disputes(hooks: Watched) -> None:
    placed = await paid(hooks, await given.partner())
    await stripe_sandbox.dispute(await charge_of(placed))
    await deliver()
    await worker.take_events(now)
    assert len(await details()) == 1


async def rename(placed: Order) -> None:
    """The payment names an order that is nowhere."""
    await core.fetch(
        "UPDATE stripe_sandbox.object SET body = jsonb_set(body, '{metadata,order}', "
        "to_jsonb($1::text)) WHERE kind IN ('payment_intent', 'checkout.session')",
        str(uuid7()),
    )


async def test_what_names_an_order_that_never_comes_waits_three_days(hooks: Watched) -> None:
    placed = await opened(await order())
    await pay_on_page(hooks, placed.checkout_url, "pm_card_createDispute")
    await rename(placed)
    await deliver()

    async def take(**later: int) -> int:
        async def clock() -> Any:
            return await now() + timedelta(**later)

        return await jobs.take_disputes(clock) + await jobs.take_payments(clock, hold_days=14)

    assert await take() == 0 and await waiting() == 4
    assert await take(days=2) == 0 and await waiting() == 4
    assert await take(days=4) == 0 and await waiting() == 0
    assert not any(told.startswith("disputed") for told in await details())
