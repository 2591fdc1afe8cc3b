"""Whose rows may be seen: an organisation's own, or, for the operator's own work, all."""

import functools
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import ParamSpec, TypeVar
from uuid import UUID

P = ParamSpec("P")
T = TypeVar("T")

OPERATOR = "operator"
"""The value of the setting that the policies let see every row."""

acting_organisation: ContextVar[str | None] = ContextVar("acting_organisation", default=None)


@contextmanager
def acting_for(organisation: UUID | None) -> Iterator[None]:
    """Inside, PostgreSQL shows only rows of `organisation`; None is the operator and sees all.

    Outside any such block a pool opened for tenants shows no tenant's rows at all.
    """
    told = acting_organisation.set(OPERATOR if organisation is None else str(organisation))
    try:
        yield
    finally:
        acting_organisation.reset(told)


def who_acts() -> str | None:
    """`OPERATOR`, the id of the organisation, or None where nobody has signed in."""
    return acting_organisation.get()


def operators_work(action: Callable[P, Awaitable[T]]) -> Callable[P, Awaitable[T]]:
    """All of `action` acts for the operator, whoever asked for it.

    It has to find out itself what this caller may do.
    """

    @functools.wraps(action)
    async def run(*args: P.args, **kwargs: P.kwargs) -> T:
        with acting_for(None):
            return await action(*args, **kwargs)

    return run
