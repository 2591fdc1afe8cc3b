"""Points where a process dies on purpose: one before every statement, commit and HTTP call.

Dying after one is dying before the next, so the tests of crashes (`tests/payouts/test_crashes.py`)
that kill a process at each point in turn miss none. Without MAILLAGE_CRASH_AT in the environment
nothing is counted and statements go to asyncpg's own class.
"""

import os
import signal
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import asyncpg


class Count:
    """How many points were passed, at which one it ends, and how."""

    passed = 0
    crash_at = int(os.environ.get("MAILLAGE_CRASH_AT", "0"))
    counting = "MAILLAGE_CRASH_AT" in os.environ
    crash: Callable[[], None] = staticmethod(lambda: os.kill(os.getpid(), signal.SIGKILL))


def crash_at(number: int, crash: Callable[[], None] | None = None) -> None:
    """Count from here on, and die (or do `crash` instead) at that point; 0 only counts."""
    Count.passed, Count.crash_at, Count.counting = 0, number, True
    if crash is not None:
        Count.crash = staticmethod(crash)


def passed() -> int:
    """How many points have been passed since counting began."""
    return Count.passed


def point() -> None:
    """One more point; the last one of this process, if it is the one that was asked for."""
    if not Count.counting:
        return
    Count.passed += 1
    if Count.passed == Count.crash_at:
        Count.crash()


if TYPE_CHECKING:
    Connection = asyncpg.Connection[asyncpg.Record]
else:
    Connection = asyncpg.Connection


class CountedConnection(Connection):
    """asyncpg's, with a point before each statement; BEGIN and COMMIT are statements too."""

    async def execute(self, *args: Any, **named: Any) -> str:
        # Not what the pool says to a connection that comes back: nothing hangs on it.
        if not args[0].startswith("SELECT pg_advisory_unlock_all"):
            point()
        return await super().execute(*args, **named)

    async def executemany(self, *args: Any, **named: Any) -> None:
        point()
        await super().executemany(*args, **named)

    async def fetch(self, *args: Any, **named: Any) -> Any:
        point()
        return await super().fetch(*args, **named)

    async def fetchrow(self, *args: Any, **named: Any) -> Any:
        point()
        return await super().fetchrow(*args, **named)

    async def fetchval(self, *args: Any, **named: Any) -> Any:
        point()
        return await super().fetchval(*args, **named)


def connection_class() -> type[Any]:
    """For the pool: the counted one only where points are counted."""
    return CountedConnection if Count.counting else asyncpg.Connection
