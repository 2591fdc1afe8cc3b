"""What became of payments and refunds is found out, by webhook or by asking, again and again.

Their clock is the machine's, as in the routes where orders are placed: sales are dated by it. Only
keys sent to Stripe age by another one where the sandbox's clock was turned.
"""

from collections.abc import Awaitable, Callable
from uuid import UUID

import asyncpg

from backend import payments
from backend.core import Clock, Money, fetch_value, for_each, retrying
from backend.orders import actions, actions_alarm, actions_refund, queries, rules
from backend.orders.tables import Refund
from backend.payments import Checkout, DisputeMade, Event, RefundMade

BATCH = 100
SESSIONS = (
    "checkout.session.completed",
    "checkout.session.async_payment_succeeded",
    "checkout.session.async_payment_failed",
    "checkout.session.expired",
)
INTENTS = ("payment_intent.succeeded", "payment_intent.payment_failed", "payment_intent.canceled")
Elsewhere = Callable[[Checkout | None], Awaitable[bool]]
"""Takes a payment that is no order's; false: what it is of is not known yet."""

REFUNDS = ("refund.created", "refund.updated", "refund.failed")


async def take_payments(clock: Clock, *, hold_days: int, elsewhere: Elsewhere | None = None) -> int:
    """Every waiting webhook about a payment is applied: its session is read as it is now.

    Answers how many were. What is paid and is no order goes to `elsewhere`. An event
    about an order that is not known yet stays and comes again (incident 11).

    Raises:
        ExceptionGroup: what failed; those events stay too.
    """

    async def read(event: Event) -> Checkout | None:
        session_id: str | None = event.object_id
        if event.type in INTENTS:
            session_id = await queries.session_of_intent(event.object_id, _order_told_by(event))
        return None if session_id is None else await payments.read_checkout(session_id)

    async def apply(event: Event, seen: Checkout | None) -> bool:
        order_id = (
            _order_told_by(event) if seen is None else payments.operation_id_of(seen.order_id)
        )
        if order_id is None:
            # The operator's Stripe account may sell elsewhere too.
            return elsewhere is None or await elsewhere(seen)
        if seen is None or not await queries.order_exists(order_id):
            return False
        await actions.settle_checkout(order_id, seen, hold_days=hold_days, now=await clock())
        return True

    return await payments.take_events((*SESSIONS, *INTENTS), read, apply, clock)


async def take_refunds(
    clock: Clock, *, elsewhere: Callable[[RefundMade], Awaitable[bool]] | None = None
) -> int:
    """Every waiting webhook about a refund is applied: the refund is read as it is now.

    One that is none of ours is also told to `elsewhere`.

    Raises:
        ExceptionGroup: what failed; those events stay.
    """

    async def read(event: Event) -> RefundMade:
        return await payments.read_refund_at_stripe(event.object_id)

    async def apply(_: Event, made: RefundMade) -> bool:
        state = await actions_refund.settle_refund(made, now=await clock())
        return state is not None or elsewhere is None or await elsewhere(made)

    return await payments.take_events(REFUNDS, read, apply, clock)


async def take_disputes(
    clock: Clock, *, elsewhere: Callable[[DisputeMade], Awaitable[bool]] | None = None
) -> int:
    """Every waiting webhook about a dispute is an alarm of its order, once for each state.

    One of a payment that is no order's goes to `elsewhere`.

    Raises:
        ExceptionGroup: what failed; those events stay.
    """

    async def read(event: Event) -> DisputeMade:
        return await payments.read_dispute_at_stripe(event.object_id)

    async def apply(_: Event, made: DisputeMade) -> bool:
        if made.order_id is None and elsewhere is not None:
            return await elsewhere(made)
        return await actions_alarm.note_dispute(made, await clock())

    return await payments.take_events(payments.DISPUTE_EVENTS, read, apply, clock)


async def look_for_lost_payments(clock: Clock, *, hold_days: int) -> int:
    """Orders whose webhook did not come are asked about; those never opened end after a day.

    Raises:
        ExceptionGroup: what failed; it is tried again at the next sweep.
    """

    async def look(order: asyncpg.Record) -> None:
        if order["session_id"] is None:
            await actions.end_order(
                order["id"], "expired", why="no page within a day", if_in=("placed",)
            )
        else:
            await look_at_order(clock, order["id"], hold_days=hold_days)

    return await for_each(await actions.claim_due(await clock(), limit=BATCH), look)


