"""Who manages a customer, for the office: one with its history, a new decision, all of them."""

from datetime import UTC, date, datetime
from typing import Annotated
from uuid import UUID

import msgspec
from litestar import get, post
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter

from backend import partners, web
from backend.core import PARIS, midnight
from backend.identity import OwnOrganisation
from backend.partners import OrganisationUnknown
from backend.relations import actions, queries, rules

Reason = Annotated[str, web.words(500)]
Words = Annotated[
    str | None, QueryParameter(max_length=100, description="in its name or reference")
]


class RelationIn(msgspec.Struct, forbid_unknown_fields=True):
    """From `starts_on` (null: now) on; `relation` null: as the rules say again."""

    relation: rules.Relation | None
    reason: Reason
    manager_id: UUID | None = None
    partner_id: UUID | None = None
    starts_on: date | None = None


class RelationView(msgspec.Struct):
    """Who manages the customer now. Account-managed without a manager: nobody was named yet."""

    organisation_id: UUID
    reference: str
    name: str
    segment: partners.Segment
    country: str
    relation: rules.Relation
    basis: rules.Basis
    since: datetime
    manager_id: UUID | None
    manager_name: str | None
    partner_id: UUID | None
    partner_name: str | None
    contact_name: str | None
    deal_number: int | None


class RelationDecided(msgspec.Struct):
    """One decision of the office; `relation` null gave it back to the rules."""

    relation: rules.Relation | None
    starts_at: datetime
    manager_id: UUID | None
    manager_name: str | None
    partner_id: UUID | None
    partner_name: str | None
    reason: str
    actor: str
    decided_at: datetime


class RelationFound(msgspec.Struct):
    """What counts now, and every decision, the latest beginning first."""

    now: RelationView
    decisions: list[RelationDecided]


def _now() -> datetime:
    return datetime.now(UTC)


def _view(managed: queries.Managed) -> RelationView:
    return msgspec.convert(managed, RelationView, from_attributes=True)


async def _found(organisation_id: UUID) -> RelationFound:
    managed = await queries.managed_at(organisation_id, _now())
    if managed is None:
        raise OrganisationUnknown(f"No organisation has the id {organisation_id}.")
    history = await queries.history_of(organisation_id)
    return RelationFound(_view(managed), [RelationDecided(**row) for row in history])


@get(
    "/organisations/{organisation_id:uuid}/relation",
    operation_id="read_office_relation",
    guards=[web.requires("office:organisation:read")],
    responses=web.problems(OrganisationUnknown),
)
async def read_one(organisation_id: FromPath[UUID], principal: web.Caller) -> RelationFound:
    """Who manages one customer now, why, and what the office decided before."""
    return await _found(organisation_id)


@post(
    "/organisations/{organisation_id:uuid}/relation",
    operation_id="decide_office_relation",
    status_code=200,
    guards=[web.requires("office:organisation:write")],
    responses=web.problems(
        OrganisationUnknown,
        OwnOrganisation,
        rules.ManagerUnfit,
        rules.RelationPast,
        rules.RelationTaken,
    ),
)
async def decide(
    data: JSONBody[RelationIn], organisation_id: FromPath[UUID], principal: web.Caller
) -> RelationFound:
    """Say who manages the customer, from now or from a day on; the reason is kept."""
    now = _now()
    rules.check_day(data.starts_on, now.astimezone(PARIS).date())
    begins_now = data.starts_on in (None, now.astimezone(PARIS).date())
    await actions.decide_relation(
        organisation_id,
        data.relation,
        manager_id=data.manager_id,
        partner_id=data.partner_id,
        starts_at=now if begins_now or data.starts_on is None else midnight(data.starts_on),
        reason=data.reason,
        now=now,
        actor=principal.actor,
    )
    return await _found(organisation_id)


@get(
    "/relations",
    operation_id="list_office_relations",
    guards=[web.requires("office:organisation:read")],
    responses=web.problems(web.BadCursor, web.BadRequest),
)
async def list_all(
    principal: web.Caller,
    relation: FromQuery[rules.Relation | None] = None,
    manager_id: FromQuery[UUID | None] = None,
    partner_id: FromQuery[UUID | None] = None,
    q: Words = None,
    unnamed: FromQuery[bool] = False,
    limit: web.Limit = 50,
    after: web.Cursor = None,
) -> web.Page[RelationView]:
    """Who manages whom now, oldest customer first. `unnamed`: whose manager is to be named."""
    sought = queries.Sought(relation, manager_id, partner_id, q, unnamed)
    rows = await queries.list_managed(
        sought, _now(), after=web.read_id(after, UUID), limit=limit + 1
    )
    return web.page(rows, limit, lambda row: (row.organisation_id,), _view)


office = [read_one, decide, list_all]
