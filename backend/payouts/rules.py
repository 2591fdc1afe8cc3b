"""States of a payout, and what each step means in the books (ground rule 24). Pure."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

import msgspec

from backend import ledger, webhooks
from backend.core import Money, Problem
from backend.payments import BankPayout

State = Literal[
    "held", "planned", "transferred", "payout_pending", "in_transit", "paid", "final", "failed",
    "canceled",
]  # fmt: skip

SENDING = ("planned", "transferred")
"""Something is still to be sent."""
AT_THE_BANK = ("payout_pending", "in_transit", "paid")
"""Sent; what becomes of it is Stripe's and the bank's."""

TOLD: Mapping[str, webhooks.Kind] = {
    "payout_pending": "payout.sent",
    "paid": "payout.paid",
    "failed": "payout.failed",
}
"""The states that a partner's webhooks hear of."""

Stage = Literal["waiting", "moving", "paid", "failed"]
"""Where the money is, for its owner: not sent yet, on its way, on the account, come back."""
STAGES: Mapping[Stage, tuple[State, ...]] = {
    "waiting": ("held", "planned"),
    "moving": ("transferred", "payout_pending", "in_transit"),
    "paid": ("paid", "final"),
    "failed": ("failed", "canceled"),
}

BELIEVED_AFTER = timedelta(days=7)
"""A paid payout may still fail within five business days (stripe.md 1.7)."""

FIRST_LOOK_AFTER = timedelta(days=2, hours=1)
"""A bank payout takes two days; Stripe tells sooner, unless its event is lost."""

LOOK_AGAIN_AFTER = timedelta(hours=6)
TAKEN_FOR = timedelta(seconds=5)
"""A payout that was taken and not stepped (a crash, a failure) is taken again after this."""

RECHECK_AFTER = timedelta(minutes=1)
"""Of what holds a payout whose transfer was made."""

NOT_OWED_AGAIN_AFTER = timedelta(hours=1)
WAIT_FOR_OTHER_PAYOUT = timedelta(seconds=2)

RANKS = {"pending": 1, "in_transit": 2, "paid": 3, "failed": 4, "canceled": 4}
"""Of a bank payout's states: an event never takes one back (stripe.md 4.7)."""

REASONS = {
    "currency": "Payouts are made in EUR only.",
    "organisation_unverified": "The organisation's identity has not been checked.",
    "no_account": "The organisation has no Stripe account.",
    "account_closed": "The organisation's Stripe account is closed.",
    "account_not_payable": "Stripe does not allow payouts to this account yet.",
    "schedule_not_manual": "Stripe would pay this account by itself.",
    "hold": "The hold of the statement is not over.",
    "file_incomplete": "The organisation's file is not complete.",
    "restricted": "The organisation's payouts are restricted; it has been told why.",
    "not_owed": "The books owe less; the operator has been told.",
    "transfer_reversed": "Part of its transfer came back; the operator has been told.",
    "ready": "Nothing holds it; it is sent next.",
}
"""Why a payout waits, for people to read."""


class PayoutUnknown(Problem):
    status = 404
    code = "payout-unknown"
    title = "There is no such payout"


class MonthNotClosed(Problem):
    code = "month-not-closed"
    title = "The month has no statements yet"


class NotRetriable(Problem):
    code = "payout-not-retriable"
    title = "Only a failed or canceled payout is tried again"


class TooLateToCancel(Problem):
    code = "payout-sent"
    title = "The payout may have been sent"


class NothingPayable(Problem):
    code = "nothing-payable"
    title = "The books do not owe this partner so much"


class AmountDiffers(Problem):
    code = "payout-amount-differs"
    title = "Stripe has another amount than we asked for"


class MadeTwice(Problem):
    code = "payout-made-twice"
    title = "Stripe has made one operation twice"


class ExecutedAfterAll(Problem):
    code = "payout-executed-after-all"
    title = "Stripe has executed what it had refused"


class Payout(msgspec.Struct, frozen=True):
    """One row of `payouts.payout`."""

    id: UUID
    statement_id: UUID
    organisation_id: UUID
    currency: str
    amount_minor: int
    state: State
    held_reason: str | None
    round: int
    stripe_account: str | None
    transfer_operation_id: UUID | None
    transfer_id: str | None
    transfer_reversed_minor: int
    payout_operation_id: UUID | None
    attempt_count: int
    failure_code: str | None
    failure_message: str | None
    paid_at: datetime | None
    next_step_at: datetime
    created_at: datetime
    changed_at: datetime

    @property
    def amount(self) -> Money:
        return Money(self.amount_minor, self.currency)

    @property
    def subject(self) -> str:
        return f"payout:{self.id}"


class Attempt(msgspec.Struct, frozen=True):
    """One bank payout of a payout."""

    payout_id: UUID
    number: int
    stripe_payout_id: str
    state: str
    booked: bool
    created_at: datetime


def intended(payout: Payout) -> tuple[ledger.Line, ...]:
    """A transfer is intended: nobody else may spend this money."""
    partner = payout.organisation_id
    return ledger.move(ledger.payable(partner), ledger.in_transit(partner), payout.amount)


def withdrawn(payout: Payout) -> tuple[ledger.Line, ...]:
    """It was certainly not made: owed again."""
    return tuple(line.swapped() for line in intended(payout))


def transferred(payout: Payout) -> tuple[ledger.Line, ...]:
    """The partner's money, and our cash, moved to the connected account."""
    partner = payout.organisation_id
    return (
        *ledger.move(ledger.in_transit(partner), ledger.at_stripe(partner), payout.amount),
        *ledger.move(
            ledger.OPERATOR_STRIPE_CONNECTED, ledger.OPERATOR_STRIPE, payout.amount
        ),
    )  # fmt: skip


def reversed_(payout: Payout, back: Money) -> tuple[ledger.Line, ...]:
    """So much of the transfer came back, also after its bank payout: owed again."""
    partner = payout.organisation_id
    return (
        *ledger.move(ledger.at_stripe(partner), ledger.payable(partner), back),
        *ledger.move(ledger.OPERATOR_STRIPE, ledger.OPERATOR_STRIPE_CONNECTED, back),
    )


def paid(payout: Payout) -> tuple[ledger.Line, ...]:
    """It left the connected account for the partner's bank."""
    partner = payout.organisation_id
    return ledger.move(ledger.at_stripe(partner), ledger.OPERATOR_STRIPE_CONNECTED, payout.amount)


def returned(payout: Payout) -> tuple[ledger.Line, ...]:
    """The bank sent it back to the connected account, perhaps days after it was paid."""
    return tuple(line.swapped() for line in paid(payout))


def newer(found: str, known: str) -> bool:
    """Whether a bank payout's state as Stripe has it is later than the one we know.

    A word that we do not know is not.
    """
    return RANKS.get(found, 0) > RANKS[known]


def happened_at(
    found: BankPayout, told_at: datetime | None, sent_at: datetime, now: datetime
) -> datetime:
    """When a bank payout came into its state, never before it was sent nor after `now`.

    Stripe's event of that state tells (`told_at`); without it, a paid one arrived on the day that
    Stripe had named, and of others we know no better than `now`.
    """
    known = told_at or (found.arrives_at if found.status == "paid" else now)
    return min(max(known, sent_at), now)
