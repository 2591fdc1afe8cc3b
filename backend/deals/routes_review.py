"""Deals in the office: the queue, what a deal meets, decisions, and dated settings."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated, Literal
from uuid import UUID

import asyncpg
import msgspec
from litestar import Response, get, post
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter

from backend import web
from backend.deals import actions_review, queries, rules, rules_csv, views

Number = Annotated[int, msgspec.Meta(ge=1, le=2**63 - 1)]
Sought = Annotated[
    str | None, QueryParameter(max_length=100, description="part of its customer's name or number")
]
Standing = Literal["waiting", "submitted", "in_review", "action_required", "approved", "rejected"]
READ = [web.requires("office:deal:read")]
WRITE = [web.requires("office:deal:write")]
REFUSED = (rules.DealUnknown, rules.DealChanged, rules.DealStepRefused, rules.OwnDeal)
SettingName = Literal["protection_days", "warning_days", "answer_days"]


class DealTakeUp(msgspec.Struct, forbid_unknown_fields=True):
    revision: int


class DealAsk(msgspec.Struct, forbid_unknown_fields=True):
    """Only `fields` may be changed by the partner then."""

    fields: Annotated[list[str], msgspec.Meta(min_length=1, max_length=15)]
    reason: views.Reason
    revision: int


class DealApproval(msgspec.Struct, forbid_unknown_fields=True):
    revision: int
    reason: Annotated[str, msgspec.Meta(max_length=1000)] = ""


class DealRejection(msgspec.Struct, forbid_unknown_fields=True):
    """The statement of reasons: why, and by which rule."""

    reason: views.Reason
    rule: Annotated[str, web.words(500)]
    revision: int


class DealSettingIn(msgspec.Struct, forbid_unknown_fields=True):
    """Days: of protection, of warning before its end, and working days to answer a lead."""

    name: SettingName
    value: Annotated[int, msgspec.Meta(ge=1, le=366)]
    valid_from: web.Aware
    note: Annotated[str, msgspec.Meta(max_length=500, pattern=web.ONE_LINE)] = ""


class DealSettingView(msgspec.Struct):
    name: SettingName
    value: int
    valid_from: datetime
    note: str


class DealSettings(msgspec.Struct):
    """All values, the newest beginning first; and how many deals wait."""

    items: list[DealSettingView]
    waiting: int


@get(
    "/deals",
    operation_id="list_office_deals",
    guards=READ,
    responses=web.problems(web.BadCursor),
)
async def list_all(
    principal: web.Caller,
    review: FromQuery[Standing | None] = None,
    stage: FromQuery[rules.Stage | None] = None,
    organisation_id: FromQuery[UUID | None] = None,
    q: Sought = None,
    limit: web.Limit = 50,
    after: web.Cursor = None,
) -> web.Page[views.DealView]:
    """Submitted deals of all partners, newest first; `waiting` ones are to be read."""
    wanted = queries.Wanted(organisation_id, review, stage, q, with_drafts=False)
    rows = await queries.list_deals(wanted, after=web.read_id(after, Number), limit=limit + 1)
    return web.page(rows, limit, lambda row: (row["number"],), views.deal_view)


@get(
    "/deals/{deal_id:uuid}",
    operation_id="read_office_deal",
    guards=READ,
    responses=web.problems(rules.DealUnknown),
)
async def read_one(deal_id: FromPath[UUID], principal: web.Caller) -> views.DealRead:
    """One deal, what happened to it, and all that it meets."""
    return await _read(deal_id)


@post(
    "/deals/{deal_id:uuid}/take-up",
    operation_id="take_up_office_deal",
    status_code=200,
    guards=WRITE,
    responses=web.problems(*REFUSED),
)
async def take_up(
    data: JSONBody[DealTakeUp], deal_id: FromPath[UUID], principal: web.Caller
) -> views.DealRead:
    """Somebody reads it: the partner cannot take it back any more."""
    await actions_review.take_up_deal(
        deal_id, revision=data.revision, now=_now(), actor=principal.actor
    )
    return await _read(deal_id)


@post(
    "/deals/{deal_id:uuid}/ask",
    operation_id="ask_of_office_deal",
    status_code=200,
    guards=WRITE,
    responses=web.problems(*REFUSED),
)
async def ask(
    data: JSONBody[DealAsk], deal_id: FromPath[UUID], principal: web.Caller
) -> views.DealRead:
    """The partner completes the named fields, and sends it again."""
    await actions_review.ask_of_deal(
        deal_id,
        data.fields,
        reason=data.reason,
        revision=data.revision,
        now=_now(),
        actor=principal.actor,
    )
    return await _read(deal_id)


@post(
    "/deals/{deal_id:uuid}/approve",
    operation_id="approve_office_deal",
    status_code=200,
    guards=WRITE,
    responses=web.problems(rules.CustomerProtected, *REFUSED),
)
async def approve(
    data: JSONBody[DealApproval], deal_id: FromPath[UUID], principal: web.Caller
) -> views.DealRead:
    """The customer is protected for this partner from now on."""
    await actions_review.approve_deal(
        deal_id,
        reason=data.reason,
        revision=data.revision,
        now=_now(),
        actor=principal.actor,
    )
    return await _read(deal_id)


@post(
    "/deals/{deal_id:uuid}/reject",
    operation_id="reject_office_deal",
    status_code=200,
    guards=WRITE,
    responses=web.problems(*REFUSED),
)
async def reject(
    data: JSONBody[DealRejection], deal_id: FromPath[UUID], principal: web.Caller
) -> views.DealRead:
    """The partner reads why, by which rule, and how to contest."""
    await actions_review.reject_deal(
        deal_id,
        reason=data.reason,
        rule=data.rule,
        revision=data.revision,
        now=_now(),
        actor=principal.actor,
    )
    return await _read(deal_id)


@get(
    "/deals/export",
    operation_id="download_office_deals",
    guards=READ,
    media_type="text/csv",
)
async def export(
    principal: web.Caller,
    review: FromQuery[Standing | None] = None,
    stage: FromQuery[rules.Stage | None] = None,
    organisation_id: FromQuery[UUID | None] = None,
    q: Sought = None,
    locale: FromQuery[rules_csv.Locale] = "international",
) -> Response[str]:
    """The same deals as the list with the same filters, as a CSV."""
    wanted = queries.Wanted(organisation_id, review, stage, q, with_drafts=False)
    rows = await queries.all_deals(wanted)
    columns = ("organisation", *views.DEAL_COLUMNS)
    return csv_answer("deals", rows, columns, locale)


@get("/deal-settings", operation_id="list_office_deal_settings", guards=READ)
async def list_settings(principal: web.Caller) -> DealSettings:
    """How long a customer is protected, and how long a partner has to answer."""
    rows = await queries.list_settings()
    return DealSettings(
        [DealSettingView(**dict(row)) for row in rows], await queries.count_waiting()
    )


@post(
    "/deal-settings",
    operation_id="announce_office_deal_setting",
    guards=[web.requires("office:term:write")],
    responses=web.problems(rules.BadDealSetting),
)
async def announce(data: JSONBody[DealSettingIn], principal: web.Caller) -> DealSettings:
    """From that moment on; what runs keeps its end."""
    await actions_review.announce_deal_setting(
        data.name,
        data.value,
        valid_from=data.valid_from,
        note=data.note,
        now=_now(),
        actor=principal.actor,
    )
    return DealSettings(
        [DealSettingView(**dict(row)) for row in await queries.list_settings()],
        await queries.count_waiting(),
    )


def csv_answer(
    name: str, rows: Sequence[asyncpg.Record], columns: Sequence[str], locale: rules_csv.Locale
) -> Response[str]:
    """The rows as a file to be saved."""
    text = rules_csv.write(columns, views.cells(rows, columns), locale)
    told = {"content-disposition": f'attachment; filename="{name}.csv"'}
    return Response(text, media_type="text/csv; charset=utf-8", headers=told)


async def _read(deal_id: UUID) -> views.DealRead:
    row = await queries.read_deal(deal_id)
    steps = [views.step_view(step) for step in await queries.history_of(deal_id)]
    met = await queries.conflicts_of(deal_id, _now())
    return views.DealRead(views.deal_view(row), steps, [views.conflict_view(one) for one in met])


def _now() -> datetime:
    return datetime.now(UTC)


office = [
    list_all, read_one, take_up, ask, approve, reject, export, list_settings, announce,
]  # fmt: skip
