"""What was written to the organisation and to oneself, in the portal; to oneself, in the office."""

from datetime import UTC, datetime
from uuid import UUID

import msgspec
from litestar import get, post
from litestar.params import FromPath

from backend import identity, mail, web
from backend.portal import queries

MINE = [web.requires("portal:notice:read")]
OURS = [web.requires("office:notice:read")]
REFUSED = web.problems(web.BadCursor)


class Unread(msgspec.Struct):
    count: int


async def _addresses(principal: web.Principal) -> tuple[list[str], UUID]:
    """The person's own address, and the organisation's for those who look after its money; none of
    somebody who has not shown that the mailbox is theirs.
    """
    person_id = UUID(identity.person_of(principal).id)
    if not principal.verified:
        return [], person_id
    found = [(await identity.read_person(person_id)).email]
    if "portal:statement:read" in principal.scopes:
        own = await queries.own_mailbox(principal.organisation)
        found += [own] if own else []
    return found, person_id


async def _list(principal: web.Principal, limit: int, after: str | None) -> web.Page[mail.Notice]:
    addresses, person_id = await _addresses(principal)
    rows = await mail.list_notices(
        addresses, person_id, before=web.read_id(after, UUID), limit=limit + 1
    )
    return web.page(rows, limit, lambda row: (row.id,), lambda row: row)


async def _unread(principal: web.Principal) -> Unread:
    addresses, person_id = await _addresses(principal)
    return Unread(await mail.count_unread(addresses, person_id))


async def _mark(principal: web.Principal, notice_id: UUID | None) -> Unread:
    addresses, person_id = await _addresses(principal)
    await mail.mark_read(addresses, person_id, notice_id=notice_id, now=datetime.now(UTC))
    return Unread(await mail.count_unread(addresses, person_id))


@get("/notices", operation_id="list_portal_notices", guards=MINE, responses=REFUSED)
async def list_mine(
    principal: web.Caller, limit: web.Limit = 50, after: web.Cursor = None
) -> web.Page[mail.Notice]:
    """Letters to oneself, and to the organisation if one looks after its money; newest first."""
    return await _list(principal, limit, after)


@get("/notices/unread", operation_id="count_portal_notices", guards=MINE)
async def count_mine(principal: web.Caller) -> Unread:
    """How many of them one has not read."""
    return await _unread(principal)


@post("/notices/read", operation_id="read_portal_notices", status_code=200, guards=MINE)
async def read_all_mine(principal: web.Caller) -> Unread:
    """All of them are read."""
    return await _mark(principal, None)


@post(
    "/notices/{notice_id:uuid}/read",
    operation_id="read_portal_notice",
    status_code=200,
    guards=MINE,
)
async def read_mine(notice_id: FromPath[UUID], principal: web.Caller) -> Unread:
    """One of them is read; another's, or none, changes nothing."""
    return await _mark(principal, notice_id)


@get("/notices", operation_id="list_office_notices", guards=OURS, responses=REFUSED)
async def list_ours(
    principal: web.Caller, limit: web.Limit = 50, after: web.Cursor = None
) -> web.Page[mail.Notice]:
    """Letters to oneself, newest first."""
    return await _list(principal, limit, after)


@get("/notices/unread", operation_id="count_office_notices", guards=OURS)
async def count_ours(principal: web.Caller) -> Unread:
    """How many of them one has not read."""
    return await _unread(principal)


@post("/notices/read", operation_id="read_office_notices", status_code=200, guards=OURS)
async def read_all_ours(principal: web.Caller) -> Unread:
    """All of them are read."""
    return await _mark(principal, None)


@post(
    "/notices/{notice_id:uuid}/read",
    operation_id="read_office_notice",
    status_code=200,
    guards=OURS,
)
async def read_ours(notice_id: FromPath[UUID], principal: web.Caller) -> Unread:
    """One of them is read; another's, or none, changes nothing."""
    return await _mark(principal, notice_id)


portal = [list_mine, count_mine, read_all_mine, read_mine]
office = [list_ours, count_ours, read_all_ours, read_ours]
