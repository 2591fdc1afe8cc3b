"""Rows of the files on levels: members, and what an evaluation came to."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from datetime import datetime
from typing import Any
from uuid import UUID

from backend.reports.queries import stream

MEMBERS = """
    SELECT o.reference, o.name, p.programme, p.level, lower(p.during) AS since, p.kind,
           p.override_until, d.to_level, d.effective_at
      FROM programmes.level_period p
      JOIN partners.organisation o ON o.id = p.organisation_id
      LEFT JOIN programmes.demotion d ON d.organisation_id = p.organisation_id
       AND d.programme = p.programme AND d.state = 'announced'
     WHERE p.programme = $1 AND p.during @> $2::timestamptz
       AND ($3::text IS NULL OR p.level = $3) ORDER BY o.name, o.id
"""
POINTS = """
    SELECT o.reference, o.name, r.to_on, s.held, s.level, coalesce(s.follows, 'open'),
           t.level AS of_level, t.measure, m.unit, t.at_least, t.value, t.is_met
      FROM scorecards.scorecard s
      JOIN scorecards.run r ON r.id = s.run_id
      JOIN partners.organisation o ON o.id = s.organisation_id
      JOIN scorecards.point t ON t.scorecard_id = s.id
      JOIN scorecards.measure m ON m.code = t.measure
      JOIN programmes.level l ON l.programme = s.programme AND l.code = t.level
     WHERE s.run_id = $1 ORDER BY s.id, l.rank, m.position
"""


async def member_rows(programme: str, at: datetime, level: str | None) -> AsyncGenerator[list[Any]]:
    """Who held a level of the programme at a moment, by name. `documents_levels.MEMBERS`."""
    async with aclosing(stream(MEMBERS, programme, at, level)) as batches:
        async for rows in batches:
            yield list(rows)


async def point_rows(run_id: UUID, point: str) -> AsyncGenerator[list[Any]]:
    """Every point of every scorecard of one evaluation, figures with this decimal point.
    `documents_levels.POINTS`.
    """
    async with aclosing(stream(POINTS, run_id)) as batches:
        async for rows in batches:
            yield [
                (
                    *list(row)[:9],
                    *(_written(row["unit"], row[name], point) for name in ("at_least", "value")),
                    "yes" if row["is_met"] else "no",
                )
                for row in rows
            ]


def _written(unit: str, value: int | None, point: str) -> str:
    """Euros and percent with two decimals, counts as they are; nothing where none was measured."""
    if value is None:
        return ""
    if unit == "count":
        return str(value)
    sign = "-" if value < 0 else ""
    return f"{sign}{abs(value) // 100}{point}{abs(value) % 100:02}"
