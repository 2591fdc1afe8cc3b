"""A page is made of its template, the reader's language, and who is signed in."""

from functools import cache
from pathlib import Path
from typing import Any, Literal

import jinja2
from litestar import Request, Response

from backend import mail, web
from backend.storefront.assets import asset_path
from backend.storefront.words import moment, translator

FOLDER = Path(__file__).resolve().parents[2] / "frontend" / "storefront" / "templates"

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; "
    "base-uri 'none'"
)


@cache
def environment() -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def render(
    request: Request[Any, Any, Any],
    lang: Literal["fr", "en"],
    template: str,
    *,
    status: int = 200,
    **facts: Any,
) -> Response[str]:
    """The page, kept by nobody: it is of whoever is signed in."""
    principal: web.Principal | None = request.scope.get("user")
    other = "en" if lang == "fr" else "fr"
    query = request.url.query
    text = (
        environment()
        .get_template(template)
        .render(
            _=translator(lang),
            asset=asset_path,
            lang=lang,
            moment=lambda value: moment(value, lang),
            operator=mail.OPERATOR,
            other_language=f"/{other}{request.url.path[3:]}{f'?{query}' if query else ''}",
            principal=principal,
            **facts,
        )
    )
    return Response(
        text,
        status_code=status,
        media_type="text/html",
        headers={
            "content-security-policy": POLICY,
            "cache-control": "no-store",
            "referrer-policy": "no-referrer",
        },
    )
