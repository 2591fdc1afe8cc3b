"""Posting, against a real PostgreSQL."""

from datetime import UTC, date, datetime
from uuid import UUID

import pytest

from backend import core, ledger
from backend.core import Money, Month
from tests import given

AUGUST = Month(date(2026, 8, 1))
SEPTEMBER = AUGUST.next
NOON = datetime(2026, 8, 12, 12, tzinfo=UTC)
ACME = UUID(int=1)


def line(amount_minor: int, currency: str = "EUR") -> ledger.Line:
    return ledger.Line(ledger.OPERATOR_STRIPE, ledger.earned(ACME), Money(amount_minor, currency))


async def post(reference: str, *lines: ledger.Line, month: Month = AUGUST) -> bool:
    return await ledger.post(reference, *lines, month=month, effective_at=NOON)


async def test_a_posting_moves_both_balances(db: None) -> None:
    await post("sale:1", line(70_00))

    assert await ledger.balance(ledger.earned(ACME), "EUR") == Money(70_00, "EUR")
    assert await ledger.balance(ledger.OPERATOR_STRIPE, "EUR") == Money(-70_00, "EUR")


async def test_the_same_entry_twice_is_posted_once(db: None) -> None:
    assert await post("sale:1", line(70_00)) is True
    assert await post("sale:1", line(70_00)) is False

    assert await ledger.balance(ledger.earned(ACME), "EUR") == Money(70_00, "EUR")


async def test_a_reference_with_other_lines_is_refused(db: None) -> None:
    await post("sale:1", line(70_00))

    for other in ([line(70_01)], [line(70_00), line(1)], [line(70_00, "USD")]):
        with pytest.raises(ledger.ReferenceReused, match="sale:1"):
            await post("sale:1", *other)


async def test_of_many_entries_only_the_new_ones_are_posted(db: None) -> None:
    await post("sale:1", line(70_00))

    entries = [ledger.Entry(f"sale:{n}", AUGUST, NOON, (line(70_00),)) for n in (1, 2, 3)]
    assert await ledger.post_entries(entries) == 2

    assert await ledger.balance(ledger.earned(ACME), "EUR") == Money(210_00, "EUR")


async def test_a_closed_month_takes_no_posting_and_a_later_one_does(db: None) -> None:
    await given.closed(AUGUST)

    with pytest.raises(ledger.MonthClosed, match="2026-08"):
        await post("sale:1", line(1))
    async with core.transaction():
        assert await ledger.open_month(AUGUST) == SEPTEMBER
        assert await ledger.open_month(SEPTEMBER.next) == SEPTEMBER.next
    assert await post("sale:1", line(1), month=SEPTEMBER)


async def test_a_refused_entry_leaves_nothing_behind(db: None) -> None:
    await post("sale:1", line(70_00))

    entries = [ledger.Entry(f"sale:{n}", AUGUST, NOON, (line(n),)) for n in (2, 1)]
    with pytest.raises(ledger.ReferenceReused):
        await ledger.post_entries(entries)

    assert await ledger.balance(ledger.earned(ACME), "EUR") == Money(70_00, "EUR")
    assert await core.fetch_value("SELECT count(*) FROM ledger.entry") == 1


async def test_stored_balances_equal_the_sum_of_postings(db: None) -> None:
    await post("sale:1", line(70_00), line(5))
    await post("sale:2", line(1_00).swapped(), month=SEPTEMBER)

    assert await ledger.drifted_balances() == []
    assert await ledger.balance(ledger.earned(ACME), "EUR", through=AUGUST) == Money(70_05, "EUR")


async def test_entries_that_stand_already_may_be_named_twice_in_one_call(db: None) -> None:
    twins = [ledger.Entry("sale:1", AUGUST, NOON, (line(70_00), line(5)))] * 2
    assert await ledger.post_entries(twins) == 1
    assert await ledger.post_entries(twins) == 0
    assert await ledger.balance(ledger.earned(ACME), "EUR") == Money(70_05, "EUR")


async def test_lines_in_another_order_are_other_lines(db: None) -> None:
    await post("sale:1", line(70_00), line(5))
    with pytest.raises(ledger.ReferenceReused):
        await post("sale:1", line(5), line(70_00))


async def test_an_entry_that_says_nothing_is_a_bug(db: None) -> None:
    with pytest.raises(AssertionError, match="says something"):
        await post("sale:1")
