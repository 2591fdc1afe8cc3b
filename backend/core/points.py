"""Points where a process dies on purpose: every statement, commit and HTTP call has two.

The tests of crashes (`tests/payouts/test_crashes.py`) kill a worker before and after each of its
I/O in turn. Without MAILLAGE_CRASH_AT in the environment nothing is counted and statements go to
asyncpg's own class.
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
    """asyncpg's, with a point before and after each statement. BEGIN and COMMIT are statements."""

    async def execute(self, *args: Any, **named: Any) -> Any:
        point()
        answer = await super().execute(*args, **named)
        point()
        return answer

    async def fetch(self, *args: Any, **named: Any) -> Any:
        point()
        answer = await super().fetch(*args, **named)
        point()
        return answer

    async def fetchrow(self, *args: Any, **named: Any) -> Any:
        point()
        answer = await super().fetchrow(*args, **named)
        point()
        return answer

    async def fetchval(self, *args: Any, **named: Any) -> Any:
        point()
        answer = await super().fetchval(*args, **named)
        point()
        return answer


def connection_class() -> type[Any]:
    """For the pool: the counted one only where points are counted."""
    return CountedConnection if Count.counting else asyncpg.Connection
