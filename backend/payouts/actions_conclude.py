"""What an operation's end means for its payout. Runs in the transaction that recorded the end."""

from datetime import datetime

from backend import audit, payments
from backend.core import connection, uuid7
from backend.payouts import rules
from backend.payouts.actions import book, change, postpone
from backend.payouts.rules import Payout


async def conclude(payout: Payout, operation: payments.Operation, now: datetime) -> Payout:
    """What the operation's state means for its payout. Doing it again changes nothing."""
    if operation.state == "done" and payout.state in ("failed", "held", "canceled"):
        payout = await _executed_after_all(payout, operation, now)
    expected = {"planned": payout.transfer_operation_id, "transferred": payout.payout_operation_id}
    if expected.get(payout.state) != operation.id:
        return payout
    if operation.state == "done" and payout.state == "planned":
        return await _transferred(payout, operation, now)
    if operation.state == "done":
        return await _payout_made(payout, operation, now)
    if operation.state == "rejected":
        return await _refused(payout, operation, now)
    return await postpone(payout, operation.next_attempt_at)


async def _executed_after_all(
    payout: Payout, operation: payments.Operation, now: datetime
) -> Payout:
    """Stripe had refused it, and has it: the payout stands again where it was before that.

    One that was canceled meanwhile waits for a person, its money at Stripe.
    """
    canceled = payout.state == "canceled"
    if operation.id == payout.transfer_operation_id and payout.transfer_id is None:
        again = f"executed:{payout.round}"
        await book(payout, again, (*rules.intended(payout), *rules.transferred(payout)), now)
        payout = await change(
            payout, now, "find_transfer", state="transferred", held_reason=None,
            failure_code=None, failure_message=None, transfer_id=operation.result_id,
            payout_operation_id=None, next_step_at=now,
        )  # fmt: skip
        await _tell_executed(payout, operation, now)
        if not canceled:
            return await intend_bank_payout(payout, now)
        return await change(
            payout, now, "stop_payout", state="failed", failure_code="executed_after_cancel",
            failure_message="It was canceled, and its transfer was made: retry it, or reverse it.",
        )  # fmt: skip
    made = await connection().fetchval(
        "SELECT true FROM payouts.payout_attempt WHERE operation_id = $1", operation.id
    )
    if operation.id != payout.payout_operation_id or made:
        return payout
    await _tell_executed(payout, operation, now)
    return await change(
        payout, now, "find_bank_payout", state="transferred", failure_code=None,
        failure_message=None,
    )  # fmt: skip


async def _tell_executed(payout: Payout, operation: payments.Operation, now: datetime) -> None:
    detail = f"Stripe had refused {operation.result_id}, and has it: attempt {operation.attempt}."
    await audit.raise_alarm(payout.subject, "executed_after_refusal", detail, now)


async def _refused(payout: Payout, operation: payments.Operation, now: datetime) -> Payout:
    """For good: tried again by a person only. Without a transfer the money is owed as before."""
    if payout.state == "planned":
        await book(payout, f"withdrawn:{payout.round}", rules.withdrawn(payout), now)
    return await change(
        payout, now, "fail_payout", state="failed",
        failure_code=operation.error_code, failure_message=operation.error_message,
    )  # fmt: skip


async def _transferred(payout: Payout, operation: payments.Operation, now: datetime) -> Payout:
    await book(payout, f"transferred:{payout.round}", rules.transferred(payout), now)
    payout = await change(
        payout, now, "transfer_payout", state="transferred",
        transfer_id=operation.result_id, next_step_at=now,
    )  # fmt: skip
    return await intend_bank_payout(payout, now)


async def intend_bank_payout(payout: Payout, now: datetime) -> Payout:
    """The bank payout is intended, unless the account has another one under way: then later."""
    assert payout.stripe_account is not None
    operation_id = uuid7()
    try:
        await payments.plan_operation(
            operation_id,
            "payout",
            organisation_id=payout.organisation_id,
            account=payout.stripe_account,
            subject=payout.subject,
            params=payments.payout_params(operation_id, payout.amount),
            now=now,
        )
    except payments.OperationLive:
        return await postpone(payout, now + rules.WAIT_FOR_OTHER_PAYOUT)
    return await change(payout, now, "", payout_operation_id=operation_id, next_step_at=now)


async def _payout_made(payout: Payout, operation: payments.Operation, now: datetime) -> Payout:
    number = payout.attempt_count + 1
    await connection().execute(
        "INSERT INTO payouts.payout_attempt (payout_id, organisation_id, number, operation_id, "
        "stripe_payout_id, created_at, changed_at) VALUES ($1, $2, $3, $4, $5, $6, $6)",
        payout.id, payout.organisation_id, number, operation.id, operation.result_id, now,
    )  # fmt: skip
    return await change(
        payout, now, "send_payout", state="payout_pending", attempt_count=number,
        next_step_at=now + rules.FIRST_LOOK_AFTER,
    )  # fmt: skip
