"""What an order is worth, what became of its payment, and why something is refused. Pure."""

from datetime import datetime, timedelta
from typing import Literal, NamedTuple

from backend.core import Money, Problem, at_rate, exponent_of
from backend.payments import Checkout, DisputeMade, Payment, RefundMade

LEAST_ANSWER = timedelta(minutes=5)
"""How long the sweep leaves a fresh order to its webhooks."""

LONGEST_PAUSE = timedelta(hours=1)
"""How often the sweep asks Stripe about an order that stays open."""

LONGEST_LOOK = timedelta(days=30)
"""How long after its placing the sweep asks about an order with an alarm."""

RETURNED = ("failed", "canceled")
"""What Stripe says of a refund whose money has not gone, or has come back."""

RESEND = timedelta(hours=23)
"""The same key is sent to Stripe no longer than this (stripe.md 4.3)."""

_EU = "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK"

Outcome = Literal["open", "processing", "paid", "expired", "failed"]

AlarmKind = Literal[
    "payment_differs",
    "paid_after_end",
    "fee_in_other_currency",
    "refund_differs",
    "refund_returned",
    "refund_after_failure",
    "disputed",
]
LOOKS_AGAIN: dict[AlarmKind, bool] = {
    "payment_differs": True,  # The page may still be paid as ordered, or its fee be unknown.
    "paid_after_end": False,
    "fee_in_other_currency": False,  # Nothing else was awaited, and this will not be booked.
    "refund_differs": True,  # This and the rest say nothing of the payment and its fee.
    "refund_returned": True,
    "refund_after_failure": True,
    "disputed": True,
}
"""Whether Stripe is still asked about an order after such an alarm."""


class OrderUnknown(Problem):
    status = 404
    code = "order-unknown"
    title = "There is no such order"


class CurrencyNotSold(Problem):
    """Money rule M12: no three decimals on an EN 16931 invoice."""

    status = 422
    code = "currency-not-sold"
    title = "Nothing is sold in this currency"


class BuyerVatUnknown(Problem):
    status = 422
    code = "buyer-vat-unknown"
    title = "The VAT of this buyer is not known"


class OrderEnded(Problem):
    code = "order-ended"
    title = "The order cannot be paid any more"


class CheckoutRefused(Problem):
    code = "checkout-refused"
    title = "The payment page could not be made"


class CheckoutUnavailable(Problem):
    status = 503
    code = "checkout-unavailable"
    title = "The payment page is not ready yet"


class OwnListing(Problem):
    code = "own-listing"
    title = "Nobody buys from itself"


class RequestKeyReused(Problem):
    status = 422
    code = "order-key-reused"
    title = "This idempotency key belongs to another order"


class OrderNotPaid(Problem):
    code = "order-not-paid"
    title = "Only a paid order can be refunded"


class OrderRefundTooLarge(Problem):
    code = "order-refund-too-large"
    title = "More than what is left of the order"


class OrderRefundedWhole(Problem):
    """Each part goes back with its VAT, to the cent."""

    code = "order-refunded-whole"
    title = "An order of several parts is refunded whole"


class OrderInOtherCurrency(Problem):
    status = 422
    code = "order-in-other-currency"
    title = "The order is in another currency"


class RefundUnderWay(Problem):
    code = "refund-under-way"
    title = "Another refund of this order is under way"


class RefundInDoubt(Problem):
    code = "refund-in-doubt"
    title = "An earlier refund of this order may have been executed"


class Price(NamedTuple):
    """Of one line. VAT of a document with one line is the line's (money rule M6)."""

    net: Money
    vat_rate_bp: int
    vat: Money

    @property
    def gross(self) -> Money:
        """What the buyer pays."""
        return self.net + self.vat


def price_for(
    net: Money, listing_rate_bp: int, *, country: str, segment: str, vat_number_checked: bool
) -> Price:
    """The listing's price for one buyer (money rules b1 and M12).

    Raises:
        CurrencyNotSold: a currency with three decimals.
        BuyerVatUnknown: neither France's nor no VAT applies.
    """
    if exponent_of(net.currency) > 2:
        raise CurrencyNotSold(f"{net.currency} has three decimals; ask the editor for another.")
    rate_bp = _buyer_rate_bp(listing_rate_bp, country, segment, checked=vat_number_checked)
    return Price(net, rate_bp, Money(at_rate(net.amount_minor, rate_bp), net.currency))


