"""Ordering and paying in the store; orders, refunds and alarms in the office."""

from datetime import UTC, datetime
from typing import Any, Literal
from uuid import UUID

import asyncpg
import msgspec
from litestar import Request, get, post
from litestar.params import FromPath, JSONBody

from backend import web
from backend.catalogue import ListingUnknown
from backend.core import Money
from backend.orders import actions, actions_refund, checkout, jobs, queries, rules
from backend.orders.tables import Order, Refund

State = Literal["placed", "checkout_open", "paid", "expired", "failed"]
RefundState = Literal["open", "done", "failed"]
Reason = Literal["duplicate", "fraudulent", "requested_by_customer"]


class OrderIn(msgspec.Struct, forbid_unknown_fields=True):
    """What is ordered, by its address in the store. Everything else is known here."""

    listing: web.Line


class OrderView(msgspec.Struct):
    """Prices are those of `placed_at`, whatever the listing costs now; the buyer pays `gross`."""

    id: UUID
    state: State
    listing_id: UUID
    listing_name: str
    net: Money
    vat_rate_bp: int
    vat: Money
    gross: Money
    placed_at: datetime
    paid_at: datetime | None


class OrderPlaced(msgspec.Struct):
    """The buyer is to be sent to `checkout_url`, where the order is paid."""

    order: OrderView
    checkout_url: str


class OfficeOrder(msgspec.Struct):
    """`fee` is what Stripe kept; null until it is known."""

    order: OrderView
    buyer_id: UUID
    editor_id: UUID
    buyer_segment: str
    buyer_country: str
    channel: str
    brought_by: str
    payment_intent_id: str | None
    fee: Money | None


class NetIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    amount_minor: web.PositiveMinor
    currency: web.CurrencyCode


class RefundIn(msgspec.Struct, forbid_unknown_fields=True):
    """`net` before VAT; without it, all that is left."""

    net: NetIn | None = None
    reason: Reason = "requested_by_customer"


class RefundView(msgspec.Struct):
    """The buyer gets `gross` back; it is posted once Stripe has confirmed it (`done`)."""

    id: UUID
    order_id: UUID
    state: RefundState
    net: Money
    vat: Money
    gross: Money
    reason: Reason
    requested_at: datetime
    ended_at: datetime | None
    failure: str | None


class Alarm(msgspec.Struct):
    """A payment that is not as ordered; nothing was fulfilled or posted for it."""

    id: UUID
    order_id: UUID
    kind: str
    detail: str
    raised_at: datetime


def _view(order: Order) -> OrderView:
    price = queries.price_of(order)
    return OrderView(
        id=order.id,
        state=order.state,  # type: ignore[arg-type]
        listing_id=order.listing_id,
        listing_name=order.listing_name,
        net=price.net,
        vat_rate_bp=price.vat_rate_bp,
        vat=price.vat,
        gross=price.gross,
        placed_at=order.placed_at,
        paid_at=order.paid_at,
    )


def _office_view(order: Order) -> OfficeOrder:
    known = order.fee_minor is not None
    return OfficeOrder(
        order=_view(order),
        buyer_id=order.organisation_id,
        editor_id=order.editor_id,
        buyer_segment=order.buyer_segment,
        buyer_country=order.buyer_country,
        channel=order.channel,
        brought_by=order.brought_by,
        payment_intent_id=order.payment_intent_id,
        fee=Money(order.fee_minor, order.currency) if known else None,
    )


def _refund_view(refund: Refund) -> RefundView:
    return RefundView(
        id=refund.id,
        order_id=refund.order_id,
        state=refund.state,  # type: ignore[arg-type]
        net=Money(refund.net_minor, refund.currency),
        vat=Money(refund.vat_minor, refund.currency),
        gross=Money(refund.gross_minor, refund.currency),
        reason=refund.reason,  # type: ignore[arg-type]
        requested_at=refund.requested_at,
        ended_at=refund.ended_at,
        failure=refund.failure,
    )


def _alarm_view(row: asyncpg.Record) -> Alarm:
    return Alarm(**row)


def _behind(after: str | None) -> UUID | None:
    key = web.read_cursor(after, UUID)
    return None if key is None else key[0]


async def _paying(order: Order, request: Request[Any, Any, Any]) -> OrderPlaced:
    url = await checkout.open_page(
        order, base_url=request.app.state.base_url, now=datetime.now(UTC)
    )
    return OrderPlaced(_view(await queries.read_order(order.id)), url)


PAYING = (rules.OrderEnded, rules.CheckoutRefused, rules.CheckoutUnavailable)


