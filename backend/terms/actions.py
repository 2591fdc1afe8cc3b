"""Announcing a dated setting."""

from datetime import datetime
from uuid import UUID

import asyncpg

from backend import audit
from backend.core import connection, transaction
from backend.terms.rules import Name, TermTaken, check_term


async def announce_term(
    name: Name, value: int, *, valid_from: datetime, note: str, now: datetime, actor: str
) -> UUID:
    """From `valid_from` on the setting has this value; what is past keeps the one before.

    Raises:
        BadTerm, TermTooLate: as `check_term`.
        TermTaken: another value begins at that very moment.
    """
    check_term(name, value, valid_from, now)
    async with transaction():
        try:
            async with transaction():
                term_id: UUID = await connection().fetchval(
                    "INSERT INTO terms.term (name, value, valid_from, note, actor, recorded_at) "
                    "VALUES ($1, $2, $3, $4, $5, $6) RETURNING id",
                    name, value, valid_from, note, actor, now,
                )  # fmt: skip
        except asyncpg.UniqueViolationError:
            raise TermTaken(
                f"{name} has a value from {valid_from:%Y-%m-%d %H:%M} UTC on: choose another "
                "moment. A later one replaces it."
            ) from None
        after = {"name": name, "value": value, "valid_from": valid_from, "note": note}
        await audit.write(None, actor, "announce_term", f"term:{term_id}", None, after)
    return term_id
