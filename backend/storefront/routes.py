"""Where the store's pages and files are, and what they show when something is refused."""

import re
from collections.abc import Sequence
from typing import Any, Literal, cast

from litestar import HttpMethod, Request, Response, Router, route
from litestar.exceptions import HTTPException
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath
from litestar.types import ExceptionHandlersMap, Middleware

from backend import catalogue, core, web
from backend.storefront import (
    account,
    account_security,
    account_sign_in,
    account_verify,
    store,
    store_compare,
    store_index,
    store_order,
    store_partners,
    store_programmes,
    store_space,
)
from backend.storefront.assets import assets, release
from backend.storefront.packing import packing_for
from backend.storefront.page import render

PAGES: Sequence[HTTPRouteHandler] = [
    *account.routes,
    *account_sign_in.routes,
    *account_verify.routes,
    *account_security.routes,
    *store_index.routes,
    *store_order.routes,
    *store_compare.routes,
    *store_partners.routes,
    *store_programmes.routes,
    *store_space.routes,
    *store.routes,
]

FOR_EVER = "public, max-age=31536000, immutable"
SERVER_FAULT = 500
_OF_STORE = re.compile(r"/(fr|en)(/|$)")


def routes(middleware: Sequence[Middleware]) -> list[Router | HTTPRouteHandler]:
    """For `build_app`; behind `middleware`, which finds out who asks."""
    pages = Router(
        "/",
        route_handlers=list(PAGES),
        middleware=list(middleware),
        exception_handlers=REFUSALS,
        include_in_schema=False,
    )
    return [pages, asset, *store_index.anybody]


@route(
    "/store/assets/{of_release:str}/{name:path}",
    http_method=[HttpMethod.GET, HttpMethod.HEAD],
    include_in_schema=False,
)
async def asset(
    of_release: FromPath[str], name: FromPath[str], request: Request[Any, Any, Any]
) -> Response[bytes]:
    """One file, for ever the same under its address."""
    found = assets().get(name.lstrip("/"))
    if found is None or of_release != release():
        raise web.NotFound("This file belongs to another release: load the page again.")
    headers = {"cache-control": FOR_EVER, "vary": "accept-encoding"}
    body = found.body
    packing = packing_for(request.headers.get("accept-encoding", ""))
    if packing in found.packed:
        headers["content-encoding"], body = packing, found.packed[packing]
    return Response(body, status_code=200, media_type=found.media_type, headers=headers)


def on_problem(request: Request[Any, Any, Any], problem: core.Problem) -> Response[Any]:
    """A page that says so, in the language of the address; none has an address that cannot be."""
    bad_address = request.method in ("GET", "HEAD") and problem.status == web.BadRequest.status
    gone = isinstance(problem, catalogue.NoLongerSold)
    return _refusal(request, 404 if bad_address else problem.status, gone=gone)


def on_http(request: Request[Any, Any, Any], failure: HTTPException) -> Response[Any]:
    status = failure.status_code
    if status >= SERVER_FAULT:
        return _refusal(request, status)
    return _refusal(request, 404 if status == web.BadRequest.status else status)


def on_failure(request: Request[Any, Any, Any], failure: Exception) -> Response[Any]:
    """The API's own handler logs it and knows its status; the reader gets a page."""
    kinds = [kind for kind in type(failure).__mro__ if kind in web.ANSWERS]
    told = web.ANSWERS[kinds[0]](request, failure)
    page = _refusal(request, told.status_code or SERVER_FAULT)
    if "Retry-After" in told.headers:
        page.headers["Retry-After"] = told.headers["Retry-After"]
    return page


def answers() -> ExceptionHandlersMap:
    """For the whole app: what is refused before a route of the store is found is a page too."""
    return {kind: _page_or(answer) for kind, answer in web.ANSWERS.items()}


def _page_or(answer: Any) -> Any:
    def told(request: Request[Any, Any, Any], failure: Exception) -> Response[Any]:
        if not _OF_STORE.match(request.url.path):
            return cast(Response[Any], answer(request, failure))
        if isinstance(failure, core.Problem):
            return on_problem(request, failure)
        if isinstance(failure, HTTPException):
            return on_http(request, failure)
        return on_failure(request, failure)

    return told


def _refusal(request: Request[Any, Any, Any], status: int, *, gone: bool = False) -> Response[Any]:
    lang: Literal["fr", "en"] = "fr" if request.url.path.startswith("/fr") else "en"
    return render(request, lang, "refusal.html", status=status, code=status, gone=gone)


REFUSALS: ExceptionHandlersMap = {
    core.Problem: on_problem,
    HTTPException: on_http,
    Exception: on_failure,
}
