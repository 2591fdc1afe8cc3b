"""Co-marketing in the office: the board of requests, decisions, claims, budgets."""

import csv
import io
from datetime import UTC, date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter

from backend import awards, identity, web
from backend.awards import Quarter
from backend.core import LINES, Money
from backend.funds import actions_office, queries, rules, views
from backend.funds.answers import detail, page

Locale = Literal["international", "fr"]
"""A French Excel takes semicolons between cells and commas in numbers."""

READ = [web.requires("office:fund:read")]
DECIDE = [web.requires("office:fund:decide")]
REIMBURSE = [web.requires("office:fund:reimburse")]
FundReason = Annotated[str, msgspec.Meta(max_length=500, pattern=LINES)]
Amount = Annotated[int, msgspec.Meta(ge=1, le=10**12, description="minor units, before VAT")]
QuarterWanted = Annotated[
    str | None, QueryParameter(max_length=7, description="a quarter such as 2026-Q3")
]
QuarterPath = Annotated[str, msgspec.Meta(max_length=7, description="a quarter such as 2026-Q3")]


class FundApprovalIn(msgspec.Struct, forbid_unknown_fields=True):
    """In the request's currency; less than was asked says why. Null: 60 days after its end, or
    from now on, which is later.
    """

    approved_minor: Amount
    claim_due_on: date | None = None
    reason: FundReason = ""


class FundDeclineIn(msgspec.Struct, forbid_unknown_fields=True):
    reason: FundReason


class FundReturnIn(msgspec.Struct, forbid_unknown_fields=True):
    """Null: until the day that it had, or two weeks from now, which is later."""

    reason: FundReason
    claim_due_on: date | None = None


class FundReimbursementIn(msgspec.Struct, forbid_unknown_fields=True):
    """What of the spending is accepted; less than was spent says why."""

    accepted_minor: Amount
    reason: FundReason = ""


@get(
    "/funds/requests",
    operation_id="list_office_fund_requests",
    guards=READ,
    responses=web.problems(web.BadCursor, web.BadRequest, awards.BadQuarter),
)
async def list_all(
    principal: web.Caller,
    status: FromQuery[rules.FundState | None] = None,
    organisation_id: FromQuery[UUID | None] = None,
    quarter: QuarterWanted = None,
    limit: web.Limit = 50,
    after: web.Cursor = None,
) -> web.Page[views.FundRequest]:
    """Requests of all partners, newest first: those that wait, or those that are asked for."""
    return await page(organisation_id, status, _quarter(quarter), limit, after)


@get(
    "/funds/requests/export",
    operation_id="export_office_fund_requests",
    guards=READ,
    media_type="text/csv",
    responses=web.problems(web.BadRequest, awards.BadQuarter),
)
async def export(
    principal: web.Caller,
    status: FromQuery[rules.FundState | None] = None,
    organisation_id: FromQuery[UUID | None] = None,
    quarter: QuarterWanted = None,
    locale: FromQuery[Locale] = "international",
) -> Response[Any]:
    """The same as a file."""
    wanted = _quarter(quarter)
    rows = await web.read_whole(
        lambda after, limit: queries.list_requests(
            organisation_id=organisation_id, state=status, quarter=wanted, after=after, limit=limit
        ),
        lambda row: row["id"],
    )
    out = io.StringIO()
    write = csv.writer(out, delimiter=";" if locale == "fr" else ",")
    write.writerow(
        ("quarter", "organisation", "name", "title", "activity", "starts_on", "ends_on", "state",
         "currency", "planned", "asked", "approved", "spent", "accepted", "reimbursed",
         "claim_due_on", "statement_month")
    )  # fmt: skip
    for row in rows:
        one = views.request_view(row)
        amounts = (one.planned, one.asked, one.approved, one.spent, one.accepted, one.reimbursed)
        write.writerow(
            (one.quarter, _safe(one.organisation_reference), _safe(one.organisation_name),
             _safe(one.title), one.activity, one.starts_on, one.ends_on, one.state,
             one.planned.currency, *(_decimal_in(locale, _decimal(amount)) for amount in amounts),
             one.claim_due_on or "", one.statement_month or "")
        )  # fmt: skip
    return Response(
        "\ufeff" + out.getvalue(),
        media_type="text/csv; charset=utf-8",
        headers={"content-disposition": 'attachment; filename="co-marketing.csv"'},
    )


@get(
    "/funds/requests/{request_id:uuid}",
    operation_id="read_office_fund_request",
    guards=READ,
    responses=web.problems(rules.FundUnknown),
)
async def read_one(request_id: FromPath[UUID], principal: web.Caller) -> views.FundDetail:
    """One request with its steps and proofs."""
    return await detail(request_id)


