"""Co-marketing in the portal: the budget, one's requests, their proofs and claims."""

from datetime import UTC, date, datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath, FromQuery, JSONBody

from backend import onboarding, programmes, web
from backend.awards import Quarter
from backend.core import Money
from backend.funds import actions, queries, routes_office, rules, views
from backend.funds.answers import detail, page

UPLOAD_BYTES = 7_000_000
"""A document of 5 MB in base64, and what stands around it."""

READ = [web.requires("portal:fund:read")]
WRITE = [web.requires("portal:fund:write")]
Long = Annotated[str, web.words(2000, lines=True)]
Content = Annotated[bytes, msgspec.Meta(min_length=1, max_length=5_000_000)]
Spent = Annotated[int, msgspec.Meta(ge=1, le=10**12, description="minor units, before VAT")]


class PlannedIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a plan will cost, in minor units."""

    amount_minor: Annotated[int, msgspec.Meta(ge=0, le=10**12)]
    currency: web.CurrencyCode


class FundPlanIn(msgspec.Struct, forbid_unknown_fields=True):
    """`planned` is all that it will cost, before VAT; the share of it is asked for."""

    title: web.Line
    activity: rules.Activity
    description: Long
    starts_on: date
    ends_on: date
    planned: PlannedIn


class FundReasonIn(msgspec.Struct, forbid_unknown_fields=True):
    reason: routes_office.FundReason


class FundProofIn(msgspec.Struct, forbid_unknown_fields=True):
    """A PDF, PNG or JPEG of at most 5 MB, its bytes in base64."""

    name: web.Line
    content: Content


class FundClaimIn(msgspec.Struct, forbid_unknown_fields=True):
    """All that was spent, in the request's currency, before VAT."""

    spent_minor: Spent


@get("/funds", operation_id="read_portal_fund", guards=READ)
async def read_fund(principal: web.Caller) -> views.MyFund:
    """What may be reimbursed this quarter, and what of it is reserved."""
    now = datetime.now(UTC)
    return views.MyFund(
        may_ask=await queries.has_fund(principal.organisation, now),
        share_bp=await programmes.setting_at("co_marketing_share_bp", now),
        budget=views.budget_view(await queries.budget_of(principal.organisation, Quarter.of(now))),
    )


@get(
    "/funds/requests",
    operation_id="list_portal_fund_requests",
    guards=READ,
    responses=web.problems(web.BadCursor, web.BadRequest),
)
async def list_mine(
    principal: web.Caller,
    status: FromQuery[rules.FundState | None] = None,
    limit: web.Limit = 50,
    after: web.Cursor = None,
) -> web.Page[views.FundRequest]:
    """The organisation's requests, newest first."""
    return await page(principal.organisation, status, None, limit, after)


@get(
    "/funds/requests/{request_id:uuid}",
    operation_id="read_portal_fund_request",
    guards=READ,
    responses=web.problems(rules.FundUnknown),
)
async def read_mine(request_id: FromPath[UUID], principal: web.Caller) -> views.FundDetail:
    """One request with its steps and proofs."""
    return await detail(request_id, of=principal.organisation)


@post(
    "/funds/requests",
    operation_id="ask_portal_fund",
    guards=WRITE,
    responses=web.problems(rules.FundNotGiven, rules.FundDates, rules.FundAmount),
)
async def ask(data: JSONBody[FundPlanIn], principal: web.Caller) -> views.FundDetail:
    """Ask that a part of a plan be reimbursed, of this quarter's budget."""
    made = await actions.ask_for_funds(
        principal.organisation,
        rules.Plan(
            data.title,
            data.activity,
            data.description,
            data.starts_on,
            data.ends_on,
            Money(data.planned.amount_minor, data.planned.currency),
        ),
        now=datetime.now(UTC),
        actor=principal.actor,
    )
    return await detail(made, of=principal.organisation)


@post(
    "/funds/requests/{request_id:uuid}/withdraw",
    operation_id="withdraw_portal_fund_request",
    status_code=200,
    guards=WRITE,
    responses=web.problems(rules.FundUnknown, rules.FundDecided, rules.ReasonMissing),
)
async def withdraw(
    data: JSONBody[FundReasonIn], request_id: FromPath[UUID], principal: web.Caller
) -> views.FundDetail:
    """It is not wanted any more; what was reserved is free."""
    await actions.withdraw_request(
        principal.organisation,
        request_id,
        reason=data.reason,
        now=datetime.now(UTC),
        actor=principal.actor,
    )
    return await detail(request_id, of=principal.organisation)


@post(
    "/funds/requests/{request_id:uuid}/proofs",
    operation_id="add_portal_fund_proof",
    guards=WRITE,
    request_max_body_size=UPLOAD_BYTES,
    responses=web.problems(
        rules.FundUnknown, rules.FundDecided, onboarding.EvidenceWrong, rules.TooManyProofs
    ),
)
async def add_proof(
    data: JSONBody[FundProofIn], request_id: FromPath[UUID], principal: web.Caller
) -> views.FundDetail:
    """An invoice or a picture of what was done, to be claimed with."""
    await actions.add_proof(
        principal.organisation,
        request_id,
        name=data.name,
        content=data.content,
        now=datetime.now(UTC),
        actor=principal.actor,
    )
    return await detail(request_id, of=principal.organisation)


@post(
    "/funds/requests/{request_id:uuid}/claim",
    operation_id="claim_portal_fund",
    status_code=200,
    guards=WRITE,
    responses=web.problems(
        rules.FundUnknown, rules.FundDecided, rules.ClaimTooLate, rules.ProofMissing
    ),
)
async def claim(
    data: JSONBody[FundClaimIn], request_id: FromPath[UUID], principal: web.Caller
) -> views.FundDetail:
    """Claim what was spent; the office reviews it against its proof."""
    await actions.claim(
        principal.organisation,
        request_id,
        spent_minor=data.spent_minor,
        now=datetime.now(UTC),
        actor=principal.actor,
    )
    return await detail(request_id, of=principal.organisation)


@get(
    "/funds/proofs/{proof_id:uuid}",
    operation_id="download_portal_fund_proof",
    guards=READ,
    media_type="application/octet-stream",
    responses=web.problems(rules.ProofUnknown),
)
async def download(proof_id: FromPath[UUID], principal: web.Caller) -> Response[Any]:
    """A proof of the organisation, as it was sent."""
    return await routes_office.proof_answer(proof_id, of=principal.organisation)


portal = [read_fund, list_mine, read_mine, ask, withdraw, add_proof, claim, download]
office = routes_office.office
