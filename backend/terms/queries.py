"""Reads of dated settings."""

from datetime import datetime

from backend.core import fetch
from backend.terms.rules import History, Name, Term


async def term_history(name: Name) -> History:
    """All values of one setting with their beginnings."""
    rows = await fetch(
        "SELECT valid_from, value FROM terms.term WHERE name = $1 ORDER BY valid_from", name
    )
    return History([(row["valid_from"], row["value"]) for row in rows])


async def term_at(name: Name, moment: datetime, *, otherwise: int) -> int:
    """The value in force at `moment`; `otherwise` where none had been announced."""
    return (await term_history(name)).at(moment, otherwise)


async def list_terms() -> list[Term]:
    """Every value ever announced, the newest beginning first."""
    rows = await fetch(
        "SELECT id, name, value, valid_from, note, actor, recorded_at FROM terms.term "
        "ORDER BY valid_from DESC, name"
    )
    return [Term(*row) for row in rows]