@post(
    "/funds/requests/{request_id:uuid}/approve",
    operation_id="approve_office_fund_request",
    status_code=200,
    guards=DECIDE,
    responses=web.problems(
        rules.FundUnknown, rules.FundDecided, rules.FundNotGiven, rules.FundAmount, rules.FundDates,
        rules.ReasonMissing, rules.BudgetExceeded, identity.OwnOrganisation,
    ),
)  # fmt: skip
async def approve(
    data: JSONBody[FundApprovalIn], request_id: FromPath[UUID], principal: web.Caller
) -> views.FundDetail:
    """Reserve so much of the partner's budget for it."""
    await actions_office.approve_request(
        request_id,
        approved_minor=data.approved_minor,
        claim_due_on=data.claim_due_on,
        reason=data.reason,
        now=datetime.now(UTC),
        actor=principal.actor,
    )
    return await detail(request_id)


@post(
    "/funds/requests/{request_id:uuid}/decline",
    operation_id="decline_office_fund_request",
    status_code=200,
    guards=DECIDE,
    responses=web.problems(rules.FundUnknown, rules.FundDecided, rules.ReasonMissing),
)
async def decline(
    data: JSONBody[FundDeclineIn], request_id: FromPath[UUID], principal: web.Caller
) -> views.FundDetail:
    """Reserve nothing; the partner reads why."""
    await actions_office.decline_request(
        request_id, reason=data.reason, now=datetime.now(UTC), actor=principal.actor
    )
    return await detail(request_id)


@post(
    "/funds/requests/{request_id:uuid}/return",
    operation_id="return_office_fund_claim",
    status_code=200,
    guards=REIMBURSE,
    responses=web.problems(
        rules.FundUnknown, rules.FundDecided, rules.FundDates, rules.ReasonMissing
    ),
)
async def return_claim(
    data: JSONBody[FundReturnIn], request_id: FromPath[UUID], principal: web.Caller
) -> views.FundDetail:
    """Send an incomplete claim back; the partner reads why."""
    await actions_office.return_claim(
        request_id,
        reason=data.reason,
        claim_due_on=data.claim_due_on,
        now=datetime.now(UTC),
        actor=principal.actor,
    )
    return await detail(request_id)


@post(
    "/funds/requests/{request_id:uuid}/reimburse",
    operation_id="reimburse_office_fund_claim",
    status_code=200,
    guards=REIMBURSE,
    responses=web.problems(
        rules.FundUnknown,
        rules.FundDecided,
        rules.FundAmount,
        rules.ReasonMissing,
        rules.OwnFundApproval,
        identity.OwnOrganisation,
    ),
)
async def reimburse(
    data: JSONBody[FundReimbursementIn], request_id: FromPath[UUID], principal: web.Caller
) -> views.FundDetail:
    """Owe the partner its part of what is accepted: on its next statement, paid with it."""
    await actions_office.reimburse_claim(
        request_id,
        accepted_minor=data.accepted_minor,
        reason=data.reason,
        now=datetime.now(UTC),
        actor=principal.actor,
    )
    return await detail(request_id)


@get(
    "/funds/proofs/{proof_id:uuid}",
    operation_id="download_office_fund_proof",
    guards=READ,
    media_type="application/octet-stream",
    responses=web.problems(rules.ProofUnknown),
)
async def download(proof_id: FromPath[UUID], principal: web.Caller) -> Response[Any]:
    """A proof, as it was sent."""
    return await proof_answer(proof_id)


@get(
    "/funds/budgets/{quarter:str}",
    operation_id="list_office_fund_budgets",
    guards=READ,
    responses=web.problems(awards.BadQuarter),
)
async def list_budgets(quarter: FromPath[QuarterPath], principal: web.Caller) -> views.FundBudgets:
    """The budgets of a quarter of which something was asked."""
    rows = await queries.list_budgets(Quarter.parse(quarter))
    return views.FundBudgets([views.budget_of_view(row) for row in rows])


async def proof_answer(proof_id: UUID, *, of: UUID | None = None) -> Response[Any]:
    """A proof as a file to save; `of` one organisation, if told."""
    found = await queries.read_proof(proof_id, of=of)
    return Response(
        found["content"],
        media_type=found["media_type"],
        headers=views.download_headers(found["name"]),
    )


def _quarter(text: str | None) -> Quarter | None:
    return None if text is None else Quarter.parse(text)


def _decimal(amount: Money | None) -> str:
    return "" if amount is None else amount.decimal()


def _decimal_in(locale: Locale, decimal: str) -> str:
    return decimal.replace(".", ",") if locale == "fr" else decimal


def _safe(text: str) -> str:
    """A cell that a spreadsheet takes as text, whatever it begins with."""
    return f"'{text}" if text[:1] in {"=", "+", "-", "@", "\t"} else text


office = [
    export, list_all, read_one, approve, decline, return_claim, reimburse, download, list_budgets,
]  # fmt: skip
