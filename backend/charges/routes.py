"""Charges of infrastructure: a payer's own, all for the operator."""

from datetime import UTC, date, datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from litestar import get, post
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter

from backend import web
from backend.charges import (
    actions_refund,
    queries,
    routes_contract,
    routes_credit,
    routes_file,
    rules,
    views,
)
from backend.core import BadMonth, Month, retrying
from backend.programmes import Environment

Number = Annotated[int, msgspec.Meta(ge=1, le=2**63 - 1)]
MonthWanted = Annotated[
    str | None, QueryParameter(max_length=7, description="posted in a month such as 2026-10")
]
Through = Annotated[
    str | None, QueryParameter(max_length=7, description="from `month` to this one")
]
Since = Annotated[date | None, QueryParameter(description="used on this day or later")]
Until = Annotated[date | None, QueryParameter(description="used on this day or before")]
ReferenceWanted = Annotated[
    str | None, QueryParameter(max_length=100, description="its reference, or its beginning")
]
Resource = Annotated[str | None, QueryParameter(max_length=100, description="exactly this one")]
Customer = Annotated[
    str | None,
    QueryParameter(max_length=100, description="whom it was used for; empty: the organisation"),
]
Kind = Literal["charge", "refund"]
READ_MINE = [web.requires("portal:charge:read")]
READ = [web.requires("office:charge:read")]
REFUSED = (web.BadCursor, web.BadRequest, BadMonth)


class ChargeRefundIn(msgspec.Struct, forbid_unknown_fields=True):
    """`net` is after discounts and before credits. The same `reference` again is the same."""

    reference: web.Reference
    net: web.MoneyIn


@get(
    "/charges",
    operation_id="list_portal_charges",
    guards=READ_MINE,
    responses=web.problems(*REFUSED),
)
async def list_mine(
    principal: web.Caller,
    month: MonthWanted = None,
    since: Since = None,
    until: Until = None,
    kind: FromQuery[Kind | None] = None,
    environment: FromQuery[Environment | None] = None,
    currency: FromQuery[web.CurrencyCode | None] = None,
    resource: Resource = None,
    end_customer: Customer = None,
    reference: ReferenceWanted = None,
    limit: web.Limit = 50,
    after: web.Cursor = None,
) -> web.Page[views.ChargeView]:
    """What the organisation pays for, newest first."""
    wanted = queries.Wanted(
        principal.organisation, _month(month), since, until, kind, environment,
        currency=currency, reference=reference, resource=resource, end_customer=end_customer,
    )  # fmt: skip
    return await _page(wanted, limit, after)


@get(
    "/charges/totals",
    operation_id="read_portal_charges_totals",
    guards=READ_MINE,
    responses=web.problems(web.BadRequest, BadMonth),
)
async def sum_mine(
    principal: web.Caller,
    month: MonthWanted = None,
    since: Since = None,
    until: Until = None,
    kind: FromQuery[Kind | None] = None,
    environment: FromQuery[Environment | None] = None,
    currency: FromQuery[web.CurrencyCode | None] = None,
    resource: Resource = None,
    end_customer: Customer = None,
    reference: ReferenceWanted = None,
) -> list[views.ChargesTotal]:
    """What the charges of such a list come to, in each currency."""
    wanted = queries.Wanted(
        principal.organisation, _month(month), since, until, kind, environment,
        currency=currency, reference=reference, resource=resource, end_customer=end_customer,
    )  # fmt: skip
    return [views.total_view(row) for row in await queries.sum_charges(wanted)]


@get(
    "/charges/choices",
    operation_id="list_portal_charge_choices",
    guards=READ_MINE,
)
async def list_choices(principal: web.Caller) -> views.ChargeChoices:
    """The resources and the customers of two years, two hundred of each at the most."""
    found = await queries.list_choices(principal.organisation)
    return views.ChargeChoices(found["resources"], found["end_customers"])


@get(
    "/charges/{charge_id:int}",
    operation_id="read_portal_charge",
    guards=READ_MINE,
    responses=web.problems(rules.ChargeUnknown),
)
async def read_mine(charge_id: FromPath[Number], principal: web.Caller) -> views.ChargeDetail:
    """One charge of the organisation, and why it comes to its amount."""
    row = await queries.read_charge(charge_id)
    if row["organisation_id"] != principal.organisation:
        raise rules.ChargeUnknown(f"No charge has the id {charge_id}.")
    return await _detail(charge_id)


