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
Net = Annotated[int, msgspec.Meta(ge=-(10**15), le=10**15)]
MonthWanted = Annotated[
    str | None, QueryParameter(max_length=7, description="posted in a month such as 2026-10")
]

ThroughWanted = Annotated[
    str | None, QueryParameter(max_length=7, description="from `month` to this one")
]
SegmentWanted = Annotated[
    rules.Segment | None, QueryParameter(description="sold to buyers of this segment")
]
ReferenceWanted = Annotated[
    str | None, QueryParameter(max_length=150, description="its reference, or its beginning")
]


class RuleView(msgspec.Struct):
    """The rule in force when it was sold, as copied onto the line."""

    id: UUID
    name: str
    partner_bp: int
    operator_bp: int


class JointView(msgspec.Struct):
    """The line is one owner's of a joint offer: `share_bp` of the editors' part of `net`, which is
    the whole sale's or refund's. `owner` is the other one.
    """

    offer_id: UUID
    share_bp: int
    net: Money
    owner: str | None


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
    joint: JointView | None


class SalesTotal(msgspec.Struct):
    """Of one currency; `partner` + `operator` = `net`."""

    lines: int
    net: Money
    partner: Money
    operator: Money


class SaleRefundIn(msgspec.Struct, forbid_unknown_fields=True):
    """`net` is before VAT. The same `reference` again is the same refund."""

    reference: web.Reference
    net: web.MoneyIn


@get(
    "/sales",
    operation_id="list_portal_sales",
    guards=[web.requires("portal:sale:read")],
    responses=web.problems(web.BadCursor, web.BadRequest, BadMonth),
)
async def list_mine(
    principal: web.Caller,
    month: MonthWanted = None,
    kind: FromQuery[Literal["sale", "refund"] | None] = None,
    listing_id: FromQuery[UUID | None] = None,
    reference: ReferenceWanted = None,
    sort: FromQuery[queries.Sort] = "newest",
    limit: web.Limit = 50,
    after: web.Cursor = None,
) -> web.Page[SaleView]:
    """The organisation's own sales and refunds; all, or those that are asked for."""
    wanted = _mine(principal, month, kind, listing_id, reference)
    return await _page(wanted, limit, after, sort)


@get(
    "/sales/totals",
    operation_id="read_portal_sales_totals",
    guards=[web.requires("portal:sale:read")],
    responses=web.problems(web.BadRequest, BadMonth),
)
async def sum_mine(
    principal: web.Caller,
    month: MonthWanted = None,
    kind: FromQuery[Literal["sale", "refund"] | None] = None,
    listing_id: FromQuery[UUID | None] = None,
    reference: ReferenceWanted = None,
) -> list[SalesTotal]:
    """What the sales of such a list come to, in each currency."""
    wanted = _mine(principal, month, kind, listing_id, reference)
    return [
        SalesTotal(
            row["lines"],
            Money(row["net"], row["currency"]),
            Money(row["partner"], row["currency"]),
            Money(row["operator"], row["currency"]),
        )
        for row in await queries.sum_lines(wanted)
    ]


@get(
    "/sales",
    operation_id="list_office_sales",
    guards=[web.requires("office:sale:read")],
    responses=web.problems(web.BadCursor, web.BadRequest, BadMonth),
)
async def list_all(
    principal: web.Caller,
    organisation_id: FromQuery[UUID | None] = None,
    month: MonthWanted = None,
    through: ThroughWanted = None,
    kind: FromQuery[Literal["sale", "refund"] | None] = None,
    channel: FromQuery[rules.Channel | None] = None,
    buyer_segment: SegmentWanted = None,
    source: FromQuery[Literal["import", "order"] | None] = None,
    currency: FromQuery[web.CurrencyCode | None] = None,
    reference: ReferenceWanted = None,
    limit: web.Limit = 50,
    after: web.Cursor = None,
) -> web.Page[SaleView]:
    """Sales and refunds, newest first: of all partners and months, or of those that are asked."""
    wanted = queries.Wanted(
        organisation_id=organisation_id,
        month=None if month is None else Month.parse(month),
        through=None if through is None else Month.parse(through),
        kind=kind,
        channel=channel,
        buyer_segment=buyer_segment,
        source=source,
        currency=currency,
        reference=reference,
    )
    return await _page(wanted, limit, after)


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


def _mine(
    principal: web.Principal,
    month: str | None,
    kind: str | None,
    listing_id: UUID | None,
    reference: str | None,
) -> queries.Wanted:
    return queries.Wanted(
        organisation_id=principal.organisation,
        month=None if month is None else Month.parse(month),
        kind=kind,
        listing_id=listing_id,
        reference=reference,
    )


async def _page(
    wanted: queries.Wanted, limit: int, after: str | None, sort: queries.Sort = "newest"
) -> web.Page[SaleView]:
    key = web.read_cursor(after, Net, Number)
    rows = await queries.list_lines(
        wanted,
        after=None if key is None else key[1],
        after_net=None if key is None else key[0],
        limit=limit + 1,
        sort=sort,
    )
    return web.page(rows, limit, lambda row: (row["net_minor"], row["id"]), _view)


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
            "joint": None
            if row["joint_offer_id"] is None
            else JointView(
                row["joint_offer_id"],
                row["joint_bp"],
                Money(row["joint_net_minor"], currency),
                row["joint_with"],
            ),
            "share_rule": RuleView(
                row["share_rule_id"], row["share_rule_name"], row["partner_bp"], row["operator_bp"]
            ),
        }
    )


portal = [list_mine, sum_mine]
office = [list_all, read_one, refund]
