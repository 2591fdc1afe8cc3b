"""Dated settings: announced for the future, in force from then on, never changed."""

from datetime import UTC, datetime, timedelta

import asyncpg
import pytest

from backend import settlement, terms
from backend.core import Month, fetch, fetch_value
from backend.terms import History, Name
from tests import given

NOW = datetime(2026, 7, 1, 8, tzinfo=UTC)
MID_AUGUST = datetime(2026, 8, 15, tzinfo=UTC)
AUGUST = Month.parse("2026-08")


async def announce(name: Name, value: int, valid_from: datetime = MID_AUGUST) -> None:
    await terms.announce_term(
        name, value, valid_from=valid_from, note="", now=NOW, actor="person:x"
    )


def test_the_value_in_force_is_the_last_that_had_begun() -> None:
    history = History([(NOW, 5), (MID_AUGUST, 9)])
    assert history.at(NOW - timedelta(seconds=1), 14) == 14
    assert history.at(NOW, 14) == 5
    assert history.at(MID_AUGUST, 14) == 9
    assert History().at(NOW, 14) == 14


async def test_a_sale_is_held_as_its_own_day_says(db: None) -> None:
    await announce("hold_days", 30)
    partner = await given.partner()
    before = await given.sale(partner, sold_at=MID_AUGUST - timedelta(days=1))
    after = await given.sale(partner, sold_at=MID_AUGUST + timedelta(days=1))
    held = {
        row["reference"]: row["days"]
        for row in await fetch(
            "SELECT reference, extract(day FROM hold_until - sold_at)::int AS days "
            "FROM sales.sale_line"
        )
    }
    assert (held[before], held[after]) == (14, 30)


async def test_a_month_closes_with_the_minimum_in_force_at_its_end(db: None) -> None:
    await announce("payout_minimum", 1_000_00)
    await given.sale(await given.partner(), 100_00)
    await settlement.close_month(
        AUGUST, minimum_hundredths=2500, now=datetime(2026, 9, 2, tzinfo=UTC), actor="system:test"
    )
    row = (await fetch("SELECT due_minor, closing_minor FROM settlement.statement"))[0]
    assert tuple(row) == (0, 84_00)
    assert await fetch_value("SELECT minimum_hundredths FROM settlement.month_close") == 1_000_00


async def test_a_minimum_of_the_next_month_does_not_touch_this_one(db: None) -> None:
    await announce("payout_minimum", 1_000_00, AUGUST.end)
    assert await settlement.minimum_for(AUGUST, 2500) == 2500
    assert await settlement.minimum_for(AUGUST.next, 2500) == 1_000_00


async def test_the_past_and_the_impossible_are_refused(db: None) -> None:
    with pytest.raises(terms.TermTooLate):
        await announce("hold_days", 7, NOW)
    with pytest.raises(terms.BadTerm):
        await announce("hold_days", 91)
    await announce("hold_days", 7)
    with pytest.raises(terms.TermTaken):
        await announce("hold_days", 8)
    assert [term.value for term in await terms.list_terms()] == [7]


async def test_postgresql_keeps_them_as_they_are(db: None) -> None:
    await announce("hold_days", 7)
    with pytest.raises(asyncpg.PostgresError):
        await fetch("UPDATE terms.term SET value = 8")
    with pytest.raises(asyncpg.CheckViolationError, match="begins_in_the_future"):
        await fetch(
            "INSERT INTO terms.term (name, value, valid_from, actor, recorded_at) "
            "VALUES ('hold_days', 3, $1, 'x', $1)",
            NOW,
        )
