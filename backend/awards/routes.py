"""Rebates on turnover and shares of suppliers: one's own, and all for the operator."""

import csv
import io
from datetime import UTC, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath, FromQuery, QueryParameter

from backend import ledger, partners, programmes, web
from backend.awards import actions, queries, rules, views
from backend.awards.rules import Quarter
from backend.awards.rules_rebate import Due, next_tier
from backend.core import BadMonth, Money, Month, fetch

Locale = Literal["international", "fr"]
"""A French Excel takes semicolons between cells and commas in numbers."""

READ_MINE = [web.requires("portal:charge:read")]
READ = [web.requires("office:charge:read")]
POST = [web.requires("office:settlement:close")]
QuarterPath = Annotated[str, msgspec.Meta(max_length=7, description="a quarter such as 2026-Q3")]
MonthWanted = Annotated[
    str | None, QueryParameter(max_length=7, description="a month such as 2026-10")
]


@get("/rebates", operation_id="read_portal_rebates", guards=READ_MINE)
async def read_mine(principal: web.Caller) -> views.MyRebates:
    """The rebate on turnover so far this quarter, what is missing for the next rate, and every
    rebate that was posted.
    """
    now = datetime.now(UTC)
    benefits = await programmes.benefits_at(principal.organisation, now)
    running = await queries.rebates_due(Quarter.of(now), principal.organisation)
    postings = await queries.list_rebates(organisation_id=principal.organisation)
    return views.MyRebates(
        has_benefit=any(each.kind == "turnover_rebate" for each in benefits),
        running=[_my_quarter(Quarter.of(now), due) for due in running],
        postings=[views.posting_view(row) for row in postings],
    )


@get(
    "/awards",
    operation_id="list_portal_awards",
    guards=READ_MINE,
    responses=web.problems(web.BadCursor, web.BadRequest, BadMonth),
)
async def list_mine(
    principal: web.Caller,
    kind: FromQuery[rules.Kind | None] = None,
    month: MonthWanted = None,
    limit: web.Limit = 50,
    after: web.Cursor = None,
) -> web.Page[views.AwardView]:
    """What the organisation was given by a rule: rebates, shares of pools, co-marketing."""
    return await _awards(principal.organisation, kind, month, limit, after)


@get("/supplier-shares", operation_id="list_portal_supplier_shares", guards=READ_MINE)
async def list_my_shares(principal: web.Caller) -> views.SupplierSharesView:
    """What the organisation had, as a supplier, of the revenue of its pools."""
    rows = await queries.list_supplier_shares(organisation_id=principal.organisation)
    return views.SupplierSharesView([views.share_view(row) for row in rows])


@get(
    "/awards",
    operation_id="list_office_awards",
    guards=READ,
    responses=web.problems(web.BadCursor, web.BadRequest, BadMonth),
)
async def list_all(
    principal: web.Caller,
    organisation_id: FromQuery[UUID | None] = None,
    kind: FromQuery[rules.Kind | None] = None,
    month: MonthWanted = None,
    limit: web.Limit = 50,
    after: web.Cursor = None,
) -> web.Page[views.AwardView]:
    """What was given by a rule, newest first: all, or that of one organisation."""
    return await _awards(organisation_id, kind, month, limit, after)


@get(
    "/rebates/{quarter:str}",
    operation_id="read_office_rebates",
    guards=READ,
    responses=web.problems(rules.BadQuarter),
)
async def read_rebates(quarter: FromPath[QuarterPath], principal: web.Caller) -> views.RebatesView:
    """The dry run: each partner's turnover of the quarter, its rebate line by line, and what
    posting would move.
    """
    return await _rebates(Quarter.parse(quarter))


@post(
    "/rebates/{quarter:str}",
    operation_id="post_office_rebates",
    status_code=200,
    guards=POST,
    responses=web.problems(rules.BadQuarter, rules.QuarterOpen),
)
async def post_rebates(quarter: FromPath[QuarterPath], principal: web.Caller) -> views.RebatesView:
    """Post the quarter's rebates, once; again, what refunds have taken back since."""
    wanted = Quarter.parse(quarter)
    await actions.post_rebates(wanted, now=datetime.now(UTC), actor=principal.actor)
    return await _rebates(wanted)


@get(
    "/rebates/{quarter:str}/export",
    operation_id="export_office_rebates",
    guards=READ,
    media_type="text/csv",
    responses=web.problems(rules.BadQuarter, web.BadRequest),
)
async def export_rebates(
    quarter: FromPath[QuarterPath],
    principal: web.Caller,
    locale: FromQuery[Locale] = "international",
) -> Response[Any]:
    """The same as a file: one row a partner and part of its turnover."""
    view = await _rebates(Quarter.parse(quarter))
    out = io.StringIO()
    rows = csv.writer(out, delimiter=";" if locale == "fr" else ",")
    rows.writerow(
        ("quarter", "organisation", "name", "currency", "turnover", "rebate", "posted", "to_post",
         "part_from", "part", "rate_percent")
    )  # fmt: skip
    for item in view.items:
        head = (
            view.quarter, _safe(item.organisation_reference), _safe(item.organisation_name),
            item.turnover.currency, *(_decimal_in(locale, amount.decimal()) for amount in
            (item.turnover, item.rebate, item.posted, item.to_post)),
        )  # fmt: skip
        for step in item.steps:
            percent = f"{step.rate_bp // 100}.{step.rate_bp % 100:02d}"
            cells = (step.from_turnover.decimal(), step.part.decimal(), percent)
            rows.writerow((*head, *(_decimal_in(locale, cell) for cell in cells)))
    return Response(
        "\ufeff" + out.getvalue(),
        media_type="text/csv; charset=utf-8",
        headers={"content-disposition": f'attachment; filename="rebates-{view.quarter}.csv"'},
    )


