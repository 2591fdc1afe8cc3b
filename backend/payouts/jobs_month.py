"""A month is paid: its payouts are begun, and seen through as far as it goes without a person."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

import msgspec

from backend.core import Clock, Month, enqueue, fetch, fetch_row, fetch_value, retrying, transaction
from backend.payouts import actions, rules
from backend.payouts.jobs import machine_clock, run_due, sandbox_clock, take_events

LONGEST_QUIET = timedelta(days=10)
"""Longer than a paid payout takes to be believed."""

PATIENCE = 3
"""Rounds in a row that only failed, before `drain` gives up."""

SOON = timedelta(seconds=60)
"""`drain` waits for what is due within this, but not for funds."""

Advance = Callable[[int], Awaitable[int]]
"""Turns the sandbox's clock so many seconds forward; answers its time in seconds since 1970."""


async def start_month(month: Month, *, now: datetime, actor: str) -> actions.MonthPaid:
    """As `pay_month`, and the workers are woken once it is committed.

    Raises:
        MonthNotClosed: its statements are not drawn yet.
    """

    async def start() -> actions.MonthPaid:
        async with transaction():
            made = await actions.pay_month(month, now=now, actor=actor)
            await enqueue(run_due)
        return made

    return await retrying(start)


LEFT_TO_SEND = """CASE p.state
  WHEN 'held' THEN p.held_reason = 'ready'
  WHEN 'planned' THEN o.state <> 'planned' OR o.error_code IS NULL
  WHEN 'transferred' THEN p.held_reason IS NULL AND CASE WHEN o.id IS NULL
    THEN NOT EXISTS (SELECT FROM payments.operation x WHERE x.kind = 'payout'
      AND x.account = p.stripe_account AND x.state = 'planned' AND x.error_code IS NOT NULL)
    ELSE o.state <> 'planned' OR o.error_code IS NULL END
  ELSE false END"""
"""Not what waits for funds, for its partner, or behind another bank payout that does."""


async def drain(clock: Clock, *, month: Month) -> None:
    """What of this month can be sent is sent; the rest was refused, or says what it waits for.

    Raises:
        ExceptionGroup: what failed in the last of `PATIENCE` rounds that brought nothing forward.
    """
    before, failed_rounds = 0, 0
    while True:
        failure = await _run_round(clock)
        left, next_step_at = await _left_to_send(month, await clock() + SOON)
        if failure is None and not left:
            return
        stuck = failure is not None and left in (0, before)
        before, failed_rounds = left, failed_rounds + 1 if stuck else 0
        if failure is not None and failed_rounds >= PATIENCE:
            raise failure
        if next_step_at is not None:
            pause = (next_step_at - await clock()).total_seconds()
            await asyncio.sleep(min(max(pause, 0.05), 2))


async def _left_to_send(month: Month, until: datetime) -> tuple[int, datetime | None]:
    """How many payouts are still to be sent, and when the first of them is due."""
    row = await fetch_row(
        "SELECT count(*) AS number, min(p.next_step_at) AS next FROM payouts.payout p "  # noqa: S608
        "JOIN settlement.statement s ON s.id = p.statement_id "
        "LEFT JOIN payments.operation o ON o.id = CASE p.state "
        "WHEN 'planned' THEN p.transfer_operation_id ELSE p.payout_operation_id END "
        f"WHERE s.month = $1 AND p.next_step_at <= $2 AND {LEFT_TO_SEND}",
        month.first_day,
        until,
    )
    assert row is not None
    return row["number"], row["next"]


async def _run_round(clock: Clock) -> ExceptionGroup[Exception] | None:
    try:
        await run_due(clock)
        await take_events(clock)
    except ExceptionGroup as failure:
        return failure
    return None


async def wait_until_final(clock: Clock, advance: Advance, *, month: Month) -> None:
    """Every payout of the month that was sent has come to its end, by the sandbox's clock.

    Or nothing has moved for so long that only a person can bring it forward.
    """
    moved_at, before = await clock(), None
    while True:
        await drain(clock, month=month)
        now, steps = await clock(), await _steps_of(month)
        if steps != before:
            moved_at, before = now, steps
        next_step_at = await fetch_value(
            "SELECT min(p.next_step_at) FROM payouts.payout p "
            "JOIN settlement.statement s ON s.id = p.statement_id "
            "WHERE s.month = $1 AND p.state IN ('payout_pending', 'in_transit', 'paid')",
            month.first_day,
        )
        if next_step_at is None or now - moved_at > LONGEST_QUIET:
            return
        wait = next_step_at - now
        if wait > timedelta():
            await advance(int(wait.total_seconds()) + 1)


async def _steps_of(month: Month) -> int:
    steps: int = await fetch_value(
        "SELECT count(*) FROM payouts.payout_step t JOIN payouts.payout p ON p.id = t.payout_id "
        "JOIN settlement.statement s ON s.id = p.statement_id WHERE s.month = $1",
        month.first_day,
    )
    return steps


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
    now = await clock()
    made = await retrying(lambda: actions.pay_month(month, now=now, actor=actor))
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
