"""A partner's deals in the portal; lists of routes for both desks."""

from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

import msgspec
from litestar import Response, get, post, put
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter

from backend import web
from backend.core import UnreadableFile
from backend.deals import (
    actions,
    importing,
    queries,
    routes_lead,
    routes_review,
    rules,
    rules_close,
    rules_csv,
    views,
)

Number = Annotated[int, msgspec.Meta(ge=1, le=2**63 - 1)]
Sought = Annotated[
    str | None, QueryParameter(max_length=100, description="part of its customer's name or number")
]
READ = [web.requires("portal:deal:read")]
WRITE = [web.requires("portal:deal:write")]
WRONG = (rules.BadDomain, rules.BadCustomerNumber, rules.DealListingUnknown)
STALE = (rules.DealUnknown, rules.DealChanged, rules.DealStepRefused)


class DealRevision(msgspec.Struct, forbid_unknown_fields=True):
    revision: int


class DealReason(msgspec.Struct, forbid_unknown_fields=True):
    reason: views.Reason


class DealMove(msgspec.Struct, forbid_unknown_fields=True):
    """A lost deal says `because`; no other does."""

    stage: rules.Stage
    revision: int
    because: rules.Lost | None = None
    reason: Annotated[str, msgspec.Meta(max_length=1000)] = ""


class DealFile(msgspec.Struct, forbid_unknown_fields=True):
    """The whole text of a CSV. With `dry_run` nothing is written."""

    csv: views.Csv
    dry_run: bool


@get("/deals", operation_id="list_portal_deals", guards=READ, responses=web.problems(web.BadCursor))
async def list_mine(
    principal: web.Caller,
    review: FromQuery[rules.Review | None] = None,
    stage: FromQuery[rules.Stage | None] = None,
    q: Sought = None,
    limit: web.Limit = 50,
    after: web.Cursor = None,
) -> web.Page[views.DealView]:
    """The organisation's deals, newest first, drafts too."""
    wanted = queries.Wanted(principal.organisation, review, stage, q)
    rows = await queries.list_deals(wanted, after=web.read_id(after, Number), limit=limit + 1)
    return web.page(rows, limit, lambda row: (row["number"],), views.deal_view)


@get(
    "/deals/{deal_id:uuid}",
    operation_id="read_portal_deal",
    guards=READ,
    responses=web.problems(rules.DealUnknown),
)
async def read_mine(deal_id: FromPath[UUID], principal: web.Caller) -> views.DealOwn:
    """One deal and what happened to it."""
    return await _own(deal_id, principal.organisation)


@post(
    "/deals",
    operation_id="create_portal_deal",
    guards=WRITE,
    responses=web.problems(rules.NotADealPartner, *WRONG),
)
async def create(data: JSONBody[views.DealIn], principal: web.Caller) -> views.DealOwn:
    """A draft, which only the organisation sees."""
    deal_id = await actions.create_deal(
        principal.organisation, data.facts(), now=_now(), actor=principal.actor
    )
    return await _own(deal_id, principal.organisation)


@put(
    "/deals/{deal_id:uuid}",
    operation_id="change_portal_deal",
    guards=WRITE,
    responses=web.problems(rules.DealUnknown, rules.DealChanged, rules.DealLocked, *WRONG),
)
async def change(
    data: JSONBody[views.DealChange], deal_id: FromPath[UUID], principal: web.Caller
) -> views.DealOwn:
    """The deal as it shall be; locked while the office reads it."""
    await actions.change_deal(
        deal_id,
        data.facts(),
        revision=data.revision,
        organisation_id=principal.organisation,
        now=_now(),
        actor=principal.actor,
    )
    return await _own(deal_id, principal.organisation)


@post(
    "/deals/{deal_id:uuid}/submit",
    operation_id="submit_portal_deal",
    status_code=200,
    guards=WRITE,
    responses=web.problems(
        rules.DealIncomplete,
        rules_close.CloseDayPast,
        rules.PublicMailDomain,
        rules.NotADealPartner,
        *STALE,
    ),
)
async def submit(
    data: JSONBody[DealRevision], deal_id: FromPath[UUID], principal: web.Caller
) -> views.DealOwn:
    """The office reads it now."""
    await actions.submit_deal(
        deal_id,
        revision=data.revision,
        organisation_id=principal.organisation,
        now=_now(),
        actor=principal.actor,
    )
    return await _own(deal_id, principal.organisation)