@get(
    "/supplier-shares",
    operation_id="list_office_supplier_shares",
    guards=READ,
    responses=web.problems(BadMonth),
)
async def list_shares(principal: web.Caller, month: MonthWanted = None) -> views.SupplierSharesView:
    """Shares of suppliers that were posted; of a month, also those still to post."""
    wanted = None if month is None else Month.parse(month)
    found = await queries.list_supplier_shares(month=wanted)
    shares = [views.share_view(row) for row in found]
    coming = [] if wanted is None else await _coming(wanted)
    return views.SupplierSharesView(coming + shares)


@post(
    "/supplier-shares/{month:str}",
    operation_id="post_office_supplier_shares",
    status_code=200,
    guards=POST,
    responses=web.problems(BadMonth, rules.MonthOpen),
)
async def post_shares(
    month: FromPath[web.MonthPath], principal: web.Caller
) -> views.SupplierSharesView:
    """Post the suppliers' shares of a closed month, once; the worker does so every night too."""
    wanted = Month.parse(month)
    await actions.post_supplier_shares(wanted, now=datetime.now(UTC), actor=principal.actor)
    rows = await queries.list_supplier_shares(month=wanted)
    return views.SupplierSharesView([views.share_view(row) for row in rows])


async def _rebates(quarter: Quarter) -> views.RebatesView:
    found = await queries.rebates_due(quarter)
    names = {
        row["id"]: row
        for row in await fetch(
            "SELECT id, reference, name FROM partners.organisation WHERE id = ANY ($1)",
            [due.turnover.organisation_id for due in found],
        )
    }
    tables = {due.table.currency: due.table for due in found}
    if not tables:
        table = await programmes.tier_table_at(quarter.start)
        tables = {} if table is None else {table.currency: table}
    totals: dict[str, int] = {}
    for due in found:
        currency = due.turnover.currency
        totals[currency] = totals.get(currency, 0) + due.rebate_minor
    state, close_first = await _state(quarter, found)
    return views.RebatesView(
        quarter=str(quarter),
        state=state,
        close_first=close_first,
        new=sum(due.is_new for due in found),
        tables=[views.table_view(table) for _, table in sorted(tables.items())],
        items=sorted(
            (views.line_view(due, names[due.turnover.organisation_id]) for due in found),
            key=lambda line: (-line.rebate.amount_minor, line.organisation_name),
        ),
        totals=[Money(minor, currency) for currency, minor in sorted(totals.items())],
    )


async def _state(quarter: Quarter, found: list[Due]) -> tuple[views.QuarterState, str | None]:
    last = quarter.months[2]
    if datetime.now(UTC) < quarter.end:
        return "running", None
    closed_through = await ledger.closed_through()
    if closed_through is None or closed_through < last:
        return "open", str(last)
    if any(due.posted for due in found) and not any(due.is_new for due in found):
        return "posted", None
    return "ready", None


def _my_quarter(quarter: Quarter, due: Due) -> views.MyQuarter:
    currency, turnover = due.turnover.currency, due.turnover.turnover_minor
    further = next_tier(turnover, due.table.tiers)
    return views.MyQuarter(
        quarter=str(quarter),
        currency=currency,
        mode=due.table.mode,
        turnover=Money(turnover, currency),
        rebate=Money(due.rebate_minor, currency),
        steps=views.step_views(due),
        next_from=None if further is None else Money(further.from_minor, currency),
        next_rate_bp=None if further is None else further.rate_bp,
        tiers=views.tier_views(due.table),
    )


async def _coming(month: Month) -> list[views.SupplierShareView]:
    found = []
    for pool in await queries.pools_in(month):
        of = await partners.read_organisation(pool.organisation_id)
        revenue = Money(pool.revenue_minor, pool.currency)
        found.append(
            views.SupplierShareView(
                pool.contract_id, pool.contract_reference, pool.organisation_id, of.reference,
                of.name, str(month), pool.base, pool.rate_bp, revenue,
                partners.supplier_share(revenue, pool.rate_bp), None, None,
            )
        )  # fmt: skip
    return found


async def _awards(
    organisation_id: UUID | None,
    kind: rules.Kind | None,
    month: str | None,
    limit: int,
    after: str | None,
) -> web.Page[views.AwardView]:
    rows = await queries.list_awards(
        organisation_id=organisation_id,
        kind=kind,
        month=None if month is None else Month.parse(month),
        after=web.read_id(after, UUID),
        limit=limit + 1,
    )
    return web.page(rows, limit, lambda row: (row["id"],), views.award_view)


def _decimal_in(locale: Locale, decimal: str) -> str:
    return decimal.replace(".", ",") if locale == "fr" else decimal


def _safe(text: str) -> str:
    """A cell that a spreadsheet takes as text, whatever it begins with."""
    return f"'{text}" if text[:1] in {"=", "+", "-", "@", "\t"} else text


portal = [read_mine, list_mine, list_my_shares]
office = [list_all, read_rebates, post_rebates, export_rebates, list_shares, post_shares]
