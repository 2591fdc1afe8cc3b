"""One stuck row never holds the others."""

from collections.abc import Awaitable, Callable, Iterable
from typing import TypeVar

T = TypeVar("T")


async def for_each(rows: Iterable[T], action: Callable[[T], Awaitable[object]]) -> int:
    """Run `action` on each row, go on after a failure, raise all failures together at the end.

    Answers how many succeeded. Each action is its own transaction.

    Raises:
        ExceptionGroup: what failed, one exception a row.
    """
    done = 0
    failures: list[Exception] = []
    for row in rows:
        try:
            await action(row)
            done += 1
        except Exception as failure:
            failure.add_note(f"while working on {row!r}")
            failures.append(failure)
    if failures:
        raise ExceptionGroup(f"{len(failures)} of {done + len(failures)} failed", failures)
    return done
