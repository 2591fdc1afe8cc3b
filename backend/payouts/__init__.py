"""Payouts: what a statement owes goes to the partner's bank, once, or says why it waits.

One payout per statement; a transfer to the partner's Stripe account, then a bank payout from it.
Reads `settlement` and `partners`, sends through `payments`, posts to the `ledger`. Workers run its
jobs; `reports` shows it.
"""

from backend.payouts.actions import MonthPaid, cancel_payout, pay_month, retry_payout
from backend.payouts.actions_apply import apply_bank_payout, apply_transfer
from backend.payouts.actions_step import step_payout
from backend.payouts.approval import approve, ask_approval, list_approvals, refuse
from backend.payouts.jobs import machine_clock, run_due, sandbox_clock, sweep, take_events
from backend.payouts.jobs_month import Paid, drain, pay, wait_until_final
from backend.payouts.queries import list_payouts, read_attempts, read_payout, read_steps
from backend.payouts.rules import (
    REASONS,
    STAGES,
    AmountDiffers,
    MonthNotClosed,
    NothingPayable,
    NotRetriable,
    PayoutUnknown,
    Stage,
    State,
    TooLateToCancel,
)
from backend.payouts.rules_approval import ApprovalDecided, ApprovalPending, OwnRequest
from backend.payouts.sandbox import verify_in_sandbox

__all__ = [
    "REASONS",
    "STAGES",
    "AmountDiffers",
    "ApprovalDecided",
    "ApprovalPending",
    "MonthNotClosed",
    "MonthPaid",
    "NotRetriable",
    "NothingPayable",
    "OwnRequest",
    "Paid",
    "PayoutUnknown",
    "Stage",
    "State",
    "TooLateToCancel",
    "apply_bank_payout",
    "apply_transfer",
    "approve",
    "ask_approval",
    "cancel_payout",
    "drain",
    "list_approvals",
    "list_payouts",
    "machine_clock",
    "pay",
    "pay_month",
    "read_attempts",
    "read_payout",
    "read_steps",
    "refuse",
    "retry_payout",
    "run_due",
    "sandbox_clock",
    "step_payout",
    "sweep",
    "take_events",
    "verify_in_sandbox",
    "wait_until_final",
]