@post(
    "/deals/{deal_id:uuid}/take-back",
    operation_id="take_back_portal_deal",
    status_code=200,
    guards=WRITE,
    responses=web.problems(*STALE),
)
async def take_back(deal_id: FromPath[UUID], principal: web.Caller) -> views.DealOwn:
    """A draft again, as long as nobody began to read it."""
    mine = principal.organisation
    await actions.take_back_deal(deal_id, organisation_id=mine, now=_now(), actor=principal.actor)
    return await _own(deal_id, mine)


@post(
    "/deals/{deal_id:uuid}/withdraw",
    operation_id="withdraw_portal_deal",
    status_code=200,
    guards=WRITE,
    responses=web.problems(*STALE),
)
async def withdraw(
    data: JSONBody[DealReason], deal_id: FromPath[UUID], principal: web.Caller
) -> views.DealOwn:
    """Given up before it was decided."""
    mine = principal.organisation
    await actions.withdraw_deal(
        deal_id, reason=data.reason, organisation_id=mine, now=_now(), actor=principal.actor
    )
    return await _own(deal_id, mine)


@post(
    "/deals/{deal_id:uuid}/stage",
    operation_id="move_portal_deal",
    status_code=200,
    guards=WRITE,
    responses=web.problems(*STALE),
)
async def move(
    data: JSONBody[DealMove], deal_id: FromPath[UUID], principal: web.Caller
) -> views.DealOwn:
    """An approved deal goes on, or is lost, which ends its protection."""
    await actions.move_deal(
        deal_id,
        data.stage,
        because=data.because,
        reason=data.reason,
        revision=data.revision,
        organisation_id=principal.organisation,
        now=_now(),
        actor=principal.actor,
    )
    return await _own(deal_id, principal.organisation)


@post(
    "/deals/{deal_id:uuid}/renew",
    operation_id="renew_portal_deal",
    status_code=200,
    guards=WRITE,
    responses=web.problems(rules.DealUnknown, rules.NotRenewable),
)
async def renew(
    data: JSONBody[DealReason], deal_id: FromPath[UUID], principal: web.Caller
) -> views.DealOwn:
    """The customer is protected for as long again, once."""
    mine = principal.organisation
    await actions.renew_deal(
        deal_id, reason=data.reason, organisation_id=mine, now=_now(), actor=principal.actor
    )
    return await _own(deal_id, mine)


@post(
    "/deals/import",
    operation_id="import_portal_deals",
    status_code=200,
    guards=WRITE,
    responses=web.problems(UnreadableFile, rules.NotADealPartner),
)
async def import_file(data: JSONBody[DealFile], principal: web.Caller) -> views.ImportedLines:
    """Good rows become drafts, refused ones come back with their reason."""
    found = await importing.import_deals(
        principal.organisation, data.csv, dry_run=data.dry_run, now=_now(), actor=principal.actor
    )
    return views.imported_view(found)


@get(
    "/deals/export",
    operation_id="download_portal_deals",
    guards=READ,
    media_type="text/csv",
)
async def export(
    principal: web.Caller,
    review: FromQuery[rules.Review | None] = None,
    stage: FromQuery[rules.Stage | None] = None,
    q: Sought = None,
    locale: FromQuery[rules_csv.Locale] = "international",
) -> Response[str]:
    """The same deals as the list with the same filters, as a CSV."""
    wanted = queries.Wanted(principal.organisation, review, stage, q)
    rows = await queries.all_deals(wanted)
    return routes_review.csv_answer("deals", rows, views.DEAL_COLUMNS, locale)


async def _own(deal_id: UUID, organisation_id: UUID) -> views.DealOwn:
    row = await queries.read_deal(deal_id, organisation_id)
    steps = [views.step_view(step) for step in await queries.history_of(deal_id)]
    return views.DealOwn(views.deal_view(row), steps)


def _now() -> datetime:
    return datetime.now(UTC)


portal = [
    list_mine, read_mine, create, change, submit, take_back, withdraw, move, renew, import_file,
    export, *routes_lead.portal,
]  # fmt: skip
office = [*routes_review.office, *routes_lead.office]
