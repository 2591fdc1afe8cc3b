"""Decisions with their reasons, and agreements, for the operator's staff."""

from datetime import UTC, datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from litestar import get, post
from litestar.params import FromPath, JSONBody

from backend import identity, partners, web
from backend.onboarding import actions_agreement, actions_decision, queries, rules, views

Why = Annotated[str, web.words(2000, lines=True)]
Days = Annotated[int, msgspec.Meta(ge=0, le=365)]
LongText = Annotated[str, web.words(200_000, lines=True)]
HOUSE_RULE = "Agreement, 1 and 5: only complete and true files are accepted"


class ReasonIn(msgspec.Struct, forbid_unknown_fields=True):
    """The organisation reads the reason, and the rule by which it was decided."""

    reason: views.Reason
    rule: views.Reason = HOUSE_RULE


class DespiteIn(msgspec.Struct, forbid_unknown_fields=True):
    """Why it is verified although its file is not complete; the audit keeps it."""

    reason: views.Reason


class RestrictionIn(msgspec.Struct, forbid_unknown_fields=True):
    """`termination` ends the agreement, of the whole account, after 30 days at the earliest."""

    kind: Literal["restriction", "termination"]
    scope: Literal["listing", "payout", "account"]
    what: views.Reason
    why: Why
    rule: views.Reason
    notice_days: Days


class LiftingIn(msgspec.Struct, forbid_unknown_fields=True):
    why: Why


class AgreementIn(msgspec.Struct, forbid_unknown_fields=True):
    """`contest_days` is of a self-billing mandate, and of nothing else."""

    kind: actions_agreement.Kind
    text_fr: LongText
    text_en: LongText
    valid_from: web.Aware
    notice_days: Days = 15
    contest_days: Annotated[int, msgspec.Meta(ge=1, le=90)] | None = None


class Made(msgspec.Struct):
    id: UUID


class Verified(msgspec.Struct):
    """As its organisation shows it."""

    id: UUID
    verification: str
    refused_because: str | None


@post(
    "/organisations/{organisation_id:uuid}/verify",
    operation_id="verify_office_organisation",
    status_code=200,
    guards=[web.requires("office:organisation:write")],
    responses=web.problems(
        partners.OrganisationUnknown,
        rules.FileIncomplete,
        identity.OwnOrganisation,
        rules.OwnRefusal,
    ),
)
async def verify(organisation_id: FromPath[UUID], principal: web.Caller) -> Verified:
    """Its identity has been checked and its file is complete; again changes nothing."""
    await actions_decision.verify_organisation(
        organisation_id, now=datetime.now(UTC), actor=principal.actor
    )
    return await _verified(organisation_id)


@post(
    "/organisations/{organisation_id:uuid}/verify-despite",
    operation_id="verify_office_organisation_despite",
    status_code=200,
    guards=[web.requires("office:organisation:write")],
    responses=web.problems(
        partners.OrganisationUnknown, identity.OwnOrganisation, rules.OwnRefusal
    ),
)
async def verify_despite(
    data: JSONBody[DespiteIn], organisation_id: FromPath[UUID], principal: web.Caller
) -> Verified:
    """Verify it although its file is not complete, for a reason; its payouts wait all the same."""
    await actions_decision.verify_organisation(
        organisation_id, now=datetime.now(UTC), actor=principal.actor, despite=data.reason
    )
    return await _verified(organisation_id)


@post(
    "/organisations/{organisation_id:uuid}/refuse",
    operation_id="refuse_office_organisation",
    status_code=200,
    guards=[web.requires("office:organisation:write")],
    responses=web.problems(partners.OrganisationUnknown, partners.AlreadyVerified),
)
async def refuse(
    data: JSONBody[ReasonIn], organisation_id: FromPath[UUID], principal: web.Caller
) -> Verified:
    """It does not become a partner, and reads why; another person may verify it later."""
    await actions_decision.refuse_application(
        organisation_id,
        reason=data.reason,
        rule=data.rule,
        now=datetime.now(UTC),
        actor=principal.actor,
    )
    return await _verified(organisation_id)


