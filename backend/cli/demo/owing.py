"""Who owes the demonstration's operator: paid on the 18th, written to as it ages, or never paid."""

from datetime import date, datetime, timedelta
from uuid import UUID

from backend import dues, settlement
from backend.core import PARIS, Money, Month, midnight

HALF = ("embruns", "iroise-conseil")
"""They pay half of what they owe."""
NEVER = "redon-cloud"


async def collect(month: Month, until: datetime, finance: tuple[UUID, UUID]) -> None:
    """Who owes by the statement before pays on the 18th; letters are written on their days."""
    at = min(month.start + timedelta(days=17, hours=10), until)
    await _remind(month.start, at)
    if at < until:
        await _pay(at, finance)
        await _remind(at, min(month.end, until))


async def _pay(at: datetime, finance: tuple[UUID, UUID]) -> None:
    """A large payment is recorded by one of `finance`, and approved by the other."""
    for row in await settlement.list_owing(limit=1000):
        if row["reference"] == NEVER:
            continue
        left = row["left_minor"] // (2 if row["reference"] in HALF else 1)
        line = dues.Line(
            row["organisation_id"],
            Money(left, row["currency"]),
            f"VIR {row['number']}",
            at.astimezone(PARIS).date(),
            "direct_debit" if row["left_minor"] % 3 == 0 else "bank_transfer",
            "",
        )
        made = await dues.record_line(line, now=at, actor=f"person:{finance[0]}")
        if made.proposal_id is not None:
            await dues.approve_proposal(
                made.proposal_id, note="Vu sur le relevé de banque.", person=finance[1],
                now=at + timedelta(hours=2),
            )  # fmt: skip


async def _remind(start: datetime, end: datetime) -> None:
    """On each morning on which a debt comes of an age, as the worker does every night."""
    days: set[date] = set()
    for row in await settlement.list_owing(limit=1000):
        since = row["owed_since"]
        for age in await dues.letter_days(since, by_refunds=row["by_refunds"]):
            days.add(since + timedelta(days=age))
    for day in sorted(days):
        at = midnight(day) + timedelta(hours=7)
        if start <= at < end:
            await dues.write_reminders(at)
