"""Dues: what partners owe by their closed statements, and how it comes in.

Paid online on Stripe's page, for the amount that is carried (money rule d); asked for by letter as
it ages; recorded by hand, by two people where it is more than is owed. What came in is a receipt
of `receipts`, and stands on the next statement.
"""

from backend.dues.actions import note_dispute, settle_payment
from backend.dues.checkout import pay
from backend.dues.days import owes, pay_before
from backend.dues.jobs import (
    dispute_taker,
    look_for_lost_payments,
    payment_taker,
    refund_taker,
    remind,
)
from backend.dues.proposals import (
    Line,
    Recorded,
    approve_proposal,
    record_line,
    refuse_proposal,
)
from backend.dues.queries import left_of, letter_days, setting_at
from backend.dues.reminders import write_reminders
from backend.dues.rules import (
    BadDueSetting,
    NothingOwed,
    OwnProposal,
    PaymentPageRefused,
    PaymentPageUnavailable,
    PaymentUnderWay,
    ProposalDecided,
    ProposalUnknown,
)
from backend.dues.settings import announce_letters, announce_limit

__all__ = [
    "BadDueSetting",
    "Line",
    "NothingOwed",
    "OwnProposal",
    "PaymentPageRefused",
    "PaymentPageUnavailable",
    "PaymentUnderWay",
    "ProposalDecided",
    "ProposalUnknown",
    "Recorded",
    "announce_letters",
    "announce_limit",
    "approve_proposal",
    "dispute_taker",
    "left_of",
    "letter_days",
    "look_for_lost_payments",
    "note_dispute",
    "owes",
    "pay",
    "pay_before",
    "payment_taker",
    "record_line",
    "refund_taker",
    "refuse_proposal",
    "remind",
    "setting_at",
    "settle_payment",
    "write_reminders",
]
