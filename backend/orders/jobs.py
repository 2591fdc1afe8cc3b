"""What became of payments and refunds is found out, by webhook or by asking, again and again."""

from datetime import datetime
from uuid import UUID

from backend import payments
from backend.core import fetch_value, for_each, retrying
from backend.orders import actions, actions_refund, queries
from backend.orders.tables import Refund

BATCH = 100


async def look_at_order(order_id: UUID, session_id: str, *, hold_days: int, now: datetime) -> str:
    """The order is as its session is at Stripe now; answers its state.

    Raises:
        StripeRefused, StripeUnknown: Stripe could not be asked; the order is as it was.
        OrderUnknown: no order has this id.
    """
    seen = await payments.read_checkout(session_id)
    return await retrying(
        lambda: actions.settle_checkout(order_id, seen, hold_days=hold_days, now=now)
    )


async def look_for_lost_payments(now: datetime, *, hold_days: int) -> int:
    """Orders whose webhook did not come are asked about; those never opened end after a day.

    Raises:
        ExceptionGroup: what failed; it is tried again at the next sweep.
    """

    async def look(order: dict[str, object]) -> None:
        order_id, session_id = UUID(str(order["id"])), order["session_id"]
        if session_id is None:
            await actions.end_order(order_id, "expired", why="no page within a day")
        else:
            await look_at_order(order_id, str(session_id), hold_days=hold_days, now=now)

    rows = await queries.due_orders(now, limit=BATCH)
    return await for_each([dict(row) for row in rows], look)


async def send_refund(refund_id: UUID, now: datetime) -> None:
    """One step of one refund: sent, looked for, or asked about. Nothing if another does it."""
    await payments.gateway().take_turn()
    claim = await payments.claim_operation(refund_id, now)
    if claim is not None:
        outcome = await payments.carry_out(claim)
        await retrying(lambda: actions_refund.record_sent(claim, outcome, now))
    stripe_refund_id = await fetch_value(
        "SELECT stripe_refund_id FROM orders.refund WHERE id = $1 AND state = 'open'", refund_id
    )
    if stripe_refund_id is not None:
        await look_at_refund(stripe_refund_id, now=now)


async def look_at_refund(stripe_refund_id: str, *, now: datetime) -> None:
    """The refund is as it is at Stripe now.

    Raises:
        StripeRefused, StripeUnknown: Stripe could not be asked.
    """
    made = await payments.read_refund_at_stripe(stripe_refund_id)
    await retrying(lambda: actions_refund.settle_refund(made, now=now))


async def send_refunds(now: datetime) -> int:
    """Every open refund is one step further.

    Raises:
        ExceptionGroup: what failed; one stuck refund holds no other.
    """

    async def send(refund: Refund) -> None:
        await send_refund(refund.id, now)

    return await for_each(await queries.open_refunds(limit=BATCH), send)
