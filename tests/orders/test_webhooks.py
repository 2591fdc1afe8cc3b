"""Webhooks of payments and refunds: through the inbox, in any order, twice, or never."""

import asyncio
import itertools
from datetime import UTC, datetime
from typing import Any

import httpx
import msgspec
import pytest

from backend import core, ledger, orders, payments, stripe_sandbox
from backend.orders import jobs
from backend.payments import Checkout
from tests import clients, given
from tests.given.orders import opened, order, pay_on_page
from tests.orders.test_actions import seen_of, settle
from tests.orders.test_jobs import HOLD, at, euros, paid
from tests.payments.conftest import Watched


class Door:
    """Where the sandbox sends its webhooks: the hook of the API."""

    async def post(self, url: str, *, content: bytes, headers: dict[str, str]) -> httpx.Response:
        async with clients.visitor() as caller:
            return await caller.post("/api/hooks/stripe", content=content, headers=headers)


async def now() -> datetime:
    """Later than the inbox has received anything."""
    return max(given.NOW, datetime.now(UTC))


async def deliver() -> None:
    await stripe_sandbox.deliver_due(Door())


async def take() -> int:
    return await jobs.take_payments(now, hold_days=HOLD) + await jobs.take_refunds(now)


@pytest.fixture
async def hooks(stripe: Watched) -> Watched:
    await payments.ensure_destinations("http://hooks.test/stripe", given.NOW)
    return stripe


async def waiting() -> int:
    return int(
        await core.fetch_value("SELECT count(*) FROM payments.stripe_event WHERE state = 'waiting'")
    )


@pytest.mark.parametrize("mode", [{}, {"order": "shuffled", "seed": 7}, {"duplicate_every": 1}])
async def test_a_webhook_makes_the_sale(hooks: Watched, mode: dict[str, Any]) -> None:
    await stripe_sandbox.set_delivery(**mode)
    placed = await opened(await order())
    await pay_on_page(hooks, placed.checkout_url)
    await deliver()
    assert await take() == 2
    assert (await orders.read_order(placed.id)).state == "paid"
    assert await waiting() == 0 and await take() == 0
    assert len(await core.fetch("SELECT FROM sales.sale_line")) == 1


async def test_eight_workers_at_once_make_one_sale(hooks: Watched) -> None:
    placed = [await opened(await order()) for _ in range(3)]
    for one in placed:
        await pay_on_page(hooks, one.checkout_url)
    await deliver()
    await asyncio.gather(*[take() for _ in range(8)])
    assert await waiting() == 0
    assert len(await core.fetch("SELECT FROM sales.sale_line")) == 3


async def test_a_webhook_before_the_page_is_recorded_waits_for_it(hooks: Watched) -> None:
    """Incident 11: paid while our own commit is still to come."""
    placed = await order()
    await stripe_sandbox.add_fault("POST", "/v1/checkout/sessions", "lost")
    with pytest.raises(orders.CheckoutUnavailable):
        await orders.open_page(placed, base_url=given.BASE_URL, now=given.NOW)
    session_id = await core.fetch_value(
        "SELECT id FROM stripe_sandbox.object WHERE kind = 'checkout.session'"
    )
    await pay_on_page(hooks, f"http://stripe.test/checkout/{session_id}")
    await deliver()
    await take()
    found = await orders.read_order(placed.id)
    assert (found.state, found.session_id) == ("paid", session_id)


async def test_an_event_of_another_shop_is_put_aside(hooks: Watched) -> None:
    made = await payments.gateway().ask(
        lambda client: client.v1.checkout.sessions.create_async(
            {
                "mode": "payment",
                "success_url": "http://other.test",
                "line_items": [
                    {
                        "quantity": 1,
                        "price_data": {
                            "currency": "eur",
                            "unit_amount": 100,
                            "product_data": {"name": "not ours"},
                        },
                    }
                ],
            }
        )
    )
    assert made.url is not None
    await pay_on_page(hooks, made.url)
    await deliver()
    assert await take() == 2 and await waiting() == 0


