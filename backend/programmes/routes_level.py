"""The office changes an organisation's level, each time with a reason that the partner reads."""

from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

import msgspec
from litestar import post
from litestar.params import FromPath, JSONBody

from backend import identity, partners, web
from backend.programmes import actions, actions_level, rules
from backend.programmes.routes import (
    WRITE,
    Code,
    CodePath,
    OrganisationProgrammes,
    Reason,
    ReasonIn,
    theirs,
)

Evidence = Annotated[str, msgspec.Meta(max_length=200, pattern=web.ONE_LINE)]

LEVEL = "/organisations/{organisation_id:uuid}/programmes/{programme:str}"
KNOWN = (rules.ProgrammeUnknown, partners.OrganisationUnknown, rules.LevelJustChanged)


class EntryIn(msgspec.Struct, forbid_unknown_fields=True):
    """The lowest level if none is named. `evidence` names what the decision rests on."""

    reason: Reason
    level: Code | None = None
    evidence: Evidence = ""


class ChangeIn(msgspec.Struct, forbid_unknown_fields=True):
    level: Code
    reason: Reason
    evidence: Evidence = ""


class OverrideIn(msgspec.Struct, forbid_unknown_fields=True):
    """By exception until `until`, whatever the facts say. A lower level than the one held needs an
    urgent reason, since there is no notice.
    """

    level: Code
    until: web.Aware
    reason: Reason
    evidence: Evidence = ""
    urgent_reason: Annotated[str, msgspec.Meta(max_length=1000, pattern=web.ONE_LINE)] = ""


@post(
    LEVEL + "/enter",
    operation_id="enter_office_level",
    status_code=200,
    guards=WRITE,
    responses=web.problems(
        *KNOWN,
        rules.LevelUnknown,
        rules.CompanyRefused,
        rules.NotEligible,
        rules.AlreadyIn,
        rules.OtherTrack,
        identity.OwnOrganisation,
    ),
)
async def enter(
    data: JSONBody[EntryIn],
    organisation_id: FromPath[UUID],
    programme: FromPath[CodePath],
    principal: web.Caller,
) -> OrganisationProgrammes:
    """The organisation is in the programme from now on, without having applied."""
    await actions.enter(
        organisation_id,
        programme,
        level=data.level,
        reason=data.reason,
        evidence=data.evidence,
        now=datetime.now(UTC),
        actor=principal.actor,
    )
    return await theirs(organisation_id)


@post(
    LEVEL + "/promote",
    operation_id="promote_office_level",
    status_code=200,
    guards=WRITE,
    responses=web.problems(
        *KNOWN,
        rules.LevelUnknown,
        rules.NotIn,
        rules.NotHigher,
        rules.Overridden,
        identity.OwnOrganisation,
    ),
)
async def promote(
    data: JSONBody[ChangeIn],
    organisation_id: FromPath[UUID],
    programme: FromPath[CodePath],
    principal: web.Caller,
) -> OrganisationProgrammes:
    """A higher level from now on."""
    await actions_level.promote(
        organisation_id,
        programme,
        data.level,
        reason=data.reason,
        evidence=data.evidence,
        now=datetime.now(UTC),
        actor=principal.actor,
    )
    return await theirs(organisation_id)


@post(
    LEVEL + "/demote",
    operation_id="demote_office_level",
    status_code=200,
    guards=WRITE,
    responses=web.problems(
        *KNOWN,
        rules.LevelUnknown,
        rules.NotIn,
        rules.NotLower,
        rules.Overridden,
        rules.DemotionAnnounced,
    ),
)
async def demote(
    data: JSONBody[ChangeIn],
    organisation_id: FromPath[UUID],
    programme: FromPath[CodePath],
    principal: web.Caller,
) -> OrganisationProgrammes:
    """A lower level, announced for the day after notice and grace."""
    await actions_level.announce_demotion(
        organisation_id,
        programme,
        data.level,
        reason=data.reason,
        evidence=data.evidence,
        now=datetime.now(UTC),
        actor=principal.actor,
    )
    return await theirs(organisation_id)


@post(
    LEVEL + "/keep",
    operation_id="keep_office_level",
    status_code=200,
    guards=WRITE,
    responses=web.problems(*KNOWN, rules.NoDemotion),
)
async def keep(
    data: JSONBody[ReasonIn],
    organisation_id: FromPath[UUID],
    programme: FromPath[CodePath],
    principal: web.Caller,
) -> OrganisationProgrammes:
    """The demotion that was announced does not happen."""
    await actions_level.cancel_demotion(
        organisation_id,
        programme,
        reason=data.reason,
        now=datetime.now(UTC),
        actor=principal.actor,
    )
    return await theirs(organisation_id)


@post(
    LEVEL + "/override",
    operation_id="override_office_level",
    status_code=200,
    guards=WRITE,
    responses=web.problems(
        *KNOWN,
        rules.LevelUnknown,
        rules.NotIn,
        rules.BadOverride,
        rules.NoticeNeeded,
        identity.OwnOrganisation,
    ),
)
async def override(
    data: JSONBody[OverrideIn],
    organisation_id: FromPath[UUID],
    programme: FromPath[CodePath],
    principal: web.Caller,
) -> OrganisationProgrammes:
    """A level by exception until a day; then the one before, or a higher one evaluated since."""
    await actions_level.override_level(
        organisation_id,
        programme,
        data.level,
        until=data.until,
        reason=data.reason,
        evidence=data.evidence,
        urgent_reason=data.urgent_reason,
        now=datetime.now(UTC),
        actor=principal.actor,
    )
    return await theirs(organisation_id)


@post(
    LEVEL + "/end",
    operation_id="end_office_level",
    status_code=200,
    guards=WRITE,
    responses=web.problems(*KNOWN, rules.NotIn),
)
async def end(
    data: JSONBody[ReasonIn],
    organisation_id: FromPath[UUID],
    programme: FromPath[CodePath],
    principal: web.Caller,
) -> OrganisationProgrammes:
    """The organisation is out of the programme from now on; its history stays."""
    await actions.leave(
        organisation_id,
        programme,
        reason=data.reason,
        now=datetime.now(UTC),
        actor=principal.actor,
    )
    return await theirs(organisation_id)


office = [enter, promote, demote, keep, override, end]
