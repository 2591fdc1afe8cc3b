"""What growth and graduation are, and what is refused. Pure."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Literal
from uuid import UUID

from msgspec import Struct

from backend.core import Problem

SIZES = (1, 10, 100, 1_000, 10_000, 100_000, 200_000)
"""Servers: the steps from «1 ou 2 serveurs virtuels» to «200 milles serveurs» (seed row R-07)."""

GraduationState = Literal["asked", "accepted", "refused", "withdrawn", "done", "cancelled"]


class GrowthMonth(Struct, frozen=True):
    """What one account used in a month: `servers` on its fullest day; amounts before VAT.

    `net_minor` is list less discount; of it credits paid `credit_minor`, `payable_minor` is owed.
    """

    month: date
    currency: str
    servers: int
    list_minor: int
    net_minor: int
    credit_minor: int
    payable_minor: int


class Reached(Struct, frozen=True):
    """The first month in which an account had so many servers."""

    size: int
    month: date


class Graduation(Struct, frozen=True):
    """A start-up asks to become an editor; if accepted it does at `effective_at`."""

    id: UUID
    organisation_id: UUID
    words: str
    asked_at: datetime
    asked_by: str
    state: GraduationState
    reason: str | None
    decided_at: datetime | None
    decided_by: str | None
    effective_at: datetime | None
    done_at: datetime | None


class Project(Struct, frozen=True):
    """What a start-up writes when it applies."""

    project: str
    technology: str
    team: str


class NoStartup(Problem):
    code = "not-a-startup"
    title = "The organisation is not in the start-up programme"


class AlreadyAsked(Problem):
    code = "graduation-already-asked"
    title = "A graduation was asked for already"


class GraduationUnknown(Problem):
    status = 404
    code = "graduation-unknown"
    title = "There is no such graduation"


class GraduationDecided(Problem):
    code = "graduation-decided"
    title = "The graduation was answered"


class BadGraduation(Problem):
    status = 422
    code = "bad-graduation"
    title = "A graduation begins today or later"


def size_of(servers: int) -> int:
    """The step that so many servers have reached; 0 before the first."""
    return max((size for size in SIZES if size <= servers), default=0)


def reached(months: Sequence[GrowthMonth]) -> list[Reached]:
    """When each step was reached first, smallest first; what was reached is never lost."""
    found: dict[int, date] = {}
    for each in sorted(months, key=lambda one: one.month):
        for size in SIZES:
            if size <= each.servers:
                found.setdefault(size, each.month)
    return [Reached(size, found[size]) for size in SIZES if size in found]
