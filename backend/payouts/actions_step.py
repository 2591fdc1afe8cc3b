"""One payout, one step further: the intent committed, the call, the result committed."""

from datetime import datetime
from functools import partial
from uuid import UUID

from backend import audit, payments
from backend.core import Clock, Problem, connection, retrying, transaction
from backend.payouts import rules
from backend.payouts.actions import (
    COLUMNS,
    change,
    hold_again,
    lock_payout,
    payout_of,
    plan,
    postpone,
)
from backend.payouts.actions_apply import apply_bank_payout, apply_transfer
from backend.payouts.actions_conclude import conclude, intend_bank_payout
from backend.payouts.actions_gate import why_held
from backend.payouts.actions_reverse import make_way
from backend.payouts.rules import Payout

FOR_A_PERSON = (
    rules.NothingPayable,
    rules.AmountDiffers,
    rules.MadeTwice,
    rules.ExecutedAfterAll,
    payments.OperationLive,
    payments.OperationAltered,
    payments.StripeRefused,
)
"""What no repetition mends: an alarm is raised, and the payout waits."""


async def step_payout(payout_id: UUID, clock: Clock) -> None:
    """What is due about this payout is done; nothing, if another process is doing it.

    Any crash in here leaves rows that say what is left to do (stripe.md 4). Where its rows need a
    person nothing is sent, and an alarm is raised.

    Raises:
        StripeUnknown: Stripe could not be asked what it has; it is asked again later.
    """
    try:
        await _step(await _read(payout_id), clock)
    except FOR_A_PERSON as problem:
        now = await clock()
        await retrying(partial(_set_aside, payout_id, problem, now))


async def _step(payout: Payout, clock: Clock) -> None:
    if payout.state == "held":
        if payout.transfer_operation_id is None or not await _find_transfer(payout, clock):
            now = await clock()
            await retrying(lambda: plan(payout.id, now))
    elif payout.state == "planned":
        await _send(payout.id, clock)
    elif payout.state == "transferred":
        await _intend_unless_found(payout, clock)
        await _send(payout.id, clock)
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


async def _set_aside(payout_id: UUID, problem: Problem, now: datetime) -> None:
    async with transaction():
        payout = await lock_payout(payout_id)
        if isinstance(problem, rules.NothingPayable) and payout.state == "held":
            payout = await change(payout, now, "", held_reason="not_owed")
            await postpone(payout, now + rules.NOT_OWED_AGAIN_AFTER)
        else:
            await postpone(payout, now + rules.LOOK_AGAIN_AFTER)
        detail = f"{problem.title}. {problem.detail}"
        await audit.raise_alarm(payout.subject, problem.code, detail, now, again=True)


async def _find_transfer(payout: Payout, clock: Clock) -> bool:
    """An earlier transfer was refused; Stripe is asked once more before there is another."""
    assert payout.transfer_operation_id is not None
    found = await payments.look_again(payout.transfer_operation_id)
    if found is None:
        return False
    transfer, now = await payments.read_transfer(found), await clock()
    return await retrying(lambda: apply_transfer(transfer, now))


async def _intend_unless_found(payout: Payout, clock: Clock) -> None:
    """The bank payout is under way; an earlier one that was refused is looked for first."""
    before = payout.payout_operation_id
    if payout.transfer_reversed_minor:
        return  # Nothing more is sent of what came back in part.
    if before is not None:
        if await payments.operation_state(before) != "rejected":
            return
        found = await payments.look_again(before)
        if found is not None:
            assert payout.stripe_account is not None
            made, now = await payments.read_payout(payout.stripe_account, found), await clock()
            await retrying(lambda: apply_bank_payout(made, now))
            return
    now = await clock()
    await retrying(lambda: _intend_payout(payout.id, before, now))


async def _send(payout_id: UUID, clock: Clock) -> None:
    """The operation that is under way, one step further."""
    await payments.gateway().take_turn()
    now = await clock()
    claim = await retrying(lambda: _claim(payout_id, now))
    if claim is None:
        return
    outcome = await payments.carry_out(claim)
    now = await clock()
    await retrying(lambda: _record(payout_id, claim, outcome, now))


async def _record(
    payout_id: UUID, claim: payments.Claim, outcome: payments.Outcome, now: datetime
) -> None:
    async with transaction():
        payout = await lock_payout(payout_id)
        operation = await payments.record_outcome(claim, outcome, now)
        await make_way(await conclude(payout, operation, now), now)


async def _claim(payout_id: UUID, now: datetime) -> payments.Claim | None:
    """Verified yesterday, no longer today: not sent, or only looked for if perhaps it was."""
    async with transaction():
        payout = await lock_payout(payout_id)
        if payout.state not in rules.SENDING:
            return None
        reason = await why_held(payout_id, now)
        if payout.state == "planned":
            if reason != "ready" and await hold_again(payout, reason, now):
                return None
            operation_id = payout.transfer_operation_id
        else:
            payout = await make_way(payout, now)
            if payout.state != "transferred":
                return None
            if payout.transfer_reversed_minor:
                reason = "transfer_reversed"
            payout = await _say_why(payout, reason, now)
            operation_id = payout.payout_operation_id
        if operation_id is None:
            return None
        return await payments.claim_operation(operation_id, now, may_send=reason == "ready")


async def _say_why(payout: Payout, reason: str, now: datetime) -> Payout:
    """A payout whose money is at Stripe says what keeps it there."""
    held = None if reason == "ready" else reason
    if payout.held_reason != held:
        payout = await change(payout, now, "", held_reason=held)
    if held is None:
        return payout
    return await postpone(payout, now + rules.RECHECK_AFTER)


async def _intend_payout(payout_id: UUID, before: UUID | None, now: datetime) -> None:
    async with transaction():
        payout = await lock_payout(payout_id)
        if payout.state == "transferred" and payout.payout_operation_id == before:
            await intend_bank_payout(payout, now)


async def look_at_payout(payout: Payout, clock: Clock) -> None:
    """What Stripe says of the bank payout now is applied; a paid one is believed after a week."""
    stripe_payout_id = await _current(payout)
    assert payout.stripe_account is not None
    found = await payments.read_payout(payout.stripe_account, stripe_payout_id)
    now = await clock()
    await retrying(lambda: _apply_look(payout.id, found, now))


async def _apply_look(payout_id: UUID, found: payments.BankPayout, now: datetime) -> None:
    async with transaction():
        await apply_bank_payout(found, now)
        payout = await lock_payout(payout_id)
        if payout.state == "paid" and _believed(payout, now):
            await change(payout, now, "finish_payout", state="final")
        elif payout.state in rules.AT_THE_BANK and payout.next_step_at <= now + rules.TAKEN_FOR:
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
