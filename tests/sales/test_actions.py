"""Recording sales and refunds, against a real PostgreSQL."""

import asyncio
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest

from backend import core, ledger, sales
from backend.core import Money, Month
from backend.sales import Rates
from tests import given

AUGUST = Month(date(2026, 8, 1))


async def earned(partner: UUID) -> int:
    return (await ledger.balance(ledger.earned(partner), "EUR")).amount_minor


async def refund(reference: str, amount_minor: int, name: str) -> bool:
    return await sales.refund_sale(
        reference,
        Money(amount_minor, "EUR"),
        reference=name,
        refunded_at=given.NOW,
        now=given.NOW,
        actor=given.SYSTEM,
    )


async def test_F_03_the_operator_keeps_thirty_percent(db: None) -> None:
    await given.sale(await given.partner(), 100_00)

    assert await ledger.balance(ledger.OPERATOR_REVENUE, "EUR") == Money(30_00, "EUR")


async def test_F_04_the_editor_earns_seventy_percent_and_the_state_its_vat(db: None) -> None:
    acme = await given.partner()
    await given.sale(acme, 100_00)

    assert await earned(acme) == 70_00
    assert await ledger.balance(ledger.OPERATOR_VAT, "EUR") == Money(20_00, "EUR")
    assert await ledger.balance(ledger.OPERATOR_BANK, "EUR") == Money(-120_00, "EUR")


async def test_F_09_nothing_is_kept_where_the_integrator_brought_the_customer(db: None) -> None:
    acme = await given.partner()
    await given.sale(acme, 100_00, channel="vai", brought_by="partner")
    assert await earned(acme) == 100_00

    await given.sale(acme, 100_00, channel="vai", brought_by="operator")
    assert await earned(acme) == 170_00


async def test_F_19_each_line_is_captured_by_use_or_by_sharing(db: None) -> None:
    await given.sale(await given.partner())
    row = await core.fetch_row("SELECT * FROM sales.sale_line")
    assert row is not None
    assert row["capture_mode"] == "revenue_sharing"


async def test_O_01_O_03_O_05_a_line_says_segment_channel_and_stream(db: None) -> None:
    acme = await given.partner()
    for channel in sales.CHANNELS:
        await given.sale(acme, channel=channel, buyer_segment="eti")
    rows = await core.fetch("SELECT channel, stream_code, buyer_segment FROM sales.sale_line")
    assert {(row["channel"], row["stream_code"]) for row in rows} == {
        ("marketplace", "MKT"),
        ("direct", "DIR"),
        ("isv", "E2"),
        ("vai", "V3"),
        ("wholesaler", "WHS"),
    }
    assert {row["buyer_segment"] for row in rows} == {"eti"}


async def test_a_sale_recorded_twice_is_posted_once(db: None) -> None:
    acme = await given.partner()
    sale = await given.a_sale(acme)

    async def record() -> bool:
        return await sales.record_sale(sale, hold_days=14, now=given.NOW, actor=given.SYSTEM)

    assert sum(await asyncio.gather(*[record() for _ in range(8)])) == 1
    assert await earned(acme) == 70_00


async def test_the_same_reference_with_another_amount_is_a_conflict(db: None) -> None:
    acme = await given.partner()
    sale = await given.a_sale(acme)
    await sales.record_sale(sale, hold_days=14, now=given.NOW, actor=given.SYSTEM)

    other = await given.a_sale(acme, 99_99, reference=sale.reference, listing_id=sale.listing_id)
    with pytest.raises(sales.SaleConflict, match="other facts"):
        await sales.record_sale(other, hold_days=14, now=given.NOW, actor=given.SYSTEM)
    assert await earned(acme) == 70_00


async def test_a_sale_for_a_closed_month_is_posted_into_the_first_open_one(db: None) -> None:
    acme = await given.partner()
    await given.closed(AUGUST)
    await given.sale(acme, 100_00)

    row = await core.fetch_row("SELECT month, is_late, sold_at FROM sales.sale_line")
    assert row is not None
    assert (row["month"], row["is_late"]) == (date(2026, 9, 1), True)


async def test_a_new_rule_leaves_past_lines_as_they_were(db: None) -> None:
    """Money rule M10: rules are read at the sale's date, not when it is recorded."""
    acme = await given.partner()
    start = datetime(2026, 9, 1, tzinfo=UTC)
    before = await given.sale(acme, 100_00)
    await sales.add_share_rule(
        "Acme 20/80", Rates(8000, 0, 2000), valid_from=start, organisation_id=acme, actor="test"
    )
    await given.sale(acme, 100_00)
    assert await earned(acme) == 140_00
    await given.sale(acme, 100_00, sold_at=start)
    assert await earned(acme) == 220_00

    await refund(before, 100_00, "r1")
    assert await earned(acme) == 150_00


async def test_a_refund_by_parts_returns_every_account_to_zero(db: None) -> None:
    """Money rule f4: three refunds of 11.11 on 33.33."""
    acme = await given.partner()
    sale = await given.sale(acme, 33_33)
    for number in range(3):
        assert await refund(sale, 11_11, f"r{number}")
        assert not await refund(sale, 11_11, f"r{number}")

    assert await earned(acme) == 0
    for account in (ledger.OPERATOR_BANK, ledger.OPERATOR_REVENUE, ledger.OPERATOR_VAT):
        assert await ledger.balance(account, "EUR") == Money(0, "EUR")


async def test_refunds_never_exceed_the_sale_even_at_once(db: None) -> None:
    acme = await given.partner()
    sale = await given.sale(acme, 100_00)

    async def take(number: int) -> bool:
        try:
            return await refund(sale, 40_00, f"r{number}")
        except sales.RefundTooLarge:
            return False

    assert sum(await asyncio.gather(*[take(number) for number in range(8)])) == 2
    assert await earned(acme) == 14_00


