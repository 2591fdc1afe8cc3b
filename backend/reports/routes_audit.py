"""The audit log: all of it for the operator, its own for a partner; by words, people and days."""

from datetime import date, datetime, timedelta
from typing import Annotated, Any
from uuid import UUID

import asyncpg
import msgspec
from litestar import get
from litestar.params import QueryParameter

from backend import audit, web
from backend.core import midnight

OfOrganisation = Annotated[
    UUID | None, QueryParameter(description="whose changes; absent: the operator's own")
]
SoughtText = Annotated[
    str | None, QueryParameter(max_length=200, description="stands anywhere in what a row says")
]
SoughtActor = Annotated[
    str | None, QueryParameter(max_length=100, description="who did it: `person:<id>`, `key:<id>`")
]
SoughtWord = Annotated[str | None, QueryParameter(max_length=60, description="what was done")]
SoughtDay = Annotated[date | None, QueryParameter(description="a day in Paris, included")]

YEARS = range(1900, 3000)


def sought(
    text: str | None,
    actor: str | None,
    word: str | None,
    since: date | None,
    until: date | None,
) -> audit.Sought:
    """What was asked for, its days from midnight to midnight.

    Raises:
        BadRequest: a day of another millennium.
    """
    for name, day in (("since", since), ("until", until)):
        if day is not None and day.year not in YEARS:
            error = web.FieldError("No such day can be asked for", name, "query")
            raise web.BadRequest("Ask for a day of our time.", errors=[error])
    return audit.Sought(
        text=text or None,
        actor=actor or None,
        word=word or None,
        since=None if since is None else midnight(since),
        until=None if until is None else midnight(until + timedelta(days=1)),
    )


class ChangeView(msgspec.Struct):
    """One change, before and after; `hash` follows from it and from the change before it."""

    number: int
    at: datetime
    actor: str
    action: str
    subject: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    hash: str


@get(
    "/audit",
    operation_id="list_office_changes",
    guards=[web.requires("office:audit:read")],
    responses=web.problems(web.BadCursor, web.BadRequest),
)
async def list_changes(
    principal: web.Caller,
    organisation: OfOrganisation = None,
    text: SoughtText = None,
    actor: SoughtActor = None,
    action: SoughtWord = None,
    since: SoughtDay = None,
    until: SoughtDay = None,
    limit: web.Limit = 50,
    after: web.Cursor = None,
) -> web.Page[ChangeView]:
    """Who changed what, newest first: the operator's own chain, or an organisation's."""
    return await _changes(organisation, sought(text, actor, action, since, until), limit, after)


@get(
    "/audit",
    operation_id="list_portal_changes",
    guards=[web.requires("portal:audit:read")],
    responses=web.problems(web.BadCursor, web.BadRequest),
)
async def list_my_changes(
    principal: web.Caller,
    text: SoughtText = None,
    actor: SoughtActor = None,
    action: SoughtWord = None,
    since: SoughtDay = None,
    until: SoughtDay = None,
    limit: web.Limit = 50,
    after: web.Cursor = None,
) -> web.Page[ChangeView]:
    """Who changed what of the organisation, newest first."""
    wanted = sought(text, actor, action, since, until)
    return await _changes(principal.organisation, wanted, limit, after)


async def _changes(
    chain: UUID | None, wanted: audit.Sought, limit: int, after: str | None
) -> web.Page[ChangeView]:
    rows = await audit.list_changes(
        chain, sought=wanted, before=web.read_id(after, int), limit=limit + 1
    )
    return web.page(rows, limit, lambda row: (row["number"],), _change)


def _change(row: asyncpg.Record) -> ChangeView:
    facts = dict(row)
    for name in ("before", "after"):
        facts[name] = None if row[name] is None else msgspec.json.decode(row[name])
    return ChangeView(**facts)


portal = [list_my_changes]
office = [list_changes]
