"""Stripe sandbox: a small stateful Stripe in test mode, to try everything without an account.

An ASGI app for the endpoints that Maillage calls, with Stripe's refusals, idempotency, events,
hosted pages, a clock and faults on request; its state is in PostgreSQL. It never funds or verifies
by itself. `payments` speaks to it as to Stripe, through the unmodified stripe library.
"""

from backend.stripe_sandbox.actions import (
    advance_clock,
    book_entry,
    describe,
    dispute,
    end_dispute,
    fund,
    reset,
    set_capability,
    set_rate,
    verify_account,
)
from backend.stripe_sandbox.app import AnswerLost, App, build_app
from backend.stripe_sandbox.delivery import deliver_due, deliver_forever, set_delivery, sign
from backend.stripe_sandbox.faults import add_fault, clear_faults
from backend.stripe_sandbox.refusal import Refusal
from backend.stripe_sandbox.state import clock

__all__ = [
    "AnswerLost",
    "App",
    "Refusal",
    "add_fault",
    "advance_clock",
    "book_entry",
    "build_app",
    "clear_faults",
    "clock",
    "deliver_due",
    "deliver_forever",
    "describe",
    "dispute",
    "end_dispute",
    "fund",
    "reset",
    "set_capability",
    "set_delivery",
    "set_rate",
    "sign",
    "verify_account",
]
