"""What is true again and again: due payouts are a step further, events are applied, none is lost.

The rows say what is left; every job may run twice, at the same time, or after a crash.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime, timedelta
from uuid import UUID

import msgspec

from backend import payments, stripe_sandbox
from backend.core import (
    Clock,
    Month,
    enqueue,
    fetch,
    fetch_row,
    fetch_value,
    for_each,
    transaction,
)
from backend.payments import Event
from backend.payouts import actions, rules
from backend.payouts.actions_apply import apply_bank_payout, apply_transfer
from backend.payouts.actions_step import step_payout

AT_ONCE = 8
BATCH = 40

PATIENCE = 3
"""Rounds in a row that only failed, before `drain` gives up."""

SOON = timedelta(seconds=60)
"""`drain` waits for what is due within this, but not for funds."""

Advance = Callable[[int], Awaitable[int]]
"""Turns the sandbox's clock so many seconds forward; answers its time in seconds since 1970."""


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
    await actions.recheck_held(await clock())
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
        "UPDATE payouts.payout p SET next_step_at = $1::timestamptz + $2 WHERE p.id IN ("
        "SELECT id FROM payouts.payout WHERE next_step_at <= $1 "
        "AND state NOT IN ('final', 'failed', 'canceled') "
        "AND (state <> 'held' OR held_reason = 'ready') "
        "ORDER BY next_step_at LIMIT $3 FOR UPDATE SKIP LOCKED) RETURNING p.id",
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


async def start_month(month: Month, *, now: datetime, actor: str) -> actions.MonthPaid:
    """As `pay_month`, and the workers are woken once it is committed.

    Raises:
        MonthNotClosed: its statements are not drawn yet.
    """
    async with transaction():
        made = await actions.pay_month(month, now=now, actor=actor)
        await enqueue(run_due)
    return made


async def start_again(payout_id: UUID, *, now: datetime, actor: str) -> None:
    """As `retry_payout`, and the workers are woken once it is committed.

    Raises:
        PayoutUnknown, NotRetriable: as `retry_payout`.
    """
    async with transaction():
        await actions.retry_payout(payout_id, now=now, actor=actor)
        await enqueue(run_due)


async def drain(clock: Clock, *, month: Month) -> None:
    """Nothing of this month is left to send: it is sent, refused, held, or waits for funds.

    Raises:
        ExceptionGroup: what failed in the last of `PATIENCE` rounds that brought nothing forward.
    """
    before, failed_rounds = None, 0
    while True:
        failure = await _run_round(clock)
        left = await fetch_row(
            "SELECT count(*) AS number, min(p.next_step_at) AS next FROM payouts.payout p "
            "JOIN settlement.statement s ON s.id = p.statement_id "
            "LEFT JOIN payments.operation o "
            "ON o.id = coalesce(p.payout_operation_id, p.transfer_operation_id) "
            "WHERE s.month = $1 AND p.next_step_at <= $2 "
            "AND (p.state IN ('planned', 'transferred') AND (o.state <> 'planned' "
            "OR o.error_code IS NULL) OR p.state = 'held' AND p.held_reason = 'ready')",
            month.first_day,
            await clock() + SOON,
        )
        stuck = failure is not None and (left is None or left["number"] in (0, before))
        failed_rounds = failed_rounds + 1 if stuck else 0
        if failure is not None and failed_rounds >= PATIENCE:
            raise failure
        if left is None or (left["number"] == 0 and failure is None):
            return
        before = left["number"]
        if left["number"] == 0:
            continue
        pause = (left["next"] - await clock()).total_seconds()
        await asyncio.sleep(min(max(pause, 0.05), 2))


async def _run_round(clock: Clock) -> ExceptionGroup[Exception] | None:
    try:
        await run_due(clock)
        await take_events(clock)
    except ExceptionGroup as failure:
        return failure
    return None


async def wait_until_final(clock: Clock, advance: Advance, *, month: Month) -> None:
    """Every payout of the month that was sent has come to its end, by the sandbox's clock."""
    while True:
        await drain(clock, month=month)
        next_step_at = await fetch_value(
            "SELECT min(p.next_step_at) FROM payouts.payout p "
            "JOIN settlement.statement s ON s.id = p.statement_id "
            "WHERE s.month = $1 AND p.state IN ('payout_pending', 'in_transit', 'paid')",
            month.first_day,
        )
        if next_step_at is None:
            return
        wait = next_step_at - await clock()
        if wait > timedelta():
            await advance(int(wait.total_seconds()) + 1)


class Paid(msgspec.Struct, frozen=True):
    """A month's payouts after `pay`. `reasons`: why the held, failed and unfunded ones stand."""

    new: int
    sent: int
    held: int
    failed: int
    waiting: int
    reasons: dict[str, int]


async def pay(
    month: Month,
    *,
    actor: str,
    wait: bool = False,
    advance_clock: Advance | None = None,
    clock: Clock | None = None,
) -> Paid:
    """`maillage pay`: the month's payouts exist, and none is left to send (ground rule 27).

    With `wait`, all that were sent have come to their end; that needs `advance_clock`, the
    sandbox's. The clock is the sandbox's if `advance_clock` is given, else the machine's.

    Raises:
        MonthNotClosed: its statements are not drawn yet.
        ExceptionGroup: steps that failed.
    """
    clock = clock or (machine_clock if advance_clock is None else sandbox_clock)
    made = await actions.pay_month(month, now=await clock(), actor=actor)
    await drain(clock, month=month)
    if wait and advance_clock is not None:
        await wait_until_final(clock, advance_clock, month=month)
    return await _count(month, made.new)


async def _count(month: Month, new: int) -> Paid:
    rows = await fetch(
        "SELECT p.state, coalesce(p.held_reason, p.failure_code, o.error_code) AS reason, "
        "count(*) AS number FROM payouts.payout p "
        "JOIN settlement.statement s ON s.id = p.statement_id "
        "LEFT JOIN payments.operation o ON p.state IN ('planned', 'transferred') "
        "AND o.id = coalesce(p.payout_operation_id, p.transfer_operation_id) "
        "WHERE s.month = $1 GROUP BY 1, 2",
        month.first_day,
    )

    def count(*states: str) -> int:
        return sum(row["number"] for row in rows if row["state"] in states)

    reasons: dict[str, int] = {}
    for row in rows:
        if row["reason"] is not None:
            reasons[row["reason"]] = reasons.get(row["reason"], 0) + row["number"]
    return Paid(
        new,
        sent=count(*rules.AT_THE_BANK, "final"),
        held=count("held"),
        failed=count("failed", "canceled"),
        waiting=count(*rules.SENDING),
        reasons=reasons,
    )