async def look_at_order(clock: Clock, order_id: UUID, *, hold_days: int) -> str:
    """The order is as its session is at Stripe now; answers its state.

    Raises:
        StripeRefused, StripeUnknown: Stripe could not be asked; the order is as it was.
        OrderUnknown: no order has this id.
    """
    order = await queries.read_order(order_id)
    if order.session_id is None:
        return order.state
    seen = await payments.read_checkout(order.session_id)
    now = await clock()
    return await retrying(
        lambda: actions.settle_checkout(order_id, seen, hold_days=hold_days, now=now)
    )


async def send_refunds(clock: Clock, *, dated_by: Clock) -> int:
    """Every refund that is due is a step further. Keys age by `clock`, postings are `dated_by`.

    Raises:
        ExceptionGroup: what failed; one stuck refund holds no other.
    """

    async def send(refund_id: UUID) -> None:
        await send_refund(clock, refund_id, dated_by=dated_by)

    return await for_each(await queries.unsent_refunds(await clock(), limit=BATCH), send)


async def look_for_lost_refunds(clock: Clock) -> int:
    """Refunds that Stripe has and nobody confirmed (it waits for funds, or a webhook is lost).

    Raises:
        ExceptionGroup: what failed; it is tried again at the next sweep.
    """
    return await for_each(
        await queries.unconfirmed_refunds(), lambda name: look_at_refund(name, clock)
    )


async def look_at_refund(stripe_refund_id: str, clock: Clock) -> None:
    """The refund is as it is at Stripe now.

    Raises:
        StripeRefused, StripeUnknown: Stripe could not be asked.
    """
    made = await payments.read_refund_at_stripe(stripe_refund_id)
    now = await clock()
    await retrying(lambda: actions_refund.settle_refund(made, now=now))


async def request_refund(
    clock: Clock, order_id: UUID, net: Money | None, *, reason: str, actor: str
) -> Refund:
    """A refund is planned, after Stripe was asked about those of the order that failed.

    Raises:
        StripeRefused, StripeUnknown: Stripe could not be asked; nothing is planned.
        OrderUnknown, OrderNotPaid, OrderRefundTooLarge, OrderRefundedWhole,
        OrderInOtherCurrency, RefundUnderWay, RefundInDoubt: as `plan_refund`.
    """
    not_executed = await _look_for_failed_refunds(clock, order_id)
    now = await clock()
    return await retrying(
        lambda: actions_refund.plan_refund(
            order_id, net, reason=reason, now=now, actor=actor, not_executed=not_executed
        )
    )


async def _look_for_failed_refunds(clock: Clock, order_id: UUID) -> frozenset[UUID]:
    """Those that Stripe has after all are adopted; answers those that it has not executed."""
    failed = await queries.sent_in_vain(order_id)
    if not failed:
        return failed
    order = await queries.read_order(order_id)
    executed = {
        refund_id: made
        for made in await payments.list_refunds(order.payment_intent_id)
        if (refund_id := payments.operation_id_of(made.operation_id)) in failed
        and made.status not in rules.RETURNED
    }
    now = await clock()
    for made in executed.values():
        await retrying(lambda made=made: actions_refund.settle_refund(made, now=now))  # type: ignore[misc]
    return failed - executed.keys()


async def send_refund(clock: Clock, refund_id: UUID, *, dated_by: Clock) -> None:
    """One refund is sent, looked for or asked about; nothing if somebody else does it.

    Raises:
        StripeRefused, StripeUnknown: it was made, and could not be read; the next sweep does.
    """
    await payments.gateway().take_turn()
    now = await clock()
    claim = await payments.claim_operation(refund_id, now)
    if claim is not None:
        outcome = await payments.carry_out(claim)
        now = await clock()
        await retrying(lambda: actions_refund.record_sent(claim, outcome, now))
    known = await fetch_value(
        "SELECT stripe_refund_id FROM orders.refund WHERE id = $1 AND state = 'open'", refund_id
    )
    if known is not None:
        await look_at_refund(known, dated_by)


def _order_told_by(event: Event) -> UUID | None:
    """The order that the snapshot names: where to look, never what to believe."""
    metadata = event.snapshot.get("metadata") or {}
    return payments.operation_id_of(metadata.get("order"))
