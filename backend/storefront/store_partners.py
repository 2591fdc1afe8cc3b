"""Those who sell here, and how to become one of them."""

from collections.abc import Callable, Sequence
from datetime import datetime
from string import ascii_lowercase
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import msgspec
from babel import Locale
from litestar import Request, Response

from backend import catalogue, identity, sales
from backend.storefront import store_words
from backend.storefront.account_page import Lang, clock
from backend.storefront.page import Public, read, render
from backend.storefront.store import today
from backend.storefront.words import translator

LETTERS = (*ascii_lowercase, "#")
LONGEST_NAME = 200
_ANYBODY = UUID(int=0)
_ASKED = {field.name: field.type for field in msgspec.structs.fields(catalogue.WantedPartners)}


def read_wanted_partners(request: Request[Any, Any, Any]) -> catalogue.WantedPartners:
    """What the address asks for; what it cannot mean is not looked at."""
    asked: dict[str, Any] = {"type": ()}
    for value in dict.fromkeys(request.query_params.getall("type", [])):
        asked["type"] += _meant("type", [value]) or ()
    for name in ("letter", "page"):
        value = _meant(name, request.query_params.get(name, ""))
        if value is not None:
            asked[name] = value
    q = request.query_params.get("q", "").replace("\0", " ").strip()[:LONGEST_NAME]
    return catalogue.WantedPartners(q=q, **asked)


def _meant(name: str, text: Any) -> Any:
    try:
        return msgspec.convert(text, _ASKED[name], strict=False)
    except msgspec.ValidationError:
        return None


def query_of(wanted: catalogue.WantedPartners, **changes: Any) -> str:
    """The address's query for `wanted` with `changes`; the first page unless it says another."""
    values: dict[str, Any] = {
        "q": wanted.q,
        "type": list(wanted.type),
        "letter": wanted.letter,
        **changes,
    }
    if values.get("page") == 1:
        del values["page"]
    text = urlencode({name: value for name, value in values.items() if value}, doseq=True)
    return f"?{text}" if text else ""


@read("/{lang:str}/partners")
async def partners(request: Request[Any, Any, Any], lang: Lang) -> Response[Any]:
    """The directory; what is asked of it stands in its address."""
    _ = translator(lang)
    wanted = read_wanted_partners(request)
    found = await catalogue.find_sellers(wanted)
    territories = Locale(lang).territories
    plain = catalogue.WantedPartners(page=wanted.page)
    return render(
        request,
        lang,
        "store/partners.html",
        public=Public(
            path=f"partners{query_of(plain, page=wanted.page)}",
            description=_(
                "The editors, integrators and resellers whose services are sold here: checked, "
                "by name and by type."
            ),
            facts=(_listed(found, lang, identity.base_url_of(request)),),
            indexed=wanted == plain,
        ),
        wanted=wanted,
        found=found,
        featured=await catalogue.featured_on("directory", today()),
        types=store_words.partner_types(_),
        letters=LETTERS,
        names=store_words.facet_values(_, lang),
        country=lambda code: territories.get(code, code),
        pages=max(1, -(-found.total // catalogue.PARTNERS_SHOWN)),
        query=_changed(wanted),
    )


def _changed(wanted: catalogue.WantedPartners) -> Callable[..., str]:
    return lambda **changes: query_of(wanted, **changes)


def _listed(found: catalogue.Sellers, lang: str, base: str) -> dict[str, Any]:
    return {
        "@context": "https://schema.org",
        "@type": "ItemList",
        "itemListElement": [
            {
                "@type": "ListItem",
                "position": place,
                "name": one.name,
                "url": f"{base}/{lang}/editors/{one.slug}",
            }
            for place, one in enumerate(found.sellers, 1)
        ],
    }


def _rates(
    rules: Sequence[sales.ShareRule], channel: str, brought_by: str, now: datetime
) -> sales.Rates | None:
    """What anybody without a rule of its own gets of such a sale now."""
    speaking = [one for one in rules if one.matches(_ANYBODY, channel, brought_by, now)]
    return max(speaking, key=sales.ShareRule.precedence).rates if speaking else None


@read("/{lang:str}/sell")
async def sell(request: Request[Any, Any, Any], lang: Lang) -> Response[Any]:
    """Why and how to sell here, and what of each sale is kept for it."""
    _ = translator(lang)
    rules, now = await sales.list_share_rules(), clock()
    return render(
        request,
        lang,
        "store/sell.html",
        usual=_rates(rules, "marketplace", "operator", now),
        brought=_rates(rules, "vai", "partner", now),
        public=Public(
            path="sell",
            description=_(
                "Sell your software and services to the customers of the cloud: what you keep, "
                "when you are paid, how to begin."
            ),
        ),
    )


routes = [partners, sell]
