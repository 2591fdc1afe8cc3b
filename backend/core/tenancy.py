"""Whose rows may be seen: an organisation's own, or, for the operator's own work, all."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from uuid import UUID

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
