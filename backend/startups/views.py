"""What the portal and the office are shown of start-ups."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

import asyncpg
import msgspec

from backend.core import Money
from backend.startups.rules import (
    SIZES,
    Graduation,
    GraduationState,
    GrowthMonth,
    Project,
    reached,
)


class ProjectView(msgspec.Struct):
    project: str
    technology: str
    team: str


class WelcomeView(msgspec.Struct):
    """The credit given on coming in; both days are included."""

    amount: Money
    left: Money
    granted_on: date
    expires_on: date


class GraduationView(msgspec.Struct):
    """`accepted`: it becomes an editor at `effective_at`."""

    id: UUID
    words: str
    asked_at: datetime
    state: GraduationState
    reason: str | None
    decided_at: datetime | None
    effective_at: datetime | None
    done_at: datetime | None


class GrowthMonthView(msgspec.Struct):
    """`servers`: on the fullest day; `size`: the step that so many have reached, 0 before."""

    month: date
    servers: int
    listed: Money
    net: Money
    credit: Money
    payable: Money


class SizeView(msgspec.Struct):
    """`month` null: not reached yet."""

    servers: int
    month: date | None


class GrowthView(msgspec.Struct):
    """The account from its first server on, oldest month first."""

    months: list[GrowthMonthView]
    sizes: list[SizeView]


class StartupView(msgspec.Struct):
    """`since`: in the programme since then, null if it is not; `may_apply`: it can ask to be."""

    may_apply: bool
    since: datetime | None
    application_id: UUID | None
    applied_at: datetime | None
    refused_reason: str | None
    project: ProjectView | None
    welcome: WelcomeView | None
    graduations: list[GraduationView]


class StartupRow(msgspec.Struct):
    """`servers`: on the fullest of the last 31 days; `done` of `required` items are accepted."""

    organisation_id: UUID
    name: str
    reference: str
    is_member: bool
    since: datetime | None
    application_id: UUID | None
    applied_at: datetime | None
    message: str | None
    project: ProjectView | None
    graduation_id: UUID | None
    graduation_state: GraduationState | None
    effective_at: datetime | None
    credit: Money | None
    left: Money | None
    expires_on: date | None
    servers: int
    done: int
    required: int


COLUMNS = (
    "reference", "name", "is_member", "since", "applied_at", "graduation", "effective_at",
    "currency", "credit", "left", "expires_on", "servers", "done", "required",
)  # fmt: skip


def startup_cells(row: StartupRow) -> tuple[object, ...]:
    """As `COLUMNS`."""
    return (
        row.reference, row.name, row.is_member, row.since, row.applied_at, row.graduation_state,
        row.effective_at, row.credit and row.credit.currency, row.credit, row.left, row.expires_on,
        row.servers, row.done, row.required,
    )  # fmt: skip


def project_view(one: Project | None) -> ProjectView | None:
    return None if one is None else ProjectView(one.project, one.technology, one.team)


def graduation_view(one: Graduation) -> GraduationView:
    return GraduationView(
        id=one.id,
        words=one.words,
        asked_at=one.asked_at,
        state=one.state,
        reason=one.reason,
        decided_at=one.decided_at,
        effective_at=one.effective_at,
        done_at=one.done_at,
    )


def welcome_view(row: asyncpg.Record | None) -> WelcomeView | None:
    if row is None:
        return None
    return WelcomeView(
        amount=Money(row["amount_minor"], row["currency"]),
        left=Money(row["left_minor"], row["currency"]),
        granted_on=row["granted_on"],
        expires_on=row["expires_on"],
    )


def growth_view(months: Sequence[GrowthMonth]) -> GrowthView:
    when = {each.size: each.month for each in reached(months)}
    return GrowthView(
        months=[
            GrowthMonthView(
                month=each.month,
                servers=each.servers,
                listed=Money(each.list_minor, each.currency),
                net=Money(each.net_minor, each.currency),
                credit=Money(each.credit_minor, each.currency),
                payable=Money(each.payable_minor, each.currency),
            )
            for each in months
        ],
        sizes=[SizeView(size, when.get(size)) for size in SIZES],
    )


def startup_row(row: asyncpg.Record, done: int, required: int) -> StartupRow:
    project = None
    if row["project"] is not None:
        project = ProjectView(row["project"], row["technology"], row["team"])
    credited = row["credit_minor"] is not None
    return StartupRow(
        organisation_id=row["organisation_id"],
        name=row["name"],
        reference=row["reference"],
        is_member=row["is_member"],
        since=row["since"],
        application_id=row["application_id"],
        applied_at=row["applied_at"],
        message=row["message"],
        project=project,
        graduation_id=row["graduation_id"],
        graduation_state=row["graduation_state"],
        effective_at=row["effective_at"],
        credit=Money(row["credit_minor"], row["currency"]) if credited else None,
        left=Money(row["left_minor"], row["currency"]) if credited else None,
        expires_on=row["expires_on"],
        servers=row["servers"],
        done=done,
        required=required,
    )
