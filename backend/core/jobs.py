"""Work for later and work by the clock: three functions in front of PgQueuer.

The rows of each package say what is left to do; a job is only the wake-up. It may come twice,
late, or never (then a scheduled sweep does its work), so every job looks at its rows first. A job
is an async function whose first argument is the clock; it must never block the event loop.
"""

import asyncio
import contextlib
import os
from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime, timedelta
from typing import Any

import asyncpg
import msgspec

from backend.core.db import LOST, engine, fetch

Clock = Callable[[], Awaitable[datetime]]
"""What time it is for the business: the machine's, or the sandbox's."""

Job = Callable[..., Awaitable[object]]

HEARTBEAT = timedelta(seconds=10)
"""A job whose worker has been silent for so long is given to another one."""

_schedules: dict[str, tuple[Job, str]] = {}


class Interrupted(Exception):
    """PostgreSQL went away while the jobs ran. Nothing is lost: run them again."""


def name_of(job: Job) -> str:
    """A job is named by its function, so that a search for the function finds every use."""
    return f"{job.__module__}.{job.__qualname__}"


async def enqueue(job: Job, *, wait_s: int = 0, **payload: Any) -> None:
    """`job` runs with `payload` once the open transaction is committed, in `wait_s` seconds.

    The same job with the same payload that still waits is not put twice.
    """
    # PgQueuer's own table (1.6), so that neither API nor commands load its library.
    await fetch(
        "INSERT INTO jobs.pgqueuer (priority, status, entrypoint, payload, execute_after) "
        "SELECT 0, 'queued', $1, $2, now() + make_interval(secs => $3) WHERE NOT EXISTS "
        "(SELECT FROM jobs.pgqueuer WHERE status = 'queued' AND entrypoint = $1 "
        "AND payload IS NOT DISTINCT FROM $2)",
        name_of(job),
        msgspec.json.encode(payload),
        wait_s,
    )


def schedule(job: Job, cron: str) -> None:
    """`job` runs at the times of `cron` (a sixth field counts seconds) wherever workers run."""
    _schedules[name_of(job)] = (job, cron)


async def run(jobs: Iterable[Job], *, clock: Clock, stop: asyncio.Event) -> None:
    """Run `jobs` as they are put, and everything scheduled, until `stop` is set.

    What runs then ends first. A job that fails is kept, as failed, with its reason; the sweeps do
    its work.

    Raises:
        Interrupted: the database cannot be reached, or closed our connections.
    """
    os.environ["PGQUEUER_SCHEMA"] = "jobs"
    from pgqueuer import PgQueuer  # noqa: PLC0415  (only workers pay for it)
    from pgqueuer.domain.errors import FailingListenerError  # noqa: PLC0415

    pool = engine().pool
    assert pool is not None
    carrier = PgQueuer.from_asyncpg_pool(pool)
    for job in jobs:
        carrier.entrypoint(name_of(job), on_failure="hold")(_entry(job, clock))
    for name, (job, cron) in _schedules.items():
        carrier.schedule(name, cron, clean_old=True)(_tick(job, clock))

    async def watch() -> None:
        await stop.wait()
        carrier.shutdown.set()

    watching = asyncio.create_task(watch())
    try:
        # PgQueuer sends its first probe without waiting until it listens: sent too early, it is
        # never answered, and taken for a connection that was lost.
        await carrier.connection.add_listener(carrier.qm.channel, _heard)
        await carrier.run(
            dequeue_timeout=timedelta(seconds=1),
            heartbeat_timeout=HEARTBEAT,
            shutdown_on_listener_failure=True,
        )
    except (*LOST, FailingListenerError) as error:
        reason = f"{type(error).__name__}: {error}".removesuffix(": ")
        raise Interrupted(f"PostgreSQL is away or closed our connections ({reason})") from error
    finally:
        watching.cancel()
        cut_listener(carrier.connection)


def _heard(_: object) -> None:
    """PgQueuer's own listener, on the same connection, hears it, too."""


def cut_listener(driver: Any) -> None:
    """The connection on which PgQueuer listened is the pool's again.

    When it was cut in the middle of something, PgQueuer cannot clean it and keeps it for ever.
    """
    held = driver._listener_connection
    if held is not None:
        with contextlib.suppress(asyncpg.InterfaceError):  # It went back by itself.
            held.terminate()


def _entry(job: Job, clock: Clock) -> Callable[[Any], Awaitable[None]]:
    async def entry(queued: Any) -> None:
        await job(clock, **msgspec.json.decode(queued.payload or b"{}"))

    return entry


def _tick(job: Job, clock: Clock) -> Callable[[Any], Awaitable[None]]:
    async def tick(_: Any) -> None:
        await job(clock)

    return tick
