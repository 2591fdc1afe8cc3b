"""What a partner declares of its people and deeds, until the office has checked it. Pure."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Literal, get_args
from uuid import UUID

from msgspec import Struct

from backend.core import Problem

DeclaredKind = Literal["certificate", "reference", "training", "support_contract"]
DECLARED_KINDS: tuple[DeclaredKind, ...] = get_args(DeclaredKind)

DeclarationState = Literal["open", "accepted", "refused", "withdrawn"]

WARNED_DAYS = (60, 30)
"""Before its last day a partner is told that something will count no more."""


class Declaration(Struct, frozen=True):
    """Only what was accepted counts (R-02). A certificate names its person: `title` is its kind,
    and the person works there since `works_from`.
    """

    id: UUID
    organisation_id: UUID
    kind: DeclaredKind
    title: str
    person_email: str | None
    person_name: str | None
    works_from: date | None
    from_on: date
    expires_on: date | None
    evidence: str
    declared_at: datetime
    declared_by: str
    state: DeclarationState
    reason: str | None
    decided_at: datetime | None
    decided_by: str | None


class Expiring(Struct, frozen=True):
    """What counts for an organisation to its last day and no longer; `name` of the person, if it
    is a certificate.
    """

    subject_id: UUID
    organisation_id: UUID
    kind: str
    title: str
    name: str | None
    expires_on: date


class DeclarationUnknown(Problem):
    status = 404
    code = "declaration-unknown"
    title = "There is no such declaration"


class DeclaredTooEarly(Problem):
    status = 422
    code = "declared-too-early"
    title = "That day is still to come"


class DeclarationDecided(Problem):
    code = "declaration-decided"
    title = "The declaration was answered"


class AlreadyDeclared(Problem):
    code = "already-declared"
    title = "This waits for its check already"


def warning_due(expires_on: date, today: date, told: Iterable[int]) -> int | None:
    """The warning that is due: 60 or 30 (days before the last day), or none. Each once."""
    left = (expires_on - today).days
    due = [days for days in WARNED_DAYS if 0 <= left <= days]
    if not due or min(due) in set(told):
        return None
    return min(due)
