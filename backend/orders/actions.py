"""Placed orders change here, up to the recorded sale. Each function is one transaction."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg

from backend import audit, catalogue, ledger, sales, webhooks
from backend.core import Money, Month, connection, transaction
from backend.orders import rules
from backend.orders.actions_alarm import WORKER, raise_alarm
from backend.orders.parts import read_parts, sales_of, told_of
from backend.orders.queries import price_of
from backend.orders.tables import Order
from backend.payments import Checkout, Payment, checkout_differences


async def open_checkout(order_id: UUID, made: Checkout, *, now: datetime) -> str:
    """The order has one hosted page, the first that is written here; answers its address.

    Only what is written is ever told, so of two sessions made by accident one can be paid.

    Raises:
        OrderEnded: it was paid or given up meanwhile.
    """
    assert made.url is not None, "a new session is open"
    async with transaction():
        order = await lock_order(order_id)
        if order.state == "placed":
            changes: dict[Any, Any] = {
                Order.state: "checkout_open",
                Order.session_id: made.session_id,
                Order.checkout_url: made.url,
                Order.look_at: rules.next_look(order.placed_at, now),
            }
            await _change(order, "open_checkout", changes)
            return made.url
        if order.state != "checkout_open":
            raise rules.OrderEnded(f"The order is {order.state}.")
        first: str = order.checkout_url
        return first


async def claim_due(now: datetime, *, limit: int) -> list[asyncpg.Record]:
    """Orders whose webhooks may be lost (`id`, `session_id`), the longest due first.

    They are ours for a while; one that fails each time comes again later, and holds no other.
    """
    async with transaction():
        return await connection().fetch(
            "WITH picked AS MATERIALIZED (SELECT id FROM orders.order WHERE look_at <= $1 "
            "ORDER BY look_at LIMIT $3 FOR UPDATE SKIP LOCKED) "
            "UPDATE orders.order o SET look_at = $1::timestamptz + $2::interval FROM picked "
            "WHERE o.id = picked.id RETURNING o.id, o.session_id",
            now,
            rules.LEAST_ANSWER,
            limit,
        )


async def renew_attempt(order_id: UUID, attempt: int) -> None:
    """Stripe keeps repeating a failure under the key of `attempt`: the next try has a new key.

    Only while no page is known: of a page that nobody was told, nobody can pay.
    """
    async with transaction():
        order = await lock_order(order_id)
        if order.state == "placed" and order.attempt == attempt:
            await _change(order, "renew_attempt", {Order.attempt: attempt + 1})


async def end_order(
    order_id: UUID,
    state: str,
    *,
    why: str,
    if_in: Sequence[str] = ("placed", "checkout_open"),
) -> None:
    """The order is `expired` or `failed` for good, if it is in one of the states `if_in`."""
    async with transaction():
        order = await lock_order(order_id)
        if order.state in if_in:
            await _change(order, "end_order", {Order.state: state, Order.look_at: None}, why=why)


async def settle_checkout(
    order_id: UUID, seen: Checkout, *, hold_days: int, now: datetime, actor: str = WORKER
) -> str:
    """The order is as Stripe says it is; a payment is recorded, shared and posted with it.

    Any number of times, in any order, at once: the row is locked, and only forward steps are
    made. A payment that is not exactly as ordered is never fulfilled: it raises an alarm (G21).
    Answers the order's state.

    Raises:
        OrderUnknown: no order has this id.
    """
    async with transaction():
        order = await lock_order(order_id)
        wrong = checkout_differences(
            "order", str(order.id), price_of(order).gross, order.session_id, seen
        )
        if wrong:
            await raise_alarm(order, "payment_differs", "; ".join(wrong), now)
            return order.state
        outcome = rules.outcome(seen)
        if outcome == "paid":
            assert seen.payment is not None
            return await _take_payment(order, seen, seen.payment, hold_days, now, actor)
        if order.state not in ("placed", "checkout_open"):
            return order.state
        if outcome in ("expired", "failed"):
            changes = {Order.state: outcome, Order.look_at: None}
            await _change(order, "end_order", changes, actor=actor)
            return outcome
        look_at = rules.next_look(order.placed_at, now)
        waits: dict[Any, Any] = {Order.look_at: look_at}
        if outcome == "processing" and order.under_way_at is None:
            waits[Order.under_way_at] = now
        await Order.update(waits).where(Order.id == order.id)
        return order.state


async def _take_payment(
    order: Order, seen: Checkout, payment: Payment, hold_days: int, now: datetime, actor: str
) -> str:
    if order.state in ("expired", "failed"):
        detail = f"{payment.intent_id} was paid after the order had {order.state}"
        await raise_alarm(order, "paid_after_end", detail, now)
        return order.state
    if order.state == "paid":
        if order.payment_intent_id != payment.intent_id:
            detail = f"paid by {payment.intent_id} as well as by {order.payment_intent_id}"
            await raise_alarm(order, "payment_differs", detail, now)
            return order.state
        await _book_late_fee(order, payment, now)
        return order.state
    # A clock ahead of ours (the sandbox's) must not date a sale into the future.
    order.paid_at = min(payment.booked_at or now, now)
    order.payment_intent_id = payment.intent_id
    awaited = payment.fee_minor is None
    changes: dict[Any, Any] = {
        Order.state: "paid",
        Order.paid_at: order.paid_at,
        Order.session_id: seen.session_id,
        Order.payment_intent_id: payment.intent_id,
        Order.look_at: rules.next_look(now, now) if awaited else None,
    }
    if rules.fee_is_bookable(payment, order.currency):
        changes[Order.fee_minor] = payment.fee_minor
    # The ledger before the audit chains: two organisations that buy from each other at once take
    # turns at the operator's account, and never wait for each other's chain crosswise.
    parts = await read_parts(order.id)
    await sales.record_together(
        sales_of(order, parts),
        hold_days=hold_days,
        now=now,
        actor=actor,
        along=await _fee(order, payment),
    )
    await _change(order, "take_payment", changes, actor=actor)
    for owner, facts in told_of(order, parts, await owners_of(order)):
        await webhooks.emit(owner, "order.paid", f"order:{order.id}", facts, now=now)
    await _tell_of_other_currency(order, payment, now)
    return "paid"


async def _book_late_fee(order: Order, payment: Payment, now: datetime) -> None:
    if order.fee_minor is not None or payment.fee_minor is None:
        return
    if fee := await _fee(order, payment):
        await ledger.post_entries(fee)
    if rules.fee_is_bookable(payment, order.currency):
        await Order.update({Order.fee_minor: payment.fee_minor, Order.look_at: None}).where(
            Order.id == order.id
        )
    await _tell_of_other_currency(order, payment, now)


async def _fee(order: Order, payment: Payment) -> list[ledger.Entry]:
    """Stripe kept its fee from what it collected; the operator bears it (money rules p)."""
    if not rules.fee_is_bookable(payment, order.currency) or not payment.fee_minor:
        return []
    fee = Money(payment.fee_minor, order.currency)
    lines = ledger.move(ledger.OPERATOR_PSP_FEES, ledger.OPERATOR_STRIPE, fee)
    month = await ledger.open_month(Month.of(order.paid_at))
    return [ledger.Entry(f"psp_fee:{order.id}", month, order.paid_at, lines)]


async def _tell_of_other_currency(order: Order, payment: Payment, now: datetime) -> None:
    if payment.fee_currency not in (None, order.currency):
        detail = f"{payment.intent_id} settled in {payment.fee_currency}"
        await raise_alarm(order, "fee_in_other_currency", detail, now)


async def lock_order(order_id: UUID) -> Order:
    """The row, locked until the end of the transaction.

    Raises:
        OrderUnknown: no order has this id.
    """
    order: Order | None = await Order.objects().get(Order.id == order_id).lock_rows()
    if order is None:
        raise rules.OrderUnknown(f"No order has the id {order_id}.")
    return order


async def _change(
    order: Order, action: str, changes: dict[Any, Any], *, actor: str = WORKER, **why: str
) -> None:
    await Order.update(changes).where(Order.id == order.id)
    after = {column._meta.name: value for column, value in changes.items()}
    before = {"state": order.state}
    await audit.write(
        order.organisation_id, actor, action, f"order:{order.id}", before, {**after, **why}
    )


async def owners_of(order: Order) -> list[UUID]:
    """Who shares it: the editor, and the second owner of a joint offer when it was placed."""
    second = await catalogue.second_owner_at(order.listing_id, order.placed_at)
    return [order.editor_id] if second is None else [order.editor_id, second]


async def remember_customer(organisation_id: UUID, stripe_customer_id: str, now: datetime) -> str:
    """Who the buyer is at Stripe; answers the one that is kept, the first."""
    async with transaction():
        await connection().execute(
            "INSERT INTO orders.customer VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
            organisation_id,
            stripe_customer_id,
            now,
        )
        kept: str = await connection().fetchval(
            "SELECT stripe_customer_id FROM orders.customer WHERE organisation_id = $1",
            organisation_id,
        )
    return kept
