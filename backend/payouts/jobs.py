"""What is true again and again: due payouts are a step further, events are applied, none is lost.

The rows say what is left; every job may run twice, at the same time, or after a crash.
"""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime
from uuid import UUID

from backend import payments, stripe_sandbox
from backend.core import (
    Clock,
    enqueue,
    fetch,
    fetch_value,
    for_each,
    transaction,
)
from backend.payments import Event
from backend.payouts import actions, actions_gate, rules
from backend.payouts.actions_apply import apply_bank_payout, apply_transfer
from backend.payouts.actions_step import step_payout

AT_ONCE = 8
BATCH = 40


async def machine_clock() -> datetime:
    """The real time."""
    return datetime.now(UTC)


async def sandbox_clock() -> datetime:
    """The sandbox's time, which people turn forward."""
    return datetime.fromtimestamp(await stripe_sandbox.clock(), UTC)


async def run_due(clock: Clock, *, at_once: int = AT_ONCE) -> int:
    """Every due payout is a step further, `at_once` of them at a time; answers how many steps.

    Raises:
        ExceptionGroup: what failed. Those are tried again later; they held no other.
    """
    stepped = 0
    failures: list[Exception] = []
    await actions_gate.recheck_held(await clock())
    while due := await _claim_due(await clock()):
        stepped += len(due)
        waiting: Iterator[UUID] = iter(due)

        async def work(waiting: Iterator[UUID] = waiting) -> None:
            # One iterator for all: whoever is free takes the next.
            await for_each(waiting, lambda payout_id: step_payout(payout_id, clock))

        done = await asyncio.gather(*(work() for _ in range(at_once)), return_exceptions=True)
        for result in done:
            if isinstance(result, ExceptionGroup):
                failures.extend(result.exceptions)
            elif isinstance(result, BaseException):
                raise result
    if failures:
        raise ExceptionGroup(f"{len(failures)} of {stepped} steps failed", failures)
    return stepped


async def _claim_due(now: datetime) -> list[UUID]:
    """Due payouts, taken from other workers for a while; the longest due first."""
    rows = await fetch(
        "WITH picked AS MATERIALIZED (SELECT id FROM payouts.payout WHERE next_step_at <= $1 "
        "AND state NOT IN ('final', 'failed', 'canceled') "
        "AND (state <> 'held' OR held_reason IN ('ready', 'not_owed')) "
        "ORDER BY next_step_at LIMIT $3 FOR UPDATE SKIP LOCKED) "
        "UPDATE payouts.payout p SET next_step_at = $1::timestamptz + $2 FROM picked "
        "WHERE p.id = picked.id RETURNING p.id",
        now,
        rules.TAKEN_FOR,
        BATCH,
    )
    return [row["id"] for row in rows]


async def take_events(clock: Clock) -> int:
    """What Stripe told of bank payouts and transfers is applied; answers how many events.

    Raises:
        ExceptionGroup: events that could not be applied; they stay.
    """

    async def apply(event: Event, found: payments.BankPayout | payments.Transfer | None) -> bool:
        if isinstance(found, payments.BankPayout):
            told_at = event.created_at if event.snapshot.get("status") == found.status else None
            return await apply_bank_payout(found, await clock(), told_at=told_at)
        if isinstance(found, payments.Transfer):
            return await apply_transfer(found, await clock())
        return True

    return await payments.take_events(payments.PAYOUT_EVENTS, read_object, apply, clock)


async def read_object(event: Event) -> payments.BankPayout | payments.Transfer | None:
    """The object as it is now; None if its event cannot tell us anything that we do not know."""
    if not await tells_more(event):
        return None
    if event.type.startswith("transfer."):
        return await payments.read_transfer(event.object_id)
    return await payments.read_payout(event.account, event.object_id)


async def tells_more(event: Event) -> bool:
    """Whether the object is worth asking for: its snapshot is further than our row, or unknown."""
    if event.type.startswith("transfer."):
        return True
    if not event.account:
        return False  # The operator's own payout: not a partner's.
    known = await fetch_value(
        "SELECT state FROM payouts.payout_attempt WHERE stripe_payout_id = $1", event.object_id
    )
    status = event.snapshot.get("status")
    return known is None or not isinstance(status, str) or rules.newer(status, known)


async def sweep(clock: Clock) -> None:
    """Events that Stripe could not deliver are in the inbox, stale accounts are read anew.

    Raises:
        ExceptionGroup: what could not be asked.
    """
    works = (payments.fetch_missed_events, payments.refresh_accounts)
    await for_each(works, lambda work: work(clock))


async def start_again(payout_id: UUID, *, now: datetime, actor: str) -> None:
    """As `retry_payout`, and the workers are woken once it is committed.

    Raises:
        PayoutUnknown, NotRetriable: as `retry_payout`.
    """
    async with transaction():
        await actions.retry_payout(payout_id, now=now, actor=actor)
        await enqueue(run_due)
