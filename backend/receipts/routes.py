"""Receipts: an organisation's own in the portal; all, and their reversal, in the office."""

from datetime import UTC, date, datetime
from typing import Annotated, Literal
from uuid import UUID

import asyncpg
import msgspec
from litestar import get, post
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter

from backend import web
from backend.core import BadMonth, Money, Month
from backend.receipts import actions, queries, rules

MonthWanted = Annotated[
    str | None, QueryParameter(max_length=7, description="counted in a month such as 2026-10")
]


class ReversalIn(msgspec.Struct, forbid_unknown_fields=True):
    """The organisation reads the reason."""

    reason: Annotated[str, web.words(500)]


class ReceiptView(msgspec.Struct):
    """A `reversal` is below zero and names what it takes back; `month` is that of the statement."""

    id: UUID
    kind: Literal["receipt", "reversal"]
    original_id: UUID | None
    reversal_id: UUID | None
    organisation_id: UUID
    organisation: str
    reference: str
    received_on: date
    month: str
    is_late: bool
    amount: Money
    means: rules.Means
    note: str
    recorded_at: datetime
    held_at: rules.HeldAt


def receipt_view(row: asyncpg.Record) -> ReceiptView:
    facts = dict(row)
    amount = Money(facts.pop("amount_minor"), facts.pop("currency"))
    month = str(Month(facts.pop("month")))
    return ReceiptView(**facts, amount=amount, month=month)


@get(
    "/receipts",
    operation_id="list_portal_receipts",
    guards=[web.requires("portal:charge:read")],
    responses=web.problems(web.BadCursor, BadMonth),
)
async def list_mine(
    principal: web.Caller,
    month: MonthWanted = None,
    limit: web.Limit = 50,
    after: web.Cursor = None,
) -> web.Page[ReceiptView]:
    """What the organisation paid the operator, newest first."""
    return await _page(principal.organisation, month, limit, after)


@get(
    "/receipts",
    operation_id="list_office_receipts",
    guards=[web.requires("office:charge:read")],
    responses=web.problems(web.BadCursor, BadMonth),
)
async def list_all(
    principal: web.Caller,
    organisation_id: FromQuery[UUID | None] = None,
    month: MonthWanted = None,
    limit: web.Limit = 50,
    after: web.Cursor = None,
) -> web.Page[ReceiptView]:
    """What organisations paid the operator, newest first."""
    return await _page(organisation_id, month, limit, after)


@post(
    "/receipts/{receipt_id:uuid}/reverse",
    operation_id="reverse_office_receipt",
    guards=[web.requires("office:charge:write")],
    responses=web.problems(rules.ReceiptUnknown, rules.AlreadyReversed, rules.ReceiptAtStripe),
)
async def reverse(
    data: JSONBody[ReversalIn], receipt_id: FromPath[UUID], principal: web.Caller
) -> ReceiptView:
    """It bounced: what it paid is owed again."""
    made = await actions.reverse_receipt(
        receipt_id, reason=data.reason, now=datetime.now(UTC), actor=principal.actor
    )
    return receipt_view(await queries.read_receipt(made))


async def _page(
    organisation_id: UUID | None, month: str | None, limit: int, after: str | None
) -> web.Page[ReceiptView]:
    rows = await queries.list_receipts(
        organisation_id=organisation_id,
        month=None if month is None else Month.parse(month),
        after=web.read_id(after, UUID),
        limit=limit + 1,
    )
    return web.page(rows, limit, lambda row: (row["id"],), receipt_view)


portal = [list_mine]
office = [list_all, reverse]
