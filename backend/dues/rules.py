"""How what is owed is paid online, who has to look at a receipt, when is written. Pure."""

from datetime import datetime, timedelta
from typing import Literal

from backend.core import Money, Problem

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

MOST_DAYS = 366
LARGEST_LIMIT_MINOR = 10**12

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


def why_two(amount: Money, owed: Money, alone: Money, limit: Money | None) -> Why | None:
    """Why a second person looks at a receipt before it counts: what is above the debt is paid out
    again, and a large payment is worth a second look. None: one person is enough.

    `alone` was recorded before by one person of the same payment, in other lines. Amounts of
    other currencies are never compared: without a `limit` in this one, two people look.
    """
    if amount.amount_minor > owed.amount_minor:
        return "above_debt"
    if limit is None or (alone + amount).amount_minor > limit.amount_minor:
        return "above_limit"
    return None


def next_reminder(age_days: int, days: tuple[int, int, int], written: int) -> int | None:
    """Which of the three letters (1 to 3) is due at this age, after `written` was the last.

    One that was missed is not written after a later one.
    """
    due = sum(age_days >= each for each in days)
    return due if due > written else None


def check_letters(days: tuple[int, int, int], valid_from: datetime, now: datetime) -> None:
    """Raises: BadDueSetting, which names the field."""
    _check_ahead(valid_from, now)
    before = 0
    for field, value in zip(("first_days", "second_days", "last_days"), days, strict=True):
        if not before < value <= MOST_DAYS:
            raise BadDueSetting(
                f"{field}: Give a whole number from {before + 1} to {MOST_DAYS}: "
                "each letter is written after the one before.",
                field=field,
            )
        before = value


def check_limit(limit: Money, valid_from: datetime, now: datetime) -> None:
    """Raises: BadDueSetting, which names the field."""
    _check_ahead(valid_from, now)
    if not 1 <= limit.amount_minor <= LARGEST_LIMIT_MINOR:
        most = Money(LARGEST_LIMIT_MINOR, limit.currency)
        raise BadDueSetting(f"limit: Give an amount above zero, {most} at most.", field="limit")


def _check_ahead(valid_from: datetime, now: datetime) -> None:
    if valid_from <= now:
        raise BadDueSetting("valid_from: Choose a moment to come.", field="valid_from")
