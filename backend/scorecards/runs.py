"""Evaluations of everybody: those that were made, and what one would come to today."""

from collections.abc import Mapping
from datetime import date, datetime
from uuid import UUID

import asyncpg
from msgspec import Struct

from backend import programmes
from backend.core import fetch
from backend.scorecards.queries import measure, measure_names, requirements_at
from backend.scorecards.rules import Point, RunUnknown, level_of

RUNS = """
    SELECT r.id, r.programme, r.kind, r.from_on, r.to_on, r.evaluated_at, r.organisations,
           coalesce(f.follows, '{}') AS follows, coalesce(f.numbers, '{}') AS numbers
      FROM scorecards.run r
      LEFT JOIN LATERAL (
        SELECT array_agg(c.follows) AS follows, array_agg(c.number) AS numbers
          FROM (SELECT coalesce(s.follows, 'open') AS follows, count(*) AS number
                  FROM scorecards.scorecard s WHERE s.run_id = r.id GROUP BY 1 ORDER BY 1) AS c
      ) AS f ON true
"""


class Foreseen(Struct, frozen=True):
    """What would follow for one organisation, and why."""

    organisation_id: UUID
    name: str
    held: str
    level: str
    follows: programmes.Verdict
    points: list[Point]


class Foresight(Struct, frozen=True):
    """`moves`: for whom something would follow, by name; the others are only counted."""

    organisations: int
    follows: Mapping[str, int]
    moves: list[Foreseen]


async def list_runs(programme: str, *, after: UUID | None, limit: int) -> list[asyncpg.Record]:
    """Evaluations of the programme, newest first, with what followed for how many."""
    return await fetch(
        RUNS + "WHERE r.programme = $1 AND ($2::uuid IS NULL OR r.id < $2) "
        "ORDER BY r.id DESC LIMIT $3",
        programme,
        after,
        limit,
    )


async def read_run(run_id: UUID) -> asyncpg.Record:
    """Raises: RunUnknown."""
    rows = await fetch(RUNS + "WHERE r.id = $1", run_id)
    if not rows:
        raise RunUnknown(f"No evaluation has the id {run_id}.")
    return rows[0]


async def run_cards(
    run_id: UUID, *, follows: str | None, after: UUID | None, limit: int
) -> list[asyncpg.Record]:
    """The run's scorecards with the organisations' names; `follows` 'open': not settled yet."""
    return await fetch(
        "SELECT s.id, s.organisation_id, o.name, s.held, s.level, s.follows "
        "FROM scorecards.scorecard s JOIN partners.organisation o ON o.id = s.organisation_id "
        "WHERE s.run_id = $1 AND ($2::text IS NULL OR coalesce(s.follows, 'open') = $2) "
        "AND ($3::uuid IS NULL OR s.id > $3) ORDER BY s.id LIMIT $4",
        run_id,
        follows,
        after,
        limit,
    )


async def foresee(programme: str, on: date, at: datetime) -> Foresight:
    """What an evaluation of everybody over the twelve months before `on` would come to, by the
    requirements in force at `at`. Nothing is written.

    Raises:
        ProgrammeUnknown, NoRequirements: there is nothing to evaluate.
    """
    found = await programmes.read_programme(programme)
    levels = [level.code for level in found.levels]
    _, wanted = await requirements_at(programme, at)
    held = {
        row["organisation_id"]: (row["level"], row["name"])
        for row in await fetch(
            "SELECT p.organisation_id, p.level, o.name FROM programmes.level_period p "
            "JOIN partners.organisation o ON o.id = p.organisation_id "
            "WHERE p.programme = $1 AND p.ended_at IS NULL ORDER BY o.name, o.id",
            programme,
        )
    }
    order = list(await measure_names())
    asked = sorted(wanted.items(), key=lambda x: (levels.index(x[0][0]), order.index(x[0][1])))
    values = await measure(held, on)
    points = {
        one: [Point(level, name, least, values[one][name]) for (level, name), least in asked]
        for one in held
    }
    reached = {one: level_of(points[one], levels) for one in held}
    verdicts = await programmes.verdicts(programme, reached)
    counts: dict[str, int] = {}
    for verdict in verdicts.values():
        counts[verdict] = counts.get(verdict, 0) + 1
    moves = [
        Foreseen(one, name, level, reached[one], verdicts[one], points[one])
        for one, (level, name) in held.items()
        if verdicts.get(one, "keep") != "keep"
    ]
    return Foresight(len(verdicts), counts, moves)
