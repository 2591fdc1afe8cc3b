"""Charges on statements: two invoices, one payment (money rule d)."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from backend import charges, core, ledger, network, programmes, reports, settlement
from backend.core import Money, Month
from tests import given
from tests.given import charges as made
from tests.given.programmes import JANUARY, organisation, reseller

AUGUST = date(2026, 8, 20)
MONTH = Month.parse("2026-08")


async def editor() -> UUID:
    org = await organisation("isv")
    await programmes.enter(
        org, programmes.EDITOR, reason="Selected.", now=JANUARY, actor=given.SYSTEM
    )
    return org


async def closed(month: Month = MONTH, minimum: int = 2500) -> dict[UUID, Any]:
    await settlement.close_month(
        month, minimum_hundredths=minimum, now=max(given.NOW, month.end), actor=given.SYSTEM
    )
    rows = await settlement.list_statements(month=month)
    assert await reports.run_checks() == []
    return {row["organisation_id"]: row for row in rows}


async def balance(code: str) -> int:
    return (await ledger.balance(code, "EUR")).amount_minor


async def test_d_an_editor_is_billed_for_its_infrastructure_and_only_the_payment_is_netted(
    db: None,
) -> None:
    """Sales 1,000.00, share 840.00 with VAT; infrastructure 250.00 less 20 %, 240.00 with VAT."""
    org = await editor()
    await given.sale(org, 1000_00)
    await made.charge(org, 250_00, charged_on=AUGUST)
    statement = (await closed())[org]
    assert (statement["sales_minor"], statement["vat_minor"]) == (700_00, 140_00)
    assert (statement["charges_minor"], statement["charges_vat_minor"]) == (200_00, 40_00)
    assert (statement["due_minor"], statement["closing_minor"]) == (600_00, 0)
    # The books stay gross: turnover, both VATs.
    assert await balance(ledger.OPERATOR_IAAS) == 200_00
    assert await balance(ledger.OPERATOR_VAT) == 200_00 + 40_00
    assert await balance(ledger.OPERATOR_VAT_INPUT) == -140_00
    assert await balance(ledger.payable(org)) == 600_00
    assert await balance(ledger.owed(org)) == await balance(ledger.earned(org)) == 0


async def test_what_is_owed_above_the_share_is_carried(db: None) -> None:
    """Share 84.00, infrastructure 180.00: paid 0.00, 96.00 carried, then earned back."""
    org = await organisation("isv")
    await given.sale(org, 100_00)
    await made.charge(org, 150_00, charged_on=AUGUST)
    statement = (await closed())[org]
    assert (statement["due_minor"], statement["closing_minor"]) == (0, -96_00)
    assert await balance(ledger.payable(org)) == -96_00
    await given.sale(org, 1000_00, sold_at=datetime(2026, 9, 2, 9, tzinfo=UTC))
    statement = (await closed(MONTH.next))[org]
    assert (statement["opening_minor"], statement["due_minor"]) == (-96_00, 840_00 - 96_00)


async def test_an_organisation_that_sells_nothing_has_a_statement_of_what_it_owes(
    db: None,
) -> None:
    org = await reseller("certified")
    await made.charge(org, 100_00, charged_on=AUGUST)
    statement = (await closed())[org]
    assert (statement["line_count"], statement["charge_count"]) == (0, 1)
    assert (statement["due_minor"], statement["closing_minor"]) == (0, -108_00)


async def test_vat_is_of_the_document_and_not_of_its_lines(db: None) -> None:
    """Money rule b3: 3 lines of 33.33 at 20 % have 20.00 of VAT."""
    org = await organisation("reseller")
    for _ in range(3):
        await made.charge(org, 33_33, charged_on=AUGUST)
    statement = (await closed())[org]
    assert (statement["charges_minor"], statement["charges_vat_minor"]) == (99_99, 20_00)


async def test_credit_is_taken_off_before_vat(db: None) -> None:
    """Money rule j: usage 450.00, credit 300.00: 150.00 + 30.00 = 180.00; 100.00 of 100.00: 0."""
    org, other = await organisation("startup"), await organisation("startup")
    await made.grant(org, 300_00)
    await made.grant(other, 10_000_00)
    await made.charge(org, 450_00, charged_on=AUGUST)
    await made.charge(other, 100_00, charged_on=AUGUST)
    statements = await closed()
    assert statements[org]["closing_minor"] == -180_00
    assert statements[org]["charges_vat_minor"] == 30_00
    assert (statements[other]["closing_minor"], statements[other]["charge_count"]) == (0, 1)


async def test_both_modes_of_a_wholesaler_leave_the_operator_the_same(db: None) -> None:
    """Money rule e: 800.00, or 850.00 less a self-billed margin of 50.00 + 10.00 of VAT."""
    closing = {}
    for billing in ("wholesaler", "operator"):
        wholesaler, sub = await organisation("wholesaler"), await reseller("certified")
        await network.join(sub, wholesaler, billing, now=JANUARY, actor=given.SYSTEM)
        await made.charge(sub, 1000_00, environment="enterprise", charged_on=AUGUST)
        closing[billing] = (wholesaler, sub)
    statements = await closed()
    wholesaler, sub = closing["wholesaler"]
    assert sub not in statements
    assert statements[wholesaler]["closing_minor"] == -960_00
    wholesaler, sub = closing["operator"]
    assert statements[sub]["closing_minor"] == -(850_00 + 170_00)
    paid = statements[wholesaler]
    assert (paid["margins_minor"], paid["vat_minor"], paid["due_minor"]) == (50_00, 10_00, 60_00)
    assert await balance(ledger.OPERATOR_IAAS) + await balance(ledger.OPERATOR_MARGINS) == 1600_00


async def test_sales_and_margins_are_on_one_self_billed_invoice(db: None) -> None:
    """0.03 of sales and 0.03 of margins: VAT 20 % of 0.06 is 0.01, and not 0.01 twice."""
    earned = settlement.Earnings(UUID(int=1), "EUR", "S", 2000, 3, 0, 4, 1, 1, given.NOW)
    margin = settlement.Earnings(UUID(int=1), "EUR", "S", 2000, 0, 0, 0, 0, 0, None, 3)
    [statement] = settlement.draw_statements([earned, margin], {}, 0)
    assert (statement.share_minor, statement.vat_minor, len(statement.vat)) == (6, 1, 1)


async def test_a_refund_after_the_close_lowers_the_next_statement(db: None) -> None:
    org = await organisation("isv")
    line = await made.charge(org, 100_00, charged_on=AUGUST)
    await closed()
    now = datetime(2026, 9, 10, 9, tzinfo=UTC)
    await charges.refund_charge(
        line["id"], Money(100_00, "EUR"), reference="r", now=now, actor=given.SYSTEM
    )
    statement = (await closed(MONTH.next))[org]
    assert (statement["opening_minor"], statement["charges_minor"]) == (-120_00, -100_00)
    assert (statement["due_minor"], statement["closing_minor"]) == (0, 0)


async def test_the_books_do_not_close_over_what_is_owed(
    db: None, owner: "asyncpg.Connection[asyncpg.Record]"
) -> None:
    await made.charge(await organisation("isv"), charged_on=AUGUST)
    with pytest.raises(asyncpg.ObjectNotInPrerequisiteStateError, match="not all its statements"):
        async with core.transaction():
            await ledger.hold_close()
            await core.fetch(
                "INSERT INTO settlement.month_close VALUES ($1, $2, 'x', 0, 0, 0)",
                MONTH.first_day,
                given.NOW,
            )
            await ledger.close_month(MONTH)
    with pytest.raises(asyncpg.CheckViolationError, match="balances"):
        await owner.execute(
            "INSERT INTO settlement.month_close VALUES ('2026-08-01', now(), 'x', 0, 0, 0);"
            "INSERT INTO settlement.statement (number, organisation_id, month, currency, "
            "opening_minor, sales_minor, refunds_minor, vat_minor, due_minor, closing_minor, "
            "net_minor, operator_minor, line_count, closed_at, charges_minor) "
            "SELECT 'x', id, '2026-08-01', 'EUR', 0, 0, 0, 0, 0, 0, 0, 0, 0, now(), 1 "
            "FROM partners.organisation LIMIT 1"
        )


@pytest.mark.parametrize(
    ("table", "change", "check"),
    [
        ("charges.charge_piece", "list_minor = list_minor + 10000", "charges_are_their_pieces"),
        ("charges.charge_line", "payable_minor = 1, credit_minor = net_minor - 1",
         "charges_equal_their_entries"),
        ("settlement.statement", "charge_count = 7", "statements_equal_their_charges"),
        ("charges.credit_balance", "left_minor = left_minor + 1", "credits_equal_their_uses"),
    ],
)  # fmt: skip
async def test_a_check_finds_what_was_changed_behind_the_books(
    db: None, owner: "asyncpg.Connection[asyncpg.Record]", table: str, change: str, check: str
) -> None:
    org = await organisation("isv")
    await made.grant(org, 30_00, expires_on=date(2026, 12, 1))
    await made.charge(org, charged_on=AUGUST)
    await closed()
    await owner.execute("SET session_replication_role = replica")
    await owner.execute(f"UPDATE {table} SET {change}")
    await owner.execute("SET session_replication_role = origin")
    assert check in {fault.check for fault in await reports.run_checks()}