@post(
    "/orders",
    operation_id="place_order",
    guards=[web.requires("store:order:write")],
    responses=web.problems(
        ListingUnknown,
        rules.CurrencyNotSold,
        rules.BuyerVatUnknown,
        rules.RequestKeyReused,
        *PAYING,
    ),
)
async def place(
    data: JSONBody[OrderIn], request: Request[Any, Any, Any], principal: web.Caller
) -> OrderPlaced:
    """Order one listing at its price of now, and get the page on which to pay it.

    Send an `Idempotency-Key`: a repetition finds the same order and the same page.
    """
    order = await actions.place_order(
        organisation_id=principal.organisation,
        person_id=UUID(principal.id) if principal.kind == "person" else None,
        slug=data.listing,
        request_key=request.headers.get("idempotency-key"),
        now=datetime.now(UTC),
        actor=principal.actor,
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
) -> OrderPlaced:
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
) -> web.Page[OrderView]:
    """The orders of the caller's organisation, oldest first."""
    rows = await queries.list_orders(principal.organisation, after=_behind(after), limit=limit + 1)
    return web.page(rows, limit, lambda row: (row.id,), _view)


@get(
    "/orders/{order_id:uuid}",
    operation_id="read_store_order",
    guards=[web.requires("store:order:read")],
    responses=web.problems(rules.OrderUnknown),
)
async def read_mine(order_id: FromPath[UUID], principal: web.Caller) -> OrderView:
    """One order of the caller's organisation."""
    return _view(await queries.read_order(order_id, organisation_id=principal.organisation))


@get(
    "/orders",
    operation_id="list_office_orders",
    guards=[web.requires("office:order:read")],
    responses=web.problems(web.BadCursor),
)
async def list_all(
    principal: web.Caller, limit: web.Limit = 50, after: web.Cursor = None
) -> web.Page[OfficeOrder]:
    """The orders of all buyers, oldest first."""
    rows = await queries.list_orders(None, after=_behind(after), limit=limit + 1)
    return web.page(rows, limit, lambda row: (row.id,), _office_view)


@get(
    "/orders/{order_id:uuid}",
    operation_id="read_office_order",
    guards=[web.requires("office:order:read")],
    responses=web.problems(rules.OrderUnknown),
)
async def read_one(order_id: FromPath[UUID], principal: web.Caller) -> OfficeOrder:
    """One order."""
    return _office_view(await queries.read_order(order_id))


@get(
    "/orders/{order_id:uuid}/refunds",
    operation_id="list_office_order_refunds",
    guards=[web.requires("office:order:read")],
    responses=web.problems(rules.OrderUnknown),
)
async def list_refunds(order_id: FromPath[UUID], principal: web.Caller) -> list[RefundView]:
    """All refunds of one order, oldest first."""
    order = await queries.read_order(order_id)
    return [_refund_view(refund) for refund in await queries.refunds_of(order.id)]


@post(
    "/orders/{order_id:uuid}/refunds",
    operation_id="refund_office_order",
    guards=[web.requires("office:sale:write")],
    responses=web.problems(
        rules.OrderUnknown, rules.OrderNotPaid, rules.OrderRefundTooLarge, rules.RefundUnderWay
    ),
)
async def refund(
    data: JSONBody[RefundIn], order_id: FromPath[UUID], principal: web.Caller
) -> RefundView:
    """Give a paid order back, whole or in part, through Stripe.

    The answer says `open` until Stripe has confirmed it; a refused one says `failed` and why.
    """
    net = None if data.net is None else Money(data.net.amount_minor, data.net.currency)
    planned = await actions_refund.plan_refund(
        order_id, net, reason=data.reason, now=datetime.now(UTC), actor=principal.actor
    )
    await jobs.send_refund(planned.id, datetime.now(UTC))
    return _refund_view(await queries.read_refund(planned.id))


@get(
    "/order-alarms",
    operation_id="list_office_order_alarms",
    guards=[web.requires("office:order:read")],
    responses=web.problems(web.BadCursor),
)
async def list_alarms(
    principal: web.Caller, limit: web.Limit = 50, after: web.Cursor = None
) -> web.Page[Alarm]:
    """Payments that do not fit their order, oldest first: somebody has to look at each."""
    rows = await queries.list_alarms(after=_behind(after), limit=limit + 1)
    return web.page(rows, limit, lambda row: (row["id"],), _alarm_view)


store = [place, pay, list_mine, read_mine]
office = [list_all, read_one, list_refunds, refund, list_alarms]
