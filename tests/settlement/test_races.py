"""Closing and selling at once, on committed rows."""

import asyncio
from datetime import UTC, date, datetime

import asyncpg
import pytest

from backend import core, ledger, sales, settlement
from backend.core import Month
from tests import given

AUGUST = Month(date(2026, 8, 1))
NOW = datetime(2026, 11, 23, tzinfo=UTC)


async def close() -> settlement.Closed:
    return await settlement.close_month(AUGUST, minimum_hundredths=2500, now=NOW, actor="test")


async def test_eight_closings_at_once_write_one_statement(db: None) -> None:
    acme = await given.partner()
    await given.sale(acme)

    closed = await asyncio.gather(*[close() for _ in range(8)])

    assert [one.new for one in closed].count(True) == 1
    assert {one[:3] for one in closed} == {(AUGUST, 1, 1)}
    assert await core.fetch_value("SELECT count(*) FROM settlement.statement") == 1
    assert (await ledger.balance(ledger.payable(acme), "EUR")).amount_minor == 84_00


async def test_sales_that_race_a_close_are_on_its_statement_or_on_the_next(db: None) -> None:
    acme = await given.partner()
    listing = await given.listing(acme)
    made = [await given.a_sale(acme, listing_id=listing) for _ in range(40)]

    async def record(sale: sales.Sale) -> bool:
        return await sales.record_sale(sale, hold_days=14, now=NOW, actor="test")

    await record(made[0])  # A month without any sale is not closed.
    await asyncio.gather(*map(record, made[1:20]), close(), *map(record, made[20:]))

    rows = await core.fetch("SELECT month, count(*) AS n FROM sales.sale_line GROUP BY 1")
    lines = {row["month"]: row["n"] for row in rows}
    statement = await core.fetch_row("SELECT line_count, sales_minor FROM settlement.statement")
    on_time = lines.get(AUGUST.first_day, 0)
    assert sum(lines.values()) == 40
    assert set(lines) <= {AUGUST.first_day, AUGUST.next.first_day}
    if statement is not None:
        assert tuple(statement) == (on_time, on_time * 70_00)
    assert (await ledger.balance(ledger.earned(acme), "EUR", through=AUGUST)).amount_minor == 0


async def test_a_close_that_loses_a_deadlock_is_made_again(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    await given.sale(await given.partner())
    turns = [asyncpg.DeadlockDetectedError("lost")]
    hold_close = ledger.hold_close

    async def hold() -> Month | None:
        if turns:
            raise turns.pop()
        return await hold_close()

    monkeypatch.setattr(ledger, "hold_close", hold)
    assert (await close())[:3] == (AUGUST, 1, 1)
