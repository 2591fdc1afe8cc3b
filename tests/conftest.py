"""One real PostgreSQL for the whole run; tests commit, and every table is emptied between them."""

import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import asyncpg
import pytest
import pytest_asyncio

from backend import core
from backend.postgres import OWNER, Server

FAST = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "max_connections": "150",
}
SEEDED = {
    "ledger.book": "UPDATE ledger.book SET closed_through = NULL",
}
"""Tables filled by migrations, and how each is put back as it was."""


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    home = Path(tempfile.mkdtemp(prefix="maillage-test-"))
    home.chmod(0o755)
    with Server(home, FAST).running() as running:
        yield running
    shutil.rmtree(home, ignore_errors=True)


@pytest.fixture(scope="session")
def owner_url(server: Server) -> str:
    """The role that owns the tables: for what only an attacker or a migration would do."""
    return os.environ.get("MAILLAGE_TEST_DATABASE_URL", server.url(OWNER))


@pytest_asyncio.fixture(scope="session")
async def schema(owner_url: str) -> None:
    """The schema comes from the migrations, triggers and rights included, as in production."""
    await core.open_database(owner_url, organisation=core.OPERATOR, max_size=2)
    await core.migrate()
    await core.close_database()


@pytest_asyncio.fixture(scope="session")
async def app_pool(schema: None, server: Server) -> AsyncIterator[None]:
    """This process's pool, in the role of the API and the workers."""
    await core.open_database(server.url("maillage_app"), organisation=core.OPERATOR, max_size=40)
    yield
    await core.close_database()


@pytest_asyncio.fixture(scope="session")
async def owner(
    schema: None, owner_url: str
) -> AsyncIterator["asyncpg.Connection[asyncpg.Record]"]:
    connection = await asyncpg.connect(owner_url)
    yield connection
    await connection.close()


@pytest_asyncio.fixture
async def db(app_pool: None, owner: "asyncpg.Connection[asyncpg.Record]") -> AsyncIterator[None]:
    """Real commits; afterwards every table that a test can fill is empty again."""
    yield
    await empty_tables(owner)


async def empty_tables(owner: "asyncpg.Connection[asyncpg.Record]") -> None:
    rows = await owner.fetch(
        "SELECT schemaname || '.' || tablename AS name FROM pg_tables "
        "WHERE schemaname NOT IN ('pg_catalog', 'information_schema', 'public')"
    )
    names = sorted({row["name"] for row in rows} - set(SEEDED))
    if names:
        # Replica mode: the triggers that refuse TRUNCATE are for everybody else.
        await owner.execute("SET session_replication_role = replica")
        await owner.execute(f"TRUNCATE {', '.join(names)} RESTART IDENTITY CASCADE")
        await owner.execute("; ".join(SEEDED.values()))
        await owner.execute("SET session_replication_role = origin")
