"""Alarms about orders: what of a payment a person of the operator has to look at."""

from datetime import datetime

from backend import audit
from backend.core import transaction
from backend.orders import queries, rules
from backend.orders.tables import Order
from backend.payments import DisputeMade, operation_id_of

WORKER = "system:worker"


async def raise_alarm(order: Order, kind: rules.AlarmKind, detail: str, now: datetime) -> None:
    """Somebody has to look; the same alarm is raised once (`rules.LOOKS_AGAIN`).

    It writes to the operator's audit chain: post to the ledger before, not after.
    """
    look_at = rules.look_after_alarm(kind, order.look_at, order.placed_at, now)
    # It may have ended since it was read: then there is nothing to ask about any more.
    await Order.update({Order.look_at: look_at}).where(
        (Order.id == order.id) & Order.look_at.is_not_null()
    )
    await audit.raise_alarm(f"order:{order.id}", kind, detail, now, actor=WORKER)


async def note_dispute(made: DisputeMade, now: datetime) -> bool:
    """A dispute of an order's payment is an alarm in each of its states (money rule f5).

    Nothing is posted or held yet. Of a payment that is not an order's it is nothing. Answers
    False if the order that the payment names is not known yet.
    """
    async with transaction():
        order = await queries.order_paid_by(made.intent_id, operation_id_of(made.order_id))
        if order is not None:
            await raise_alarm(order, "disputed", rules.dispute_detail(made), now)
    return order is not None or operation_id_of(made.order_id) is None
