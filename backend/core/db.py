"""Transactions and plain SQL. The connection travels in a context variable, not as an argument."""

import asyncio
import functools
import logging
import random
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any, TypeVar, cast

import asyncpg
from piccolo.engine import engine_finder

from backend.core import points
from backend.core.engine import SafeEngine, Transaction
from backend.core.problem import Problem

T = TypeVar("T")


@functools.cache
def engine() -> SafeEngine:
    """The engine of `backend.piccolo_conf`, found late: that module imports every package."""
    found = engine_finder()
    assert isinstance(found, SafeEngine)
    return found


@asynccontextmanager
async def transaction() -> AsyncGenerator[None]:
    """All of the block or none of it.

    A nested call is a savepoint: the caller may catch a Problem and go on, and only the inner
    block is undone. Inside the block no `asyncio.gather` and no network call.
    """
    async with engine().transaction():
        yield


def in_transaction() -> bool:
    """The gateway to Stripe asserts that this is false."""
    return engine().current_transaction.get() is not None


def connection() -> "asyncpg.Connection[asyncpg.Record]":
    """The asyncpg connection of the open transaction: set-based SQL, COPY, scripts."""
    open_transaction = engine().current_transaction.get()
    assert open_transaction is not None, "no open transaction"
    return cast("asyncpg.Connection[asyncpg.Record]", open_transaction.connection)


async def fetch(sql: str, *values: Any) -> list[asyncpg.Record]:
    """Rows of one statement, in the open transaction or else by itself."""
    open_transaction = cast(Transaction | None, engine().current_transaction.get())
    if open_transaction is not None:
        return cast(list[asyncpg.Record], await open_transaction.connection.fetch(sql, *values))
    return cast(list[asyncpg.Record], await engine()._run_in_pool(sql, list(values)))


async def fetch_row(sql: str, *values: Any) -> asyncpg.Record | None:
    """The first row, or None."""
    rows = await fetch(sql, *values)
    return rows[0] if rows else None


async def fetch_value(sql: str, *values: Any) -> Any:
    """The first column of the first row, or None."""
    row = await fetch_row(sql, *values)
    return row[0] if row else None


async def retrying(action: Callable[[], Awaitable[T]], *, attempts: int = 5) -> T:
    """Run `action` again after a deadlock or a serialization failure (both undo everything).

    `action` opens its own transaction. Never around a call to the network.
    """
    for attempt in range(attempts - 1):
        try:
            return await action()
        except (asyncpg.SerializationError, asyncpg.DeadlockDetectedError):
            await asyncio.sleep(random.uniform(0, 0.02 * 2**attempt))
    return await action()


class DatabaseUnreachable(Problem):
    status = 503
    code = "database-unreachable"
    title = "The database cannot be reached"


class RoleNotGranted(Problem):
    code = "role-not-granted"
    title = "The owner of the database may not act as the application"


LOST = (
    OSError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    asyncpg.PostgresConnectionError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.CannotConnectNowError,
    asyncpg.TooManyConnectionsError,
)
"""What a server that stops, starts or is full does to those who are connected.

InternalClientError is what asyncpg says of one that was cut between two of its messages.
"""


async def gather_statistics() -> None:
    """PostgreSQL knows again how large its tables are: after much was added at once."""
    await fetch("SELECT core.gather_statistics()")


async def open_database(
    dsn: str, *, role: str | None = None, organisation: str = "", max_size: int = 10
) -> None:
    """Open this process's pool. `role` is taken on by every connection at its start.

    `organisation` is what row-level security assumes outside `acting_for`: "" shows no tenant's
    rows (the API), "operator" all of them (workers and commands).

    Raises:
        DatabaseUnreachable: no server, no such database, or it refuses to let us in.
        RoleNotGranted: it does not let us take on `role`.
    """
    settings = {
        "application_name": "maillage",
        "maillage.organisation": organisation,
        "statement_timeout": "0" if organisation else "30s",
        "idle_in_transaction_session_timeout": "15min",
    }
    if role is not None:
        settings["role"] = role
    for library in ("asyncpg.pool", "pgqueuer"):
        logging.getLogger(library).addFilter(_in_one_line)
    engine().config = {"dsn": dsn, "server_settings": settings}
    engine().pool_organisation = organisation
    try:
        await engine().start_connection_pool(
            min_size=1, max_size=max_size, connection_class=points.connection_class()
        )
    except asyncpg.InsufficientPrivilegeError as error:
        raise RoleNotGranted(
            f"PostgreSQL says: {error}. Ask an administrator to run once: GRANT {role} TO the "
            "user of DATABASE_URL; or set DATABASE_APP_URL."
        ) from error
    except (OSError, ValueError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        raise DatabaseUnreachable(
            f"Check DATABASE_URL and that the server runs. It says: {error}"
        ) from error


def _is_lost(error: BaseException) -> bool:
    if isinstance(error, BaseExceptionGroup):
        return all(_is_lost(each) for each in error.exceptions)
    return isinstance(error, LOST)


def _in_one_line(record: logging.LogRecord) -> bool:
    """Libraries tell each second of a database that is away: why, and not from where."""
    error = record.exc_info[1] if record.exc_info else None
    if error is not None and _is_lost(error):
        record.msg, record.args = f"{record.getMessage()} ({type(error).__name__}: {error})", None
        record.exc_info = None
    return True


async def close_database() -> None:
    """Close the pool; connections still in use are given a moment, then cut."""
    await engine().close_connection_pool()