def _buyer_rate_bp(listing_rate_bp: int, country: str, segment: str, *, checked: bool) -> int:
    if country == "FR":
        return listing_rate_bp
    if segment != "individual" and (country not in _EU.split() or checked):
        return 0  # Outside the scope (O), or reverse charge (AE).
    raise BuyerVatUnknown(
        f"A buyer in {country} needs a verified VAT number; sales with the VAT of another "
        "country are not made yet."
    )


def outcome(seen: Checkout) -> Outcome:
    """What Stripe says of a payment now. The session may be a moment older than its payment."""
    payment = None if seen.payment is None else seen.payment.status
    if payment == "succeeded":
        return "paid"
    if seen.status == "expired":
        return "expired"
    if seen.status == "complete":
        ended = payment in ("requires_payment_method", "canceled")
        return "failed" if ended else "processing"
    return "open"


def fee_is_bookable(payment: Payment, currency: str) -> bool:
    """Stripe's fee is known, and kept in the currency of the order."""
    return payment.fee_minor is not None and payment.fee_currency == currency


def next_look(placed_at: datetime, now: datetime) -> datetime:
    """Soon while the order is young, later and later while it stays open."""
    return now + min(LONGEST_PAUSE, max(LEAST_ANSWER, (now - placed_at) / 4))


def look_after_alarm(
    kind: AlarmKind, look_at: datetime | None, placed_at: datetime, now: datetime
) -> datetime | None:
    """When the sweep asks next, if `look_at` says that it would; None: people have to."""
    if look_at is None or not LOOKS_AGAIN[kind] or now - placed_at > LONGEST_LOOK:
        return None
    return next_look(placed_at, now)


def refund_price(price: Price, refunded: Money, wanted: Money | None) -> Price:
    """What goes back to the buyer for `wanted` (net; None: all that is left). Cumulative (M5).

    Raises:
        OrderInOtherCurrency: `wanted` is not in the currency that was paid.
        OrderRefundTooLarge: nothing, or more than what is left.
    """
    left = price.net - refunded
    net = left if wanted is None else wanted
    if net.currency != left.currency:
        raise OrderInOtherCurrency(f"It was paid in {left.currency}: refund it in {left.currency}.")
    if left.amount_minor <= 0:
        raise OrderRefundTooLarge(f"Nothing is left of it: all of its {price.net} net went back.")
    if not 0 < net.amount_minor <= left.amount_minor:
        raise OrderRefundTooLarge(f"{left} net can be refunded, not {net}.")
    before, after = refunded.amount_minor, (refunded + net).amount_minor
    vat_minor = at_rate(after, price.vat_rate_bp) - at_rate(before, price.vat_rate_bp)
    return Price(net, price.vat_rate_bp, Money(vat_minor, net.currency))


def comes_off(price: Price, refunded: Money, refund: Price) -> bool:
    """Whether `refund`, planned when less was `refunded`, still comes off to the cent (M5)."""
    try:
        return refund_price(price, refunded, refund.net) == refund
    except OrderRefundTooLarge:
        return False


def refunded_at(made: RefundMade, paid_at: datetime, now: datetime) -> datetime:
    """The day it happens (money rules f), whenever we learn of it.

    Never in the future, by a clock ahead of ours, nor before its sale.
    """
    return max(min(made.booked_at, now), paid_at)


def refund_differences(
    gross: Money, intent_id: str, known: str | None, made: RefundMade
) -> list[str]:
    """What of a refund is not as intended; empty if it may be posted.

    `known` is Stripe's name of it, once there is one: a second one that names the same intent has
    given the money back twice.
    """
    compared = [
        ("name", known or made.refund_id, made.refund_id),
        ("payment", intent_id, made.intent_id),
        ("amount", gross.amount_minor, made.amount_minor),
        ("currency", gross.currency, made.currency),
    ]
    return [
        f"{name} of {made.refund_id}: {found!r} instead of {right!r}"
        for name, right, found in compared
        if found != right
    ]


def dispute_detail(made: DisputeMade) -> str:
    """What people are told of a dispute: each new status is news."""
    amount = Money(made.amount_minor, made.currency)
    return f"{made.dispute_id}: {amount}, {made.reason}, {made.status}"
