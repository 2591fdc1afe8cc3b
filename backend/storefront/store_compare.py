"""Up to four listings side by side; which ones stands in the address, and nowhere else."""

import re
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from litestar import Request, Response

from backend import catalogue, core
from backend.storefront import store_words
from backend.storefront.account_page import Lang, see
from backend.storefront.page import Public, read, render
from backend.storefront.words import translator

MOST = 4
"""Listings that fit beside each other."""

SUGGESTED = 3
SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,199}", re.ASCII)


def read_chosen(request: Request[Any, Any, Any]) -> list[str]:
    """The addresses of listings that this page's address names, the first ones only."""
    asked = dict.fromkeys(request.query_params.getall("listing", []))
    return [slug for slug in asked if SLUG.fullmatch(slug)][:MOST]


def compare_query(slugs: Sequence[str]) -> str:
    """`listing=a&listing=b`: what the address of a comparison ends in."""
    return urlencode({"listing": list(slugs)}, doseq=True)


@read("/{lang:str}/compare")
async def compare(request: Request[Any, Any, Any], lang: Lang) -> Response[Any]:
    """The listings chosen, each fact in one row; what is no longer sold is left out and said."""
    slugs = read_chosen(request)
    if request.url.query != compare_query(slugs):
        # The form of the catalogue sends its search too, and somebody may choose a fifth.
        return see(f"/{lang}/compare{f'?{compare_query(slugs)}' if slugs else ''}")
    _ = translator(lang)
    cards = await catalogue.cards_at(slugs)
    prices = {card.price for card in cards}
    return render(
        request,
        lang,
        "store/compare.html",
        public=Public(
            path="compare",
            description=_(
                "Put services side by side: price, place of the data, guaranteed availability."
            ),
            indexed=False,
        ),
        cards=cards,
        gone=len(slugs) - len(cards),
        most=MOST,
        names=store_words.facet_values(_, lang),
        lowest=_lowest(cards) if len(prices) > 1 else None,
        suggested=await _suggested(cards) if cards and len(cards) < MOST else [],
        compare_with=[card.slug for card in cards],
        of=compare_query,
    )


def _lowest(cards: Sequence[catalogue.Card]) -> core.Money | None:
    """The lowest price, where all are of one currency."""
    if len({card.price.currency for card in cards}) != 1:
        return None
    return min((card.price for card in cards), key=lambda price: price.amount_minor)


async def _suggested(cards: Sequence[catalogue.Card]) -> list[catalogue.Card]:
    """Others of the same category."""
    category: Any = cards[0].category
    if category is None:
        return []
    shown = {card.slug for card in cards}
    found = await catalogue.find(
        catalogue.Wanted(category=(category,)), size=len(shown) + SUGGESTED
    )
    return [card for card in found.cards if card.slug not in shown][:SUGGESTED]


routes = [compare]
