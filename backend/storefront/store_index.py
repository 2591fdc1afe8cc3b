"""The way in, and what machines read: the language, sitemap, robots, pictures of link previews."""

import asyncio
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from typing import Any
from xml.sax.saxutils import escape

from litestar import Request, Response

from backend import catalogue, identity
from backend.storefront.account_page import Lang
from backend.storefront.page import read
from backend.storefront.picture import MEDIA_TYPE, draw
from backend.storefront.store import Slug
from backend.storefront.words import money, translator

MOST_ADDRESSES = 20_000
"""A sitemap holds 50,000 addresses; each of ours stands there in two languages."""

PICTURE_KEPT = "public, max-age=86400"
LISTING_KEPT = "public, max-age=300"
"""Its price and who may see it change: no cache between us shows the old ones for long."""
CLOSED = ("/api/", "/portal", "/office", "/*/account", "/*/purchases", "/*/cart",
          "/*/subscriptions", "/*/invoices", "/*/compare?", "/*/sign-in", "/*/sign-up",
          "/*/mails")  # fmt: skip


def preferred(accepted: str) -> str:
    """The first of our languages that the browser would read, else English."""
    weighed: list[tuple[Decimal, int, str]] = []
    for place, part in enumerate(accepted.lower().split(",")[:20]):
        tag, _, weight = part.strip().partition(";q=")
        try:
            weighed.append((-Decimal(weight or 1).min(1), place, tag[:2]))
        except InvalidOperation:
            continue
    return next((tag for _, _, tag in sorted(weighed) if tag in ("fr", "en")), "en")


@read("/")
async def entrance(request: Request[Any, Any, Any]) -> Response[None]:
    """On to the home page in the reader's language."""
    lang = request.cookies.get("language")
    if lang not in ("fr", "en"):
        lang = preferred(request.headers.get("accept-language", ""))
    headers = {"location": f"/{lang}", "vary": "accept-language, cookie"}
    return Response(None, status_code=302, headers=headers)


@read("/robots.txt")
async def robots(request: Request[Any, Any, Any]) -> Response[str]:
    """What is to be read by machines."""
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in CLOSED)]
    lines += ["", f"Sitemap: {identity.base_url_of(request)}/sitemap.xml", ""]
    return Response("\n".join(lines), media_type="text/plain")


@read("/sitemap.xml")
async def sitemap(request: Request[Any, Any, Any]) -> Response[str]:
    """Every public page, in both languages."""
    shelf = await catalogue.addresses(MOST_ADDRESSES)
    pages = [
        "",
        "/catalog",
        "/partners",
        "/sell",
        "/featured",
        "/technical-programme",
        "/open-source",
    ]
    pages += [f"/listings/{listing}" for listing, _ in shelf]
    pages += dict.fromkeys(f"/editors/{editor}" for _, editor in shelf)
    text = _sitemap(identity.base_url_of(request), pages)
    return Response(text, media_type="application/xml")


def _sitemap(base: str, pages: Sequence[str]) -> str:
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
        'xmlns:xhtml="http://www.w3.org/1999/xhtml">',
    ]
    for page in pages:
        of = {lang: escape(f"{base}/{lang}{page}") for lang in ("fr", "en")}
        others = "".join(
            f'<xhtml:link rel="alternate" hreflang="{tag}" href="{of[lang]}"/>'
            for tag, lang in (("fr", "fr"), ("en", "en"), ("x-default", "en"))
        )
        lines += [f"<url><loc>{of[lang]}</loc>{others}</url>" for lang in ("fr", "en")]
    return "\n".join([*lines, "</urlset>", ""])


@read("/{lang:str}/picture.png")
async def picture(request: Request[Any, Any, Any], lang: Lang) -> Response[bytes]:
    """The picture of the store."""
    _ = translator(lang)
    return await _drawn(
        _("The software your teams need, on the cloud you already trust"),
        _("The services of our partners, compared and bought in one place."),
        "",
        200,
    )


@read("/{lang:str}/listings/{slug:str}/picture.png")
async def picture_of(request: Request[Any, Any, Any], lang: Lang, slug: Slug) -> Response[bytes]:
    """The picture of one listing."""
    card = await catalogue.read_card(slug)
    _ = translator(lang)
    price = _("{price} excl. VAT").format(price=money(card.price, lang))
    foot = f"{card.editors} · {price}"
    # A cache between us would show to everybody what is offered to some segments.
    kept = "private, no-store" if card.segments else LISTING_KEPT
    return await _drawn(card.name, card.summary[lang], foot, card.slug, kept)


async def _drawn(
    title: str, line: str, foot: str, colour: str | int, kept: str = PICTURE_KEPT
) -> Response[bytes]:
    body = await asyncio.to_thread(draw, title, line, foot, colour)
    headers = {"cache-control": kept, "cross-origin-resource-policy": "cross-origin"}
    return Response(body, media_type=MEDIA_TYPE, headers=headers)


anybody = [entrance, robots, sitemap]
"""The same for whoever asks: nobody has to be found out."""

routes = [picture, picture_of]
