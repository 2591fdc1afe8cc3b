"""A page is made of its template, the reader's language, and who is signed in."""

import json
import zlib
from collections.abc import Callable, Mapping, Sequence
from functools import cache, partial
from pathlib import Path
from typing import Any, Literal

import jinja2
from litestar import HttpMethod, Request, Response, route
from markupsafe import Markup
from msgspec import Struct

from backend import identity, mail, web
from backend.storefront import words
from backend.storefront.assets import asset_path, hash_of, inlined
from backend.storefront.packing import pack, packing_for
from backend.storefront.words import moment, translator

FOLDER = Path(__file__).resolve().parents[2] / "frontend" / "storefront" / "templates"

INLINED = {
    "script-src": ["theme.js", "later.js"],
    "style-src": ["tokens.css", "frame.css", "store.css"],
}
LEAST_PACKED = 1_000

read = partial(route, http_method=[HttpMethod.GET, HttpMethod.HEAD], include_in_schema=False)
"""A handler of a public page: what checks links asks for the head alone."""


class Public(Struct, frozen=True, kw_only=True):
    """What search engines and link previews are told; `path` is the address without language."""

    path: str
    description: str
    picture: str = "picture.png"
    facts: Sequence[Mapping[str, Any]] = ()
    indexed: bool = True
    kind: str = "website"


@cache
def policy() -> str:
    inline = {name: " ".join(map(hash_of, files)) for name, files in INLINED.items()}
    return (
        f"default-src 'none'; script-src 'self' {inline['script-src']}; "
        f"style-src 'self' {inline['style-src']}; img-src 'self' data:; "
        "font-src 'self'; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; "
        "base-uri 'none'"
    )


def as_script(facts: Any) -> Markup:
    """JSON that ends no script and opens no comment, whatever a partner wrote into it."""
    text = json.dumps(facts, ensure_ascii=False, default=str)
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return Markup(text)  # noqa: S704  (escaped above)


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
    public: Public | None = None,
    **facts: Any,
) -> Response[Any]:
    """The page. One that is not `public` is kept by nobody: it is of whoever is signed in."""
    principal: web.Principal | None = request.scope.get("user")
    other = "en" if lang == "fr" else "fr"
    query = request.url.query
    text = (
        environment()
        .get_template(template)
        .render(
            _=translator(lang),
            _p=lambda one, many, count: plural(translator(lang), one, many, count, lang),
            as_script=as_script,
            asset=asset_path,
            base_url=identity.base_url_of(request),
            day=lambda value: words.day(value, lang),
            glyph=glyph,
            hue=hue,
            inlined=inlined,
            lang=lang,
            moment=lambda value: moment(value, lang),
            money=lambda value: words.money(value, lang),
            path=request.url.path,
            percent=lambda value: words.percent(value, lang),
            public=public,
            operator=mail.OPERATOR,
            other_language=f"/{other}{request.url.path[3:]}{f'?{query}' if query else ''}",
            principal=principal,
            **facts,
        )
    )
    headers = {
        "content-security-policy": policy(),
        "cache-control": "private, no-cache" if public else "no-store",
        "referrer-policy": "strict-origin-when-cross-origin" if public else "no-referrer",
        "vary": "accept-encoding, cookie, hx-request",
    }
    body = text.encode()
    packing = packing_for(request.headers.get("accept-encoding", ""))
    # How well a secret packs beside what a stranger put into the address would tell it (BREACH).
    # A public page holds none: forms are guarded by where they come from, not by a token in them.
    if public is not None and packing and len(body) > LEAST_PACKED:
        headers["content-encoding"], body = packing, pack(body, packing)
    return Response(body, status_code=status, media_type="text/html", headers=headers)


def plural(
    translate: Callable[[str], str], one: str, many: str, count: int, lang: Literal["fr", "en"]
) -> str:
    """`18 services`; in French nothing is singular."""
    single = count == 1 or (count == 0 and lang == "fr")
    return translate(one if single else many).format(count=words.whole(count, lang))


def hue(slug: str) -> int:
    """The colour of a listing without a logo: always the same one."""
    return zlib.crc32(slug.encode()) % 360


def glyph(slug: str) -> str:
    return GLYPHS[zlib.crc32(slug[::-1].encode()) % len(GLYPHS)]


GLYPHS = (
    "M12 4l7 3.5v5c0 4-3 6.8-7 8-4-1.2-7-4-7-8v-5z",
    "M5 8c0-2 3-3.5 7-3.5S19 6 19 8s-3 3.5-7 3.5S5 10 5 8zm0 0v8c0 2 3 3.5 7 3.5s7-1.5 7-3.5V8"
    "M5 12c0 2 3 3.5 7 3.5s7-1.5 7-3.5",
    "M4 15l4-5 4 3 4-7 4 6M4 20h16",
    "M12 4v16M4 12h16M6.5 6.5l11 11M17.5 6.5l-11 11",
    "M7 5h10v6l-5 3-5-3zM7 14v5h10v-5",
    "M8 8l-4 4 4 4M16 8l4 4-4 4M14 5l-4 14",
    "M12 4a8 8 0 100 16 8 8 0 000-16zm0 0c3 3 3 13 0 16m0-16c-3 3-3 13 0 16M4 12h16",
    "M6 4h8l4 4v12H6zM9 12h6M9 16h6",
)
