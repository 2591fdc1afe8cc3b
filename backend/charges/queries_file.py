"""Reads of files of charges."""

from uuid import UUID

import asyncpg

from backend.charges.rules_file import ChargeFileUnknown
from backend.core import fetch, fetch_row

FILE = """
    SELECT id, name, length(content) AS size_bytes, actor, added_at, state, read_bytes, decided_by,
           decided_at, read_count, recorded_count, already_count, refused_count, late_count,
           ignored_columns, totals::text AS totals, shown::text AS shown, problem_code,
           problem_detail, changed_at
    FROM charges.charge_file
"""


async def list_files(*, after: UUID | None, limit: int) -> list[asyncpg.Record]:
    """Files of charges, the newest first, from behind `after`."""
    return await fetch(
        FILE + "WHERE $1::uuid IS NULL OR id < $1 ORDER BY id DESC LIMIT $2", after, limit
    )


async def read_file(file_id: UUID) -> asyncpg.Record:
    """Raises: ChargeFileUnknown: none has this id."""
    row = await fetch_row(FILE + "WHERE id = $1", file_id)
    if row is None:
        raise ChargeFileUnknown(f"No file of charges has the id {file_id}.")
    return row


async def read_rejected(file_id: UUID) -> bytes:
    """All that was refused of it, as a CSV; nothing where nothing was.

    Raises:
        ChargeFileUnknown: none has this id.
    """
    row = await fetch_row("SELECT rejected FROM charges.charge_file WHERE id = $1", file_id)
    if row is None:
        raise ChargeFileUnknown(f"No file of charges has the id {file_id}.")
    found: bytes | None = row["rejected"]
    return found or b""
