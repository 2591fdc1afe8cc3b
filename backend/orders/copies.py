"""What an order copies when it is placed, and what its sale copies when it is paid. Pure."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from backend import catalogue, partners, relations, sales
from backend.core import Money, uuid7
from backend.orders import rules
from backend.orders.tables import Order


class Brought(NamedTuple):
    """Through which channel an order came, and who brought the buyer, by which evidence.

    Ordered in the operator's own store, the operator brought it (DECISIONS 4).
    """

    channel: sales.Channel = "marketplace"
    by: sales.BroughtBy = "operator"
    deal_id: UUID | None = None


def sale_of(order: Order) -> sales.Sale:
    """The sale that a paid order is; its money is at Stripe."""
    return sales.Sale(
        reference=f"order:{order.id}",
        organisation_id=order.editor_id,
        listing_id=order.listing_id,
        net=Money(order.net_minor, order.currency),
        vat_rate_bp=order.vat_rate_bp,
        buyer_country=order.buyer_country,
        buyer_segment=order.buyer_segment,
        channel=order.channel,
        brought_by=order.brought_by,
        sold_at=order.paid_at,
        source="order",
        collected_in="stripe",
        buyer_id=order.organisation_id,
        agreed_at=order.placed_at,
    )


def facts_of(order: Order) -> dict[str, object]:
    """What the editor's webhooks hear of it: as much as its sale shows, and not who bought."""
    return {
        "order_id": order.id,
        "sale": f"order:{order.id}",
        "listing_id": order.listing_id,
        "listing_name": order.listing_name,
        "channel": order.channel,
        "buyer_country": order.buyer_country,
        "buyer_segment": order.buyer_segment,
        "net": Money(order.net_minor, order.currency),
        "vat": Money(order.vat_minor, order.currency),
        "gross": Money(order.gross_minor, order.currency),
        "paid_at": order.paid_at,
    }


def order_of(
    listing: catalogue.Listing,
    buyer: partners.Organisation,
    price: rules.Price,
    managed: relations.Managed,
    brought: Brought,
    now: datetime,
) -> Order:
    """An order of one listing, not yet stored: nothing of it comes from the client."""
    return Order(
        id=uuid7(),
        organisation_id=buyer.id,
        listing_id=listing.id,
        editor_id=listing.organisation_id,
        listing_name=listing.name,
        channel=brought.channel,
        brought_by=brought.by,
        deal_id=brought.deal_id,
        buyer_segment=buyer.segment,
        buyer_country=buyer.country,
        currency=price.net.currency,
        net_minor=price.net.amount_minor,
        vat_rate_bp=price.vat_rate_bp,
        vat_minor=price.vat.amount_minor,
        gross_minor=price.gross.amount_minor,
        placed_at=now,
        look_at=now + rules.RESEND,
        relation=managed.relation,
        manager_id=managed.manager_id,
        managing_partner_id=managed.partner_id,
        managed_by=managed.manager_name or managed.partner_name,
    )
