"""Alarms in the office: what no rule decided, until a person says what was done about it."""

from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

import asyncpg
import msgspec
from litestar import get, post
from litestar.params import FromPath, JSONBody, QueryParameter

from backend import audit, web
from backend.reports.routes_audit import SoughtDay, SoughtText, SoughtWord, sought

Note = Annotated[str, web.words(1000, lines=True)]
OnlyOpen = Annotated[bool, QueryParameter(description="false: those that were closed, too")]


class AlarmView(msgspec.Struct):
    """`subject` is `noun:id`; `kind` is a word that screens translate; `detail` names the facts."""

    id: UUID
    subject: str
    kind: str
    detail: str
    raised_at: datetime
    closed_at: datetime | None
    closed_by: str | None
    note: str | None


class Closing(msgspec.Struct):
    """`note`: what was done about it."""

    note: Note


@get(
    "/alarms",
    operation_id="list_office_alarms",
    guards=[web.requires("office:alarm:read")],
    responses=web.problems(web.BadCursor, web.BadRequest),
)
async def list_alarms(
    principal: web.Caller,
    only_open: OnlyOpen = True,
    text: SoughtText = None,
    kind: SoughtWord = None,
    since: SoughtDay = None,
    until: SoughtDay = None,
    limit: web.Limit = 50,
    after: web.Cursor = None,
) -> web.Page[AlarmView]:
    """What somebody has to look at, newest first."""
    before = web.read_id(after, UUID)
    wanted = sought(text, None, kind, since, until)
    rows = await audit.list_alarms(
        open_only=only_open, sought=wanted, before=before, limit=limit + 1
    )
    return web.page(rows, limit, lambda row: (row["id"],), _view)


@post(
    "/alarms/{alarm_id:uuid}/close",
    operation_id="close_office_alarm",
    status_code=204,
    guards=[web.requires("office:alarm:close")],
    responses=web.problems(audit.AlarmUnknown, audit.AlarmClosed),
)
async def close_alarm(
    data: JSONBody[Closing], alarm_id: FromPath[UUID], principal: web.Caller
) -> None:
    """Somebody has looked; the note stays with it."""
    now = datetime.now(UTC)
    await audit.close_alarm(alarm_id, data.note, now=now, actor=principal.actor)


def _view(row: asyncpg.Record) -> AlarmView:
    return AlarmView(**row)


office = [list_alarms, close_alarm]
