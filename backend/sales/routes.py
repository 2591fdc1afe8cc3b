"""Sales as they were shared: a partner's own, all for the operator, refunds of imported ones."""

from datetime import UTC, datetime
from typing import Annotated, Literal
from uuid import UUID

import asyncpg
import msgspec
from litestar import get, post
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter

from backend import web
from backend.core import BadMonth, Money, Month, retrying
from backend.sales import actions_refund, queries, rules

Number = Annotated[int, msgspec.Meta(ge=1, le=2**63 - 1)]
MonthWanted = Annotated[
    str | None, QueryParameter(max_length=7, description="posted in a month such as 2026-10")
]


class RuleView(msgspec.Struct):
    """The rule in force when it was sold, as copied onto the line."""

    id: UUID
    name: str
    partner_bp: int
    operator_bp: int


class SaleView(msgspec.Struct):
    """`partner` + `operator` = `net`. A refund has negative amounts and names its sale."""

    id: int
    reference: str
    kind: Literal["sale", "refund"]
    original_reference: str | None
    organisation_id: UUID
    listing_id: UUID
    listing_name: str
    sold_at: datetime
    month: str
    is_late: bool
    net: Money
    buyer_vat: Money
    buyer_vat_rate_bp: int
    partner: Money
    operator: Money
    share_rule: RuleView
    channel: str
    brought_by: str
    stream_code: str
    capture_mode: str
    buyer_country: str
    buyer_segment: str
    hold_until: datetime
    source: str
    collected_in: str


class SaleRefundIn(msgspec.Struct, forbid_unknown_fields=True):
    """`net` is before VAT. The same `reference` again is the same refund."""

    reference: web.Reference
    net: web.MoneyIn


@get(
    "/sales",
    operation_id="list_portal_sales",
    guards=[web.requires("portal:sale:read")],
    responses=web.problems(web.BadCursor, BadMonth),
)
async def list_mine(
    principal: web.Caller,
    month: MonthWanted = None,
    limit: web.Limit = 50,
    after: web.Cursor = None,
) -> web.Page[SaleView]:
    """The organisation's own sales and refunds, newest first."""
    return await _page(principal.organisation, month, limit, after)


@get(
    "/sales",
    operation_id="list_office_sales",
    guards=[web.requires("office:sale:read")],
    responses=web.problems(web.BadCursor, BadMonth),
)
async def list_all(
    principal: web.Caller,
    organisation_id: FromQuery[UUID | None] = None,
    month: MonthWanted = None,
    limit: web.Limit = 50,
    after: web.Cursor = None,
) -> web.Page[SaleView]:
    """Sales and refunds of all partners, or of one, newest first."""
    return await _page(organisation_id, month, limit, after)


@get(
    "/sales/{sale_id:int}",
    operation_id="read_office_sale",
    guards=[web.requires("office:sale:read")],
    responses=web.problems(rules.SaleUnknown),
)
async def read_one(sale_id: FromPath[Number], principal: web.Caller) -> SaleView:
    """One sale or refund."""
    return _view(await queries.read_line(line_id=sale_id))


@post(
    "/sales/{sale_id:int}/refunds",
    operation_id="refund_office_sale",
    guards=[web.requires("office:sale:write")],
    responses=web.problems(
        rules.SaleUnknown, rules.RefundTooLarge, rules.SaleConflict, rules.CollectedByStripe
    ),
)
async def refund(
    data: JSONBody[SaleRefundIn], sale_id: FromPath[Number], principal: web.Caller
) -> SaleView:
    """Record that a sale collected elsewhere was given back there, whole or in part, today."""
    sale = await queries.read_line(line_id=sale_id)
    rules.check_collected_elsewhere(sale["reference"], sale["collected_in"])
    now = datetime.now(UTC)
    await retrying(
        lambda: actions_refund.refund_sale(
            sale["reference"],
            data.net.money(),
            reference=data.reference,
            refunded_at=now,
            now=now,
            actor=principal.actor,
        )
    )
    return _view(await queries.read_line(reference=data.reference))


async def _page(
    organisation_id: UUID | None, month: str | None, limit: int, after: str | None
) -> web.Page[SaleView]:
    rows = await queries.list_lines(
        organisation_id,
        None if month is None else Month.parse(month),
        after=web.read_id(after, Number),
        limit=limit + 1,
    )
    return web.page(rows, limit, lambda row: (row["id"],), _view)


def _view(row: asyncpg.Record) -> SaleView:
    currency = row["currency"]
    same = {
        name: row[name]
        for name in SaleView.__struct_fields__
        if name in row.keys()  # noqa: SIM118  (a Record iterates over its values)
    }
    return SaleView(
        **{
            **same,
            "month": str(Month(row["month"])),
            "net": Money(row["net_minor"], currency),
            "buyer_vat": Money(row["vat_minor"], currency),
            "buyer_vat_rate_bp": row["vat_rate_bp"],
            "partner": Money(row["partner_minor"], currency),
            "operator": Money(row["operator_minor"], currency),
            "share_rule": RuleView(
                row["share_rule_id"], row["share_rule_name"], row["partner_bp"], row["operator_bp"]
            ),
        }
    )


portal = [list_mine]
office = [list_all, read_one, refund]