async def test_an_unknown_sale_cannot_be_refunded(db: None) -> None:
    with pytest.raises(sales.SaleUnknown):
        await refund("nothing", 1, "r1")


async def test_nothing_to_record_is_no_fault(db: None) -> None:
    assert await sales.record_sales([], hold_days=14, now=given.NOW) == (set(), set(), set(), 0, {})


async def test_one_reference_twice_in_one_call_is_a_bug(db: None) -> None:
    sale = await given.a_sale(await given.partner())
    with pytest.raises(AssertionError, match="references differ"):
        await sales.record_sales([sale, sale], hold_days=14, now=given.NOW)


@pytest.mark.parametrize(
    "facts", [{"channel": "vai", "brought_by": "partner"}, {"collected_in": "stripe"}]
)
async def test_the_same_sale_by_another_way_is_a_conflict(db: None, facts: dict[str, Any]) -> None:
    """Who brought the customer decides the share, where the money arrived the account."""
    acme = await given.partner()
    sale = await given.a_sale(acme)
    await sales.record_sale(sale, hold_days=14, now=given.NOW, actor=given.SYSTEM)
    other = await given.a_sale(acme, reference=sale.reference, listing_id=sale.listing_id, **facts)
    with pytest.raises(sales.SaleConflict):
        await sales.record_sale(other, hold_days=14, now=given.NOW, actor=given.SYSTEM)


async def test_the_terms_of_one_partner_do_not_touch_another(db: None) -> None:
    acme, other = await given.partner(), await given.partner()
    start = datetime(2020, 1, 1, tzinfo=UTC)
    await sales.add_share_rule(
        "Acme 20/80", Rates(8000, 0, 2000), valid_from=start, organisation_id=acme, actor="test"
    )
    made = [await given.a_sale(partner, 100_00) for partner in (acme, other)]
    await sales.record_sales(made, hold_days=14, now=given.NOW)
    assert (await earned(acme), await earned(other)) == (80_00, 70_00)


async def test_a_refund_by_a_clock_that_is_behind_happens_with_the_sale(db: None) -> None:
    """Dated before its sale it would stand on an older statement than the sale."""
    acme = await given.partner()
    sold_at = datetime(2026, 8, 31, 22, 0, tzinfo=UTC)
    sale = await given.sale(acme, 100_00, sold_at=sold_at)
    await sales.refund_sale(
        sale,
        Money(40_00, "EUR"),
        reference="r1",
        refunded_at=datetime(2026, 8, 31, 21, 59, 59, tzinfo=UTC),
        now=given.NOW,
        actor=given.SYSTEM,
    )
    rows = await core.fetch("SELECT month, sold_at, is_late FROM sales.sale_line")
    assert {tuple(row) for row in rows} == {(date(2026, 9, 1), sold_at, False)}


async def test_a_refund_of_a_closed_month_goes_onto_the_next_statement(db: None) -> None:
    acme = await given.partner()
    sale = await given.sale(acme, 100_00)
    await given.closed(AUGUST)
    at = datetime(2026, 8, 20, tzinfo=UTC)
    await sales.refund_sale(
        sale, Money(1, "EUR"), reference="r1", refunded_at=at, now=at, actor="test"
    )
    row = await core.fetch_row("SELECT month, is_late FROM sales.sale_line WHERE kind = 'refund'")
    assert row is not None
    assert tuple(row) == (date(2026, 9, 1), True)


@pytest.mark.parametrize(
    ("currency", "net", "parts"), [("JPY", 5, (4, 1)), ("KWD", 33_333, (23_333, 10_000))]
)
async def test_currencies_of_no_and_of_three_decimals_are_refunded_to_the_last_unit(
    db: None, currency: str, net: int, parts: tuple[int, int]
) -> None:
    """Money rule g: JPY 5 is 4 / 1; its refund by 1 and 4 returns 1 / 0 and 3 / 1."""
    acme = await given.partner()
    sale = await given.sale(acme, net, currency=currency)
    for number, amount in enumerate((1, net - 1)):
        await sales.refund_sale(
            sale,
            Money(amount, currency),
            reference=f"r{number}",
            refunded_at=given.NOW,
            now=given.NOW,
            actor="test",
        )
    rows = await core.fetch("SELECT partner_minor, operator_minor FROM sales.sale_line ORDER BY id")
    assert tuple(rows[0]) == parts
    assert tuple(rows[1]) == (-1, 0)
    assert [sum(column) for column in zip(*rows, strict=True)] == [0, 0]
    for account in (ledger.earned(acme), ledger.OPERATOR_REVENUE, ledger.OPERATOR_BANK):
        assert await ledger.balance(account, currency) == Money(0, currency)


async def test_one_reference_for_refunds_of_two_sales_at_once_is_a_conflict(db: None) -> None:
    editor = await given.partner()
    first, second = await given.sale(editor, 100_00), await given.sale(editor, 50_00)
    written = asyncio.Event()

    async def give_back(of: str, pause_s: float) -> None:
        async with core.transaction():
            await refund(of, 10_00, "back")
            written.set()
            await asyncio.sleep(pause_s)

    async def behind() -> None:
        await written.wait()
        await give_back(second, 0)

    done, refused = await asyncio.gather(give_back(first, 0.3), behind(), return_exceptions=True)
    assert done is None
    assert isinstance(refused, sales.SaleConflict), refused
    assert await core.fetch_value("SELECT count(*) FROM sales.sale_line WHERE kind = 'refund'") == 1
    assert await ledger.drifted_balances() == []
