"""What PostgreSQL itself refuses of statements."""

from datetime import UTC, date, datetime

import asyncpg
import pytest

from backend import core, settlement
from backend.core import Month
from tests import given


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
    await settlement.close_month(
        Month(date(2026, 8, 1)),
        minimum_hundredths=0,
        now=datetime(2026, 9, 1, tzinfo=UTC),
        actor="test",
    )
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
