"""When letters are written and how much one person may record: announced, with its beginning."""

from datetime import datetime
from typing import Any

from backend import audit
from backend.core import Money, connection, transaction
from backend.dues.rules import REMINDERS, BadDueSetting, DueSetting, check_letters, check_limit

INSERT = """
    INSERT INTO dues.setting (name, currency, value, valid_from, note, actor, recorded_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING RETURNING id
"""


async def announce_letters(
    days: tuple[int, int, int], *, valid_from: datetime, note: str, now: datetime, actor: str
) -> None:
    """Debts that begin from `valid_from` on are written about at these ages (money rule f6); those
    that began before keep theirs.

    Raises:
        BadDueSetting: they do not follow each other, begin in the past, or others begin then.
    """
    check_letters(days, valid_from, now)
    async with transaction():
        for name, value in zip(REMINDERS, days, strict=True):
            await _announce(name, None, value, valid_from, note, now, actor)
        await _tell({"letters_days": list(days)}, valid_from, note, actor)


async def announce_limit(
    limit: Money, *, valid_from: datetime, note: str, now: datetime, actor: str
) -> None:
    """From `valid_from` on one person alone records no more than this of one payment in this
    currency; what was recorded stays.

    Raises:
        BadDueSetting: it is no amount, begins in the past, or another begins then.
    """
    check_limit(limit, valid_from, now)
    async with transaction():
        await _announce(
            "receipt_limit_minor", limit.currency, limit.amount_minor, valid_from, note, now, actor
        )
        await _tell({"receipt_limit": limit}, valid_from, note, actor)


async def _announce(
    name: DueSetting,
    currency: str | None,
    value: int,
    valid_from: datetime,
    note: str,
    now: datetime,
    actor: str,
) -> None:
    made = await connection().fetchval(INSERT, name, currency, value, valid_from, note, actor, now)
    if made is None:
        raise BadDueSetting(
            "valid_from: Another value begins then: choose another day.", field="valid_from"
        )


async def _tell(values: dict[str, Any], valid_from: datetime, note: str, actor: str) -> None:
    after = {**values, "valid_from": valid_from, "note": note}
    await audit.write(None, actor, "announce_due_setting", "due_settings", None, after)
