"""The outbox, for the operator's administrators."""

from typing import Any
from uuid import UUID

from litestar import Request, get

from backend import web
from backend.mail import queries


@get(
    "/mails",
    operation_id="list_office_mails",
    guards=[web.requires("office:mail:read")],
    responses=web.problems(web.BadCursor),
)
async def list_mails(
    request: Request[Any, Any, Any],
    principal: web.Caller,
    limit: web.Limit = 50,
    after: web.Cursor = None,
) -> web.Page[queries.Message]:
    """Letters sent, waiting and given up, newest first.

    What they say is shown only where the page of letters is, on a machine that tries Maillage out:
    their links are for their readers alone.
    """
    key = web.read_cursor(after, UUID)
    rows = await queries.list_messages(
        before=None if key is None else key[0],
        limit=limit + 1,
        with_text=bool(request.app.state.get("shows_mail", False)),
    )
    return web.page(rows, limit, lambda row: (row.id,), lambda row: row)


office = [list_mails]
