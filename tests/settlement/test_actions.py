"""Closing a month, against a real PostgreSQL."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from backend import core, ledger, sales, settlement
from backend.core import Money, Month
from tests import given

JULY, AUGUST, SEPTEMBER = (Month(date(2026, month, 1)) for month in (7, 8, 9))
NOW = datetime(2026, 11, 23, tzinfo=UTC)


async def close(month: Month, *, now: datetime = NOW) -> settlement.Closed:
    return await settlement.close_month(month, minimum_hundredths=2500, now=now, actor="test")


async def statements(organisation: UUID | None = None) -> list[dict[str, Any]]:
    return [dict(row) for row in await settlement.list_statements(organisation_id=organisation)]


async def balance(code: str) -> int:
    return (await ledger.balance(code, "EUR")).amount_minor


async def refund(reference: str, amount_minor: int, at: datetime) -> None:
    await sales.refund_sale(
        reference,
        Money(amount_minor, "EUR"),
        reference=f"r-{core.uuid7()}",
        refunded_at=at,
        now=at,
        actor="test",
    )


async def test_what_was_earned_becomes_payable_with_its_vat(db: None) -> None:
    """Money rule b1: 70.00 self-billed with 14.00 of VAT is a payout of 84.00."""
    acme = await given.partner()
    await given.sale(acme, 100_00)

    closed = await close(AUGUST)

    [statement] = await statements()
    assert closed == (AUGUST, 1, 1, True)
    assert (statement["sales_minor"], statement["vat_minor"]) == (70_00, 14_00)
    assert (statement["due_minor"], statement["closing_minor"]) == (84_00, 0)
    assert await balance(ledger.earned(acme)) == 0
    assert await balance(ledger.payable(acme)) == 84_00
    assert await balance(ledger.OPERATOR_VAT_INPUT) == -14_00


async def test_an_editor_under_article_293_b_adds_no_vat(db: None) -> None:
    await given.sale(await given.partner(vat_regime="fr_franchise_293b"), 100_00)
    await close(AUGUST)
    [statement] = await statements()
    assert statement["due_minor"] == 70_00


async def test_b3_vat_is_rounded_once_per_statement(db: None) -> None:
    """Three lines of 33.33: 23.33 each to the editor, 69.99 x 20 % = 14.00, not 3 x 4.67."""
    acme = await given.partner()
    for _ in range(3):
        await given.sale(acme, 33_33)
    await close(AUGUST)
    [statement] = await statements()
    assert (statement["sales_minor"], statement["vat_minor"]) == (69_99, 14_00)


async def test_closing_twice_changes_nothing(db: None) -> None:
    await given.sale(await given.partner(), 100_00)
    first = await close(AUGUST)
    before = await statements()

    again = await close(AUGUST)

    assert (first.new, again.new) == (True, False)
    assert again[:3] == first[:3]
    assert await statements() == before


async def test_an_open_month_is_refused(db: None) -> None:
    with pytest.raises(settlement.MonthStillOpen):
        await close(AUGUST, now=datetime(2026, 8, 31, 21, 59, tzinfo=UTC))


async def test_a_month_before_the_first_sale_is_not_closed_by_a_slip(db: None) -> None:
    with pytest.raises(settlement.NothingToClose, match="None is"):
        await close(AUGUST)
    await given.sale(await given.partner())
    with pytest.raises(settlement.NothingToClose, match="The first is of 2026-08"):
        await close(JULY)
    assert (await close(AUGUST)).new


async def test_a_skipped_month_is_named(db: None) -> None:
    acme = await given.partner()
    await given.sale(acme, sold_at=datetime(2026, 7, 3, tzinfo=UTC))
    await given.sale(acme)
    with pytest.raises(settlement.MonthSkipped, match="Close 2026-07 first"):
        await close(AUGUST)
    await close(JULY)
    with pytest.raises(settlement.MonthSkipped, match="Close 2026-08 first"):
        await close(SEPTEMBER)


async def test_a_month_older_than_the_first_closed_one_is_refused(db: None) -> None:
    await given.sale(await given.partner())
    await close(AUGUST)
    with pytest.raises(settlement.OlderMonth, match="2026-08 is closed"):
        await close(JULY)


async def test_through_closes_every_open_month_in_order(db: None) -> None:
    acme = await given.partner()
    await given.sale(acme, sold_at=datetime(2026, 6, 3, tzinfo=UTC))
    await given.sale(acme)

    closed = await settlement.close_through(
        SEPTEMBER, minimum_hundredths=2500, now=NOW, actor="test"
    )
    assert [str(one.month) for one in closed] == ["2026-06", "2026-07", "2026-08", "2026-09"]
    assert [one.statement_count for one in closed] == [1, 0, 1, 0]
    [again] = await settlement.close_through(
        SEPTEMBER, minimum_hundredths=2500, now=NOW, actor="test"
    )
    assert (again.month, again.new) == (SEPTEMBER, False)


async def test_a_small_amount_is_carried_and_paid_once(db: None) -> None:
    acme = await given.partner()
    await given.sale(acme, 20_00, sold_at=datetime(2026, 7, 3, tzinfo=UTC))
    await given.sale(acme, 20_00)
    await close(JULY)
    await close(AUGUST)

    july, august = await statements(acme)
    assert (july["due_minor"], july["closing_minor"]) == (0, 16_80)
    assert (august["opening_minor"], august["due_minor"]) == (16_80, 33_60)
    assert await balance(ledger.payable(acme)) == 33_60


async def test_f3_a_refund_after_the_payout_is_earned_back(db: None) -> None:
    acme = await given.partner()
    july = await given.sale(acme, 100_00, sold_at=datetime(2026, 7, 3, tzinfo=UTC))
    await close(JULY)
    august = datetime(2026, 8, 3, tzinfo=UTC)
    await refund(july, 100_00, august)
    await given.sale(acme, 71_43, sold_at=august)
    await close(AUGUST)
    await close(SEPTEMBER)

    _, second, third = await statements(acme)
    assert (second["sales_minor"], second["refunds_minor"]) == (50_00, -70_00)
    assert (second["due_minor"], second["closing_minor"]) == (0, -24_00)
    assert (third["opening_minor"], third["due_minor"], third["closing_minor"]) == (
        -24_00,
        0,
        -24_00,
    )


async def test_f1_a_full_refund_before_the_close_leaves_nothing(db: None) -> None:
    acme = await given.partner()
    sale = await given.sale(acme, 100_00)
    await refund(sale, 100_00, datetime(2026, 8, 20, tzinfo=UTC))
    await close(AUGUST)

    [statement] = await statements(acme)
    assert (statement["due_minor"], statement["closing_minor"], statement["vat_minor"]) == (0, 0, 0)
    for code in (ledger.earned(acme), ledger.payable(acme), ledger.OPERATOR_REVENUE):
        assert await balance(code) == 0


async def test_f2_a_partial_refund_before_the_close_leaves_the_rest(db: None) -> None:
    acme = await given.partner()
    sale = await given.sale(acme, 100_00)
    await refund(sale, 40_00, datetime(2026, 8, 20, tzinfo=UTC))
    await close(AUGUST)
    [statement] = await statements(acme)
    assert statement["due_minor"] == 50_40


async def test_currencies_are_settled_apart(db: None) -> None:
    acme = await given.partner()
    await given.sale(acme, 100_00)
    await given.sale(acme, 200_00, currency="USD")
    await close(AUGUST)
    assert {(s["currency"], s["due_minor"]) for s in await statements(acme)} == {
        ("EUR", 84_00),
        ("USD", 168_00),
    }


async def test_a_statement_lists_its_lines_with_rule_and_parts(db: None) -> None:
    acme = await given.partner()
    reference = await given.sale(acme, 100_00)
    await close(AUGUST)
    [statement] = await statements(acme)

    [line] = await settlement.statement_lines(statement)
    assert (line["reference"], line["share_rule_name"]) == (reference, "30/70")
    assert (line["partner_minor"], line["operator_minor"]) == (70_00, 30_00)
    [vat] = await settlement.statement_vat(statement["id"])
    assert tuple(vat) == ("S", 2000, 70_00, 14_00)


async def test_a_statement_of_another_partner_is_unknown(db: None) -> None:
    acme, other = await given.partner(), await given.partner()
    await given.sale(acme)
    await close(AUGUST)
    [statement] = await statements(acme)
    with core.acting_for(other), pytest.raises(settlement.StatementUnknown):
        await settlement.read_statement(statement["id"])


async def test_a_partners_session_cannot_close_the_month_without_the_others(db: None) -> None:
    acme = await given.partner()
    await given.sale(await given.partner())
    with core.acting_for(acme), pytest.raises(AssertionError, match="a tenant's session"):
        await close(AUGUST)
    assert await ledger.closed_through() is None


async def test_a_change_of_vat_regime_leaves_sales_already_made_as_they_were(db: None) -> None:
    acme = await given.partner(vat_regime="fr_registered")
    before = await given.sale(acme, 100_00)
    await core.fetch(
        "UPDATE partners.organisation SET vat_regime = 'fr_franchise_293b' WHERE id = $1", acme
    )
    await given.sale(acme, 100_00)
    await refund(before, 50_00, datetime(2026, 8, 20, tzinfo=UTC))
    await close(AUGUST)

    [statement] = await statements(acme)
    parts = await settlement.statement_vat(statement["id"])
    assert [tuple(part) for part in parts] == [("E", 0, 70_00, 0), ("S", 2000, 35_00, 7_00)]
    assert statement["due_minor"] == 112_00


async def test_a_month_of_refunds_takes_its_vat_back(db: None) -> None:
    acme = await given.partner()
    sale = await given.sale(acme, 100_00)
    await close(AUGUST)
    await refund(sale, 100_00, datetime(2026, 9, 3, tzinfo=UTC))
    await close(SEPTEMBER)
    statement = (await statements(acme))[1]
    assert (statement["vat_minor"], statement["closing_minor"]) == (-14_00, -84_00)
    assert await balance(ledger.OPERATOR_VAT_INPUT) == 0


async def test_what_is_carried_stays_held_as_long_as_it_was(db: None) -> None:
    acme = await given.partner()
    at = datetime(2026, 7, 30, tzinfo=UTC)
    made = await given.a_sale(acme, 20_00, sold_at=at)
    await sales.record_sale(made, hold_days=60, now=NOW, actor="test")
    await close(JULY)
    await given.sale(acme, 20_00, sold_at=datetime(2026, 8, 1, tzinfo=UTC))
    await close(AUGUST)
    _, august = await statements(acme)
    assert (august["due_minor"], august["hold_until"]) == (33_60, at + timedelta(days=60))
