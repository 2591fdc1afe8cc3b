"""Headers that every answer carries, whatever made it."""

from litestar.datastructures import MutableScopeHeaders
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
        for name, value in always.items():
            headers.setdefault(name, value)
        headers.setdefault("content-security-policy", page_policy(scope["path"]) or NOTHING)
        if scope["path"].startswith("/api/"):
            headers.setdefault("cache-control", "no-store")

    return add
