"""Leads: the office enters and routes them, partners answer; and what partners look for."""

from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

import msgspec
from litestar import Response, get, post, put
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter

from backend import web
from backend.core import UnreadableFile
from backend.deals import (
    actions_lead,
    importing,
    queries_lead,
    rules,
    rules_csv,
    rules_lead,
    views,
    views_lead,
)
from backend.deals.routes_review import Number, csv_answer

Sought = Annotated[
    str | None, QueryParameter(max_length=100, description="part of its name or reference")
]
READ_MINE = [web.requires("portal:deal:read")]
WRITE_MINE = [web.requires("portal:deal:write")]
READ = [web.requires("office:deal:read")]
WRITE = [web.requires("office:deal:write")]
LATE = (rules_lead.LeadUnknown, rules_lead.LeadMovedOn, rules_lead.LeadTooLate)


class LeadReason(msgspec.Struct, forbid_unknown_fields=True):
    reason: views.Reason


class LeadOfferIn(msgspec.Struct, forbid_unknown_fields=True):
    organisation_id: UUID


class LeadFile(msgspec.Struct, forbid_unknown_fields=True):
    """The whole text of a CSV. With `dry_run` nothing is written."""

    csv: views.Csv
    dry_run: bool


class LeadsForMe(msgspec.Struct):
    """Newest first, at most 200; and what the organisation says it looks for, if it said so."""

    items: list[views_lead.LeadForMe]
    profile: views_lead.LeadProfile | None


class LeadAccepted(msgspec.Struct):
    """The draft that the lead became."""

    deal_id: UUID


@get("/leads", operation_id="list_portal_leads", guards=READ_MINE)
async def list_mine(principal: web.Caller) -> LeadsForMe:
    """What was offered to the organisation, and until when it may answer."""
    return await _mine(principal.organisation)


@post(
    "/leads/{offer_id:uuid}/accept",
    operation_id="accept_portal_lead",
    status_code=200,
    guards=WRITE_MINE,
    responses=web.problems(*LATE),
)
async def accept(offer_id: FromPath[UUID], principal: web.Caller) -> LeadAccepted:
    """The lead is the organisation's, as a draft of a deal."""
    deal_id = await actions_lead.accept_lead(
        offer_id, organisation_id=principal.organisation, now=_now(), actor=principal.actor
    )
    return LeadAccepted(deal_id)


@post(
    "/leads/{offer_id:uuid}/decline",
    operation_id="decline_portal_lead",
    status_code=200,
    guards=WRITE_MINE,
    responses=web.problems(*LATE),
)
async def decline(
    data: JSONBody[LeadReason], offer_id: FromPath[UUID], principal: web.Caller
) -> LeadsForMe:
    """It goes to another partner."""
    mine = principal.organisation
    await actions_lead.decline_lead(
        offer_id, reason=data.reason, organisation_id=mine, now=_now(), actor=principal.actor
    )
    return await _mine(mine)


@put(
    "/lead-profile",
    operation_id="change_portal_lead_profile",
    guards=WRITE_MINE,
    responses=web.problems(rules.NotADealPartner),
)
async def change_profile(
    data: JSONBody[views_lead.LeadProfile], principal: web.Caller
) -> views_lead.LeadProfile:
    """Which leads the organisation wants; they are routed by it from now on."""
    await actions_lead.change_profile(
        principal.organisation,
        **msgspec.structs.asdict(data),
        now=_now(),
        actor=principal.actor,
    )
    return data


@get(
    "/leads",
    operation_id="list_office_leads",
    guards=READ,
    responses=web.problems(web.BadCursor),
)
async def list_all(
    principal: web.Caller,
    lead_state: Annotated[
        rules_lead.LeadState | None, QueryParameter(name="state", description="in this state")
    ] = None,
    q: Sought = None,
    limit: web.Limit = 50,
    after: web.Cursor = None,
) -> web.Page[views_lead.LeadView]:
    """Leads, newest first."""
    rows = await queries_lead.list_leads(
        state=lead_state, words=q, after=web.read_id(after, Number), limit=limit + 1
    )
    return web.page(rows, limit, lambda row: (row["number"],), views_lead.lead_view)


