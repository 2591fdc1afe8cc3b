"""Payments: the only package that talks to Stripe.

Its gateway asks and classifies; an operation is one call that moves money, intended before it is
sent and sent exactly once; the inbox keeps what Stripe tells; connected accounts say whom it may
pay. It reads `partners`; `orders` and `payouts` stand on it. It posts nothing to the ledger.
"""

from backend.payments.actions import (
    adopt_result,
    claim_operation,
    lock_operation,
    mark_reversed,
    plan_operation,
    record_outcome,
    wake_operation,
    withdraw_operation,
)
from backend.payments.calls import (
    AccountState,
    BankPayout,
    Transfer,
    carry_out,
    operation_id_of,
    read_payout,
    read_transfer,
)
from backend.payments.gateway import Gateway, close_gateway, gateway, open_gateway
from backend.payments.rules import (
    LIVE,
    PAID_CURRENCIES,
    Claim,
    Done,
    NotFound,
    Operation,
    OperationLive,
    Outcome,
    Refused,
    Unknown,
    payout_params,
    transfer_params,
)
from backend.payments.rules_answer import LiveKeyRefused, StripeRefused, StripeUnknown

__all__ = [
    "LIVE",
    "PAID_CURRENCIES",
    "AccountState",
    "BankPayout",
    "Claim",
    "Done",
    "Gateway",
    "LiveKeyRefused",
    "NotFound",
    "Operation",
    "OperationLive",
    "Outcome",
    "Refused",
    "StripeRefused",
    "StripeUnknown",
    "Transfer",
    "Unknown",
    "adopt_result",
    "carry_out",
    "claim_operation",
    "close_gateway",
    "gateway",
    "lock_operation",
    "mark_reversed",
    "open_gateway",
    "operation_id_of",
    "payout_params",
    "plan_operation",
    "read_payout",
    "read_transfer",
    "record_outcome",
    "transfer_params",
    "wake_operation",
    "withdraw_operation",
]
