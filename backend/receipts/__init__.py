"""Receipts: what organisations paid the operator of what they owe it for infrastructure.

Each is one line of the bank's, recorded once and posted to the `ledger`; `settlement` puts it on
the next statement, where it meets what was carried (money rule d). One that bounced is reversed.
"""

from backend.receipts.actions import (
    Receipt,
    book_fee,
    find_receipt,
    record_receipt,
    reverse_receipt,
)
from backend.receipts.rules import (
    AlreadyReversed,
    BadReceipt,
    Means,
    ReceiptAtStripe,
    ReceiptConflict,
    ReceiptUnknown,
    ReferenceOfStripe,
    check_by_hand,
    check_receipt,
)

__all__ = [
    "AlreadyReversed",
    "BadReceipt",
    "Means",
    "Receipt",
    "ReceiptAtStripe",
    "ReceiptConflict",
    "ReceiptUnknown",
    "ReferenceOfStripe",
    "book_fee",
    "check_by_hand",
    "check_receipt",
    "find_receipt",
    "record_receipt",
    "reverse_receipt",
]
