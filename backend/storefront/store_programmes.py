"""Pages that say how programmes work: who is featured and why, what a technical partner has."""

from typing import Any

from litestar import Request, Response

from backend import catalogue, partners
from backend.storefront import store_words
from backend.storefront.account_page import Lang
from backend.storefront.page import Public, read, render
from backend.storefront.store import today
from backend.storefront.words import translator

MOST_PUBLISHED = 200
"""Contributions shown, the latest first."""


@read("/{lang:str}/featured")
async def featured(request: Request[Any, Any, Any], lang: Lang) -> Response[Any]:
    """By which criteria places are given, and who stands in them today (seed row R-10)."""
    _ = translator(lang)
    day = today()
    found = [
        *await catalogue.featured_on("home", day),
        *await catalogue.featured_on("directory", day),
    ]
    return render(
        request,
        lang,
        "store/featured.html",
        public=Public(
            path="featured",
            description=_("How featured places are given: the criteria, and who has one today."),
        ),
        featured=found,
        criteria=store_words.featured_criteria(_),
        names=store_words.facet_values(_, lang),
    )


@read("/{lang:str}/technical-programme")
async def technical_programme(request: Request[Any, Any, Any], lang: Lang) -> Response[Any]:
    """The sandbox, and the kit to move customers over (seed row R-08)."""
    _ = translator(lang)
    return render(
        request,
        lang,
        "store/technical.html",
        public=Public(
            path="technical-programme",
            description=_(
                "A verified integration, a sandbox to try it in, and a kit to move customers over."
            ),
        ),
    )


@read("/{lang:str}/open-source")
async def open_source(request: Request[Any, Any, Any], lang: Lang) -> Response[Any]:
    """What the operator gave to open-source communities, and where the results are (R-12)."""
    _ = translator(lang)
    levels = {each.code: getattr(each, f"name_{lang}") for each in await partners.involvements()}
    return render(
        request,
        lang,
        "store/open_source.html",
        public=Public(
            path="open-source",
            description=_("What we give to open-source communities, and where the results are."),
        ),
        contributions=await partners.published_contributions(MOST_PUBLISHED),
        levels=levels,
    )


routes = [featured, technical_programme, open_source]
