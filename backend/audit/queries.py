"""Reads of the audit log."""

from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
from msgspec import Struct

from backend.core import fetch


async def broken_links() -> list[dict[str, Any]]:
    """Rows whose hash does not follow from their content and the row before; empty if whole."""
    rows = await fetch("SELECT chain, number, fault FROM audit.broken_links()")
    return [dict(row) for row in rows]


class Sought(Struct, frozen=True):
    """Which rows are asked for; what is None is not asked about.

    `text` stands anywhere in what a row says, in large letters or small; `until` is not included.
    `word` is the action of a change, the kind of an alarm.
    """

    text: str | None = None
    actor: str | None = None
    word: str | None = None
    since: datetime | None = None
    until: datetime | None = None


EVERYTHING = Sought()


async def list_changes(
    chain: UUID | None, *, sought: Sought = EVERYTHING, before: int | None, limit: int
) -> list[asyncpg.Record]:
    """Rows of an organisation's chain, or of the operator's for None, newest first."""
    return await fetch(
        "SELECT number, at, actor, action, subject, before, after, encode(hash, 'hex') AS hash "
        "FROM audit.change WHERE chain = $1 AND ($2::bigint IS NULL OR number < $2) "
        "AND ($4::text IS NULL OR actor = $4) AND ($5::text IS NULL OR action = $5) "
        "AND ($6::timestamptz IS NULL OR at >= $6) AND ($7::timestamptz IS NULL OR at < $7) "
        "AND ($8::text IS NULL OR strpos(lower(concat_ws(' ', actor, action, "
        "replace(action, '_', ' '), subject, before, after)), lower($8)) > 0) "
        "ORDER BY number DESC LIMIT $3",
        "operator" if chain is None else str(chain),
        before,
        limit,
        sought.actor,
        sought.word,
        sought.since,
        sought.until,
        sought.text,
    )
