"""Which relations there are, what each needs, and what is refused. Pure."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from backend.core import Problem

Relation = Literal["self_service", "account_managed", "partner_managed"]
"""Nobody; a named colleague; a partner (seed rows O-04, K-04)."""

SegmentRelation = Literal["self_service", "account_managed"]
"""What a segment's rule may say: no partner manages a whole segment."""

Basis = Literal["office", "deal", "contact", "segment"]
"""Why it is so: the office decided; a partner's deal or contact is in force; the segment's rule."""


class ManagerUnfit(Problem):
    status = 422
    code = "manager-unfit"
    title = "This cannot be who manages the customer"


class RelationPast(Problem):
    code = "relation-past"
    title = "A relation begins now or later"


class RelationTaken(Problem):
    code = "relation-taken"
    title = "Another decision begins at that moment"


class SegmentMoved(Problem):
    code = "segment-moved"
    title = "Its segment has changed meanwhile"


def check_manager(
    relation: Relation | None, manager_id: UUID | None, partner_id: UUID | None, customer: UUID
) -> None:
    """Exactly who the relation needs is named; a self-service customer has nobody (K-04).

    Raises:
        ManagerUnfit: names who is missing, or one too many.
    """
    if (relation == "account_managed") != (manager_id is not None):
        raise ManagerUnfit(
            "An account-managed customer has one of our colleagues, by name: choose one."
            if manager_id is None
            else "Only an account-managed customer has an account manager: name none."
        )
    if (relation == "partner_managed") != (partner_id is not None):
        raise ManagerUnfit(
            "A partner-managed customer has a partner: choose one."
            if partner_id is None
            else "Only a partner-managed customer has a partner: name none."
        )
    if partner_id == customer:
        raise ManagerUnfit("Nobody manages itself as a partner: choose self-service.")


def check_start(starts_at: datetime, now: datetime) -> None:
    """Raises RelationPast: who managed it in the past is history."""
    if starts_at < now:
        raise RelationPast(f"It would begin at {starts_at:%Y-%m-%d %H:%M} UTC: choose today.")


def check_day(starts_on: date | None, today: date) -> None:
    """Raises RelationPast: as `check_start`, also of a day before all moments."""
    if starts_on is not None and starts_on < today:
        raise RelationPast(f"starts_on: {starts_on} is past, choose today.", field="starts_on")
