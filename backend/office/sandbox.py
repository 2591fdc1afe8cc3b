"""The Stripe sandbox in people's hands: its balance, its clock, its bad days."""

from collections.abc import Mapping
from datetime import datetime
from typing import Literal

from backend import audit, ledger, stripe_sandbox
from backend.core import Money, Month, Problem, fetch_value, transaction

DAY_S = 86_400

Target = Literal["transfer", "payout", "refund", "checkout"]
Kind = Literal["429", "lock_timeout", "409", "500_before", "500_after", "lost", "slow", "refused"]

PATHS: Mapping[Target, str] = {
    "transfer": "/v1/transfers",
    "payout": "/v1/payouts",
    "refund": "/v1/refunds",
    "checkout": "/v1/checkout/sessions",
}
"""What is asked of Stripe with POST."""


class SandboxOff(Problem):
    status = 404
    code = "sandbox-off"
    title = "The Stripe sandbox does not run here"


class NothingToFund(Problem):
    code = "nothing-to-fund"
    title = "No money is missing"


async def missing_at_stripe(currency: str) -> Money:
    """What closed statements still have to be sent, less what the platform has at Stripe.

    Raises:
        NothingToFund: the platform has enough.
    """
    due = await fetch_value(
        """
        SELECT coalesce(sum(s.due_minor), 0)::bigint
        FROM settlement.statement s LEFT JOIN payouts.payout p ON p.statement_id = s.id
        WHERE s.currency = $1 AND p.transfer_id IS NULL
        """,
        currency,
    )
    at_stripe = -(await ledger.balance(ledger.OPERATOR_STRIPE, currency)).amount_minor
    if due - at_stripe <= 0:
        raise NothingToFund("Statements need no more than the platform has; name an amount.")
    return Money(due - at_stripe, currency)


async def top_up(money: Money, *, now: datetime, actor: str) -> Money:
    """The sandbox's balance and the books are larger by `money`.

    The top-up comes first; the books follow in a transaction of their own.
    """
    top_up_id = await stripe_sandbox.fund(money.amount_minor, money.currency.lower())
    async with transaction():
        line = ledger.Line(ledger.OPERATOR_STRIPE, ledger.OPERATOR_BANK, money)
        month = await ledger.open_month(Month.of(now))
        reference = f"topup:{top_up_id}"
        await ledger.post(reference, line, month=month, effective_at=now)
        await audit.write(None, actor, "fund_sandbox", reference, None, {"amount": money})
    return money


async def advance(days: int, *, actor: str) -> int:
    """The sandbox's clock is `days` later, and what was due has happened; answers its seconds."""
    moment = await stripe_sandbox.advance_clock(days * DAY_S)
    async with transaction():
        await audit.write(None, actor, "advance_sandbox", "sandbox:clock", None, {"days": days})
    return moment


async def add_fault(target: Target, kind: Kind, *, times: int, actor: str) -> None:
    """The next `times` calls of this kind go wrong in the sandbox."""
    await stripe_sandbox.add_fault("POST", PATHS[target], kind, times=times)
    after = {"target": target, "kind": kind, "times": times}
    async with transaction():
        await audit.write(None, actor, "add_fault", "sandbox:fault", None, after)


async def clear_faults(*, actor: str) -> None:
    """Every call goes well again."""
    await stripe_sandbox.clear_faults()
    async with transaction():
        await audit.write(None, actor, "clear_faults", "sandbox:fault")
