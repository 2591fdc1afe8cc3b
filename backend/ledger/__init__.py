"""Ledger: accounts, entries, postings. It knows no partner, only the codes of accounts.

One posting debits one account and credits another, so it balances by construction. PostgreSQL
refuses to change a past row, a posting into a closed month, and a reference with other lines;
the application reaches it through `post` and its siblings and through nothing else.
"""

from backend.ledger.accounts import (
    OPERATOR_BANK,
    OPERATOR_CO_MARKETING,
    OPERATOR_CREDITS,
    OPERATOR_IAAS,
    OPERATOR_MARGINS,
    OPERATOR_PSP_FEES,
    OPERATOR_REBATES,
    OPERATOR_REVENUE,
    OPERATOR_STRIPE,
    OPERATOR_STRIPE_CONNECTED,
    OPERATOR_SUPPLIERS,
    OPERATOR_VAT,
    OPERATOR_VAT_INPUT,
    at_stripe,
    earned,
    in_transit,
    owed,
    payable,
)
from backend.ledger.actions import close_month, hold_close, open_month, post, post_entries
from backend.ledger.queries import (
    balance,
    closed_through,
    drifted_balances,
    oldest_month,
    read_account,
)
from backend.ledger.rules import AccountUnknown, Entry, Line, MonthClosed, ReferenceReused, move

__all__ = [
    "OPERATOR_BANK",
    "OPERATOR_CO_MARKETING",
    "OPERATOR_CREDITS",
    "OPERATOR_IAAS",
    "OPERATOR_MARGINS",
    "OPERATOR_PSP_FEES",
    "OPERATOR_REBATES",
    "OPERATOR_REVENUE",
    "OPERATOR_STRIPE",
    "OPERATOR_STRIPE_CONNECTED",
    "OPERATOR_SUPPLIERS",
    "OPERATOR_VAT",
    "OPERATOR_VAT_INPUT",
    "AccountUnknown",
    "Entry",
    "Line",
    "MonthClosed",
    "ReferenceReused",
    "at_stripe",
    "balance",
    "close_month",
    "closed_through",
    "drifted_balances",
    "earned",
    "hold_close",
    "in_transit",
    "move",
    "oldest_month",
    "open_month",
    "owed",
    "payable",
    "post",
    "post_entries",
    "read_account",
]
