"""Finds out who asks, before any route runs, and tells PostgreSQL whose rows it may show."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from litestar import Request
from litestar.enums import ScopeType
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, Receive, Scope, Send

from backend import core
from backend.identity.queries import key_principal, session_principal
from backend.identity.rules import CrossSite
from backend.web import Principal

_READS = {"GET", "HEAD", "OPTIONS"}


def cookie_name(*, https: bool) -> str:
    """With the prefix a browser keeps the cookie to this host, this path and HTTPS."""
    return "__Host-maillage" if https else "maillage"


def cookie_of(request: Request[Any, Any, Any], *, https: bool) -> str | None:
    """The session's token that the browser sent, if any."""
    return request.cookies.get(cookie_name(https=https)) or None


class Identity(ASGIMiddleware):
    """`request.user` is a `web.Principal` or None, and row-level security is told of it.

    The session's cookie or `Authorization: Bearer mk_test_...`; an unknown or ended session is
    nobody, an unknown key is refused. The handler runs inside `core.acting_for(...)`: a partner's
    request can read that organisation's rows only, the operator's all of them.

    Raises:
        KeyRefused: the key is not valid.
        CrossSite: a browser sends the cookie along from another site.
    """

    scopes = (ScopeType.HTTP,)

    def __init__(self, base_url: str, clock: Callable[[], datetime] | None = None) -> None:
        self.origin = base_url.rstrip("/")
        self.https = base_url.startswith("https://")
        self.clock = clock or (lambda: datetime.now(UTC))

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        request: Request[Any, Any, Any] = Request(scope)
        principal = await self._find(request)
        scope["user"] = scope["auth"] = principal
        if principal is None:
            await next_app(scope, receive, send)
            return
        with core.acting_for(principal.organisation_id):
            await next_app(scope, receive, send)

    async def _find(self, request: Request[Any, Any, Any]) -> Principal | None:
        kind, _, key = request.headers.get("authorization", "").partition(" ")
        if kind.lower() == "bearer":
            return await key_principal(key.strip(), self.clock())
        token = cookie_of(request, https=self.https)
        if request.method not in _READS:
            self._refuse_other_sites(request, with_cookie=token is not None)
        return None if token is None else await session_principal(token, self.clock())

    def _refuse_other_sites(self, request: Request[Any, Any, Any], *, with_cookie: bool) -> None:
        """Browsers say where a request comes from; a program without cookies need not."""
        site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
        if site is not None:
            ours = site == "same-origin"
        elif origin is not None:
            ours = origin == self.origin
        else:
            ours = not with_cookie
        if not ours:
            raise CrossSite(f"Send it from {self.origin}, or use an API key.")
