"""Migrations: once each, whoever comes first; refused with a remedy where they cannot run."""

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import TypeAlias
from uuid import uuid4

import asyncpg
import pytest
import pytest_asyncio

from backend.core.migrations import PostgresTooOld, check_version
from backend.postgres import OWNER, Server
from tests.conftest import FAST

ROOT = Path(__file__).parent.parent.parent
MIGRATE = """
import asyncio, json, sys
from backend import core

async def main():
    await core.open_database(sys.argv[1], organisation=core.OPERATOR, max_size=2)
    try:
        print(json.dumps({"ran": await core.migrate()}))
    except core.Problem as problem:
        print(json.dumps({"code": problem.code, "detail": problem.detail, **problem.facts}))
    await core.close_database()

asyncio.run(main())
"""

Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"


def start_migration(url: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", MIGRATE, url], stdout=subprocess.PIPE, cwd=ROOT, text=True
    )


def answer_of(process: subprocess.Popen[str]) -> dict[str, list[str] | str]:
    out, _ = process.communicate()
    assert process.returncode == 0
    answer: dict[str, list[str] | str] = json.loads(out)
    return answer


@pytest.fixture(scope="module")
def cluster() -> Iterator[Server]:
    """A server of its own: roles belong to the whole server, and here there are none yet."""
    home = Path(tempfile.mkdtemp(prefix="maillage-test-"))
    home.chmod(0o755)
    with Server(home, FAST).running() as running:
        yield running
    shutil.rmtree(home)


@pytest_asyncio.fixture
async def admin(cluster: Server) -> AsyncIterator[Connection]:
    connection = await asyncpg.connect(cluster.url())
    yield connection
    await connection.execute("RESET ROLE")
    databases = await connection.fetch("SELECT datname FROM pg_database WHERE datname ~ '^try_'")
    for (name,) in databases:
        await connection.execute(f"DROP DATABASE {name}")
    for role in ("maillage_app", "maillage_audit", "modest_owner"):
        await connection.execute(f"DROP ROLE IF EXISTS {role}")
    await connection.close()


async def empty_database(admin: Connection, owner: str) -> str:
    name = f"try_{uuid4().hex}"
    await admin.execute(f"CREATE DATABASE {name} OWNER {owner}")
    return name


async def test_six_nodes_that_start_at_once_run_each_migration_once(
    cluster: Server, admin: Connection
) -> None:
    name = await empty_database(admin, OWNER)
    url = cluster.url(database=name)
    answers = [answer_of(process) for process in [start_migration(url) for _ in range(6)]]
    ran = [answer["ran"] for answer in answers if answer["ran"]]
    assert len(ran) == 1
    connection = await asyncpg.connect(url)
    recorded = await connection.fetch("SELECT app_name || ':' || name AS done FROM migration")
    await connection.close()
    assert sorted(row["done"] for row in recorded) == ran[0]


async def test_an_owner_that_may_not_create_roles_is_told_what_an_administrator_must_run(
    cluster: Server, admin: Connection
) -> None:
    await admin.execute("CREATE ROLE modest_owner LOGIN")
    url = cluster.url("modest_owner", await empty_database(admin, "modest_owner"))
    refused = answer_of(start_migration(url))
    assert refused["code"] == "cannot-create-roles"
    assert "CREATE ROLE maillage_app LOGIN" in refused["detail"]
    for statement in refused["statements"]:
        assert statement in refused["detail"]
        await admin.execute(statement)
    assert answer_of(start_migration(url))["ran"]
    await assert_may_become(url, "maillage_app")


async def test_an_owner_that_may_create_roles_may_then_become_them(
    cluster: Server, admin: Connection
) -> None:
    await admin.execute("CREATE ROLE modest_owner LOGIN CREATEROLE")
    url = cluster.url("modest_owner", await empty_database(admin, "modest_owner"))
    assert answer_of(start_migration(url))["ran"]
    await assert_may_become(url, "maillage_app")


async def assert_may_become(url: str, role: str) -> None:
    connection = await asyncpg.connect(url, server_settings={"role": role})
    assert await connection.fetchval("SELECT current_user") == role
    await connection.close()


@pytest.mark.parametrize("version", [150018, 179999])
def test_a_postgresql_older_than_18_is_refused_with_its_version(version: int) -> None:
    with pytest.raises(PostgresTooOld, match=f"leads to PostgreSQL {version // 10_000}"):
        check_version(version)


@pytest.mark.parametrize("version", [180000, 190001])
def test_postgresql_18_and_newer_are_accepted(version: int) -> None:
    check_version(version)
