"""Evaluations that the office asks for: the worker does them, one of a programme at a time."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Literal
from uuid import UUID

from asyncpg import Record
from msgspec import Struct

from backend import audit, programmes
from backend.core import Clock, Problem, enqueue, fetch, fetch_row, transaction
from backend.scorecards.actions import measure_everybody, settle
from backend.scorecards.queries import requirements_at
from backend.scorecards.rules import RunKind

RequestState = Literal["waiting", "measuring", "settling", "done", "failed"]

CLAIM_S = 300
"""Of whose worker nothing was heard for so long, another one takes it up."""
MOST_TRIES = 3

SOME_LEFT = "Some could not be settled. Ask for it again: only they are left."
GAVE_UP = "It stopped three times before it was whole. Ask for it again: what was done stays done."

REQUEST = """
    SELECT q.id, q.programme, q.kind, q.to_on, q.state, q.run_id, q.organisations, q.reason,
           q.asked_at, q.started_at, q.ended_at,
           CASE WHEN q.run_id IS NULL THEN 0 ELSE
             (SELECT count(*) FROM scorecards.scorecard s
              WHERE s.run_id = q.run_id AND s.settled_at IS NOT NULL) END AS settled
    FROM scorecards.request q
"""
CLAIM = """
    UPDATE scorecards.request SET tries = tries + 1, started_at = coalesce(started_at, $2),
      claimed_until = $2 + make_interval(secs => $1)
    WHERE id = (SELECT id FROM scorecards.request
                WHERE state IN ('waiting', 'measuring', 'settling')
                  AND (claimed_until IS NULL OR claimed_until < $2)
                ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED)
    RETURNING id, programme, kind, to_on, asked_by, tries
"""


class EvaluationRequest(Struct, frozen=True):
    """An evaluation asked for: `settled` of `organisations` are through, once all are measured."""

    id: UUID
    programme: str
    kind: RunKind
    to_on: date
    state: RequestState
    run_id: UUID | None
    organisations: int | None
    reason: str | None
    asked_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    settled: int


async def ask_evaluation(
    programme: str, kind: RunKind, on: date, *, now: datetime, actor: str
) -> EvaluationRequest:
    """A worker will evaluate everybody; who asks while one is under way is answered that one.

    Raises:
        ProgrammeUnknown, NoRequirements: there is nothing to evaluate.
    """
    await programmes.read_programme(programme)
    await requirements_at(programme, now)
    async with transaction():
        row = await fetch_row(
            "INSERT INTO scorecards.request (programme, kind, to_on, asked_at, asked_by) "
            "VALUES ($1, $2, $3, $4, $5) ON CONFLICT (programme) "
            "WHERE state IN ('waiting', 'measuring', 'settling') DO NOTHING RETURNING id",
            programme, kind, on, now, actor,
        )  # fmt: skip
        if row is not None:
            subject = f"evaluation_request:{row['id']}"
            after = {"programme": programme, "kind": kind, "on": on}
            await audit.write(None, actor, "ask_evaluation", subject, None, after)
            await enqueue(run_requests)
        found = await last_request(programme)
    assert found is not None
    return found


async def last_request(programme: str) -> EvaluationRequest | None:
    """The newest evaluation that was asked for, and how far it is."""
    row = await fetch_row(REQUEST + "WHERE q.programme = $1 ORDER BY q.id DESC LIMIT 1", programme)
    return None if row is None else EvaluationRequest(**dict(row))


async def run_requests(_: Clock) -> int:
    """Every evaluation that was asked for is done, or says why not; answers how many were taken up.

    One whose worker died is finished by another: what was measured and settled stays.
    """
    taken = 0
    while row := await fetch_row(CLAIM, CLAIM_S, datetime.now(UTC)):
        taken += 1
        await _evaluate(row)
    return taken


async def _evaluate(row: Record) -> None:
    if row["tries"] > MOST_TRIES:
        await _ended(row["id"], "failed", GAVE_UP)
        return
    now = datetime.now(UTC)
    await _say(row["id"], "measuring", None)
    async with _at_work(row["id"]):
        await _finish(row, now)


@asynccontextmanager
async def _at_work(request_id: UUID) -> AsyncGenerator[None]:
    """Within it no other worker takes the request up, however long it lasts."""

    async def claim_on() -> None:
        while True:
            await asyncio.sleep(CLAIM_S / 3)
            await fetch(
                "UPDATE scorecards.request SET claimed_until = $2 WHERE id = $1 "
                "AND ended_at IS NULL",
                request_id, datetime.now(UTC) + timedelta(seconds=CLAIM_S),
            )  # fmt: skip

    claiming = asyncio.create_task(claim_on())
    try:
        yield
    finally:
        claiming.cancel()
        await asyncio.gather(claiming, return_exceptions=True)


async def _finish(row: Record, now: datetime) -> None:
    try:
        run_id = await measure_everybody(
            row["programme"], row["kind"], row["to_on"], now, row["asked_by"]
        )
    except Problem as problem:
        await _ended(row["id"], "failed", problem.detail[:500])
        return
    await _say(row["id"], "settling", run_id)
    try:
        await settle(run_id, now=now, actor=row["asked_by"])
    except ExceptionGroup as left:
        # Whose level changed this very moment stays open; the next run settles it.
        if left.split(programmes.LevelJustChanged)[1] is not None:
            await _ended(row["id"], "failed", SOME_LEFT)
            raise
    await _ended(row["id"], "done", None)


async def _say(request_id: UUID, state: RequestState, run_id: UUID | None) -> None:
    await fetch(
        "UPDATE scorecards.request SET state = $2, run_id = coalesce($3, run_id), organisations = "
        "(SELECT count(*) FROM scorecards.scorecard WHERE run_id = $3) WHERE id = $1",
        request_id, state, run_id,
    )  # fmt: skip


async def _ended(request_id: UUID, state: RequestState, reason: str | None) -> None:
    await fetch(
        "UPDATE scorecards.request SET state = $2, reason = $3, ended_at = $4 "
        "WHERE id = $1 AND ended_at IS NULL",
        request_id, state, reason, datetime.now(UTC),
    )  # fmt: skip
