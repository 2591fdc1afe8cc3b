"""Ordering and paying in the store; orders and refunds in the office."""

from contextlib import suppress
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from litestar import Request, get, post
from litestar.params import FromPath, JSONBody

from backend import web
from backend.catalogue import ListingUnknown, NoLongerSold
from backend.core import Money, retrying
from backend.orders import (
    checkout,
    jobs,
    placing,
    queries,
    rules,
    views,
)
from backend.orders.tables import Order
from backend.payments import StripeRefused, StripeUnknown


async def _clock() -> datetime:
    return datetime.now(UTC)


async def _paying(order: Order, request: Request[Any, Any, Any]) -> views.OrderPlaced:
    url = await checkout.open_page(
        order, base_url=request.app.state.base_url, now=datetime.now(UTC)
    )
    return views.OrderPlaced(views.view(await queries.read_order(order.id)), url)


PAYING = (rules.OrderEnded, rules.CheckoutRefused, rules.CheckoutUnavailable)


@post(
    "/orders",
    operation_id="place_order",
    guards=[web.requires("store:order:write")],
    responses=web.problems(
        ListingUnknown,
        NoLongerSold,
        rules.OwnListing,
        rules.CurrencyNotSold,
        rules.BuyerVatUnknown,
        rules.RequestKeyReused,
        *PAYING,
    ),
)
async def place(
    data: JSONBody[views.OrderIn], request: Request[Any, Any, Any], principal: web.Caller
) -> views.OrderPlaced:
    """Order one listing at its price of now, and get the page on which to pay it.

    Send an `Idempotency-Key`: a repetition finds the same order and the same page.
    """
    order = await retrying(
        lambda: placing.place_order(
            organisation_id=principal.organisation,
            person_id=UUID(principal.id) if principal.kind == "person" else None,
            slug=data.listing,
            request_key=request.headers.get("idempotency-key"),
            now=datetime.now(UTC),
            actor=principal.actor,
        )
    )
    return await _paying(order, request)


@post(
    "/orders/{order_id:uuid}/checkout",
    operation_id="open_order_checkout",
    status_code=200,
    guards=[web.requires("store:order:write")],
    responses=web.problems(rules.OrderUnknown, *PAYING),
)
async def pay(
    order_id: FromPath[UUID], request: Request[Any, Any, Any], principal: web.Caller
) -> views.OrderPlaced:
    """The page on which an order not yet paid is paid: always the same one."""
    order = await queries.read_order(order_id, organisation_id=principal.organisation)
    return await _paying(order, request)


@get(
    "/orders",
    operation_id="list_store_orders",
    guards=[web.requires("store:order:read")],
    responses=web.problems(web.BadCursor),
)
async def list_mine(
    principal: web.Caller, limit: web.Limit = 50, after: web.Cursor = None
) -> web.Page[views.OrderView]:
    """The orders of the caller's organisation, oldest first."""
    behind = web.read_id(after, UUID)
    rows = await queries.list_orders(principal.organisation, after=behind, limit=limit + 1)
    return web.page(rows, limit, lambda row: (row.id,), views.view)


@get(
    "/orders/{order_id:uuid}",
    operation_id="read_store_order",
    guards=[web.requires("store:order:read")],
    responses=web.problems(rules.OrderUnknown),
)
async def read_mine(order_id: FromPath[UUID], principal: web.Caller) -> views.OrderView:
    """One order of the caller's organisation."""
    return views.view(await queries.read_order(order_id, organisation_id=principal.organisation))


@get(
    "/orders",
    operation_id="list_office_orders",
    guards=[web.requires("office:order:read")],
    responses=web.problems(web.BadCursor),
)
async def list_all(
    principal: web.Caller, limit: web.Limit = 50, after: web.Cursor = None
) -> web.Page[views.OfficeOrder]:
    """The orders of all buyers, oldest first."""
    rows = await queries.list_orders(None, after=web.read_id(after, UUID), limit=limit + 1)
    return web.page(rows, limit, lambda row: (row.id,), views.office_view)


@get(
    "/orders/{order_id:uuid}",
    operation_id="read_office_order",
    guards=[web.requires("office:order:read")],
    responses=web.problems(rules.OrderUnknown),
)
async def read_one(order_id: FromPath[UUID], principal: web.Caller) -> views.OfficeOrder:
    """One order."""
    return views.office_view(await queries.read_order(order_id))


@get(
    "/orders/{order_id:uuid}/refunds",
    operation_id="list_office_order_refunds",
    guards=[web.requires("office:order:read")],
    responses=web.problems(rules.OrderUnknown),
)
async def list_refunds(order_id: FromPath[UUID], principal: web.Caller) -> list[views.RefundView]:
    """All refunds of one order, oldest first."""
    order = await queries.read_order(order_id)
    return [views.refund_view(refund) for refund in await queries.refunds_of(order.id)]


@post(
    "/orders/{order_id:uuid}/refunds",
    operation_id="refund_office_order",
    guards=[web.requires("office:sale:write")],
    responses=web.problems(
        rules.OrderUnknown,
        rules.OrderNotPaid,
        rules.OrderRefundTooLarge,
        rules.OrderRefundedWhole,
        rules.OrderInOtherCurrency,
        rules.RefundUnderWay,
        rules.RefundInDoubt,
        StripeRefused,
        StripeUnknown,
    ),
)
async def refund(
    data: JSONBody[views.RefundIn], order_id: FromPath[UUID], principal: web.Caller
) -> views.RefundView:
    """Give a paid order back, whole or in part, through Stripe.

    The answer says `open` until Stripe has confirmed it; a refused one says `failed` and why.
    """
    net = None if data.net is None else Money(data.net.amount_minor, data.net.currency)
    planned = await jobs.request_refund(
        _clock, order_id, net, reason=data.reason, actor=principal.actor
    )
    with suppress(StripeRefused, StripeUnknown):  # It was made; the sweep reads what became of it.
        await jobs.send_refund(_clock, planned.id, dated_by=_clock)
    return views.refund_view(await queries.read_refund(planned.id))


store = [place, pay, list_mine, read_mine]
office = [list_all, read_one, list_refunds, refund]
