"""A month's closing that somebody asked for and watches: the worker runs it and says how far it is.

The closing stays one transaction. Its progress goes to a row of its own by another connection,
and nothing of it is waited for.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from contextvars import Context
from datetime import datetime
from uuid import UUID

import asyncpg

from backend import audit
from backend.core import Clock, Month, Problem, connection, enqueue, fetch, fetch_row, transaction
from backend.settlement.actions import Tell, close_month
from backend.settlement.rules import ClosingUnknown, Phase, check_over

Progress = tuple[Phase, int, int]

CLAIM_S = 30
"""A closing whose worker has been silent for so long is given to another one."""
BEAT_S = 5

COLUMNS = """id, month, actor, asked_at, state, phase, done_count, total_count, statement_count,
    line_count, is_new, problem_code, problem_detail, changed_at"""


async def ask_closing(
    month: Month, *, minimum_hundredths: int, now: datetime, actor: str
) -> asyncpg.Record:
    """The month will be closed by a worker; asking again while it is under way changes nothing.

    Raises:
        MonthStillOpen: `now` is before its end.
    """
    check_over(month, now)
    async with transaction():
        asked = await connection().fetchval(
            "INSERT INTO settlement.closing (month, actor, minimum_hundredths, asked_at, "
            "changed_at) VALUES ($1, $2, $3, $4, $4) ON CONFLICT (month) "
            "WHERE state IN ('asked', 'running') DO NOTHING RETURNING id",
            month.first_day,
            actor,
            minimum_hundredths,
            now,
        )
        if asked is not None:
            await audit.write(None, actor, "ask_closing", f"month:{month}")
        await enqueue(run_closings)
    return await read_closing(month)


async def read_closing(month: Month) -> asyncpg.Record:
    """The last closing that was asked for.

    Raises:
        ClosingUnknown: nobody asked for one.
    """
    row = await fetch_row(
        f"SELECT {COLUMNS} FROM settlement.closing WHERE month = $1 "  # noqa: S608
        "ORDER BY id DESC LIMIT 1",
        month.first_day,
    )
    if row is None:
        raise ClosingUnknown(f"Nobody asked to close {month}.")
    return row


async def run_closings(_: Clock) -> int:
    """Every closing that was asked for has ended; answers how many this worker ran.

    Also those that a worker left when it died: closing a month twice closes it once.
    """
    ran = 0
    while claimed := await fetch_row(
        "UPDATE settlement.closing SET state = 'running', changed_at = now(), "
        "claimed_until = now() + make_interval(secs => $1) WHERE id = (SELECT id "
        "FROM settlement.closing WHERE state = 'asked' OR (state = 'running' "
        "AND claimed_until < now()) ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED) "
        "RETURNING id, month, minimum_hundredths, asked_at, actor",
        CLAIM_S,
    ):
        await _run(claimed)
        ran += 1
    return ran


async def _run(claimed: asyncpg.Record) -> None:
    async with telling(claimed["id"]) as tell:
        try:
            closed = await close_month(
                Month(claimed["month"]),
                minimum_hundredths=claimed["minimum_hundredths"],
                now=claimed["asked_at"],
                actor=claimed["actor"],
                tell=tell,
            )
        except Problem as refusal:
            await fetch(
                "UPDATE settlement.closing SET state = 'failed', problem_code = $2, "
                "problem_detail = $3, changed_at = now() WHERE id = $1 AND state = 'running'",
                claimed["id"],
                refusal.code,
                refusal.detail,
            )
            return
    await fetch(
        "UPDATE settlement.closing SET state = 'done', statement_count = $2, line_count = $3, "
        "is_new = $4, done_count = $2, total_count = $2, changed_at = now() "
        "WHERE id = $1 AND state = 'running'",
        claimed["id"],
        closed.statement_count,
        closed.line_count,
        closed.new,
    )


@asynccontextmanager
async def telling(closing_id: UUID) -> AsyncIterator[Tell]:
    """Words of progress are written down while the block runs, by another connection."""
    said: asyncio.Queue[Progress | None] = asyncio.Queue()
    # A context of its own: the transaction of this one stays this one's.
    writing = asyncio.create_task(_write_down(closing_id, said), context=Context())
    try:
        yield lambda phase, done, total: said.put_nowait((phase, done, total))
    finally:
        said.put_nowait(None)
        # Without a word of progress a month closes as well.
        with suppress(OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError):
            await writing


async def _write_down(closing_id: UUID, said: asyncio.Queue[Progress | None]) -> None:
    last: Progress | None = ("asked", 0, 0)
    while True:
        with suppress(TimeoutError):
            last = await asyncio.wait_for(said.get(), BEAT_S)
        if last is None:
            return
        await fetch(
            "UPDATE settlement.closing SET phase = $2, done_count = $3, total_count = $4, "
            "claimed_until = now() + make_interval(secs => $5), changed_at = now() "
            "WHERE id = $1 AND state = 'running'",
            closing_id,
            *last,
            CLAIM_S,
        )
