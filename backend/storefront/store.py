"""The public pages: home, the catalogue with its facets, one listing, one editor."""

import time
from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any
from urllib.parse import urlencode
from uuid import UUID

import msgspec
from litestar import Request, Response
from litestar.params import FromPath, PathParameter

from backend import catalogue, core, identity, sales, web
from backend.storefront import store_words
from backend.storefront.account_page import Lang, clock
from backend.storefront.page import Public, read, render
from backend.storefront.store_compare import MOST, compare_query, read_chosen
from backend.storefront.words import translator

PICKS = 3
SHOWN_AT_HOME = 8
PICKED_FOR_S = 300
"""How long the most chosen ones are remembered."""

FACETS = ("category", "model", "location", "sla")
Slug = Annotated[str, PathParameter(max_length=200, description="as its address has it")]
_ASKED = {field.name: field.type for field in msgspec.structs.fields(catalogue.Wanted)}


def read_wanted(request: Request[Any, Any, Any]) -> catalogue.Wanted:
    """What the address asks for; what it cannot mean is not looked at."""
    asked: dict[str, Any] = {}
    for name in FACETS:
        kept = []
        for value in dict.fromkeys(request.query_params.getall(name, [])):
            try:
                kept += msgspec.convert([value], _ASKED[name], strict=False)
            except msgspec.ValidationError:
                continue
        asked[name] = tuple(kept)
    for name in ("sort", "page"):
        try:
            value = request.query_params.get(name, "")
            asked[name] = msgspec.convert(value, _ASKED[name], strict=False)
        except msgspec.ValidationError:
            continue
    q = request.query_params.get("q", "").replace("\0", " ").strip()[:200]
    return catalogue.Wanted(q=q, **asked)


def query_of(wanted: catalogue.Wanted, **changes: Any) -> str:
    """The address's query for `wanted` with `changes`; the first page unless it says another."""
    values: dict[str, Any] = {
        "q": wanted.q,
        **{name: list(getattr(wanted, name)) for name in FACETS},
        "sort": "" if wanted.sort == "relevance" else wanted.sort,
        **changes,
    }
    if values.get("page") == 1:
        del values["page"]
    text = urlencode({name: value for name, value in values.items() if value}, doseq=True)
    return f"?{text}" if text else "?"


def today() -> date:
    """On the operator's calendar."""
    return clock().astimezone(core.PARIS).date()


@read("/{lang:str}")
async def home(request: Request[Any, Any, Any], lang: Lang) -> Response[Any]:
    """What the store is, a search, the most chosen, the newest."""
    _ = translator(lang)
    newest = await catalogue.find(catalogue.Wanted(sort="newest"), size=SHOWN_AT_HOME)
    return render(
        request,
        lang,
        "store/home.html",
        public=Public(
            path="",
            description=_(
                "Compare the services of our partners and buy in minutes, on one receipt in euros."
            ),
        ),
        found=newest,
        featured=await catalogue.featured_on("home", today()),
        picks=await _picks(request),
        names=store_words.facet_values(_, lang),
    )


