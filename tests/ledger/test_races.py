"""Several connections at once, on committed rows."""

import asyncio
from datetime import UTC, date, datetime
from uuid import UUID

from backend import core, ledger
from backend.core import Money, Month
from tests import given

AUGUST = Month(date(2026, 8, 1))
NOON = datetime(2026, 8, 12, 12, tzinfo=UTC)


def line(partner: int, amount_minor: int = 100) -> ledger.Line:
    return ledger.Line(
        ledger.OPERATOR_BANK, ledger.earned(UUID(int=partner)), Money(amount_minor, "EUR")
    )


async def test_one_reference_from_sixteen_writers_is_posted_once(db: None) -> None:
    async def post() -> bool:
        return await ledger.post("sale:1", line(1), month=AUGUST, effective_at=NOON)

    new = await asyncio.gather(*[post() for _ in range(16)])

    assert sum(new) == 1
    assert await ledger.balance(ledger.OPERATOR_BANK, "EUR") == Money(-100, "EUR")


async def test_writers_that_name_accounts_in_opposite_order_do_not_deadlock(db: None) -> None:
    async def post(number: int) -> bool:
        lines = [line(partner) for partner in range(8)]
        if number % 2:
            lines.reverse()
        return await ledger.post(f"sale:{number}", *lines, month=AUGUST, effective_at=NOON)

    assert all(await asyncio.gather(*[post(number) for number in range(48)]))
    assert await ledger.drifted_balances() == []


async def test_a_close_waits_for_a_posting_and_a_posting_for_a_close(db: None) -> None:
    posted, closed = asyncio.Event(), asyncio.Event()

    async def post_slowly() -> None:
        async with core.transaction():
            bought = ledger.Line(ledger.OPERATOR_BANK, ledger.OPERATOR_REVENUE, Money(100, "EUR"))
            await ledger.post("sale:1", bought, month=AUGUST, effective_at=NOON)
            posted.set()
            await asyncio.sleep(0.2)
            assert not closed.is_set()

    async def close() -> None:
        await posted.wait()
        async with core.transaction():
            await given.closed(AUGUST)
            closed.set()
            await asyncio.sleep(0.2)

    async def post_late() -> Month:
        await closed.wait()
        async with core.transaction():
            return await ledger.open_month(AUGUST)

    _, _, late = await asyncio.gather(post_slowly(), close(), post_late())
    assert late == AUGUST.next


async def test_a_close_gets_its_turn_under_steady_postings(db: None) -> None:
    """With share locks on the row of the book, later writers overtook the close for ever."""
    is_over = False

    async def write_slowly(delay_s: float) -> None:
        await asyncio.sleep(delay_s)
        while not is_over:
            async with core.transaction():
                await ledger.open_month(AUGUST)
                await asyncio.sleep(0.2)

    writers = [asyncio.create_task(write_slowly(delay_s / 20)) for delay_s in range(5)]
    await asyncio.sleep(0.3)
    try:
        async with asyncio.timeout(20), core.transaction():
            await ledger.hold_close()
    finally:
        is_over = True
        await asyncio.gather(*writers)


async def test_balances_are_locked_in_order_of_account(db: None) -> None:
    """New rows lie in the order in which they were locked; one order for all: no deadlock."""
    lines = [line(partner) for partner in range(200, 0, -1)]
    await ledger.post("sale:1", *lines, month=AUGUST, effective_at=NOON)
    accounts = await core.fetch_value(
        "SELECT array_agg(account_id ORDER BY ctid) FROM ledger.balance"
    )
    assert accounts == sorted(accounts)
