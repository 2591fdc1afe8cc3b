"""Orders and refunds as they travel, in and out."""

from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec

from backend import relations, web
from backend.core import Money
from backend.orders.queries import price_of
from backend.orders.tables import Order, Refund

State = Literal["placed", "checkout_open", "paid", "expired", "failed"]
RefundState = Literal["open", "done", "failed"]
Reason = Literal["duplicate", "fraudulent", "requested_by_customer"]


class OrderIn(msgspec.Struct, forbid_unknown_fields=True):
    """What is ordered, by its address in the store. Everything else is known here."""

    listing: web.Line


class OrderView(msgspec.Struct):
    """Prices are those of `placed_at`, whatever the listing costs now; the buyer pays `gross`."""

    id: UUID
    state: State
    listing_id: UUID
    listing_name: str
    net: Money
    vat_rate_bp: int
    vat: Money
    gross: Money
    placed_at: datetime
    paid_at: datetime | None


class OrderPlaced(msgspec.Struct):
    """The buyer is to be sent to `checkout_url`, where the order is paid."""

    order: OrderView
    checkout_url: str


class OrderManaged(msgspec.Struct):
    """Who managed the buyer when it ordered; `by` is the colleague's or the partner's name.

    Account-managed without a name: nobody was named then.
    """

    relation: relations.Relation
    by: str | None
    manager_id: UUID | None
    partner_id: UUID | None


class OfficeOrder(msgspec.Struct):
    """`fee` is what Stripe kept; null until it is known. `managed` null: of before it was kept."""

    order: OrderView
    buyer_id: UUID
    editor_id: UUID
    buyer_segment: str
    buyer_country: str
    channel: str
    brought_by: str
    payment_intent_id: str | None
    fee: Money | None
    managed: OrderManaged | None


class NetIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    amount_minor: web.PositiveMinor
    currency: web.CurrencyCode


class RefundIn(msgspec.Struct, forbid_unknown_fields=True):
    """`net` before VAT; without it, all that is left."""

    net: NetIn | None = None
    reason: Reason = "requested_by_customer"


class RefundView(msgspec.Struct):
    """The buyer gets `gross` back; it is posted once Stripe has confirmed it (`done`)."""

    id: UUID
    order_id: UUID
    state: RefundState
    net: Money
    vat: Money
    gross: Money
    reason: Reason
    requested_at: datetime
    ended_at: datetime | None
    failure: str | None


def view(order: Order) -> OrderView:
    price = price_of(order)
    return OrderView(
        id=order.id,
        state=order.state,  # type: ignore[arg-type]
        listing_id=order.listing_id,
        listing_name=order.listing_name,
        net=price.net,
        vat_rate_bp=price.vat_rate_bp,
        vat=price.vat,
        gross=price.gross,
        placed_at=order.placed_at,
        paid_at=order.paid_at,
    )


def office_view(order: Order) -> OfficeOrder:
    known = order.fee_minor is not None
    return OfficeOrder(
        order=view(order),
        buyer_id=order.organisation_id,
        editor_id=order.editor_id,
        buyer_segment=order.buyer_segment,
        buyer_country=order.buyer_country,
        channel=order.channel,
        brought_by=order.brought_by,
        payment_intent_id=order.payment_intent_id,
        fee=Money(order.fee_minor, order.currency) if known else None,
        managed=_managed(order),
    )


def _managed(order: Order) -> OrderManaged | None:
    if order.relation is None:
        return None
    return OrderManaged(
        order.relation, order.managed_by, order.manager_id, order.managing_partner_id
    )


def refund_view(refund: Refund) -> RefundView:
    return RefundView(
        id=refund.id,
        order_id=refund.order_id,
        state=refund.state,  # type: ignore[arg-type]
        net=Money(refund.net_minor, refund.currency),
        vat=Money(refund.vat_minor, refund.currency),
        gross=Money(refund.gross_minor, refund.currency),
        reason=refund.reason,  # type: ignore[arg-type]
        requested_at=refund.requested_at,
        ended_at=refund.ended_at,
        failure=refund.failure,
    )
