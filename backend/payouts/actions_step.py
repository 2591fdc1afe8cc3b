"""One payout, one step further: the intent committed, the call, the result committed."""

from datetime import datetime
from uuid import UUID

from backend import payments
from backend.core import Clock, connection, transaction
from backend.payouts import rules
from backend.payouts.actions import (
    COLUMNS,
    change,
    hold_again,
    lock_payout,
    payout_of,
    plan,
    postpone,
    why_held,
)
from backend.payouts.actions_apply import apply_bank_payout
from backend.payouts.actions_conclude import conclude, intend_bank_payout
from backend.payouts.rules import Payout


async def step_payout(payout_id: UUID, clock: Clock) -> None:
    """What is due about this payout is done; nothing, if another process is doing it.

    Any crash in here leaves rows that say what is left to do (stripe.md 4).

    Raises:
        NothingPayable, OperationAltered: its rows need a person; nothing was sent.
    """
    payout = await _read(payout_id)
    if payout.state == "held":
        await plan(payout_id, await clock())
    elif payout.state == "planned":
        await _send(payout_id, clock)
    elif payout.state == "transferred":
        if payout.payout_operation_id is None:
            await _intend_payout(payout_id, await clock())
        await _send(payout_id, clock)
    elif payout.state in rules.AT_THE_BANK:
        await look_at_payout(payout, clock)


async def _read(payout_id: UUID) -> Payout:
    async with transaction():
        row = await connection().fetchrow(
            f"SELECT {COLUMNS} FROM payouts.payout p WHERE p.id = $1",  # noqa: S608
            payout_id,
        )
    if row is None:
        raise rules.PayoutUnknown(f"No payout has the id {payout_id}.")
    return payout_of(row)


async def _send(payout_id: UUID, clock: Clock) -> None:
    """The operation that is under way, one step further."""
    await payments.gateway().take_turn()
    claim = await _claim(payout_id, await clock())
    if claim is None:
        return
    outcome = await payments.carry_out(claim)
    now = await clock()
    async with transaction():
        payout = await lock_payout(payout_id)
        operation = await payments.record_outcome(claim, outcome, now)
        await conclude(payout, operation, now)


async def _claim(payout_id: UUID, now: datetime) -> payments.Claim | None:
    async with transaction():
        payout = await lock_payout(payout_id)
        if payout.state == "planned":
            reason = await why_held(payout_id, now)
            # Verified yesterday, no longer today: taken back while it certainly was not sent.
            if reason != "ready" and await hold_again(payout, reason, now):
                return None
            operation_id = payout.transfer_operation_id
        elif payout.state == "transferred":
            operation_id = payout.payout_operation_id
        else:
            return None
        return None if operation_id is None else await payments.claim_operation(operation_id, now)


async def _intend_payout(payout_id: UUID, now: datetime) -> None:
    async with transaction():
        payout = await lock_payout(payout_id)
        if payout.state == "transferred" and payout.payout_operation_id is None:
            await intend_bank_payout(payout, now)


async def look_at_payout(payout: Payout, clock: Clock) -> None:
    """What Stripe says of the bank payout now is applied; a paid one is believed after a week."""
    stripe_payout_id = await _current(payout)
    assert payout.stripe_account is not None
    found = await payments.read_payout(payout.stripe_account, stripe_payout_id)
    now = await clock()
    async with transaction():
        await apply_bank_payout(found, now)
        payout = await lock_payout(payout.id)
        if payout.state == "paid" and _believed(payout, now):
            await change(payout, now, "finish_payout", state="final")
        elif payout.state in rules.AT_THE_BANK and payout.next_step_at <= now:
            await postpone(payout, now + rules.LOOK_AGAIN_AFTER)


def _believed(payout: Payout, now: datetime) -> bool:
    return payout.paid_at is not None and payout.paid_at + rules.BELIEVED_AFTER <= now


async def _current(payout: Payout) -> str:
    async with transaction():
        found: str = await connection().fetchval(
            "SELECT stripe_payout_id FROM payouts.payout_attempt "
            "WHERE payout_id = $1 AND number = $2",
            payout.id,
            payout.attempt_count,
        )
    return found
