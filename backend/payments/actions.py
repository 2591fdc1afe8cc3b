"""Operations: intent, claim, result. The network comes between two of these, never inside one."""

import time
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import msgspec

from backend.core import connection, fetch_row, transaction
from backend.payments import rules
from backend.payments.calls import look_for
from backend.payments.gateway import gateway
from backend.payments.rules import Claim, Done, NotFound, Operation, Outcome

COLUMNS = (
    "id, kind, organisation_id, account, subject, state, attempt, send_count, first_sent_at, "
    "next_attempt_at, result_id, error_code, error_message, created_at"
)
SEND_WITHIN_S = 5.0
"""Of the claim; a request that leaves later does not leave. It then lasts a gateway's timeout at
most, so that nothing of a claim is under way when it ends."""


async def plan_operation(
    operation_id: UUID,
    kind: rules.Kind,
    *,
    organisation_id: UUID,
    subject: str,
    params: dict[str, Any],
    now: datetime,
    account: str = "",
) -> None:
    """The intent is written, with all that will be sent; nothing is sent yet.

    Raises:
        OperationLive: the connected account has a payout under way, or the subject a transfer
            that was not refused and not reversed.
    """
    text, digest = rules.encode(params)
    async with transaction():
        try:
            async with transaction():
                await connection().execute(
                    "INSERT INTO payments.operation (id, kind, organisation_id, account, subject, "
                    "params, params_digest, next_attempt_at, created_at) "
                    "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8)",
                    operation_id, kind, organisation_id, account, subject, text, digest, now,
                )  # fmt: skip
        except asyncpg.UniqueViolationError as error:
            raise rules.OperationLive(
                f"{subject} or its account has another {kind} under way; wait for its end."
            ) from error


async def claim_operation(
    operation_id: UUID, now: datetime, *, may_send: bool = True
) -> Claim | None:
    """The right to send it, or to look for what it made; None if another has it, or it is not due.

    Without `may_send`, what was perhaps sent is only looked for.

    Committed before the call: what was possibly sent is known after any crash (stripe.md 4.1).
    It ends by itself soon after the gateway's timeout, by a clock that nobody turns.

    Raises:
        OperationAltered: its parameters are not those that were planned.
    """
    lease_s = gateway().timeout_s + SEND_WITHIN_S
    before = time.time() + SEND_WITHIN_S
    async with transaction():
        row = await connection().fetchrow(
            f"SELECT {COLUMNS}, params, params_digest, "  # noqa: S608
            "clock_timestamp() - left_at AS since_sent FROM payments.operation "
            "WHERE id = $1 AND (leased_until IS NULL OR leased_until < clock_timestamp()) "
            "FOR UPDATE SKIP LOCKED",
            operation_id,
        )
        if row is None:
            return None
        operation = _operation(row)
        move = rules.next_move(operation, now, row["since_sent"], may_send=may_send)
        if move is None:
            return None
        params = msgspec.json.decode(row["params"], type=dict[str, Any])
        if rules.encode(params)[1] != row["params_digest"]:
            raise rules.OperationAltered(f"Operation {operation_id}: look into its row by hand.")
        claimed = await connection().fetchrow(
            f"UPDATE payments.operation SET state = $2, next_attempt_at = $3, "  # noqa: S608
            "send_count = send_count + 1, "
            "leased_until = clock_timestamp() + make_interval(secs => $5), "
            "first_sent_at = coalesce(first_sent_at, $4), "
            "left_at = CASE WHEN $2 = 'sending' THEN clock_timestamp() ELSE left_at END "
            f"WHERE id = $1 RETURNING {COLUMNS}",
            operation_id,
            "sending" if move == "send" else "reconcile",
            now + timedelta(seconds=lease_s),
            now,
            lease_s,
        )
    assert claimed is not None
    return Claim(_operation(claimed), move, params, before)


