"""Reads of requirements, scorecards, and of what is missing today."""

from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg

from backend import programmes
from backend.core import fetch, fetch_row, operators_work
from backend.scorecards.measuring import FACTS
from backend.scorecards.rules import (
    Measure,
    MeasureName,
    NoRequirements,
    Point,
    Scorecard,
    ScorecardUnknown,
)

PRESENT = timedelta(days=91)
"""A customer of the last three months is present."""

CARD = (
    "SELECT s.id, s.organisation_id, s.programme, r.kind, r.from_on, r.to_on, r.evaluated_at, "
    "s.held, s.level, s.follows FROM scorecards.scorecard s "
    "JOIN scorecards.run r ON r.id = s.run_id "
)


def year_before(on: date) -> date:
    """The first of the twelve months that end before `on`; of 29 February, 28 February."""
    try:
        return on.replace(year=on.year - 1)
    except ValueError:
        return on.replace(year=on.year - 1, day=28)


async def requirements_at(
    programme: str, at: datetime
) -> tuple[UUID, dict[tuple[str, Measure], int]]:
    """What the levels ask for at a moment, and the id of that set.

    Raises:
        NoRequirements: nothing is measured in this programme.
    """
    rows = await fetch(
        "SELECT set_id, level, measure, at_least FROM scorecards.requirement WHERE set_id = "
        "(SELECT id FROM scorecards.requirement_set WHERE programme = $1 AND valid_from <= $2 "
        "AND withdrawn_at IS NULL ORDER BY valid_from DESC LIMIT 1)",
        programme,
        at,
    )
    if not rows:
        raise NoRequirements(f"The levels of {programme} are given by the office alone.")
    return rows[0]["set_id"], {(row["level"], row["measure"]): row["at_least"] for row in rows}


async def list_requirement_sets(programme: str) -> list[asyncpg.Record]:
    """Every requirement ever announced with its set, the newest beginning first."""
    return await fetch(
        "SELECT h.id, h.name, h.valid_from, h.note, h.withdrawn_at, h.withdrawn_reason, r.level, "
        "r.measure, r.at_least "
        "FROM scorecards.requirement_set h JOIN scorecards.requirement r ON r.set_id = h.id "
        "JOIN programmes.level l ON l.programme = r.programme AND l.code = r.level "
        "JOIN scorecards.measure m ON m.code = r.measure "
        "WHERE h.programme = $1 ORDER BY h.valid_from DESC, l.rank, m.position",
        programme,
    )


async def measure_names() -> dict[str, MeasureName]:
    """Every measure, in order."""
    rows = await fetch(
        "SELECT code, unit, name_fr, name_en FROM scorecards.measure ORDER BY position"
    )
    return {row["code"]: MeasureName(*row) for row in rows}


async def measure(
    organisations: Collection[UUID], on: date
) -> dict[UUID, dict[Measure, int | None]]:
    """Every measure of each organisation over the twelve months before `on`."""
    rows = await fetch(FACTS, list(organisations), year_before(on), on, on - PRESENT)
    found: dict[UUID, dict[Measure, int | None]] = {one: {} for one in organisations}
    for row in rows:
        found[row["organisation_id"]][row["measure"]] = row["value"]
    return found


@operators_work
async def progress(organisation_id: UUID, programme: str, on: date, at: datetime) -> list[Point]:
    """Every requirement of every level, and where the organisation is today: what is missing for
    the next one (R-02). Nothing is written.

    Raises:
        ProgrammeUnknown, NoRequirements: there is nothing to reach.
    """
    found = await programmes.read_programme(programme)
    _, wanted = await requirements_at(programme, at)
    values = (await measure([organisation_id], on))[organisation_id]
    order = list(await measure_names())
    points = [
        Point(level, name, at_least, values[name]) for (level, name), at_least in wanted.items()
    ]
    return sorted(points, key=lambda each: (found.rank(each.level), order.index(each.measure)))


async def list_scorecards(
    organisation_id: UUID, programme: str | None = None, *, limit: int = 40
) -> list[Scorecard]:
    """Its evaluations, newest first, with every point."""
    rows = await fetch(
        CARD + "WHERE s.organisation_id = $1 AND ($2::text IS NULL OR s.programme = $2) "
        "ORDER BY s.id DESC LIMIT $3",
        organisation_id,
        programme,
        limit,
    )
    return await _with_points(rows)


async def read_scorecard(scorecard_id: UUID) -> Scorecard:
    """One evaluation.

    Raises:
        ScorecardUnknown: none has this id, or the session may not see it.
    """
    row = await fetch_row(CARD + "WHERE s.id = $1", scorecard_id)
    if row is None:
        raise ScorecardUnknown(f"No scorecard has the id {scorecard_id}.")
    return (await _with_points([row]))[0]


async def points_of(scorecards: Collection[UUID]) -> dict[UUID, list[Point]]:
    """Every point of each scorecard, the lower level first."""
    rows = await fetch(
        "SELECT t.scorecard_id, t.level, t.measure, t.at_least, t.value "
        "FROM scorecards.point t JOIN scorecards.scorecard s ON s.id = t.scorecard_id "
        "JOIN programmes.level l ON l.programme = s.programme AND l.code = t.level "
        "JOIN scorecards.measure m ON m.code = t.measure "
        "WHERE t.scorecard_id = ANY ($1) ORDER BY l.rank, m.position",
        list(scorecards),
    )
    found: dict[UUID, list[Point]] = {one: [] for one in scorecards}
    for scorecard_id, *point in rows:
        found[scorecard_id].append(Point(*point))
    return found


async def _with_points(rows: list[asyncpg.Record]) -> list[Scorecard]:
    points: dict[UUID, Any] = await points_of([row["id"] for row in rows])
    return [Scorecard(**dict(row), points=points[row["id"]]) for row in rows]
