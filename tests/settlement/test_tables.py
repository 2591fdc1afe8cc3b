"""What PostgreSQL itself refuses of statements."""

from datetime import UTC, date, datetime

import asyncpg
import pytest

from backend import core, ledger, settlement
from backend.core import Month
from tests import given


async def close_august() -> None:
    await settlement.close_month(
        Month(date(2026, 8, 1)),
        minimum_hundredths=0,
        now=datetime(2026, 9, 1, tzinfo=UTC),
        actor="test",
    )


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ("due_minor = due_minor + 1", "balances"),
        ("due_minor = due_minor - 1, closing_minor = 1", "paid_or_carried"),
        ("sales_minor = sales_minor + 1, due_minor = due_minor + 1", "shared"),
        ("due_minor = -1, opening_minor = opening_minor - due_minor - 1", "statement_due_minor"),
    ],
)
async def test_a_statement_that_does_not_add_up_is_refused(
    db: None, owner: "asyncpg.Connection[asyncpg.Record]", change: str, constraint: str
) -> None:
    await given.sale(await given.partner())
    await close_august()
    await owner.execute("ALTER TABLE settlement.statement DISABLE TRIGGER no_change")
    try:
        with pytest.raises(asyncpg.CheckViolationError, match=constraint):
            await owner.execute(f"UPDATE settlement.statement SET {change}")
    finally:
        await owner.execute("ALTER TABLE settlement.statement ENABLE TRIGGER no_change")
    with pytest.raises(asyncpg.ObjectNotInPrerequisiteStateError):
        await owner.execute("UPDATE settlement.statement SET due_minor = 1")
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await core.fetch("DELETE FROM settlement.statement")


STATEMENT = (
    "organisation_id, month, currency, opening_minor, sales_minor, refunds_minor, vat_minor, "
    "due_minor, closing_minor, net_minor, operator_minor, line_count, hold_until, closed_at"
)


@pytest.mark.parametrize(
    "insert",
    [
        f"INSERT INTO settlement.statement (number, {STATEMENT}) "
        f"SELECT 'S-2', {STATEMENT.replace('currency', chr(39) + 'USD' + chr(39), 1)} "
        "FROM settlement.statement",
        "INSERT INTO settlement.statement_vat SELECT id, 'Z', 0, 1, 0 FROM settlement.statement",
        "INSERT INTO settlement.month_close VALUES ('2026-07-01', now(), 'test', 0, 0, 0)",
    ],
)
async def test_a_closed_month_takes_no_statement_more(db: None, insert: str) -> None:
    await given.sale(await given.partner())
    await close_august()
    with pytest.raises(asyncpg.ObjectNotInPrerequisiteStateError, match="closed"):
        await core.fetch(insert)


async def test_a_partner_sees_its_own_statement_and_its_vat_and_writes_none(db: None) -> None:
    mine, other = await given.partner(), await given.partner()
    await given.sale(mine)
    await given.sale(other)
    await close_august()
    with core.acting_for(mine):
        [statement] = await core.fetch("SELECT id, organisation_id FROM settlement.statement")
        [vat] = await core.fetch("SELECT statement_id FROM settlement.statement_vat")
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await core.fetch(
                "INSERT INTO settlement.statement_vat VALUES ($1, 'Z', 0, 1, 0)", statement["id"]
            )
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await core.fetch(
                f"INSERT INTO settlement.statement (number, {STATEMENT}) "
                f"SELECT 'mine', {STATEMENT} FROM settlement.statement"
            )
    assert statement["organisation_id"] == mine
    assert vat["statement_id"] == statement["id"]


async def test_a_tenant_does_not_say_that_a_month_is_closed(db: None) -> None:
    with core.acting_for(await given.partner()), pytest.raises(asyncpg.InsufficientPrivilegeError):
        await core.fetch(
            "INSERT INTO settlement.month_close VALUES ('2026-08-01', now(), 'mine', 0, 0, 0)"
        )


MONTH_CLOSE = "INSERT INTO settlement.month_close VALUES ('2026-08-01', now(), 'test', 0, 0, 0)"


@pytest.mark.parametrize("first", ["SELECT 1", MONTH_CLOSE])
async def test_no_month_closes_before_its_earnings_are_on_statements(db: None, first: str) -> None:
    await given.sale(await given.partner())
    with pytest.raises(asyncpg.ObjectNotInPrerequisiteStateError, match="2026-08 has not all"):
        async with core.transaction():
            await core.fetch(first)
            await ledger.close_month(Month(date(2026, 8, 1)))
    assert await ledger.closed_through() is None
    await close_august()
    assert await ledger.closed_through() == Month(date(2026, 8, 1))


async def test_a_later_month_does_not_close_over_what_was_earned_before(db: None) -> None:
    await given.sale(await given.partner())
    october = date(2026, 10, 1)
    with pytest.raises(asyncpg.ObjectNotInPrerequisiteStateError, match="2026-10 has not all"):
        async with core.transaction():
            await core.fetch(MONTH_CLOSE.replace("2026-08-01", str(october)))
            await ledger.close_month(Month(october))
    assert await ledger.closed_through() is None
