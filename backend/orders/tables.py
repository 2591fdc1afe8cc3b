"""Orders of one line, and their refunds. `Any` is a column that may be empty."""

from typing import Any

from piccolo.columns import UUID, BigInt, ForeignKey, Integer, LazyTableReference, Text, Timestamptz
from piccolo.columns.base import OnDelete
from piccolo.table import Table

from backend.core import Uuid7

ORGANISATION = LazyTableReference("Organisation", app_name="partners")
LISTING = LazyTableReference("Listing", app_name="catalogue")


class Order(Table, tablename="order", schema="orders"):
    """One listing bought once. What it costs and who buys is copied when it is placed."""

    id = UUID(primary_key=True, default=Uuid7())
    organisation_id: "ForeignKey[Any]" = ForeignKey(
        ORGANISATION, null=False, index=True, on_delete=OnDelete.restrict, default=None
    )
    person_id: Any = UUID(default=None, null=True)
    request_key: Any = Text(default=None, null=True)
    listing_id: "ForeignKey[Any]" = ForeignKey(
        LISTING, null=False, index=True, on_delete=OnDelete.restrict, default=None
    )
    editor_id: "ForeignKey[Any]" = ForeignKey(
        ORGANISATION, null=False, on_delete=OnDelete.restrict, default=None
    )
    listing_name = Text(default=None)
    channel = Text(default=None)
    brought_by = Text(default=None)
    deal_id: Any = UUID(default=None, null=True)
    buyer_segment = Text(default=None)
    buyer_country = Text(default=None)
    currency = Text(default=None)
    net_minor = BigInt(default=None)
    vat_rate_bp = Integer(default=None)
    vat_minor = BigInt(default=None)
    gross_minor = BigInt(default=None)
    placed_at = Timestamptz(default=None)
    state = Text(default="placed")
    attempt = Integer(default=1)
    session_id: Any = Text(default=None, null=True, unique=True)
    checkout_url: Any = Text(default=None, null=True)
    payment_intent_id: Any = Text(default=None, null=True, unique=True)
    look_at: Any = Timestamptz(default=None, null=True)
    under_way_at: Any = Timestamptz(default=None, null=True)
    paid_at: Any = Timestamptz(default=None, null=True)
    fee_minor: Any = BigInt(default=None, null=True)
    relation: Any = Text(default=None, null=True)
    manager_id: Any = UUID(default=None, null=True)
    managing_partner_id: Any = UUID(default=None, null=True)
    managed_by: Any = Text(default=None, null=True)


class Refund(Table, tablename="refund", schema="orders"):
    """Part or all of a paid order, on its way back to the buyer through Stripe.

    Its id is that of its operation in `payments`.
    """

    id = UUID(primary_key=True, default=Uuid7())
    order_id: "ForeignKey[Any]" = ForeignKey(
        Order, null=False, index=True, on_delete=OnDelete.restrict, default=None
    )
    organisation_id: "ForeignKey[Any]" = ForeignKey(
        ORGANISATION, null=False, on_delete=OnDelete.restrict, default=None
    )
    currency = Text(default=None)
    net_minor = BigInt(default=None)
    vat_minor = BigInt(default=None)
    gross_minor = BigInt(default=None)
    reason = Text(default=None)
    requested_by = Text(default=None)
    requested_at = Timestamptz(default=None)
    state = Text(default="open")
    stripe_refund_id: Any = Text(default=None, null=True, unique=True)
    ended_at: Any = Timestamptz(default=None, null=True)
    failure: Any = Text(default=None, null=True)
