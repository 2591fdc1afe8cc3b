"""What Stripe has is applied to our rows: in any order, any number of times, one result.

Each function takes an object as it was just read; it runs in the caller's transaction.
"""

from datetime import datetime
from uuid import UUID

from backend import payments
from backend.core import connection, transaction
from backend.payouts import rules
from backend.payouts.actions import STRIPE, book, change, lock_payout
from backend.payouts.actions_conclude import conclude
from backend.payouts.actions_reverse import make_way, note_reversal
from backend.payouts.rules import Attempt, Payout


async def apply_bank_payout(
    found: payments.BankPayout, now: datetime, *, told_at: datetime | None = None
) -> bool:
    """The payout is as far as this object of Stripe's, never less far than it was.

    `told_at`: when Stripe says that it came into its state. False: no payout of ours is known to
    have made it (yet).

    Raises:
        AmountDiffers, MadeTwice: it is ours, and of another amount, or one too many.
        ExecutedAfterAll: it was taken back before it was sent.
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
            at = rules.happened_at(found, told_at, attempt.created_at, now)
            await _advance(payout, attempt, found, at, now)
        return True


async def apply_transfer(found: payments.Transfer, now: datetime) -> bool:
    """The payout knows its transfer, and how much of it came back; that is owed again.

    False: no payout of ours has made it.

    Raises:
        AmountDiffers, MadeTwice: it is ours, and of another amount, or one too many.
        ExecutedAfterAll: it was taken back before it was sent.
    """
    async with transaction():
        payout_id = await _owner(found.id, found.operation_id, "transfer_operation_id")
        if payout_id is None:
            return await _was_ours(found.operation_id)
        payout = await lock_payout(payout_id)
        _check(payout, found.amount_minor, found.currency, found.id)
        if payout.transfer_id is None:
            payout = await _adopt(payout, found.operation_id, found.id, now)
        if payout.transfer_id != found.id:
            raise rules.MadeTwice(f"{found.id} is of the same transfer as {payout.transfer_id}.")
        await note_reversal(payout, found.amount_reversed_minor, now)
        return True


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
        raise rules.ExecutedAfterAll(f"{result_id} names operation {ours}, which was taken back.")
    if operation is None:
        return payout
    if operation.result_id != result_id:
        raise rules.MadeTwice(f"{result_id} names operation {ours}, as {operation.result_id} does.")
    return await conclude(payout, operation, now)


async def _attempt(stripe_payout_id: str) -> Attempt | None:
    row = await connection().fetchrow(
        "SELECT payout_id, number, stripe_payout_id, state, booked, created_at "
        "FROM payouts.payout_attempt WHERE stripe_payout_id = $1 FOR UPDATE",
        stripe_payout_id,
    )
    return None if row is None else Attempt(*row)


async def _advance(
    payout: Payout, attempt: Attempt, found: payments.BankPayout, at: datetime, now: datetime
) -> None:
    """The bank payout has gone on; so have the books, by exactly what they lacked, dated `at`."""
    paid = found.status == "paid"
    await connection().execute(
        "UPDATE payouts.payout_attempt SET state = $2, booked = $3, failure_code = $4, "
        "failure_message = $5, changed_at = $6 WHERE stripe_payout_id = $1",
        found.id, found.status, paid, found.failure_code, found.failure_message, now,
    )  # fmt: skip
    if paid:
        await book(payout, f"paid:{attempt.number}", rules.paid(payout), at)
    elif attempt.booked:
        await book(payout, f"returned:{attempt.number}", rules.returned(payout), at)
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
            payout, now, action, STRIPE, state="paid", paid_at=at,
            next_step_at=at + rules.BELIEVED_AFTER,
        )  # fmt: skip
    else:
        await change(payout, now, action, STRIPE, state=found.status)
    if found.status in ("failed", "canceled"):
        await make_way(await lock_payout(payout.id), now)


def _check(payout: Payout, amount_minor: int, currency: str, object_id: str) -> None:
    if (amount_minor, currency) != (payout.amount_minor, payout.currency):
        raise rules.AmountDiffers(
            f"{object_id} is of {amount_minor} {currency}, {payout.subject} of {payout.amount}."
        )
