"""What was withdrawn: its page says so, and who bought it keeps the purchase."""

from typing import Any

import pytest

from backend import orders
from tests import clients, given
from tests.catalogue.test_review import on_sale, withdraw
from tests.given.orders import slug_of


@pytest.mark.parametrize(
    ("lang", "words"), [("fr", "n’est plus en vente"), ("en", "is no longer sold")]
)
async def test_the_page_of_what_is_withdrawn_says_that_it_is_no_longer_sold(
    db: None, lang: str, words: str
) -> None:
    listing = await on_sale()
    path = f"/{lang}/listings/{await slug_of(listing)}"
    async with clients.visitor() as anybody:
        assert (await anybody.get(path)).status_code == 200
        await withdraw(listing)
        gone = await anybody.get(path)
        never = await anybody.get(f"/{lang}/listings/nothing")
    assert gone.status_code == never.status_code == 404
    assert words in gone.text and words not in never.text


async def test_who_bought_it_keeps_the_purchase_and_nobody_buys_it_again(db: None) -> None:
    listing = await on_sale()
    slug, buyer = await slug_of(listing), await given.buyer()
    told: dict[str, Any] = {"person_id": None, "now": given.NOW, "actor": given.SYSTEM}
    placed = await orders.place_order(organisation_id=buyer, slug=slug, **told)
    await withdraw(listing)
    async with await clients.signed_in("buyer", buyer) as browser:
        page = await browser.get(f"/en/purchases/{placed.id}")
        again = await browser.post(f"/en/listings/{slug}/buy")
        api = await browser.post("/api/store/orders", json={"listing": slug})
    assert page.status_code == 200 and "Sauvegarde Sereine" in page.text
    assert again.status_code == 404 and "is no longer sold" in again.text
    assert (api.status_code, api.json()["code"]) == (404, "listing-no-longer-sold")
