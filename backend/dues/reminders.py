"""Letters about what is owed for 30, 60 and 90 days (money rule f6), each written once."""

from datetime import datetime
from uuid import UUID

import asyncpg

from backend import audit, partners, settlement
from backend.core import PARIS, Money, connection, fetch, for_each, transaction
from backend.dues import letters, queries
from backend.dues.days import days_to_pay
from backend.dues.rules import next_reminder
from backend.dues.writing import write_to

WORKER = "system:worker"
BATCH = 200

INSERT = """
    INSERT INTO dues.reminder (organisation_id, currency, owed_since, number, statement_id,
      left_minor, age_days, sent_to, sent_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING RETURNING true
"""


async def write_reminders(now: datetime) -> int:
    """Every debt that has come of an age is written about; answers how many letters. Where a
    contract gives more days to pay, all three wait for those.

    Any number of times, at once: PostgreSQL keeps each letter once. Who has a payment with the
    bank for all of it is left alone; who gave no address is seen by the office only.

    Raises:
        ExceptionGroup: what failed; it held nobody else.
    """
    today = now.astimezone(PARIS).date()
    written = 0
    failures: list[Exception] = []

    async def one(debt: asyncpg.Record) -> None:
        nonlocal written
        age = (today - debt["owed_since"]).days
        since, by_refunds = debt["owed_since"], debt["by_refunds"]
        days = await queries.letter_days(since, by_refunds=by_refunds)
        to_pay = await days_to_pay(debt["organisation_id"], since, by_refunds=by_refunds)
        late = age - (to_pay - days[0])
        number = next_reminder(late, days, await _last(debt))
        if number is not None:
            written += await _remind(debt, number, age, now)

    after: UUID | None = None
    while rows := await settlement.list_owing(after=after, limit=BATCH):
        try:
            await for_each(rows, one)
        except ExceptionGroup as failed:  # The next ones are written to all the same.
            failures += failed.exceptions
        after = rows[-1]["statement_id"]
    if failures:
        raise ExceptionGroup(f"{len(failures)} debts were not looked at", failures)
    return written


async def _last(debt: asyncpg.Record) -> int:
    rows = await fetch(
        "SELECT max(number) AS number FROM dues.reminder WHERE organisation_id = $1 "
        "AND currency::text = $2 AND owed_since = $3",
        debt["organisation_id"],
        debt["currency"],
        debt["owed_since"],
    )
    return rows[0]["number"] or 0


async def _remind(debt: asyncpg.Record, number: int, age: int, now: datetime) -> bool:
    of, left = debt["organisation_id"], Money(debt["left_minor"], debt["currency"])
    async with transaction():
        under_way = await connection().fetchval(
            "SELECT true FROM dues.payment WHERE organisation_id = $1 AND currency::text = $2 "
            "AND state = 'processing' AND amount_minor >= $3",
            of, debt["currency"], left.amount_minor,
        )  # fmt: skip
        partner = await partners.read_organisation(of)
        if under_way or partner.email is None:
            return False
        new = await connection().fetchval(
            INSERT, of, debt["currency"], debt["owed_since"], number, debt["statement_id"],
            left.amount_minor, age, partner.email, now,
        )  # fmt: skip
        if not new:
            return False
        letter = letters.reminder(number, left, debt["number"], debt["owed_since"])
        await write_to(of, letter, now)
        after = {"number": number, "left": left, "age_days": age}
        await audit.write(of, WORKER, "remind_of_due", f"organisation:{of}", None, after)
    return True