@get(
    "/leads/{lead_id:uuid}",
    operation_id="read_office_lead",
    guards=READ,
    responses=web.problems(rules_lead.LeadUnknown),
)
async def read_one(lead_id: FromPath[UUID], principal: web.Caller) -> views_lead.LeadRead:
    """One lead, whom it was offered to, and who would fit, with the reasons."""
    return await _read(lead_id)


@post(
    "/leads",
    operation_id="create_office_lead",
    guards=WRITE,
    responses=web.problems(rules_lead.LeadReferenceTaken, rules.BadDomain),
)
async def create(data: JSONBody[views_lead.LeadIn], principal: web.Caller) -> views_lead.LeadRead:
    """A lead that waits to be routed."""
    values = msgspec.structs.asdict(data)
    money = values.pop("amount")
    values["contact_email"] = data.contact_email or ""
    facts = actions_lead.LeadFacts(
        **values, amount_minor=money.amount_minor, currency=money.currency
    )
    return await _read(await actions_lead.create_lead(facts, now=_now(), actor=principal.actor))


@post(
    "/leads/{lead_id:uuid}/offer",
    operation_id="offer_office_lead",
    status_code=200,
    guards=WRITE,
    responses=web.problems(rules_lead.LeadUnknown, rules_lead.LeadMovedOn, rules_lead.NotRoutable),
)
async def offer(
    data: JSONBody[LeadOfferIn], lead_id: FromPath[UUID], principal: web.Caller
) -> views_lead.LeadRead:
    """This partner may answer now; what another was offered is taken back."""
    await actions_lead.offer_lead(lead_id, data.organisation_id, now=_now(), actor=principal.actor)
    return await _read(lead_id)


@post(
    "/leads/{lead_id:uuid}/close",
    operation_id="close_office_lead",
    status_code=200,
    guards=WRITE,
    responses=web.problems(rules_lead.LeadUnknown, rules_lead.LeadMovedOn),
)
async def close(
    data: JSONBody[LeadReason], lead_id: FromPath[UUID], principal: web.Caller
) -> views_lead.LeadRead:
    """Nobody is offered it any more."""
    await actions_lead.close_lead(lead_id, reason=data.reason, now=_now(), actor=principal.actor)
    return await _read(lead_id)


@post(
    "/leads/import",
    operation_id="import_office_leads",
    status_code=200,
    guards=WRITE,
    responses=web.problems(UnreadableFile),
)
async def import_file(data: JSONBody[LeadFile], principal: web.Caller) -> views.ImportedLines:
    """Good rows become leads, refused ones come back with their reason."""
    found = await importing.import_leads(
        data.csv, dry_run=data.dry_run, now=_now(), actor=principal.actor
    )
    return views.imported_view(found)


@get("/leads/export", operation_id="download_office_leads", guards=READ, media_type="text/csv")
async def export(
    principal: web.Caller,
    lead_state: Annotated[
        rules_lead.LeadState | None, QueryParameter(name="state", description="in this state")
    ] = None,
    q: Sought = None,
    locale: FromQuery[rules_csv.Locale] = "international",
) -> Response[str]:
    """The same leads as the list with the same filters, as a CSV."""
    rows = await queries_lead.all_leads(state=lead_state, words=q)
    return csv_answer("leads", rows, views_lead.LEAD_COLUMNS, locale)


async def _mine(organisation_id: UUID) -> LeadsForMe:
    rows = await queries_lead.offers_to(organisation_id, limit=200)
    said = await queries_lead.read_profile(organisation_id)
    profile = None
    if said is not None:
        names = views_lead.LeadProfile.__struct_fields__
        profile = views_lead.LeadProfile(**{name: said[name] for name in names})
    return LeadsForMe([views_lead.mine_view(row) for row in rows], profile)


async def _read(lead_id: UUID) -> views_lead.LeadRead:
    lead = await queries_lead.read_lead(lead_id)
    offers = [views_lead.offer_view(row) for row in await queries_lead.offers_of(lead_id)]
    fits = []
    if lead["state"] in ("open", "offered"):
        fits = (await queries_lead.suggestions_for(lead, _now()))[:20]
    return views_lead.LeadRead(
        views_lead.lead_view(lead), offers, [views_lead.suggestion_view(one) for one in fits]
    )


def _now() -> datetime:
    return datetime.now(UTC)


portal = [list_mine, accept, decline, change_profile]
office = [list_all, read_one, create, offer, close, import_file, export]
