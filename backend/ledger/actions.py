"""The one way to write to the ledger."""

from collections.abc import Sequence
from datetime import datetime

import asyncpg

from backend.core import Month, connection, transaction
from backend.ledger.rules import Entry, Line, MonthClosed, ReferenceReused

POST = "SELECT ledger.post($1, $2, $3, $4, $5, $6, $7, $8)"


async def post(reference: str, *lines: Line, month: Month, effective_at: datetime) -> bool:
    """Write one entry. The same reference with the same lines again does nothing.

    Answers whether it is new.

    Raises:
        ReferenceReused: the reference exists with other lines.
        MonthClosed: `month` is not after the last closed month.
    """
    return await post_entries([Entry(reference, month, effective_at, lines)]) == 1


async def post_entries(entries: Sequence[Entry]) -> int:
    """Write many entries in one statement; answers how many were new.

    Raises: as `post`, for all of them together.
    """
    assert all(entry.lines for entry in entries), "an entry says something"
    lines = [(number, line) for number, entry in enumerate(entries, 1) for line in entry.lines]
    async with transaction():
        try:
            new: int = await connection().fetchval(
                POST,
                [entry.reference for entry in entries],
                [entry.month.first_day for entry in entries],
                [entry.effective_at for entry in entries],
                [number for number, _ in lines],
                [line.debit for _, line in lines],
                [line.credit for _, line in lines],
                [line.amount.amount_minor for _, line in lines],
                [line.amount.currency for _, line in lines],
            )
        except asyncpg.UniqueViolationError as error:
            raise ReferenceReused(
                f"{error.detail} is in the ledger with other lines; use a new reference."
            ) from error
        except asyncpg.ObjectNotInPrerequisiteStateError as error:
            raise MonthClosed(f"{error.message}; post into a later month.") from error
    return new


async def open_month(wanted: Month) -> Month:
    """`wanted`, or the first month still open if it is closed.

    Closing waits until the end of this transaction, so the answer stays true inside it.
    """
    day = await connection().fetchval("SELECT ledger.open_month($1)", wanted.first_day)
    return Month(day)


async def close_month(month: Month) -> None:
    """No posting into `month` or before it is possible from here on.

    Waits for the postings that are under way.
    """
    await connection().execute("SELECT ledger.close_month($1)", month.first_day)


async def hold_close() -> Month | None:
    """Take the closer's turn until the end of the transaction; answers the last closed month."""
    day = await connection().fetchval("SELECT ledger.hold_close()")
    return None if day is None else Month(day)
