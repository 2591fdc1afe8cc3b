"""What PostgreSQL itself refuses, whoever asks."""

from datetime import UTC, date, datetime
from typing import TypeAlias

import asyncpg
import pytest

from backend import core, ledger
from backend.core import Money, Month
from backend.postgres import Server
from tests import given

AUGUST = Month(date(2026, 8, 1))
NOON = datetime(2026, 8, 12, 12, tzinfo=UTC)
Owner: TypeAlias = "asyncpg.Connection[asyncpg.Record]"


@pytest.fixture
async def posted(db: None) -> None:
    line = ledger.Line("operator:bank", "operator:revenue", Money(100, "EUR"))
    await ledger.post("sale:1", line, month=AUGUST, effective_at=NOON)


@pytest.mark.parametrize("table", ["entry", "posting", "account"])
@pytest.mark.parametrize("verb", ["DELETE FROM {}", "TRUNCATE {} CASCADE", "UPDATE {} SET {}"])
async def test_even_the_owner_changes_no_past_row(
    posted: None, owner: Owner, table: str, verb: str
) -> None:
    column = {"entry": "reference = 'x'", "posting": "amount_minor = 1", "account": "code = 'a:b'"}
    with pytest.raises(asyncpg.ObjectNotInPrerequisiteStateError, match="never change"):
        await owner.execute(verb.format(f"ledger.{table}", column[table]))


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO ledger.posting VALUES (1, 9, 1, 2, 5, 'EUR')",
        "INSERT INTO ledger.entry (reference, month, effective_at) "
        "VALUES ('x', '2026-08-01', now())",
        "INSERT INTO ledger.account (code, currency) VALUES ('operator:mine', 'EUR')",
        "UPDATE ledger.balance SET credit_minor = 0",
        "UPDATE ledger.book SET closed_through = NULL",
        "ALTER TABLE ledger.posting DISABLE TRIGGER ALL",
        "SET session_replication_role = replica",
        "DROP TABLE ledger.posting",
    ],
)
async def test_the_application_writes_the_ledger_only_through_its_door(
    posted: None, statement: str
) -> None:
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await core.fetch(statement)


async def test_the_application_owns_nothing(db: None) -> None:
    owned = "SELECT count(*) FROM pg_class WHERE relowner = 'maillage_app'::regrole"
    assert await core.fetch_value("SELECT current_user") == "maillage_app"
    assert await core.fetch_value(owned) == 0


@pytest.mark.parametrize("amount_minor", [0, -1])
async def test_an_amount_is_above_zero(db: None, amount_minor: int) -> None:
    line = ledger.Line("operator:bank", "operator:revenue", Money(amount_minor, "EUR"))
    with pytest.raises(asyncpg.CheckViolationError):
        await ledger.post("sale:1", line, month=AUGUST, effective_at=NOON)


async def test_an_account_does_not_pay_itself(db: None) -> None:
    line = ledger.Line("operator:bank", "operator:bank", Money(1, "EUR"))
    with pytest.raises(asyncpg.CheckViolationError, match="two_accounts"):
        await ledger.post("sale:1", line, month=AUGUST, effective_at=NOON)


async def test_an_account_in_another_currency_is_refused(posted: None, owner: Owner) -> None:
    insert = """
        WITH e AS (INSERT INTO ledger.entry (reference, month, effective_at)
                   VALUES ('x', '2026-08-01', now()) RETURNING id)
        INSERT INTO ledger.posting
        SELECT e.id, 1, a.id, b.id, 5, $1 FROM e, ledger.account a, ledger.account b
        WHERE a.code = 'operator:bank' AND b.code = 'operator:revenue'
    """
    with pytest.raises(asyncpg.CheckViolationError, match="another currency"):
        await owner.execute(insert, "USD")


async def test_a_posting_to_an_unknown_account_is_refused(posted: None, owner: Owner) -> None:
    insert = """
        WITH e AS (INSERT INTO ledger.entry (reference, month, effective_at)
                   VALUES ('x', '2026-08-01', now()) RETURNING id)
        INSERT INTO ledger.posting SELECT e.id, 1, 1, 987654, 5, 'EUR' FROM e
    """
    with pytest.raises(asyncpg.CheckViolationError, match="unknown account"):
        await owner.execute(insert)


async def test_no_line_is_added_to_an_entry_of_the_past(posted: None, owner: Owner) -> None:
    with pytest.raises(asyncpg.CheckViolationError, match="sealed"):
        await owner.execute(
            "INSERT INTO ledger.posting SELECT entry_id, 2, debit_id, credit_id, 5, currency "
            "FROM ledger.posting"
        )


async def test_months_close_in_order(db: None) -> None:
    await given.closed(AUGUST)
    for wrong in (AUGUST, AUGUST.previous, AUGUST.next.next):
        with pytest.raises(asyncpg.ObjectNotInPrerequisiteStateError, match="in order"):
            async with core.transaction():
                await ledger.close_month(wrong)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE ledger.book SET closed_through = NULL",
        "UPDATE ledger.book SET closed_through = '2026-07-01'",
        "DELETE FROM ledger.book",
        "TRUNCATE ledger.book",
    ],
)
async def test_even_the_owner_opens_no_closed_month(db: None, owner: Owner, change: str) -> None:
    await given.closed(AUGUST)
    with pytest.raises(asyncpg.ObjectNotInPrerequisiteStateError):
        await owner.execute(change)


@pytest.mark.parametrize("table", ["account", "entry", "posting", "balance"])
async def test_a_tenant_sees_nothing_of_the_books(posted: None, table: str) -> None:
    count = f"SELECT count(*) FROM ledger.{table}"
    assert await core.fetch_value(count) > 0
    with core.acting_for(core.uuid7()):
        assert await core.fetch_value(count) == 0


async def test_a_tenant_neither_posts_nor_closes(posted: None) -> None:
    with core.acting_for(core.uuid7()):
        with pytest.raises(asyncpg.InsufficientPrivilegeError, match="operator"):
            line = ledger.Line("operator:bank", "operator:revenue", Money(100, "EUR"))
            await ledger.post("sale:2", line, month=AUGUST, effective_at=NOON)
        with pytest.raises(asyncpg.InsufficientPrivilegeError, match="operator"):
            async with core.transaction():
                await ledger.close_month(AUGUST)


@pytest.mark.parametrize("role", [None, "maillage_app"])
async def test_a_session_that_does_not_say_for_whom_it_acts_posts_nothing(
    posted: None, server: Server, owner_url: str, role: str | None
) -> None:
    """As the application's login, and as the owner's that has taken on its role."""
    url = server.url("maillage_app") if role is None else owner_url
    session = await asyncpg.connect(url, server_settings={} if role is None else {"role": role})
    try:
        with pytest.raises(asyncpg.InsufficientPrivilegeError, match="operator"):
            await session.execute(
                "SELECT ledger.post('{sale:2}', '{2026-08-01}', '{2026-08-01}', '{1}', "
                "'{operator:bank}', '{operator:revenue}', '{100}', '{EUR}')"
            )
    finally:
        await session.close()
