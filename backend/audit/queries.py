"""Reads of the audit log."""

from typing import Any
from uuid import UUID

import asyncpg

from backend.core import fetch


async def broken_links() -> list[dict[str, Any]]:
    """Rows whose hash does not follow from their content and the row before; empty if whole."""
    rows = await fetch("SELECT chain, number, fault FROM audit.broken_links()")
    return [dict(row) for row in rows]


async def list_changes(
    chain: UUID | None, *, before: int | None, limit: int
) -> list[asyncpg.Record]:
    """Rows of an organisation's chain, or of the operator's for None, newest first."""
    return await fetch(
        "SELECT number, at, actor, action, subject, before, after, encode(hash, 'hex') AS hash "
        "FROM audit.change WHERE chain = $1 AND ($2::bigint IS NULL OR number < $2) "
        "ORDER BY number DESC LIMIT $3",
        "operator" if chain is None else str(chain),
        before,
        limit,
    )
