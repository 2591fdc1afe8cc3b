"""Announcing requirements; measuring everybody; doing what follows."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import date, datetime
from uuid import UUID

import asyncpg

from backend import audit, programmes
from backend.core import connection, fetch, fetch_row, for_each, transaction
from backend.scorecards import measuring
from backend.scorecards.queries import (
    PRESENT,
    measure_names,
    points_of,
    requirements_at,
    year_before,
)
from backend.scorecards.rules import (
    Evaluated,
    Follows,
    Measure,
    RequirementsTaken,
    RequirementsTooLate,
    RunKind,
    check_requirements,
    reason_of,
)

TOGETHER = 500
"""Organisations that move in one transaction: large enough that its letters, audit rows and levels
are few statements, small enough that their rows are locked for about a second."""


async def announce_requirements(
    programme: str,
    name: str,
    wanted: Mapping[tuple[str, Measure], int],
    *,
    valid_from: datetime,
    note: str = "",
    now: datetime,
    actor: str,
) -> UUID:
    """From `valid_from` on levels ask for this; evaluations before used what was in force (R-02).

    Raises:
        ProgrammeUnknown: there is no such programme.
        BadRequirements: as `check_requirements`.
        RequirementsTooLate, RequirementsTaken: choose another moment.
    """
    found = await programmes.read_programme(programme)
    check_requirements(wanted, [level.code for level in found.levels])
    if valid_from <= now:
        raise RequirementsTooLate(
            f"They would begin at {valid_from:%Y-%m-%d %H:%M} UTC, which is past."
        )
    async with transaction():
        try:
            async with transaction():
                set_id: UUID = await connection().fetchval(
                    "INSERT INTO scorecards.requirement_set "
                    "(programme, name, requirements, valid_from, note, actor, recorded_at) "
                    "VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING id",
                    programme, name, len(wanted), valid_from, note, actor, now,
                )  # fmt: skip
        except asyncpg.UniqueViolationError:
            raise RequirementsTaken("Others begin at that moment: choose another.") from None
        await connection().execute(
            "INSERT INTO scorecards.requirement "
            "SELECT $1, $2, * FROM unnest($3::text[], $4::text[], $5::bigint[])",
            set_id,
            programme,
            [level for level, _ in wanted],
            [measure for _, measure in wanted],
            list(wanted.values()),
        )
        asked = {f"{level}/{measure}": least for (level, measure), least in wanted.items()}
        after = {"name": name, "valid_from": valid_from, "requirements": asked}
        subject = f"requirement_set:{set_id}"
        await audit.write(None, actor, "announce_requirements", subject, None, after)
    return set_id


async def evaluate(
    programme: str, kind: RunKind, on: date, *, now: datetime, actor: str
) -> Evaluated:
    """Everybody in the programme has been measured over the twelve months before `on`, and what
    follows has happened: promotion at once, demotion announced, a demotion called off.

    A run of `promotions` looks only for those who rise or recover. The same run again measures
    nothing anew and finishes what was left of it.

    Raises:
        ProgrammeUnknown, NoRequirements: there is nothing to evaluate.
        ExceptionGroup: what failed while settling; the rest is settled.
    """
    run_id = await measure_everybody(programme, kind, on, now, actor)
    await settle(run_id, now=now, actor=actor)
    rows = await fetch(
        "SELECT follows, count(*) AS found FROM scorecards.scorecard WHERE run_id = $1 GROUP BY 1",
        run_id,
    )
    follows = {row["follows"]: row["found"] for row in rows}
    return Evaluated(run_id, sum(follows.values()), follows)


async def settle(run_id: UUID, *, now: datetime, actor: str) -> int:
    """What follows from the run's scorecards has happened; answers of how many.

    Raises:
        ExceptionGroup: what failed; one organisation holds no other.
    """
    rows = await fetch(
        "SELECT s.id, s.organisation_id, s.programme, s.level, s.held, o.language "
        "FROM scorecards.scorecard s JOIN partners.organisation o ON o.id = s.organisation_id "
        "WHERE s.run_id = $1 AND s.settled_at IS NULL ORDER BY s.id",
        run_id,
    )
    if not rows:
        return 0
    programme = rows[0]["programme"]
    levels = {row["organisation_id"]: row["level"] for row in rows}
    verdicts = await programmes.verdicts(programme, levels)
    kept = {one: level for one, level in levels.items() if verdicts.get(one) == "keep"}
    async with transaction():
        await programmes.keep_evaluations(
            programme, kept, evidence=f"scorecard_run:{run_id}", now=now, actor=actor
        )
        await _settled({row["id"]: "keep" for row in rows if row["organisation_id"] in kept}, now)
    gone = [row["id"] for row in rows if row["organisation_id"] not in verdicts]
    await _settled(dict.fromkeys(gone, "left"), now)
    moving = [row for row in rows if verdicts.get(row["organisation_id"], "keep") != "keep"]
    left = await _move_together(moving, programme, now, actor)
    await for_each(left, lambda row: _move(row, programme, now, actor))
    return len(rows)


async def _move_together(
    moving: list[asyncpg.Record], programme: str, now: datetime, actor: str
) -> list[asyncpg.Record]:
    """What follows has happened, a batch in a transaction; answers whose batch could not be.

    The batches are in the order of the organisations, in which locks are taken.
    """
    left = {row["organisation_id"]: row for row in moving}

    async def move(ids: Sequence[UUID]) -> None:
        rows = [left[one] for one in ids]
        findings = [
            programmes.Finding(one, row["level"], told, f"scorecard:{row['id']}")
            for one, row, told in zip(ids, rows, await _reasons(rows), strict=True)
        ]
        async with transaction():
            follows = await programmes.record_evaluations(programme, findings, now=now, actor=actor)
            await _settled({row["id"]: follows[row["organisation_id"]] for row in rows}, now)
        for one in ids:
            del left[one]

    ids = sorted(left)
    # One that cannot move holds its batch: its neighbours move one by one, and it says why then.
    with suppress(ExceptionGroup):
        await for_each([ids[at : at + TOGETHER] for at in range(0, len(ids), TOGETHER)], move)
    return list(left.values())


async def _move(row: asyncpg.Record, programme: str, now: datetime, actor: str) -> None:
    [told] = await _reasons([row])
    async with transaction():
        follows = await programmes.record_evaluation(
            row["organisation_id"],
            programme,
            row["level"],
            reason=told,
            evidence=f"scorecard:{row['id']}",
            now=now,
            actor=actor,
        )
        await _settled({row["id"]: follows}, now)


async def _reasons(rows: list[asyncpg.Record]) -> list[str]:
    points = await points_of([row["id"] for row in rows])
    names = await measure_names()
    return [
        reason_of(points[row["id"]], row["held"], row["level"], names, row["language"])
        for row in rows
    ]


async def withdraw_requirements(set_id: UUID, reason: str, *, now: datetime, actor: str) -> str:
    """The announced set will not begin; answers whose programme it was of.

    Raises:
        RuleUnknown, RuleBegan, RuleWithdrawn: there is nothing to withdraw.
    """
    async with transaction():
        row = await fetch_row(
            "SELECT programme, valid_from, withdrawn_at FROM scorecards.requirement_set "
            "WHERE id = $1 FOR UPDATE",
            set_id,
        )
        programmes.check_withdrawal(row, now)
        assert row is not None
        await connection().execute(
            "UPDATE scorecards.requirement_set SET withdrawn_at = $2, withdrawn_by = $3, "
            "withdrawn_reason = $4 WHERE id = $1",
            set_id, now, actor, reason,
        )  # fmt: skip
        after = {"withdrawn_at": now, "reason": reason}
        subject = f"requirement_set:{set_id}"
        await audit.write(None, actor, "withdraw_requirements", subject, None, after)
    programme: str = row["programme"]
    return programme


async def measure_everybody(
    programme: str, kind: RunKind, on: date, now: datetime, actor: str
) -> UUID:
    """The run of that day, made now or before; nothing follows from it until `settle`."""
    lowest = (await programmes.read_programme(programme)).lowest
    set_id, _ = await requirements_at(programme, now)
    async with transaction():
        run_id = await connection().fetchval(
            "INSERT INTO scorecards.run "
            "(programme, kind, set_id, from_on, to_on, organisations, evaluated_at, actor) "
            "SELECT $1, $2, $3, $4, $5, count(*), $6, $7 FROM programmes.level_period "
            "WHERE programme = $1 AND ended_at IS NULL "
            "ON CONFLICT (programme, kind, to_on) DO NOTHING RETURNING id",
            programme, kind, set_id, year_before(on), on, now, actor,
        )  # fmt: skip
        if run_id is None:
            row = await fetch_row(
                "SELECT id FROM scorecards.run WHERE programme = $1 AND kind = $2 AND to_on = $3",
                programme,
                kind,
                on,
            )
            assert row is not None
            found: UUID = row["id"]
            return found
        members = [
            row["organisation_id"]
            for row in await fetch(
                "SELECT organisation_id FROM programmes.level_period "
                "WHERE programme = $1 AND ended_at IS NULL",
                programme,
            )
        ]
        made: UUID = run_id
        for table, statement, values in (
            ("measured", measuring.MEASURED, (members, year_before(on), on, on - PRESENT)),
            ("judged", measuring.JUDGED, (set_id, lowest)),
        ):
            await connection().execute(statement, *values)
            await connection().execute(f"ANALYZE {table}")
        await connection().execute(measuring.CARDS, made, programme, kind == "promotions")
        await connection().execute(measuring.POINTS, made, set_id)
        after = {"programme": programme, "kind": kind, "on": on, "organisations": len(members)}
        await audit.write(None, actor, "evaluate", f"scorecard_run:{made}", None, after)
    return made


async def _settled(follows: Mapping[UUID, Follows], now: datetime) -> None:
    """What came of these scorecards stands in them."""
    await fetch(
        "UPDATE scorecards.scorecard AS s SET follows = n.follows, settled_at = $3 "
        "FROM unnest($1::uuid[], $2::text[]) AS n (id, follows) "
        "WHERE s.id = n.id AND s.settled_at IS NULL",
        list(follows),
        list(follows.values()),
        now,
    )
