"""Segments in the office: what a customer is, and who manages the customers of one."""

from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

import msgspec
from litestar import get, post
from litestar.params import FromPath, JSONBody

from backend import partners, web
from backend.identity import OwnOrganisation
from backend.partners import OrganisationUnknown
from backend.relations import rules, segments

Reason = Annotated[str, web.words(500)]
READ = [web.requires("office:organisation:read")]
WRITE = [web.requires("office:organisation:write")]


class SegmentCheckIn(msgspec.Struct, forbid_unknown_fields=True):
    """`declared` is the segment that was looked at; another `segment` corrects it."""

    declared: partners.Segment
    segment: partners.Segment
    reason: Reason


class SegmentChecked(msgspec.Struct):
    """One check: from what it was to what it is."""

    declared: partners.Segment
    segment: partners.Segment
    reason: str
    by: str
    checked_at: datetime


class SegmentFound(msgspec.Struct):
    """`confirmed_at` null: it is what the organisation says of itself. Newest check first."""

    segment: partners.Segment
    confirmed_at: datetime | None
    checks: list[SegmentChecked]


class SegmentRuleIn(msgspec.Struct, forbid_unknown_fields=True):
    relation: rules.SegmentRelation
    reason: Reason


class SegmentView(msgspec.Struct):
    """`reason` is empty for the rule as it was delivered; `offers` are sold to some segments only,
    this one among them.
    """

    segment: partners.Segment
    relation: rules.SegmentRelation
    since: datetime
    reason: str
    organisations: int
    unconfirmed: int
    offers: int


class SegmentList(msgspec.Struct):
    items: list[SegmentView]


async def _found(organisation_id: UUID) -> SegmentFound:
    organisation = await partners.read_organisation(organisation_id)
    checks = await segments.checks_of(organisation_id)
    found = {
        "segment": organisation.segment,
        "confirmed_at": organisation.segment_confirmed_at,
        "checks": [dict(row) for row in checks],
    }
    return msgspec.convert(found, SegmentFound)


async def _listed() -> SegmentList:
    rows = await segments.list_segments()
    fields = [field.name for field in msgspec.structs.fields(SegmentView)]
    return SegmentList([SegmentView(**{name: row[name] for name in fields}) for row in rows])


@get(
    "/organisations/{organisation_id:uuid}/segment",
    operation_id="read_office_segment",
    guards=READ,
    responses=web.problems(OrganisationUnknown),
)
async def read_one(organisation_id: FromPath[UUID], principal: web.Caller) -> SegmentFound:
    """The segment of one organisation, who confirmed it and why."""
    return await _found(organisation_id)


@post(
    "/organisations/{organisation_id:uuid}/segment",
    operation_id="check_office_segment",
    status_code=200,
    guards=WRITE,
    responses=web.problems(OrganisationUnknown, OwnOrganisation, rules.SegmentMoved),
)
async def check(
    data: JSONBody[SegmentCheckIn], organisation_id: FromPath[UUID], principal: web.Caller
) -> SegmentFound:
    """Confirm the segment that it declared, or correct it; the reason is kept."""
    await segments.check_segment(
        organisation_id,
        data.segment,
        declared=data.declared,
        reason=data.reason,
        now=datetime.now(UTC),
        actor=principal.actor,
    )
    return await _found(organisation_id)


@get("/segments", operation_id="list_office_segments", guards=READ)
async def list_all(principal: web.Caller) -> SegmentList:
    """Each segment: who manages its customers by rule, and of how many it is to be confirmed."""
    return await _listed()


@post(
    "/segments/{segment:str}/rule",
    operation_id="decide_office_segment_rule",
    status_code=200,
    guards=WRITE,
    responses=web.problems(web.BadRequest, rules.RelationTaken),
)
async def decide_rule(
    data: JSONBody[SegmentRuleIn], segment: FromPath[partners.Segment], principal: web.Caller
) -> SegmentList:
    """From now on customers of the segment are managed so, unless something else was said."""
    await segments.decide_segment_rule(
        segment,
        data.relation,
        reason=data.reason,
        now=datetime.now(UTC),
        actor=principal.actor,
    )
    return await _listed()


office = [read_one, check, list_all, decide_rule]
