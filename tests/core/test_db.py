"""Transactions on the safe engine, against a real PostgreSQL."""

import asyncio

import asyncpg
import pytest
from piccolo.engine.exceptions import TransactionError

from backend import core
from backend.core.engine import SafeEngine
from backend.postgres import Server
from tests import given


async def test_an_inner_failure_that_is_caught_undoes_only_the_inner_block(db: None) -> None:
    async with core.transaction():
        await core.connection().execute("CREATE TEMP TABLE kept (n int) ON COMMIT DROP")
        await core.connection().execute("INSERT INTO kept VALUES (1)")
        with pytest.raises(ZeroDivisionError):
            async with core.transaction():
                await core.connection().execute("INSERT INTO kept VALUES (2)")
                raise ZeroDivisionError
        assert await core.fetch_value("SELECT array_agg(n) FROM kept") == [1]


async def test_another_task_may_not_use_the_open_transaction(db: None) -> None:
    async with core.transaction():
        with pytest.raises(TransactionError):
            await asyncio.create_task(core.fetch_value("SELECT 1"))


async def test_a_failed_commit_gives_the_connection_back(db: None) -> None:
    pool = core.engine().pool
    assert pool is not None
    for _ in range(pool.get_max_size() + 1):
        with pytest.raises(asyncpg.RaiseError, match="refused at commit"):
            await _commit_that_fails()
    assert await core.fetch_value("SELECT 1") == 1


async def _commit_that_fails() -> None:
    async with core.transaction():
        await core.connection().execute(
            """
            CREATE TEMP TABLE late (n int) ON COMMIT DROP;
            CREATE FUNCTION pg_temp.refuse() RETURNS trigger LANGUAGE plpgsql AS
              $$ BEGIN RAISE EXCEPTION 'refused at commit'; END $$;
            CREATE CONSTRAINT TRIGGER refuse AFTER INSERT ON late DEFERRABLE INITIALLY DEFERRED
              FOR EACH ROW EXECUTE FUNCTION pg_temp.refuse();
            INSERT INTO late VALUES (1);
            """
        )


async def test_inside_a_transaction_nobody_else_is_acted_for(db: None) -> None:
    """PostgreSQL was told at its beginning; another answer would be of the wrong tenant's rows."""
    mine = await given.partner()
    async with core.transaction():
        with core.acting_for(None):
            assert await core.fetch_value("SELECT count(*) FROM partners.organisation") == 1
        with core.acting_for(mine), pytest.raises(TransactionError, match="before"):
            await core.fetch("SELECT")
    with core.acting_for(mine):
        async with core.transaction():
            with core.acting_for(None), pytest.raises(TransactionError, match="before"):
                async with core.transaction():
                    raise AssertionError("not reached")


async def test_the_end_waits_for_a_connection_in_use_only_for_a_while(
    schema: None, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = SafeEngine(config={"dsn": server.url("maillage_app")})
    monkeypatch.setattr(SafeEngine, "CLOSE_S", 0.2)
    await engine.start_connection_pool(min_size=1, max_size=2)
    assert engine.pool is not None
    await engine.pool.acquire()
    async with asyncio.timeout(20):
        await engine.close_connection_pool()
