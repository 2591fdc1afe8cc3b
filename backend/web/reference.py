"""The reference of the API for people, at /api/docs: Scalar, with nothing from elsewhere."""

from pathlib import Path
from typing import Any

import msgspec
from litestar import Request, Response, Router, get
from litestar.openapi.plugins import OpenAPIRenderPlugin

_ASSETS = Path(__file__).parent / "assets"
_SCALAR = "scalar-1.72.1.js"

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; font-src 'self' data:; connect-src 'self'; worker-src 'self' blob:; "
    "frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
)
"""Scalar puts its styles into the page itself; everything else comes from here or not at all."""

_OPTIONS = {
    "url": "/api/openapi.json",
    "withDefaultFonts": False,
    "telemetry": False,
    "agent": {"disabled": True},
    "mcp": {"disabled": True},
    "showDeveloperTools": "never",
    "hideClientButton": True,
    "persistAuth": False,
}

_PAGE = f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Maillage API</title>
<link rel="icon" href="data:,">
<script src="/api/docs/{_SCALAR}" defer></script>
<script src="/api/docs/start.js" defer></script>
</head>
<body><div id="reference"></div></body>
</html>
"""

_START = f"Scalar.createApiReference('#reference', {msgspec.json.encode(_OPTIONS).decode()});\n"


class ReferencePage(OpenAPIRenderPlugin):
    """Scalar's page and its two scripts."""

    def __init__(self) -> None:
        super().__init__(path="/")

    def render(self, request: Request[Any, Any, Any], openapi_schema: dict[str, Any]) -> bytes:
        return _PAGE.encode()

    def receive_router(self, router: Router) -> None:
        router.register(scalar)
        router.register(start)


@get(f"/{_SCALAR}", include_in_schema=False, media_type="text/javascript")
async def scalar() -> Response[bytes]:
    """The vendored bundle, compressed as it lies on the disk (every browser takes gzip)."""
    return Response(
        (_ASSETS / f"{_SCALAR}.gz").read_bytes(),
        media_type="text/javascript",
        headers={
            "content-encoding": "gzip",
            "cache-control": "public, max-age=31536000, immutable",
        },
    )


@get("/start.js", include_in_schema=False, media_type="text/javascript")
async def start() -> str:
    """What a page with a strict policy may not say itself."""
    return _START


def page_policy(path: str) -> str | None:
    """The Content-Security-Policy of the reference page; None for every other path."""
    return _POLICY if path.rstrip("/") == "/api/docs" else None
