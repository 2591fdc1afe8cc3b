"""Orders: one listing bought once. A buyer orders, pays on Stripe's page, and it becomes a sale.

Reads `catalogue` and `partners`; asks Stripe through `payments`; what was paid is recorded in
`sales`. It owns the refunds of what Stripe collected.
"""

from backend.orders.actions import settle_checkout
from backend.orders.actions_refund import plan_refund, settle_refund
from backend.orders.checkout import course_of, customer_of, open_page
from backend.orders.parts import OrderPart, read_parts
from backend.orders.placing import place_order
from backend.orders.queries import (
    contact_address,
    list_orders,
    price_of,
    read_order,
    refunds_of,
)
from backend.orders.rules import (
    RESEND,
    BuyerVatUnknown,
    CheckoutRefused,
    CheckoutUnavailable,
    CurrencyNotSold,
    OrderEnded,
    OrderInOtherCurrency,
    OrderNotPaid,
    OrderRefundedWhole,
    OrderRefundTooLarge,
    OrderUnknown,
    OwnListing,
    RefundInDoubt,
    RefundUnderWay,
    RequestKeyReused,
    next_look,
    outcome,
)
from backend.orders.tables import Order, Refund

__all__ = [
    "RESEND",
    "BuyerVatUnknown",
    "CheckoutRefused",
    "CheckoutUnavailable",
    "CurrencyNotSold",
    "Order",
    "OrderEnded",
    "OrderInOtherCurrency",
    "OrderNotPaid",
    "OrderPart",
    "OrderRefundTooLarge",
    "OrderRefundedWhole",
    "OrderUnknown",
    "OwnListing",
    "Refund",
    "RefundInDoubt",
    "RefundUnderWay",
    "RequestKeyReused",
    "contact_address",
    "course_of",
    "customer_of",
    "list_orders",
    "next_look",
    "open_page",
    "outcome",
    "place_order",
    "plan_refund",
    "price_of",
    "read_order",
    "read_parts",
    "refunds_of",
    "settle_checkout",
    "settle_refund",
]
