"""Alive is not the same as ready."""

import asyncpg
import pytest

from backend.web import health
from tests import clients


async def test_a_migrated_database_makes_it_ready(db: None) -> None:
    async with clients.visitor() as caller:
        assert (await caller.get("/health/ready")).json() == {"status": "ready"}


async def test_a_missing_migration_makes_it_unready_but_alive(
    db: None, owner: "asyncpg.Connection[asyncpg.Record]"
) -> None:
    await owner.execute("UPDATE migration SET name = name || 'x' WHERE app_name = 'web'")
    try:
        async with clients.visitor() as caller:
            ready, live = await caller.get("/health/ready"), await caller.get("/health/live")
    finally:
        await owner.execute("UPDATE migration SET name = rtrim(name, 'x') WHERE app_name = 'web'")
    assert ready.status_code == 503 and ready.json()["code"] == "not-ready"
    assert ready.json()["facts"]["missing"] == ["web: 2026-11-23T06:05:00:000000"]
    assert ready.headers["retry-after"] == "1"
    assert live.status_code == 200


async def test_a_database_that_does_not_answer_makes_it_unready(
    db: None,
    owner: "asyncpg.Connection[asyncpg.Record]",
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(health, "READY_WITHIN_S", 0.1)
    async with owner.transaction(), clients.visitor() as caller:
        await owner.execute("LOCK TABLE migration")
        assert (await caller.get("/health/ready")).status_code == 503
