"""Reads of orders."""

from datetime import datetime
from uuid import UUID

from backend.core import Money, fetch, fetch_value, operators_work
from backend.orders.rules import OrderUnknown, Price
from backend.orders.tables import Order, Refund
from backend.payments import LIVE


def price_of(order: Order) -> Price:
    """What was copied when it was placed."""
    return Price(
        Money(order.net_minor, order.currency),
        order.vat_rate_bp,
        Money(order.vat_minor, order.currency),
    )


def price_of_refund(refund: Refund, order: Order) -> Price:
    """What was planned to go back."""
    return Price(
        Money(refund.net_minor, refund.currency),
        order.vat_rate_bp,
        Money(refund.vat_minor, refund.currency),
    )


async def read_order(order_id: UUID, *, organisation_id: UUID | None = None) -> Order:
    """One order; of the buyer `organisation_id`, if it is named.

    Raises:
        OrderUnknown: none has this id, it is another's, or the session may not see it.
    """
    order = await Order.objects().get(Order.id == order_id)
    if order is None or organisation_id not in (None, order.organisation_id):
        raise OrderUnknown(f"No order has the id {order_id}.")
    return order


async def list_orders(
    organisation_id: UUID | None, *, after: UUID | None, limit: int, newest_first: bool = False
) -> list[Order]:
    """Orders of one buyer, or of all for None, oldest first, from behind `after`."""
    query = Order.objects().order_by(Order.id, ascending=not newest_first).limit(limit)
    if organisation_id is not None:
        query = query.where(Order.organisation_id == organisation_id)
    if after is not None:
        query = query.where(Order.id < after if newest_first else Order.id > after)
    return await query


@operators_work
async def contact_address(order: Order) -> str | None:
    """Where who managed the buyer of this order reads mail today; None: nobody does.

    The caller has to be the buyer, or the operator.
    """
    address: str | None = await fetch_value(
        "SELECT email FROM identity.person WHERE id = $1 "
        "UNION ALL SELECT email FROM partners.organisation WHERE id = $2",
        order.manager_id,
        order.managing_partner_id,
    )
    return address


async def order_exists(order_id: UUID) -> bool:
    return bool(await Order.exists().where(Order.id == order_id))


async def session_of_intent(intent_id: str, told: UUID | None) -> str | None:
    """The session whose payment this is: of the order paid by it, or else of the order `told`."""
    session_id: str | None = await fetch_value(
        "SELECT session_id FROM orders.order WHERE payment_intent_id = $1 OR id = $2 "
        "ORDER BY payment_intent_id = $1 DESC NULLS LAST LIMIT 1",
        intent_id,
        told,
    )
    return session_id


async def order_paid_by(intent_id: str | None, told: UUID | None) -> Order | None:
    """The order that this payment has paid, or else the order `told`, which it is to pay."""
    paid = None
    if intent_id is not None:
        paid = await Order.objects().get(Order.payment_intent_id == intent_id)
    if paid is not None or told is None:
        return paid
    return await Order.objects().get(Order.id == told)


async def refunds_of(order_id: UUID) -> list[Refund]:
    """Refunds of one order, oldest first."""
    return await Refund.objects().where(Refund.order_id == order_id).order_by(Refund.id)


async def read_refund(refund_id: UUID) -> Refund:
    """One refund that exists."""
    found = await Refund.objects().get(Refund.id == refund_id)
    assert found is not None, f"no refund {refund_id}"
    return found


async def sent_in_vain(order_id: UUID) -> frozenset[UUID]:
    """Refunds of one order that failed after Stripe was asked for them."""
    rows = await fetch(
        "SELECT r.id FROM orders.refund r JOIN payments.operation o ON o.id = r.id "
        "WHERE r.order_id = $1 AND r.state = 'failed' AND o.first_sent_at IS NOT NULL",
        order_id,
    )
    return frozenset(row["id"] for row in rows)


async def unsent_refunds(now: datetime, *, limit: int) -> list[UUID]:
    """Refunds whose operation at Stripe has something to be done now, the longest due first."""
    rows = await fetch(
        "SELECT r.id FROM orders.refund r JOIN payments.operation o ON o.id = r.id "
        "WHERE r.state = 'open' AND o.state = ANY ($2) AND o.next_attempt_at <= $1 "
        "ORDER BY o.next_attempt_at LIMIT $3",
        now,
        list(LIVE),
        limit,
    )
    return [row["id"] for row in rows]


async def unconfirmed_refunds() -> list[str]:
    """Stripe's names of the refunds that it has and did not confirm yet, oldest first."""
    rows = await fetch(
        "SELECT stripe_refund_id FROM orders.refund "
        "WHERE state = 'open' AND stripe_refund_id IS NOT NULL ORDER BY id"
    )
    return [row["stripe_refund_id"] for row in rows]
