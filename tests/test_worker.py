"""The worker runs what is put and what is scheduled, stops cleanly, and comes back by itself."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from pgqueuer import PgQueuer
from pgqueuer.adapters.drivers.asyncpg import AsyncpgPoolDriver
from pgqueuer.core.qm import QueueManager
from pgqueuer.domain.errors import FailingListenerError

from backend import core, payouts, worker
from backend.core import jobs
from backend.core.db import engine
from tests.given.payouts import days_pass, started, state_of
from tests.payments.conftest import Watched, stripe

__all__ = ["stripe"]

ran: list[object] = []


async def note(_: core.Clock, *, word: str) -> None:
    ran.append(word)


async def tick(_: core.Clock) -> None:
    ran.append("tick")


async def break_down(_: core.Clock) -> None:
    raise ValueError("broken")


@pytest.fixture(autouse=True)
def fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    ran.clear()
    monkeypatch.setattr(jobs, "_schedules", {})


@asynccontextmanager
async def running(*work: jobs.Job) -> AsyncIterator[None]:
    stop = asyncio.Event()
    task = asyncio.create_task(jobs.run(work, clock=payouts.machine_clock, stop=stop))
    try:
        yield
    finally:
        stop.set()
        await asyncio.wait_for(task, 60)


async def eventually(happened: Callable[[], Awaitable[bool]], within_s: float = 60) -> None:
    async with asyncio.timeout(within_s):
        while not await happened():  # noqa: ASYNC110  (another process's rows)
            await asyncio.sleep(0.05)


async def queued(status: str) -> int:
    count: int = await core.fetch_value(
        "SELECT count(*) FROM jobs.pgqueuer WHERE status::text = $1", status
    )
    return count


async def test_a_job_that_was_put_runs_once_with_its_payload(db: None) -> None:
    async with core.transaction():
        await core.enqueue(note, word="hello")
        await core.enqueue(note, word="hello")
        await core.enqueue(note, word="other")
    async with running(note):
        await eventually(lambda: _is(len(ran) == 2))
        await eventually(lambda: _none("queued"))
    assert sorted(map(str, ran)) == ["hello", "other"]


async def _is(truth: bool) -> bool:
    return truth


async def _none(status: str) -> bool:
    return await queued(status) == 0


async def test_a_job_of_a_transaction_that_failed_never_runs(db: None) -> None:
    with pytest.raises(ZeroDivisionError):
        async with core.transaction():
            await core.enqueue(note, word="hello")
            _ = 1 / 0
    assert await queued("queued") == 0


async def test_a_job_that_fails_is_kept_and_holds_no_other(db: None) -> None:
    await core.enqueue(break_down)
    await core.enqueue(note, word="hello")
    async with running(note, break_down):
        await eventually(lambda: _is(ran == ["hello"]))
        await eventually(lambda: _one("failed"))


async def _one(status: str) -> bool:
    return await queued(status) == 1


async def test_what_is_scheduled_runs_by_the_clock(db: None) -> None:
    jobs.schedule(tick, "* * * * * *")
    async with running():
        await eventually(lambda: _is(len(ran) >= 2))


async def test_the_worker_pays_and_stops_when_told(stripe: Watched) -> None:
    _, payout = await started()
    stop = asyncio.Event()
    working = asyncio.create_task(worker.work(clock=payouts.sandbox_clock, stop=stop))
    await eventually(lambda: _state(payout, "payout_pending"))
    await days_pass(2.1)
    await eventually(lambda: _state(payout, "paid"))
    stop.set()
    await asyncio.wait_for(working, 60)


async def _state(payout: UUID, state: str) -> bool:
    return await state_of(payout) == state


async def test_the_worker_comes_back_after_its_connections_are_cut(
    stripe: Watched, owner: "asyncpg.Connection[asyncpg.Record]", monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "PAUSE_S", 0.1)
    stop = asyncio.Event()
    working = asyncio.create_task(worker.work(clock=payouts.sandbox_clock, stop=stop))
    await eventually(lambda: _listening(owner))
    await owner.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE usename = 'maillage_app' AND pid <> pg_backend_pid()"
    )
    await asyncio.sleep(0.5)
    _, payout = await started()
    await eventually(lambda: _state(payout, "payout_pending"))
    stop.set()
    await asyncio.wait_for(working, 60)


async def test_a_connection_that_listens_late_is_not_taken_for_lost(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    listen, probe = asyncpg.Connection.add_listener, QueueManager.listener_healthy
    answered: list[object] = []

    async def late(connection: Any, channel: str, callback: Any) -> None:
        if channel not in connection._listeners:  # Else it listens, and asks PostgreSQL nothing.
            await asyncio.sleep(0.3)
        await listen(connection, channel, callback)

    async def soon(manager: QueueManager, **_: object) -> Any:
        answered.append(await probe(manager, timeout=timedelta(seconds=1)))
        return answered[-1]

    monkeypatch.setattr(asyncpg.Connection, "add_listener", late)
    monkeypatch.setattr(QueueManager, "listener_healthy", soon)
    async with running():
        await eventually(lambda: _is(len(answered) == 1))


LOST = [
    FailingListenerError(),
    ConnectionResetError("Connection reset by peer"),
    asyncpg.InterfaceError("connection has been released back to the pool"),
    asyncpg.InternalClientError("cannot switch to state 12; another operation is in progress"),
    asyncpg.AdminShutdownError("terminating connection due to administrator command"),
    asyncpg.CannotConnectNowError("the database system is starting up"),
]


@pytest.mark.parametrize("error", [*LOST, ValueError("a bug")], ids=repr)
async def test_a_lost_database_is_one_line_and_a_bug_has_its_trace(
    db: None,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    error: Exception,
) -> None:
    async def fail(*_: object, **__: object) -> None:
        logging.getLogger("pgqueuer").error("Manager failed", exc_info=error)
        raise error

    monkeypatch.setattr(PgQueuer, "run", fail)
    monkeypatch.setattr(worker, "PAUSE_S", 0.2)
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(worker.work(), 0.1)
    records = [record for record in caplog.records if record.levelno >= logging.WARNING]
    if error in LOST:
        [library, record] = records
        assert library.exc_info is None or isinstance(error, FailingListenerError)
        assert record.levelname == "WARNING" and record.exc_info is None
        assert "PostgreSQL" in record.message and "start again in 0.2 s" in record.message
        assert type(error).__name__ in record.message
    else:
        assert [record.exc_info is not None for record in records] == [True, True]


async def test_while_no_connection_is_to_be_had_each_try_is_one_line(
    stripe: Watched,
    owner: "asyncpg.Connection[asyncpg.Record]",
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(worker, "PAUSE_S", 0.2)
    stop = asyncio.Event()
    working = asyncio.create_task(worker.work(clock=payouts.sandbox_clock, stop=stop))
    await eventually(lambda: _listening(owner))
    await owner.execute("ALTER ROLE maillage_app CONNECTION LIMIT 0")
    try:
        await owner.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'maillage_app'"
        )
        await eventually(lambda: _is(len(caplog.records) > 1))
    finally:
        await owner.execute("ALTER ROLE maillage_app CONNECTION LIMIT -1")
    await eventually(lambda: _listening(owner))
    _, payout = await started()
    await eventually(lambda: _state(payout, "payout_pending"))
    stop.set()
    await asyncio.wait_for(working, 60)
    told = [record for record in caplog.records if record.levelno >= logging.WARNING]
    names = {record.name for record in told}
    assert "maillage.worker" in names <= {"maillage.worker", "asyncpg.pool", "pgqueuer"}, (
        caplog.text
    )
    assert not any(record.exc_info for record in told), caplog.text


async def test_a_listener_that_is_cut_in_the_middle_goes_back_to_the_pool(db: None) -> None:
    """Each outage would keep one connection of the pool for ever, and the end would wait for it."""
    pool = engine().pool
    assert pool is not None
    busy_before = pool.get_size() - pool.get_idle_size()
    driver = AsyncpgPoolDriver(pool)
    with pytest.raises(asyncpg.InterfaceError):
        async with driver:
            await driver.add_listener("channel", lambda _: None)
            held = driver._listener_connection
            assert held is not None
            sleeping = asyncio.create_task(held.execute("SELECT pg_sleep(60)"))
            await asyncio.sleep(0.1)
    jobs.cut_listener(driver)
    with pytest.raises(asyncpg.PostgresConnectionError):
        await sleeping
    assert pool.get_size() - pool.get_idle_size() == busy_before


async def _listening(owner: "asyncpg.Connection[asyncpg.Record]") -> bool:
    return bool(
        await owner.fetchval(
            "SELECT count(*) FROM pg_stat_activity WHERE usename = 'maillage_app' "
            "AND query ILIKE 'LISTEN%'"
        )
    )
