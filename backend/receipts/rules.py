"""Which receipts can be, and why one is refused. Pure."""

from datetime import date, timedelta
from typing import Literal, get_args

from backend.core import Money, Problem

Means = Literal["bank_transfer", "direct_debit", "card", "cheque"]
HeldAt = Literal["bank", "stripe"]
MEANS: tuple[Means, ...] = get_args(Means)

LARGEST_MINOR = 10**12
"""In minor units. More on one line is a slip of the keyboard."""

OLDEST = timedelta(days=366)


class BadReceipt(Problem):
    status = 422
    code = "bad-receipt"
    title = "This receipt cannot be"


class ReceiptConflict(Problem):
    code = "receipt-conflict"
    title = "This reference is recorded with other facts"


class ReceiptAtStripe(Problem):
    """Its money is Stripe's to give back: a dispute there reverses it here."""

    code = "receipt-at-stripe"
    title = "This was paid through Stripe"


class ReferenceOfStripe(Problem):
    """Stripe's own payment is recorded when Stripe tells of it; taken by hand, it could not be."""

    status = 422
    code = "reference-of-stripe"
    title = "This reference is one of Stripe's"


class ReceiptUnknown(Problem):
    status = 404
    code = "receipt-unknown"
    title = "There is no such receipt"


class AlreadyReversed(Problem):
    code = "receipt-reversed"
    title = "The receipt was reversed already"


def check_by_hand(reference: str) -> None:
    """Refuses by hand the name of a payment of Stripe's.

    Raises:
        ReferenceOfStripe: names the field.
    """
    if reference.lower().startswith("pi_"):
        raise ReferenceOfStripe(
            "reference: it names a payment of Stripe's, which is recorded by itself. Look for it "
            "under payments received; for a line of the bank's, give the bank's own reference.",
            field="reference",
        )


def check_receipt(amount: Money, received_on: date, today: date) -> None:
    """Refuses amounts that are none and days that no bank statement of today's can name.

    Raises:
        BadReceipt: names the field.
    """
    if not 0 < amount.amount_minor <= LARGEST_MINOR:
        raise BadReceipt(f"amount: {amount} was not received; give what arrived.", field="amount")
    if received_on > today:
        raise BadReceipt(f"received_on: {received_on} is to come.", field="received_on")
    if received_on < today - OLDEST:
        raise BadReceipt(
            f"received_on: {received_on} is more than a year ago; look at the year.",
            field="received_on",
        )
