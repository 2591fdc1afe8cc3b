"""One real PostgreSQL for the whole run; tests commit, and every table is emptied between them."""

import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import TypeAlias

import asyncpg
import pytest
import pytest_asyncio
from hypothesis import HealthCheck, settings

from backend import core, payments, stripe_sandbox
from backend.postgres import OWNER, Server
from tests.stripe_sandbox.contract import Checked

# A test that is right is right on a busy machine too; in CI the same cases come every time.
settings.register_profile(
    "house",
    deadline=None,
    derandomize=os.environ.get("CI") == "true",
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("house")

Owner: TypeAlias = "asyncpg.Connection[asyncpg.Record]"

FAST = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "max_connections": "150",
}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Processes that share the tests tell them apart by their ids: two alike would run once."""
    for item in items:
        operation = getattr(item, "operation_label", None)
        if operation is not None:  # schemathesis gives all operations of a test one id
            item._id = item.id.with_params(operation)
    if "PYTEST_XDIST_WORKER" in os.environ:
        assert len({item.nodeid for item in items}) == len(items), "two tests have the same id"


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
async def owner(schema: None, owner_url: str) -> AsyncIterator[Owner]:
    connection = await asyncpg.connect(owner_url)
    await keep_seeds(connection)
    yield connection
    await connection.close()


@pytest_asyncio.fixture
async def db(app_pool: None, owner: Owner) -> AsyncIterator[None]:
    """Real commits; afterwards every table is again as the migrations left it."""
    yield
    await empty_tables(owner)


@pytest_asyncio.fixture
async def stripe(db: None) -> AsyncIterator[None]:
    """Stripe is the sandbox, in this process, each call held against Stripe's own document."""
    app = Checked(stripe_sandbox.build_app(base_url="http://127.0.0.1:8020"))
    payments.open_gateway(api_key="sk_test_sandbox", rate_per_s=10_000, app=app)
    yield
    await payments.close_gateway()


TABLES = """
SELECT format('%I.%I', n.nspname, c.relname) AS name, pg_relation_size(c.oid) AS size_bytes
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind = 'r' AND pg_relation_size(c.oid) > 0
AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'public', 'seed') ORDER BY 1
"""
"""Those with a page on disk: the others hold nothing."""

LARGE_BYTES = 1 << 18
"""What a test left may be emptied by TRUNCATE, which takes a moment for each table that refers to
this one, or by DELETE, which leaves its pages to be read again by the next."""


async def keep_seeds(owner: Owner) -> None:
    """Copy what the migrations filled, so that it can be put back."""
    await owner.execute("DROP SCHEMA IF EXISTS seed CASCADE; CREATE SCHEMA seed")
    for table in await owner.fetch(TABLES):
        name = table["name"]
        if await owner.fetchval(f"SELECT EXISTS (SELECT FROM {name})"):
            await owner.execute(f'CREATE TABLE seed."{name}" AS TABLE {name}')


async def empty_tables(owner: Owner) -> None:
    """Every table is as the migrations left it, and every count begins anew."""
    seeds = await owner.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'seed'")
    tables = await owner.fetch(TABLES)
    large = [table["name"] for table in tables if table["size_bytes"] > LARGE_BYTES]
    # Replica mode: the triggers that refuse this are for everybody else, and nothing cascades.
    emptying = ["SET session_replication_role = replica"]
    emptying += [f"DELETE FROM {table['name']}" for table in tables]
    for row in seeds:
        name = row["tablename"]
        emptying.append(f'INSERT INTO {name} OVERRIDING SYSTEM VALUE TABLE seed."{name}"')
    emptying.append(
        "SELECT setval(format('%I.%I', schemaname, sequencename)::regclass, start_value, false) "
        "FROM pg_sequences WHERE last_value IS NOT NULL AND schemaname NOT IN ('public', 'seed')"
    )
    emptying.append("SET session_replication_role = origin")
    await owner.execute("; ".join(emptying))
    if large:
        await owner.execute(f"VACUUM {', '.join(large)}")
