"""Chains of audit rows, against a real PostgreSQL."""

import asyncio
from typing import TypeAlias
from uuid import UUID

import asyncpg
import pytest

from backend import audit, core
from backend.core.tenancy import acting_organisation
from tests import given

Owner: TypeAlias = "asyncpg.Connection[asyncpg.Record]"
ACME = UUID(int=7)


async def write(chain: UUID | None = ACME, action: str = "do", subject: str = "thing:1") -> None:
    async with core.transaction():
        await audit.write(chain, "person:1", action, subject, {"a": 1}, {"a": 2})


async def test_a_row_says_who_changed_what_from_what_to_what(db: None) -> None:
    await write()
    row = await core.fetch_row("SELECT * FROM audit.change")
    assert row is not None
    assert (row["chain"], row["number"], row["actor"]) == (str(ACME), 1, "person:1")
    assert (row["before"], row["after"]) == ('{"a": 1}', '{"a": 2}')
    assert await audit.broken_links() == []


async def test_no_row_is_left_without_its_change(db: None) -> None:
    with pytest.raises(ZeroDivisionError):
        async with core.transaction():
            await audit.write(None, "system:test", "do", "thing:1")
            raise ZeroDivisionError
    assert await core.fetch_value("SELECT count(*) FROM audit.change") == 0


async def test_sixteen_writers_of_one_chain_leave_no_gap(db: None) -> None:
    await asyncio.gather(*[write() for _ in range(16)], *[write(None) for _ in range(4)])

    numbers = await core.fetch_value(
        "SELECT array_agg(number ORDER BY number) FROM audit.change WHERE chain <> 'operator'"
    )
    assert numbers == list(range(1, 17))
    assert await audit.broken_links() == []


@pytest.mark.parametrize(
    ("edit", "fault"),
    [
        ("UPDATE audit.change SET actor = 'nobody' WHERE number = 2", "the row was edited"),
        ("UPDATE audit.change SET after = '{}' WHERE number = 2", "the row was edited"),
        ("DELETE FROM audit.change WHERE number = 2", "a row before it is missing"),
        ("DELETE FROM audit.change WHERE number = 3", "rows at the end are missing"),
        ("DELETE FROM audit.change", "rows at the end are missing"),
    ],
)
async def test_an_edit_by_the_owner_of_the_database_is_found(
    db: None, owner: Owner, edit: str, fault: str
) -> None:
    for _ in range(3):
        await write()
    await owner.execute("SET session_replication_role = replica")
    await owner.execute(edit)
    await owner.execute("SET session_replication_role = origin")
    assert fault in [link["fault"] for link in await audit.broken_links()]


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO audit.change SELECT * FROM audit.change",
        "UPDATE audit.head SET number = 0",
        "DELETE FROM audit.change",
    ],
)
async def test_the_application_only_adds_rows(db: None, statement: str) -> None:
    await write()
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await core.fetch(statement)


async def test_nobody_changes_a_row_through_the_front(db: None, owner: Owner) -> None:
    await write()
    with pytest.raises(asyncpg.ObjectNotInPrerequisiteStateError):
        await owner.execute("UPDATE audit.change SET actor = 'x'")


async def test_every_action_on_a_partner_leaves_its_row(db: None) -> None:
    acme = await given.partner()
    await given.sale(acme)
    actions = await core.fetch_value(
        "SELECT array_agg(action ORDER BY number) FROM audit.change WHERE chain = $1", str(acme)
    )
    assert actions[:2] + actions[-1:] == ["create_organisation", "create_listing", "record_sale"]


async def test_a_tenant_reads_its_own_chain_only(db: None) -> None:
    await write()
    await write(None)
    await write(UUID(int=8))
    for table in ("change", "head"):
        with core.acting_for(ACME):
            rows = await core.fetch(f"SELECT chain FROM audit.{table}")
        assert [row["chain"] for row in rows] == [str(ACME)]


@pytest.mark.parametrize("acting", [UUID(int=8), None], ids=["another", "nobody"])
@pytest.mark.parametrize("chain", [ACME, None], ids=["partner's", "operator's"])
async def test_a_tenant_writes_its_own_chain_only(
    db: None, acting: UUID | None, chain: UUID | None
) -> None:
    told = acting_organisation.set(str(acting or ""))
    try:
        with pytest.raises(asyncpg.InsufficientPrivilegeError, match="operator"):
            await write(chain)
        if acting is not None:
            await write(acting)
    finally:
        acting_organisation.reset(told)
    written = await core.fetch("SELECT chain FROM audit.change")
    assert [row["chain"] for row in written] == ([] if acting is None else [str(acting)])
