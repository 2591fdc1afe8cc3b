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
from backend.payments.actions_account import (
    open_account,
    refresh_account,
    refresh_accounts,
    start_onboarding,
    take_account_events,
)
from backend.payments.actions_event import (
    ensure_destinations,
    fetch_missed_events,
    receive_event,
    signing_secrets,
    take_events,
)
from backend.payments.calls import (
    AccountState,
    BankPayout,
    Transfer,
    carry_out,
    list_transfers,
    operation_id_of,
    read_payout,
    read_transfer,
)
from backend.payments.checkout import (
    create_checkout,
    create_customer,
    read_checkout,
    read_refund_at_stripe,
)
from backend.payments.gateway import Gateway, close_gateway, gateway, open_gateway
from backend.payments.queries import ConnectedAccount, read_connected_account
from backend.payments.rules import (
    LIVE,
    PAID_CURRENCIES,
    AccountUnknown,
    BadEvent,
    BadSignature,
    Claim,
    Done,
    NotFound,
    Operation,
    OperationLive,
    Outcome,
    Refused,
    Unknown,
    payout_params,
    refund_params,
    transfer_params,
)
from backend.payments.rules_answer import (
    OTHER_REQUEST,
    LiveKeyRefused,
    StripeRefused,
    StripeUnknown,
)
from backend.payments.rules_checkout import Checkout, CheckoutLine, Payment, RefundMade
from backend.payments.rules_event import PAYMENT_EVENTS, PAYOUT_EVENTS, Event

__all__ = [
    "LIVE",
    "OTHER_REQUEST",
    "PAID_CURRENCIES",
    "PAYMENT_EVENTS",
    "PAYOUT_EVENTS",
    "AccountState",
    "AccountUnknown",
    "BadEvent",
    "BadSignature",
    "BankPayout",
    "Checkout",
    "CheckoutLine",
    "Claim",
    "ConnectedAccount",
    "Done",
    "Event",
    "Gateway",
    "LiveKeyRefused",
    "NotFound",
    "Operation",
    "OperationLive",
    "Outcome",
    "Payment",
    "RefundMade",
    "Refused",
    "StripeRefused",
    "StripeUnknown",
    "Transfer",
    "Unknown",
    "adopt_result",
    "carry_out",
    "claim_operation",
    "close_gateway",
    "create_checkout",
    "create_customer",
    "ensure_destinations",
    "fetch_missed_events",
    "gateway",
    "list_transfers",
    "lock_operation",
    "mark_reversed",
    "open_account",
    "open_gateway",
    "operation_id_of",
    "payout_params",
    "plan_operation",
    "read_checkout",
    "read_connected_account",
    "read_payout",
    "read_refund_at_stripe",
    "read_transfer",
    "receive_event",
    "record_outcome",
    "refresh_account",
    "refresh_accounts",
    "refund_params",
    "signing_secrets",
    "start_onboarding",
    "take_account_events",
    "take_events",
    "transfer_params",
    "wake_operation",
    "withdraw_operation",
]
