"""The shell at every address of the portal and the office, and the built files under /desk."""

import secrets
from collections.abc import Sequence
from typing import Any

from litestar import HttpMethod, Request, Response, route
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from backend import web
from backend.desk.built import Build

SHELL = ["/portal", "/portal/{path:path}", "/office", "/office/{path:path}"]

_POLICY = (
    "default-src 'none'; script-src 'self' 'nonce-{nonce}'; style-src 'self' 'nonce-{nonce}'; "
    "img-src 'self' data:; font-src 'self'; connect-src 'self'; "
    "frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
)

_MISSING = """<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Maillage</title>
<p>The portal and the office have not been built on this machine: <code>make desk</code>.</p>
"""


def routes(build: Build) -> Sequence[HTTPRouteHandler]:
    """The handlers that serve this build."""

    @route(SHELL, http_method=[HttpMethod.GET, HttpMethod.HEAD], include_in_schema=False)
    async def shell() -> Response[str]:
        """The same page for every address: what it shows, it asks of the API."""
        page = build.page()
        if page is None:
            return Response(_MISSING, media_type="text/html", status_code=404)
        nonce = secrets.token_urlsafe(18)
        return Response(
            page.replace("__NONCE__", nonce),
            status_code=200,
            media_type="text/html",
            headers={
                "content-security-policy": _POLICY.format(nonce=nonce),
                "cache-control": "no-cache",
            },
        )

    @route(
        "/desk/assets/{name:str}",
        http_method=[HttpMethod.GET, HttpMethod.HEAD],
        include_in_schema=False,
    )
    async def asset(name: FromPath[str], request: Request[Any, Any, Any]) -> Response[bytes]:
        """One file, for ever the same under its name."""
        found = build.asset(name, request.headers.get("accept-encoding", ""))
        if found is None:
            raise web.NotFound("This file belongs to another build: load the page again.")
        headers = {
            "cache-control": "public, max-age=31536000, immutable",
            "vary": "accept-encoding",
        }
        if found.encoding is not None:
            headers["content-encoding"] = found.encoding
        return Response(found.body, status_code=200, media_type=found.media_type, headers=headers)

    return [shell, asset]
