"""Headers that every answer carries, whatever made it."""

from functools import cache

from litestar import Litestar
from litestar.datastructures import MutableScopeHeaders
from litestar.enums import ScopeType
from litestar.routes import HTTPRoute
from litestar.types import BeforeMessageSendHookHandler, Message, Scope

from backend.web.reference import page_policy

_ALWAYS = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "strict-origin-when-cross-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=()",
}

NOTHING = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
"""For JSON: opened as a page it may load and do nothing."""


def security_headers(*, https: bool) -> BeforeMessageSendHookHandler:
    """For `Litestar(before_send=[...])`: also refusals of unknown addresses are covered.

    A handler that sets one of them itself (a page with its own Content-Security-Policy) wins.
    """
    always = dict(_ALWAYS)
    if https:
        always["strict-transport-security"] = "max-age=31536000"

    async def add(message: Message, scope: Scope) -> None:
        if message["type"] != "http.response.start":
            return
        headers = MutableScopeHeaders.from_message(message)
        if scope["type"] == ScopeType.HTTP and scope["method"] == "OPTIONS" and "allow" in headers:
            headers["allow"] = _methods(scope["litestar_app"], scope["path_template"])
        for name, value in always.items():
            headers.setdefault(name, value)
        headers.setdefault("content-security-policy", page_policy(scope["path"]) or NOTHING)
        if scope["path"].startswith("/api/"):
            headers.setdefault("cache-control", "no-store")

    return add


@cache
def _methods(app: Litestar, path_template: str) -> str:
    """Litestar's own answer to OPTIONS knows only the handler that was registered first."""
    found = {
        method
        for route in app.routes
        if isinstance(route, HTTPRoute) and (route.path_format or "/") == path_template
        for method in route.methods
    }
    return ", ".join(sorted(found))
