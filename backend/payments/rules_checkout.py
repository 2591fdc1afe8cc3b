"""What Stripe says of a buyer's payment, in our own words. Pure."""

from datetime import UTC, datetime
from typing import Any, Literal

from msgspec import Struct

from backend.core import Money

SessionStatus = Literal["open", "complete", "expired"]


class Payment(Struct, frozen=True, kw_only=True):
    """A PaymentIntent and, once it is collected, what Stripe booked for it.

    `status` is Stripe's. `booked_at` and the fee come from the balance transaction; its currency
    is that of the platform's balance.
    """

    intent_id: str
    status: str
    order_id: str | None
    amount_minor: int
    received_minor: int
    currency: str
    booked_at: datetime | None = None
    fee_minor: int | None = None
    fee_currency: str | None = None
    due_id: str | None = None
    by_debit: bool = False
    """SEPA, not a card: it may come back for weeks (stripe.md 1.5)."""


class Checkout(Struct, frozen=True, kw_only=True):
    """A Checkout Session as it is now; `url` is its page, while it is open."""

    session_id: str
    status: SessionStatus
    order_id: str | None
    amount_minor: int | None
    currency: str
    url: str | None = None
    payment: Payment | None = None
    due_id: str | None = None


class RefundMade(Struct, frozen=True, kw_only=True):
    """A refund as it is now; `status` is Stripe's (pending, succeeded, failed, canceled, ...).

    `booked_at`: when its money left Stripe's balance; until it has, when it was made.
    """

    refund_id: str
    status: str
    intent_id: str | None
    operation_id: str | None
    amount_minor: int
    currency: str
    booked_at: datetime


class DisputeMade(Struct, frozen=True, kw_only=True):
    """A payment that the buyer's bank takes back, as it is now; `status` and `reason` are Stripe's.

    `order_id` is what the payment says; None: it is not of an order. `fee_minor` is what Stripe
    keeps for it.
    """

    dispute_id: str
    status: str
    reason: str
    intent_id: str | None
    order_id: str | None
    amount_minor: int
    currency: str
    due_id: str | None = None
    fee_minor: int = 0


class CheckoutLine(Struct, frozen=True):
    """What the hosted page shows: one thing, and all of what it costs."""

    name: str
    gross: Money


def read_session(session: Any) -> Checkout:
    """From Stripe's object, its payment expanded down to the balance transaction."""
    status: SessionStatus = session.status
    intent = session.payment_intent
    return Checkout(
        session_id=session.id,
        status=status,
        order_id=_told(session.metadata, "order"),
        amount_minor=session.amount_total,
        currency=session.currency.upper(),
        url=session.url,
        payment=None if intent is None or isinstance(intent, str) else _payment(intent),
        due_id=_told(session.metadata, "due"),
    )


def _payment(intent: Any) -> Payment:
    charge = intent.latest_charge
    booked = None if charge is None or intent.status != "succeeded" else charge.balance_transaction
    return Payment(
        intent_id=intent.id,
        status=intent.status,
        order_id=_told(intent.metadata, "order"),
        amount_minor=intent.amount,
        received_minor=intent.amount_received,
        currency=intent.currency.upper(),
        booked_at=None if booked is None else datetime.fromtimestamp(booked.created, UTC),
        fee_minor=None if booked is None else booked.fee,
        fee_currency=None if booked is None else booked.currency.upper(),
        due_id=_told(intent.metadata, "due"),
        by_debit=charge is not None and _kind_of(charge) == "sepa_debit",
    )


def read_refund(refund: Any) -> RefundMade:
    """From Stripe's object, its balance transaction expanded."""
    booked = refund.balance_transaction or refund
    return RefundMade(
        refund_id=refund.id,
        status=refund.status,
        intent_id=refund.payment_intent,
        operation_id=_told(refund.metadata, "op"),
        amount_minor=refund.amount,
        currency=refund.currency.upper(),
        booked_at=datetime.fromtimestamp(booked.created, UTC),
    )


def read_dispute(dispute: Any) -> DisputeMade:
    """From Stripe's object, its payment expanded."""
    intent = dispute.payment_intent
    return DisputeMade(
        dispute_id=dispute.id,
        status=dispute.status,
        reason=dispute.reason,
        intent_id=None if intent is None else intent.id,
        order_id=None if intent is None else _told(intent.metadata, "order"),
        amount_minor=dispute.amount,
        currency=dispute.currency.upper(),
        due_id=None if intent is None else _told(intent.metadata, "due"),
        fee_minor=sum(entry.fee for entry in dispute.balance_transactions),
    )


def checkout_differences(
    of: Literal["order", "due"],
    its_id: str,
    amount: Money,
    session_id: str | None,
    seen: Checkout,
) -> list[str]:
    """What of a payment is not as asked; empty if it may count (goal G21, incident 18).

    Every figure of the session and of its payment is compared, not one of them believed.
    """
    payment = seen.payment
    wanted: list[tuple[str, object, object]] = [
        (f"{of} of the session", its_id, getattr(seen, f"{of}_id")),
        ("session", session_id or seen.session_id, seen.session_id),
        ("amount of the session", amount.amount_minor, seen.amount_minor),
        ("currency of the session", amount.currency, seen.currency),
    ]
    if payment is not None:
        wanted += [
            (f"{of} of the payment", its_id, getattr(payment, f"{of}_id")),
            ("amount of the payment", amount.amount_minor, payment.amount_minor),
            ("currency of the payment", amount.currency, payment.currency),
        ]
        if payment.status == "succeeded":
            wanted.append(("amount received", amount.amount_minor, payment.received_minor))
    return [
        f"{name}: {found!r} instead of {right!r}" for name, right, found in wanted if found != right
    ]


def _kind_of(charge: Any) -> str | None:
    """Of the payment method that was used."""
    details = getattr(charge, "payment_method_details", None)
    return None if details is None else str(details.type)


def _told(metadata: Any, name: str) -> str | None:
    value = None if metadata is None else metadata.to_dict().get(name)
    return None if value is None else str(value)