async def record_outcome(claim: Claim, outcome: Outcome, now: datetime) -> Operation:
    """What became of it is written; a late answer to an attempt that is over changes nothing.

    Call it in the transaction that draws the conclusions.
    """
    async with transaction():
        current = await lock_operation(claim.operation.id)
        if (current.state, current.attempt) != (claim.operation.state, claim.operation.attempt):
            return current
        step = rules.after(claim.move, outcome, current.attempt, current.send_count)
        ended = now if step.state in ("done", "rejected") else None
        planned = step.state == "planned"
        row = await connection().fetchrow(
            f"UPDATE payments.operation SET state = $2, attempt = attempt + $3::int, "  # noqa: S608
            "next_attempt_at = $4, leased_until = NULL, result_id = $5, error_code = $6, "
            "error_message = $7, "
            "request_id = coalesce($8, request_id), replayed = $9, ended_at = $10, "
            "first_sent_at = CASE WHEN $11 THEN NULL ELSE first_sent_at END, "
            "send_count = CASE WHEN $11 THEN 0 ELSE send_count END "
            f"WHERE id = $1 RETURNING {COLUMNS}",
            current.id,
            step.state,
            int(step.new_attempt),
            now + step.pause,
            outcome.result_id if isinstance(outcome, Done) else None,
            None if isinstance(outcome, Done | NotFound) else outcome.reason[:200],
            None if isinstance(outcome, Done | NotFound) else outcome.message[:1000],
            None if isinstance(outcome, NotFound) else outcome.request_id,
            not isinstance(outcome, NotFound | rules.Refused) and outcome.replayed,
            ended,
            planned,
        )  # fmt: skip
    assert row is not None
    return _operation(row)


async def adopt_result(operation_id: UUID, result_id: str, now: datetime) -> Operation | None:
    """An object of Stripe's that names this operation proves that it was executed.

    Also where Stripe had refused it; not where it was never sent. None: there is no such one.
    """
    async with transaction():
        exists = await connection().fetchval(
            "SELECT true FROM payments.operation WHERE id = $1", operation_id
        )
        if not exists:
            return None
        current = await lock_operation(operation_id)
        executed = current.state in rules.LIVE or (
            current.state == "rejected" and current.first_sent_at is not None
        )
        if not executed:
            return current
        row = await connection().fetchrow(
            "UPDATE payments.operation SET state = 'done', result_id = $2, ended_at = $3, "  # noqa: S608
            f"error_code = NULL, error_message = NULL WHERE id = $1 RETURNING {COLUMNS}",
            operation_id,
            result_id,
            now,
        )
    assert row is not None
    return _operation(row)


async def withdraw_operation(operation_id: UUID, reason: str, now: datetime) -> bool:
    """It will never be sent. False: too late, it may have been sent already."""
    async with transaction():
        current = await lock_operation(operation_id)
        if current.state != "planned":
            return current.state == "rejected"
        await connection().execute(
            "UPDATE payments.operation SET state = 'rejected', error_code = $2, "
            "error_message = 'Taken back before it was sent.', ended_at = $3 WHERE id = $1",
            operation_id,
            reason,
            now,
        )
        return True


async def mark_reversed(operation_id: UUID, now: datetime) -> None:
    """Stripe confirmed that the whole transfer came back: only now may there be another."""
    async with transaction():
        await connection().execute(
            "UPDATE payments.operation SET reversed_at = $2 "
            "WHERE id = $1 AND kind = 'transfer' AND reversed_at IS NULL",
            operation_id,
            now,
        )


async def wake_operation(operation_id: UUID, now: datetime) -> None:
    """Do not wait any longer with a planned operation (funds have come)."""
    async with transaction():
        await connection().execute(
            "UPDATE payments.operation SET next_attempt_at = $2 "
            "WHERE id = $1 AND state = 'planned' AND next_attempt_at > $2",
            operation_id,
            now,
        )


async def look_again(operation_id: UUID) -> str | None:
    """What Stripe has of an operation that it refused, before the same is asked for once more.

    None: nothing, or it was never sent.

    Raises:
        StripeRefused, StripeUnknown: Stripe could not be asked.
    """
    row = await fetch_row(
        f"SELECT {COLUMNS}, params FROM payments.operation WHERE id = $1",  # noqa: S608
        operation_id,
    )
    if row is None or row["state"] != "rejected" or row["first_sent_at"] is None:
        return None
    params = msgspec.json.decode(row["params"], type=dict[str, Any])
    return await look_for(_operation(row), params)


async def lock_operation(operation_id: UUID) -> Operation:
    """The row, locked until the end of the transaction."""
    row = await connection().fetchrow(
        f"SELECT {COLUMNS} FROM payments.operation WHERE id = $1 FOR UPDATE",  # noqa: S608
        operation_id,
    )
    assert row is not None, f"no operation {operation_id}"
    return _operation(row)


def _operation(row: asyncpg.Record) -> Operation:
    return msgspec.convert(
        {name: row[name] for name in Operation.__struct_fields__}, Operation, strict=False
    )