@get(
    "/charges",
    operation_id="list_office_charges",
    guards=READ,
    responses=web.problems(*REFUSED),
)
async def list_all(
    principal: web.Caller,
    organisation_id: FromQuery[UUID | None] = None,
    month: MonthWanted = None,
    through: Through = None,
    since: Since = None,
    until: Until = None,
    kind: FromQuery[Kind | None] = None,
    environment: FromQuery[Environment | None] = None,
    stream: FromQuery[rules.Stream | None] = None,
    currency: FromQuery[web.CurrencyCode | None] = None,
    resource: Resource = None,
    reference: ReferenceWanted = None,
    limit: web.Limit = 50,
    after: web.Cursor = None,
) -> web.Page[views.ChargeView]:
    """Charges and refunds, newest first: all, or those that are asked for."""
    wanted = queries.Wanted(
        organisation_id, _month(month), since, until, kind, environment, stream, currency,
        reference, _month(through), resource,
    )  # fmt: skip
    return await _page(wanted, limit, after)


@get(
    "/charges/totals",
    operation_id="read_office_charges_totals",
    guards=READ,
    responses=web.problems(web.BadRequest, BadMonth),
)
async def sum_all(
    principal: web.Caller,
    organisation_id: FromQuery[UUID | None] = None,
    month: MonthWanted = None,
    through: Through = None,
    since: Since = None,
    until: Until = None,
    kind: FromQuery[Kind | None] = None,
    environment: FromQuery[Environment | None] = None,
    stream: FromQuery[rules.Stream | None] = None,
    currency: FromQuery[web.CurrencyCode | None] = None,
    resource: Resource = None,
    reference: ReferenceWanted = None,
) -> list[views.ChargesTotal]:
    """What the charges of such a list come to, in each currency."""
    wanted = queries.Wanted(
        organisation_id, _month(month), since, until, kind, environment, stream, currency,
        reference, _month(through), resource,
    )  # fmt: skip
    return [views.total_view(row) for row in await queries.sum_charges(wanted)]


@get(
    "/charges/{charge_id:int}",
    operation_id="read_office_charge",
    guards=READ,
    responses=web.problems(rules.ChargeUnknown),
)
async def read_one(charge_id: FromPath[Number], principal: web.Caller) -> views.ChargeDetail:
    """One charge, and why it comes to its amount."""
    return await _detail(charge_id)


@post(
    "/charges/{charge_id:int}/refunds",
    operation_id="refund_office_charge",
    guards=[web.requires("office:charge:write")],
    responses=web.problems(rules.ChargeUnknown, rules.RefundTooLarge, rules.ChargeConflict),
)
async def refund(
    data: JSONBody[ChargeRefundIn], charge_id: FromPath[Number], principal: web.Caller
) -> views.ChargeDetail:
    """Take back a charge, whole or in part, today; unexpired credit goes back where it was."""
    now = datetime.now(UTC)
    await retrying(
        lambda: actions_refund.refund_charge(
            charge_id, data.net.money(), reference=data.reference, now=now, actor=principal.actor
        )
    )
    return await _detail(charge_id)


def _month(month: str | None) -> Month | None:
    return None if month is None else Month.parse(month)


async def _page(
    wanted: queries.Wanted, limit: int, after: str | None
) -> web.Page[views.ChargeView]:
    rows = await queries.list_charges(wanted, after=web.read_id(after, Number), limit=limit + 1)
    return web.page(rows, limit, lambda row: (row["id"],), views.charge_view)


async def _detail(charge_id: int) -> views.ChargeDetail:
    row = await queries.read_charge(charge_id)
    steps = await queries.explain_charge(charge_id)
    return views.ChargeDetail(
        views.charge_view(row), [views.step_view(step, row["currency"]) for step in steps]
    )


portal = [
    list_mine,
    sum_mine,
    list_choices,
    read_mine,
    *routes_credit.portal,
    *routes_contract.portal,
]
office = [
    list_all,
    sum_all,
    read_one,
    refund,
    *routes_credit.office,
    *routes_file.office,
    *routes_contract.office,
]
