"""Reads of contests."""

from datetime import datetime
from uuid import UUID

import asyncpg

from backend.core import fetch, fetch_row, fetch_value
from backend.settlement.rules_contest import ContestState, ContestUnknown

_CONTEST = """
SELECT c.id, c.statement_id, s.number, s.month, c.organisation_id, o.name AS organisation_name,
       c.reason, c.contested_at, coalesce(a.verdict, 'waiting') AS state, a.means,
       a.reason AS answer, a.answered_at, (a.contest_id IS NOT NULL)::int AS rank
  FROM settlement.contest c
  JOIN settlement.statement s ON s.id = c.statement_id
  JOIN partners.organisation o ON o.id = c.organisation_id
  LEFT JOIN settlement.contest_answer a ON a.contest_id = c.id
"""


async def contest_of(statement_id: UUID) -> asyncpg.Record | None:
    """The contest of the statement with its answer, if it was contested."""
    return await fetch_row(_CONTEST + "WHERE c.statement_id = $1", statement_id)


async def read_contest(contest_id: UUID) -> asyncpg.Record:
    """Raises ContestUnknown: none has this id, or the session may not see it."""
    row = await fetch_row(_CONTEST + "WHERE c.id = $1", contest_id)
    if row is None:
        raise ContestUnknown(f"No contest has the id {contest_id}.")
    return row


async def list_contests(
    state: ContestState | None, *, after: tuple[int, UUID] | None, limit: int
) -> list[asyncpg.Record]:
    """Those that wait first, the oldest of them first; then the answered ones."""
    rank, last = after or (None, None)
    return await fetch(
        f"SELECT * FROM ({_CONTEST}) AS c WHERE ($1::text IS NULL OR state = $1) "  # noqa: S608
        "AND ($2::int IS NULL OR (rank, id) > ($2, $3::uuid)) ORDER BY rank, id LIMIT $4",
        state,
        rank,
        last,
        limit,
    )


async def contest_until(statement: asyncpg.Record) -> datetime:
    """From this moment on it is too late: whole days in Paris after its closing (legal.md 2)."""
    until: datetime = await fetch_value(
        "SELECT settlement.contest_until($1, $2)",
        statement["organisation_id"],
        statement["closed_at"],
    )
    return until


async def who_answers() -> list[asyncpg.Record]:
    """The operator's people of today with their roles, and the languages that they read."""
    return await fetch(
        "SELECT p.email, p.language, array_agg(m.role) AS roles FROM identity.membership m "
        "JOIN identity.person p ON p.id = m.person_id "
        "WHERE m.organisation_id IS NULL AND m.ended_at IS NULL GROUP BY p.id ORDER BY p.id"
    )