async def test_an_event_of_an_order_that_is_not_known_yet_stays(hooks: Watched) -> None:
    placed = await opened(await order())
    await pay_on_page(hooks, placed.checkout_url)
    await core.fetch(
        "UPDATE stripe_sandbox.object SET body = jsonb_set(body, '{metadata,order}', $1) "
        "WHERE kind IN ('checkout.session', 'payment_intent')",
        '"0190a000-0000-7000-8000-000000000001"',
    )
    await core.fetch(
        "UPDATE stripe_sandbox.object SET body = jsonb_set(body, "
        "'{data,object,metadata,order}', $1) WHERE kind = 'event' "
        "AND body->>'type' IN ('checkout.session.completed', 'payment_intent.succeeded')",
        '"0190a000-0000-7000-8000-000000000001"',
    )
    await deliver()
    assert await take() == 0 and await waiting() == 2


async def test_a_refund_is_confirmed_by_its_webhook(hooks: Watched) -> None:
    editor = await given.partner()
    placed = await paid(hooks, editor)
    refund = await orders.plan_refund(
        placed.id, None, reason="duplicate", now=given.NOW, actor=given.SYSTEM
    )
    claim = await payments.claim_operation(refund.id, given.NOW)
    assert claim is not None
    await payments.carry_out(claim)  # And the worker dies before it can write the answer.
    await deliver()
    await take()
    assert (await orders.refunds_of(placed.id))[0].state == "done"
    assert await euros(ledger.earned(editor)) == 0
    await jobs.send_refunds(at(hours=30), dated_by=at())
    assert (await stripe_sandbox.describe())["objects"]["refund"] == 1


async def test_a_refund_made_past_us_is_an_alarm(hooks: Watched) -> None:
    placed = await paid(hooks, await given.partner())
    await payments.gateway().ask(
        lambda client: client.v1.refunds.create_async(
            {"payment_intent": placed.payment_intent_id, "amount": 1_00}
        )
    )
    await deliver()
    await take()
    (alarm,) = await core.fetch("SELECT kind, detail FROM audit.alarm")
    assert alarm["kind"] == "refund_differs" and "made elsewhere" in alarm["detail"]


async def test_any_order_of_what_was_seen_ends_in_one_sale(db: None) -> None:
    """The object read back in the state of each delivery, every order, one of them twice."""
    for sequence in itertools.permutations(range(4)):
        for twice in range(4):
            placed = await order()
            unpaid = {"status": "processing", "received_minor": 0, "booked_at": None}
            nothing = {"fee_minor": None, "fee_currency": None}
            seen: list[Checkout] = [
                msgspec.structs.replace(seen_of(placed), status="open", payment=None),
                seen_of(placed, payment={**unpaid, **nothing}),
                seen_of(placed, payment={"booked_at": None, **nothing}),
                seen_of(placed),
            ]
            for number, index in enumerate(sequence):
                await settle(placed, unique(seen[index], placed.id))
                if number == twice:
                    await settle(placed, unique(seen[index], placed.id))
            found = await orders.read_order(placed.id)
            assert (found.state, found.fee_minor) == ("paid", 205), (sequence, twice)
    assert len(await core.fetch("SELECT FROM sales.sale_line")) == 96
    assert await euros(ledger.OPERATOR_PSP_FEES) == -96 * 205
    assert await core.fetch("SELECT FROM audit.alarm") == []


def unique(seen: Checkout, order_id: Any) -> Checkout:
    """Sessions and payments of different orders have different names."""
    payment = seen.payment
    if payment is not None:
        payment = msgspec.structs.replace(payment, intent_id=f"pi_{order_id}")
    return msgspec.structs.replace(seen, session_id=f"cs_{order_id}", payment=payment)
