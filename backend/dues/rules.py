"""How what is owed is paid online, who has to look at a receipt, when is written. Pure."""

from datetime import datetime, timedelta
from typing import Literal

from backend.core import Money, Problem
from backend.payments import Checkout

DueState = Literal["planned", "open", "processing", "paid", "failed", "expired"]
LIVE: tuple[DueState, ...] = ("planned", "open", "processing")
"""Of these there is one at a time, of one partner and currency."""

ProposalState = Literal["asked", "approved", "refused", "withdrawn"]
Why = Literal["above_debt", "above_limit"]
DueSetting = Literal[
    "first_reminder_days", "second_reminder_days", "last_reminder_days", "receipt_limit_minor"
]
REMINDERS: tuple[DueSetting, ...] = (
    "first_reminder_days",
    "second_reminder_days",
    "last_reminder_days",
)

LEAST_CHARGED_MINOR = 50
"""Stripe takes no smaller payment (in euros); it stays carried."""

LONGEST_LOOK = timedelta(days=30)
"""So long after it was asked for Stripe is asked about a payment, or for its fee."""


class NothingOwed(Problem):
    code = "nothing-owed"
    title = "Nothing is owed"


class PaymentUnderWay(Problem):
    """A debit takes days: a second one would be paid back a month later."""

    code = "due-payment-under-way"
    title = "A payment is with the bank already"


class PaymentPageRefused(Problem):
    code = "due-page-refused"
    title = "The payment page could not be made"


class PaymentPageUnavailable(Problem):
    status = 503
    code = "due-page-unavailable"
    title = "The payment page is not ready yet"


class ProposalUnknown(Problem):
    status = 404
    code = "receipt-proposal-unknown"
    title = "No payment waits under this id"


class ProposalDecided(Problem):
    code = "receipt-proposal-decided"
    title = "This payment is decided"


class PersonRecords(Problem):
    """Behind a key may stand the same person twice."""

    status = 403
    code = "receipt-needs-person"
    title = "Four eyes belong to two people"


class OwnProposal(Problem):
    status = 403
    code = "own-receipt-proposal"
    title = "Nobody approves what they recorded"


class BadDueSetting(Problem):
    status = 422
    code = "bad-due-setting"
    title = "This setting cannot be"


def why_two(amount: Money, owed: Money, limit_minor: int) -> Why | None:
    """Why a second person looks at a receipt before it counts: what is above the debt is paid out
    again, and a large amount is worth a second look. None: one person is enough.
    """
    if amount.amount_minor > owed.amount_minor:
        return "above_debt"
    return "above_limit" if amount.amount_minor > limit_minor else None


def next_reminder(age_days: int, days: tuple[int, int, int], written: int) -> int | None:
    """Which of the three letters (1 to 3) is due at this age, after `written` was the last.

    One that was missed is not written after a later one.
    """
    due = sum(age_days >= each for each in days)
    return due if due > written else None


def differences(due_id: str, owed: Money, session_id: str | None, seen: Checkout) -> list[str]:
    """What of a payment is not as asked; empty if it may be credited.

    Every figure of the session and of its payment is compared, not one of them believed.
    """
    payment = seen.payment
    wanted: list[tuple[str, object, object]] = [
        ("due of the session", due_id, seen.due_id),
        ("session", session_id or seen.session_id, seen.session_id),
        ("amount of the session", owed.amount_minor, seen.amount_minor),
        ("currency of the session", owed.currency, seen.currency),
    ]
    if payment is not None:
        wanted += [
            ("due of the payment", due_id, payment.due_id),
            ("amount of the payment", owed.amount_minor, payment.amount_minor),
            ("currency of the payment", owed.currency, payment.currency),
        ]
        if payment.status == "succeeded":
            wanted.append(("amount received", owed.amount_minor, payment.received_minor))
    return [
        f"{name}: {found!r} instead of {right!r}" for name, right, found in wanted if found != right
    ]


def check_setting(name: DueSetting, value: int, valid_from: datetime, now: datetime) -> None:
    """Raises: BadDueSetting."""
    if valid_from <= now:
        raise BadDueSetting("valid_from: Choose a moment to come.", field="valid_from")
    most = 10**12 if name == "receipt_limit_minor" else 366
    if not 1 <= value <= most:
        raise BadDueSetting(f"value: Give a whole number from 1 to {most}.", field="value")
