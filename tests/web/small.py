"""A small app on `backend.web` alone, for the tests of what every route shares."""

from typing import Any, cast

import httpx
from litestar import Litestar
from litestar.enums import ScopeType
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, Middleware, Receive, Scope, Send

from backend import web


class Named(ASGIMiddleware):
    """In place of identity: the caller is whoever the header `x-caller` names."""

    scopes = (ScopeType.HTTP,)

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        names = [value.decode() for name, value in scope["headers"] if name == b"x-caller"]
        scope["user"] = (
            web.Principal(
                kind="person", id=names[0], organisation_id=None, scopes=frozenset({"store:a:read"})
            )
            if names
            else None
        )
        await next_app(scope, receive, send)


def build(*routes: Any, audience: web.Audience = "store") -> Litestar:
    middleware: list[Middleware] = [Named(), web.Idempotency()]
    return Litestar(
        [web.mount(audience, routes, middleware)],
        middleware=[web.PlainAddress()],
        exception_handlers=web.ANSWERS,
        request_class=web.StrictRequest,
        request_max_body_size=web.BODY_BYTES,
        before_send=[web.security_headers(https=True)],
        openapi_config=web.document_config(web.ReferencePage(), version="1"),
        plugins=[web.ClosedStructs()],
        logging_config=None,
    )


def client(app: Litestar) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(cast(Any, app), raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url="http://test")
