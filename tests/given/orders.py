"""Orders to test with, and a buyer who pays them on the sandbox's page."""

from datetime import datetime
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import httpx

from backend import orders
from backend.catalogue import Listing
from backend.orders import Order
from tests.given.catalogue import listing
from tests.given.partners import NOW, SYSTEM, buyer, partner

BASE_URL = "http://127.0.0.1:8010"


async def slug_of(listing_id: UUID) -> str:
    found = await Listing.objects().get(Listing.id == listing_id)
    assert found is not None
    return found.slug


async def order(
    *, editor: UUID | None = None, of: UUID | None = None, price_minor: int = 100_00,
    at: datetime = NOW, **facts: Any
) -> Order:  # fmt: skip
    """An order placed `at` a moment, by a new buyer `of` it not named, of a new listing of
    `editor`. Who then asks over HTTP passes the clock's moment: an order is given up after a day.
    """
    listing_id = await listing(editor or await partner(), price_minor)
    return await orders.place_order(
        organisation_id=of or await buyer(),
        person_id=None,
        slug=await slug_of(listing_id),
        now=at,
        actor=SYSTEM,
        **facts,
    )


async def opened(order: Order) -> Order:
    """The order with its hosted page made; `stripe` has to be open."""
    await orders.open_page(order, base_url=BASE_URL, now=NOW)
    return await orders.read_order(order.id)


async def pay_on_page(
    stripe: Any, url: str, method: str = "pm_card_visa", action: str = "pay"
) -> httpx.Response:
    """What the buyer clicks on the page that the sandbox (an ASGI app) serves at `url`."""
    transport = httpx.ASGITransport(stripe)
    async with httpx.AsyncClient(transport=transport, base_url="http://stripe.test") as browser:
        form = {"action": action, "method": method, "email": "buyer@example.org"}
        return await browser.post(urlsplit(url).path, data=form)