@read("/{lang:str}/catalog")
async def catalog(request: Request[Any, Any, Any], lang: Lang) -> Response[Any]:
    """What matches, with facets and counts; everything asked for is in the address."""
    _ = translator(lang)
    wanted = read_wanted(request)
    found = await catalogue.find(wanted)
    compared = await catalogue.cards_at(read_chosen(request))
    kept = [card.slug for card in compared]
    names = store_words.facet_values(_, lang)
    chosen = [
        (name, str(value), names[name][str(value)])
        for name in FACETS
        for value in getattr(wanted, name)
    ]
    base = identity.base_url_of(request)
    listed = {
        "@context": "https://schema.org",
        "@type": "ItemList",
        "itemListElement": [
            {
                "@type": "ListItem",
                "position": (wanted.page - 1) * catalogue.PAGE + place,
                "name": card.name,
                "url": f"{base}/{lang}/listings/{card.slug}",
            }
            for place, card in enumerate(found.cards, 1)
        ],
    }
    pages = max(1, -(-found.total // catalogue.PAGE))
    query = query_of(
        catalogue.Wanted(category=wanted.category[:1], page=wanted.page), page=wanted.page
    )
    return render(
        request,
        lang,
        "store/catalog.html",
        public=Public(
            path=f"catalog{'' if query == '?' else query}",
            description=_(
                "All the software and services of our partners: by category, place of the data and "
                "guaranteed availability, with their price."
            ),
            facts=(listed,),
            indexed=bool(found.cards) and not kept,
        ),
        wanted=wanted,
        found=found,
        names=names,
        titles=store_words.facet_titles(_),
        sorts=store_words.sorts(_),
        chosen=chosen,
        pages=pages,
        query=lambda **changes: query_of(wanted, **{"listing": kept, **changes}),
        without=lambda name, value: query_of(
            wanted,
            listing=kept,
            **{name: [one for one in getattr(wanted, name) if str(one) != value]},
        ),
        compared=compared,
        compare_with=kept,
        compare_full=len(kept) >= MOST,
        of=compare_query,
    )


@read("/{lang:str}/listings/{slug:str}")
async def listing(request: Request[Any, Any, Any], lang: Lang, slug: Slug) -> Response[Any]:
    """One listing, and how to buy it."""
    return await listing_page(request, lang, slug)


async def listing_page(
    request: Request[Any, Any, Any], lang: Lang, slug: str, *, problem: str = "", status: int = 200
) -> Response[Any]:
    """One listing; `problem` says why it could not be bought.

    Raises:
        ListingUnknown: nothing on sale has this address.
    """
    _ = translator(lang)
    card = await catalogue.read_card(slug)
    more = await catalogue.find(catalogue.Wanted(editor=card.editor_slug), size=4)
    names = store_words.facet_values(_, lang)
    summary = card.summary[lang] or _("{name}, by {editor}.").format(
        name=card.name, editor=card.editors
    )
    return render(
        request,
        lang,
        "store/listing.html",
        status=status,
        public=Public(
            path=f"listings/{card.slug}",
            description=summary[:300],
            picture=f"listings/{card.slug}/picture.png",
            facts=(_offer(card, lang, identity.base_url_of(request), summary),),
            kind="product",
        ),
        card=card,
        bundle=await catalogue.read_bundle(card.id),
        names=names,
        key=core.uuid7(),
        may_buy=_may_buy(request.user),
        problem=problem,
        others=[one for one in more.cards if one.slug != card.slug][:3],
    )


@read("/{lang:str}/editors/{slug:str}")
async def editor(request: Request[Any, Any, Any], lang: Lang, slug: Slug) -> Response[Any]:
    """A partner and what it sells."""
    _ = translator(lang)
    found = await catalogue.read_editor(slug)
    sold = await catalogue.find(catalogue.Wanted(editor=slug, sort="name"), size=200)
    told = {
        "@context": "https://schema.org",
        "@type": "Organization",
        "name": found.name,
        "url": f"{identity.base_url_of(request)}/{lang}/editors/{slug}",
    }
    return render(
        request,
        lang,
        "store/editor.html",
        public=Public(
            path=f"editors/{slug}",
            description=_("The services of {editor} in our store.").format(editor=found.name),
            facts=(told,),
        ),
        editor=found,
        found=sold,
        names=store_words.facet_values(_, lang),
    )


@read("/{lang:str}/{rest:path}")
async def nothing(lang: Lang, rest: FromPath[str]) -> Response[Any]:
    """No page has this address.

    Raises:
        NotFound: always.
    """
    raise web.NotFound("No page has this address.")


def _may_buy(principal: web.Principal | None) -> str:
    """`yes`, or what is missing: `sign-in`, `verify`, `organisation`, `role`."""
    if principal is None:
        return "sign-in"
    if principal.organisation_id is None:
        return "organisation"
    if principal.may("store:order:write"):
        return "yes"
    return "role" if principal.verified else "verify"


def _offer(card: catalogue.Card, lang: str, base: str, summary: str) -> Mapping[str, Any]:
    address = f"{base}/{lang}/listings/{card.slug}"
    return {
        "@context": "https://schema.org",
        "@type": "SoftwareApplication",
        "name": card.name,
        "description": summary,
        "applicationCategory": "BusinessApplication",
        "operatingSystem": "Web",
        "url": address,
        "image": f"{address}/picture.png",
        "publisher": {"@type": "Organization", "name": card.editor},
        "offers": {
            "@type": "Offer",
            "price": str(card.price.decimal()),
            "priceCurrency": card.price.currency,
            "availability": "https://schema.org/InStock",
            "url": address,
        },
    }


async def _picks(request: Request[Any, Any, Any]) -> list[catalogue.Card]:
    """The most chosen of this month and the one before; the newest where nothing was sold."""
    memory: dict[str, Any] = request.app.state.setdefault("most_chosen", {})
    if time.monotonic() >= memory.get("until", 0):
        with core.acting_for(None):
            ids: list[UUID] = await sales.most_sold(
                core.Month.of(clock()).previous, limit=4 * PICKS
            )
        memory.update(ids=ids, until=time.monotonic() + PICKED_FOR_S)
    return (await catalogue.cards_of(memory["ids"]))[:PICKS]


routes = [home, catalog, listing, editor, nothing]