async def _verified(organisation_id: UUID) -> Verified:
    found = await partners.read_organisation(organisation_id)
    return Verified(found.id, found.verification, found.refused_because)


@get(
    "/organisations/{organisation_id:uuid}/decisions",
    operation_id="list_office_decisions",
    guards=[web.requires("office:file:read")],
)
async def list_decisions(
    organisation_id: FromPath[UUID], principal: web.Caller
) -> views.DecisionList:
    """Every refusal and restriction of it, the newest first."""
    found = await queries.decisions_of(organisation_id)
    return views.DecisionList([views.decision_view(one) for one in found])


@post(
    "/organisations/{organisation_id:uuid}/restrictions",
    operation_id="restrict_office_organisation",
    guards=[web.requires("office:file:review")],
    responses=web.problems(partners.OrganisationUnknown, rules.NoticeTooShort),
)
async def restrict(
    data: JSONBody[RestrictionIn], organisation_id: FromPath[UUID], principal: web.Caller
) -> Made:
    """Close a scope to it after a notice; it reads why, by which rule, and how to contest it."""
    made = await actions_decision.restrict_organisation(
        organisation_id,
        kind=data.kind,
        scope=data.scope,
        what=data.what,
        why=data.why,
        rule=data.rule,
        notice_days=data.notice_days,
        now=datetime.now(UTC),
        actor=principal.actor,
    )
    return Made(made)


@post(
    "/restrictions/{decision_id:uuid}/lift",
    operation_id="lift_office_restriction",
    status_code=204,
    guards=[web.requires("office:file:review")],
    responses=web.problems(
        rules.DecisionUnknown, actions_decision.AlreadyLifted, identity.OwnOrganisation
    ),
)
async def lift(
    data: JSONBody[LiftingIn], decision_id: FromPath[UUID], principal: web.Caller
) -> None:
    """The restriction is in force no more."""
    await actions_decision.lift_restriction(
        decision_id, why=data.why, now=datetime.now(UTC), actor=principal.actor
    )


@get(
    "/agreements",
    operation_id="list_office_agreements",
    guards=[web.requires("office:file:read")],
)
async def list_agreements(principal: web.Caller) -> views.AgreementList:
    """Every version of the agreement and of the mandate."""
    found = await queries.list_agreements()
    return views.AgreementList([views.agreement_view(one) for one in found])


@post(
    "/agreements",
    operation_id="announce_office_agreement",
    guards=[web.requires("office:agreement:write")],
    responses=web.problems(rules.AgreementTooLate, rules.TermsTooSoon, rules.AgreementWrong),
)
async def announce(data: JSONBody[AgreementIn], principal: web.Caller) -> Made:
    """A new version, fifteen whole days from now at the earliest; who signed the one before is
    written to, and has `notice_days` more from its first day to sign it."""
    made = await actions_agreement.announce_agreement(
        data.kind,
        text_fr=data.text_fr,
        text_en=data.text_en,
        valid_from=data.valid_from,
        notice_days=data.notice_days,
        contest_days=data.contest_days,
        now=datetime.now(UTC),
        actor=principal.actor,
    )
    return Made(made)


@get(
    "/agreements/{agreement_id:uuid}/acceptances",
    operation_id="list_office_acceptances",
    guards=[web.requires("office:file:read")],
    responses=web.problems(web.BadCursor),
)
async def list_acceptances(
    agreement_id: FromPath[UUID],
    principal: web.Caller,
    limit: web.Limit = 50,
    after: web.Cursor = None,
) -> web.Page[views.AcceptanceView]:
    """Who signed this version, the newest first."""
    rows = await queries.acceptances_of(
        agreement_id, after=web.read_id(after, UUID), limit=limit + 1
    )
    return web.page(
        rows,
        limit,
        lambda row: (row["id"],),
        lambda row: msgspec.convert(dict(row), views.AcceptanceView),
    )


office = [
    verify,
    verify_despite,
    refuse,
    list_decisions,
    restrict,
    lift,
    list_agreements,
    list_acceptances,
    announce,
]
