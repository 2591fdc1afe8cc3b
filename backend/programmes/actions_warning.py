"""Telling partners what will soon count no more for them."""

from datetime import datetime
from uuid import UUID

from backend.core import PARIS, connection, for_each, transaction
from backend.programmes import changing, letters_people
from backend.programmes.queries_declared import expiring, warned
from backend.programmes.rules_declared import WARNED_DAYS, Expiring, warning_due


async def warn_of_expiry(now: datetime) -> int:
    """Partners have been told of what ends within 60 and 30 days, of each once, in one letter a
    day; what is renewed already they are not told of. Answers how many partners were written to.

    Raises:
        ExceptionGroup: what failed; one partner holds no other.
    """
    today = now.astimezone(PARIS).date()
    found = await expiring(today, max(WARNED_DAYS))
    told = await warned([each.subject_id for each in found])
    due: dict[UUID, list[tuple[Expiring, int]]] = {}
    for each in found:
        known = told.get((each.organisation_id, each.subject_id), set())
        days = warning_due(each.expires_on, today, known)
        if days is not None:
            due.setdefault(each.organisation_id, []).append((each, days))
    return await for_each(list(due.items()), lambda item: _warn(item[0], item[1], now))


async def _warn(organisation_id: UUID, due: list[tuple[Expiring, int]], now: datetime) -> None:
    async with transaction():
        new = []
        for each, days in due:
            first = await connection().fetchval(
                "INSERT INTO programmes.expiry_warning VALUES ($1, $2, $3, $4, $5) "
                "ON CONFLICT DO NOTHING RETURNING days",
                organisation_id, each.subject_id, days, each.expires_on, now,
            )  # fmt: skip
            if first is not None:
                new.append(each)
        if new:
            letter = letters_people.expires_soon(new)
            await changing.write_to(organisation_id, letter, now)
