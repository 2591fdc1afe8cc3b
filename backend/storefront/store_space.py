"""Places of the buyer's space that open later: each says what will be there, and what to do now."""

from typing import Any

from litestar import Request, Response

from backend.storefront.account_page import Lang
from backend.storefront.page import read, render


@read("/{lang:str}/cart")
async def cart(request: Request[Any, Any, Any], lang: Lang) -> Response[Any]:
    """One service is bought at a time."""
    return render(request, lang, "store/later.html", place="cart")


@read("/{lang:str}/subscriptions")
async def subscriptions(request: Request[Any, Any, Any], lang: Lang) -> Response[Any]:
    """Every price is paid once."""
    return render(request, lang, "store/later.html", place="subscriptions")


@read("/{lang:str}/invoices")
async def invoices(request: Request[Any, Any, Any], lang: Lang) -> Response[Any]:
    """What was paid stands with each purchase."""
    return render(request, lang, "store/later.html", place="invoices")


routes = [cart, subscriptions, invoices]
