"""What Stripe has is applied to our rows: in any order, any number of times, one result.

Each function takes an object as it was just read; it runs in the caller's transaction.
"""

from datetime import datetime
from uuid import UUID

from backend import payments
from backend.core import connection, transaction
from backend.payouts import rules
from backend.payouts.actions import book, change, lock_payout
from backend.payouts.actions_conclude import conclude
from backend.payouts.rules import Attempt, Payout

STRIPE = "system:stripe"


async def apply_bank_payout(found: payments.BankPayout, now: datetime) -> bool:
    """The payout is as far as this object of Stripe's, never less far than it was.

    False: no payout of ours is known to have made it (yet).

    Raises:
        AmountDiffers: it is ours and of another amount.
        ExecutedAfterAll: we were told that it was refused.
    """
    async with transaction():
        payout_id = await _owner(found.id, found.operation_id, "payout_operation_id")
        if payout_id is None:
            return False
        payout = await lock_payout(payout_id)
        _check(payout, found.amount_minor, found.currency, found.id)
        attempt = await _attempt(found.id)
        if attempt is None:
            payout = await _adopt(payout, found.operation_id, found.id, now)
            attempt = await _attempt(found.id)
        if attempt is None:
            return False
        if rules.newer(found.status, attempt.state):
            await _advance(payout, attempt, found, now)
        return True


async def apply_transfer(found: payments.Transfer, now: datetime) -> bool:
    """The payout knows its transfer, and whether all of it came back.

    False: no payout of ours has made it, or its money is on its way to the bank.

    Raises:
        AmountDiffers: it is ours and of another amount.
        ExecutedAfterAll: we were told that it was refused.
    """
    async with transaction():
        payout_id = await _owner(found.id, found.operation_id, "transfer_operation_id")
        if payout_id is None:
            return await _was_ours(found.operation_id)
        payout = await lock_payout(payout_id)
        _check(payout, found.amount_minor, found.currency, found.id)
        if payout.transfer_id is None:
            payout = await _adopt(payout, found.operation_id, found.id, now)
        if found.amount_reversed_minor < found.amount_minor or payout.transfer_id != found.id:
            return True
        return await _reverse(payout, now)


async def _owner(object_id: str, operation_id: str | None, column: str) -> UUID | None:
    """The payout that made this object, or whose operation is named in it."""
    if column == "payout_operation_id":
        known = await connection().fetchval(
            "SELECT payout_id FROM payouts.payout_attempt WHERE stripe_payout_id = $1", object_id
        )
    else:
        known = await connection().fetchval(
            "SELECT id FROM payouts.payout WHERE transfer_id = $1", object_id
        )
    ours = payments.operation_id_of(operation_id)
    if known is None and ours is not None:
        known = await connection().fetchval(
            f"SELECT id FROM payouts.payout WHERE {column} = $1",  # noqa: S608
            ours,
        )
    found: UUID | None = known
    return found


async def _was_ours(operation_id: str | None) -> bool:
    """A transfer that was reversed long ago: nothing is left to do about it."""
    ours = payments.operation_id_of(operation_id)
    return ours is not None and bool(
        await connection().fetchval(
            "SELECT true FROM payments.operation WHERE id = $1 AND reversed_at IS NOT NULL", ours
        )
    )


async def _adopt(payout: Payout, operation_id: str | None, result_id: str, now: datetime) -> Payout:
    """An object that names our operation proves it done, whatever we saw of the answer."""
    ours = payments.operation_id_of(operation_id)
    assert ours is not None
    operation = await payments.adopt_result(ours, result_id, now)
    if operation is not None and operation.state == "rejected":
        raise rules.ExecutedAfterAll(f"{result_id} names operation {ours}; reverse it by hand.")
    if operation is None or operation.result_id != result_id:
        return payout
    return await conclude(payout, operation, now)


async def _attempt(stripe_payout_id: str) -> Attempt | None:
    row = await connection().fetchrow(
        "SELECT payout_id, number, stripe_payout_id, state, booked FROM payouts.payout_attempt "
        "WHERE stripe_payout_id = $1 FOR UPDATE",
        stripe_payout_id,
    )
    return None if row is None else Attempt(*row)


async def _advance(
    payout: Payout, attempt: Attempt, found: payments.BankPayout, now: datetime
) -> None:
    """The bank payout has gone on; so have the books, by exactly what they lacked."""
    paid = found.status == "paid"
    await connection().execute(
        "UPDATE payouts.payout_attempt SET state = $2, booked = $3, failure_code = $4, "
        "failure_message = $5, changed_at = $6 WHERE stripe_payout_id = $1",
        found.id, found.status, paid, found.failure_code, found.failure_message, now,
    )  # fmt: skip
    if paid:
        await book(payout, f"paid:{attempt.number}", rules.paid(payout), now)
    elif attempt.booked:
        await book(payout, f"returned:{attempt.number}", rules.returned(payout), now)
    if attempt.number != payout.attempt_count:
        return
    action = f"note_{found.status}"
    if found.status == "failed":
        await change(
            payout, now, action, STRIPE, state="failed",
            failure_code=found.failure_code or "unknown", failure_message=found.failure_message,
        )  # fmt: skip
    elif paid:
        await change(
            payout, now, action, STRIPE, state="paid", paid_at=now,
            next_step_at=now + rules.BELIEVED_AFTER,
        )  # fmt: skip
    else:
        await change(payout, now, action, STRIPE, state=found.status)


async def _reverse(payout: Payout, now: datetime) -> bool:
    """Stripe gave everything back: owed again, and only now may there be a second transfer."""
    waiting = payout.state in ("failed", "canceled") or (
        payout.state == "transferred" and await _take_back_payout(payout, now)
    )
    if not waiting:
        return False
    assert payout.transfer_operation_id is not None
    await payments.mark_reversed(payout.transfer_operation_id, now)
    await book(payout, f"reversed:{payout.round}", rules.reversed_(payout), now)
    await change(
        payout, now, "reverse_payout", STRIPE, state="canceled", transfer_id=None,
        transfer_operation_id=None, payout_operation_id=None, failure_code=None,
        failure_message=None,
    )  # fmt: skip
    return True


async def _take_back_payout(payout: Payout, now: datetime) -> bool:
    if payout.payout_operation_id is None:
        return True
    return await payments.withdraw_operation(payout.payout_operation_id, "reversed", now)


def _check(payout: Payout, amount_minor: int, currency: str, object_id: str) -> None:
    if (amount_minor, currency) != (payout.amount_minor, payout.currency):
        raise rules.AmountDiffers(
            f"{object_id} is of {amount_minor} {currency}, {payout.subject} of {payout.amount}."
        )
