"""Buying: an order is placed, paid on the hosted page, and shown with its receipt and refunds."""

from typing import Annotated, Any
from urllib.parse import quote
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.params import PathParameter, QueryParameter

from backend import catalogue, core, identity, orders, web
from backend.storefront import store_words
from backend.storefront.account_forms import read_form
from backend.storefront.account_page import Lang, clock, see
from backend.storefront.page import render
from backend.storefront.store import Slug, listing_page
from backend.storefront.words import translator

PAGE = 20
MOST_LOOKS = 60
"""Times that a page waits for the word of the payment, two seconds each."""

Key = Annotated[UUID, PathParameter(description="the order")]
After = Annotated[UUID | None, QueryParameter(description="the last order of the page before")]
Back = Annotated[str, QueryParameter(max_length=20, description="from where the buyer comes")]
Looks = Annotated[int, QueryParameter(ge=0, le=1000, description="how often it was looked")]
UNPAID = ("placed", "checkout_open")
UNDER_WAY = ("processing", "paid")
"""What Stripe says of a payment that the buyer has made and the webhook has not told yet."""


def buyer(request: Request[Any, Any, Any], scope: str) -> web.Principal | None:
    """Who buys or bought; None has to sign in first.

    Raises:
        NotAllowed: the operator's own people and those without the right.
    """
    principal: web.Principal | None = request.user
    if principal is None:
        return None
    if principal.organisation_id is None or not principal.may(scope):
        raise web.NotAllowed(f"This needs the scope {scope}.", scope=scope)
    return principal


def to_sign_in(request: Request[Any, Any, Any], lang: str, path: str) -> Response[Any]:
    return see(f"/{lang}/sign-in", next_page=path)


@post("/{lang:str}/listings/{slug:str}/buy", include_in_schema=False)
async def buy(request: Request[Any, Any, Any], lang: Lang, slug: Slug) -> Response[Any]:
    """An order, and on to the page on which it is paid."""
    principal = buyer(request, "store:order:write")
    if principal is None:
        return to_sign_in(request, lang, f"/{lang}/listings/{quote(slug)}")
    form = await read_form(request, {"key": UUID}, translator(lang))
    try:
        order = await orders.place_order(
            organisation_id=principal.organisation,
            person_id=UUID(principal.id) if principal.kind == "person" else None,
            slug=slug,
            request_key=None if form.errors else f"page:{form.values['key']}",
            now=clock(),
            actor=principal.actor,
        )
    except catalogue.ListingUnknown:
        raise
    except core.Problem as problem:
        words = store_words.refusal(problem.code, translator(lang))
        return await listing_page(request, lang, slug, problem=words, status=problem.status)
    return see(f"/{lang}/purchases/{order.id}/pay")


@get("/{lang:str}/purchases/{order_id:uuid}/pay", include_in_schema=False)
async def pay(request: Request[Any, Any, Any], lang: Lang, order_id: Key) -> Response[Any]:
    """On to the hosted page; a form may not lead there itself, its policy keeps it here."""
    principal = buyer(request, "store:order:write")
    if principal is None:
        return to_sign_in(request, lang, f"/{lang}/purchases/{order_id}")
    order = await orders.read_order(order_id, organisation_id=principal.organisation)
    if order.state not in UNPAID:
        return see(f"/{lang}/purchases/{order_id}")
    if await orders.course_of(order) in UNDER_WAY:  # Its page would say no more than that it ended.
        return see(f"/{lang}/purchases/{order_id}?back=paid")
    try:
        there = await orders.open_page(
            order, base_url=identity.base_url_of(request), now=clock(), language=lang
        )
    except core.Problem as problem:
        words = store_words.refusal(problem.code, translator(lang))
        return await _order_page(request, lang, principal, order_id, problem=words)
    return render(request, lang, "store/pay.html", there=there, order=order)


@get("/{lang:str}/purchases", include_in_schema=False)
async def purchases(
    request: Request[Any, Any, Any], lang: Lang, after: After = None
) -> Response[Any]:
    """What the organisation bought, the latest first."""
    principal = buyer(request, "store:order:read")
    if principal is None:
        return to_sign_in(request, lang, f"/{lang}/purchases")
    found = await orders.list_orders(
        principal.organisation, after=after, limit=PAGE + 1, newest_first=True
    )
    return render(
        request,
        lang,
        "store/purchases.html",
        orders=[(one, orders.price_of(one)) for one in found[:PAGE]],
        following=found[PAGE - 1].id if len(found) > PAGE else None,
        states=store_words.order_states(translator(lang)),
        at_bank=store_words.under_way(True, translator(lang)),
        first=after is None,
    )


@get("/{lang:str}/purchases/{order_id:uuid}", include_in_schema=False)
async def purchase(
    request: Request[Any, Any, Any],
    lang: Lang,
    order_id: Key,
    back: Back = "",
    looks: Looks = 0,
) -> Response[Any]:
    """One order; who comes back from paying sees it change by itself, with and without scripts."""
    principal = buyer(request, "store:order:read")
    if principal is None:
        return to_sign_in(request, lang, f"/{lang}/purchases/{order_id}")
    return await _order_page(request, lang, principal, order_id, back=back, looks=looks)


async def _order_page(
    request: Request[Any, Any, Any],
    lang: Lang,
    principal: web.Principal,
    order_id: UUID,
    *,
    back: str = "",
    looks: int = 0,
    problem: str = "",
) -> Response[Any]:
    """Raises: OrderUnknown."""
    order = await orders.read_order(order_id, organisation_id=principal.organisation)
    at_bank, confirming = await _course(order, back)
    waits = confirming and looks < MOST_LOOKS
    shelf = await catalogue.cards_of([order.listing_id])
    _ = translator(lang)
    return render(
        request,
        lang,
        "store/purchase.html",
        order=order,
        price=orders.price_of(order),
        parts=await orders.read_parts(order.id),
        part_net=lambda part: core.Money(part.net_minor, order.currency),
        contact=await orders.contact_address(order),
        card=shelf[0] if shelf else None,
        refunds=[
            (one, core.Money(one.gross_minor, one.currency))
            for one in await orders.refunds_of(order.id)
        ],
        states=store_words.order_states(_) | store_words.under_way(at_bank or confirming, _),
        refund_states=store_words.refund_states(_),
        ahead=lambda moment: store_words.ahead(moment, clock(), _),
        unpaid=order.state in UNPAID and not (at_bank or confirming),
        at_bank=at_bank,
        confirming=confirming,
        thanks=back == "paid" and order.state == "paid",
        looks_again=f"?back=paid&looks={looks + 1}" if waits else "",
        problem=problem,
    )


async def _course(order: orders.Order, back: str) -> tuple[bool, bool]:
    """Whether the buyer's bank has the payment in hand, else whether its word is awaited."""
    if order.state not in UNPAID:
        return False, False
    if order.under_way_at is not None:
        return True, False
    if back == "paid":
        return False, True
    course = await orders.course_of(order)
    return course == "processing", course == "paid"


routes = [buy, pay, purchases, purchase]
