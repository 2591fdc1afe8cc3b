"""Listings over HTTP: anybody reads what is on sale, a partner keeps its own."""

from typing import Any

import pytest

from backend import catalogue
from tests import clients, given
from tests.given.orders import slug_of

DRAFT: dict[str, Any] = {
    "reference": "SKU-1",
    "slug": "sauvegarde",
    "name": "Sauvegarde Sereine",
    "price": {"amount_minor": 49_00, "currency": "EUR"},
}


async def test_a_partner_makes_a_draft_and_puts_it_on_sale(db: None) -> None:
    acme = await given.partner("Acme Éditions")
    async with await clients.signed_in("owner", acme) as browser, clients.visitor() as anybody:
        made = await browser.post("/api/portal/listings", json=DRAFT)
        assert made.status_code == 201, made.text
        listing = made.json()
        assert (listing["status"], listing["vat_rate_bp"]) == ("draft", 2000)
        assert (await anybody.get("/api/store/listings")).json()["items"] == []
        assert (await anybody.get("/api/store/listings/sauvegarde")).status_code == 404

        for _ in range(2):
            published = await browser.post(f"/api/portal/listings/{listing['id']}/publish")
            assert (published.status_code, published.json()["status"]) == (200, "published")
        shown = (await anybody.get("/api/store/listings/sauvegarde")).json()
        assert (shown["editor"], shown["price"]) == ("Acme Éditions", DRAFT["price"])
        assert (await anybody.get("/api/store/listings")).json()["items"] == [shown]

        changed = await browser.post(
            f"/api/portal/listings/{listing['id']}/price",
            json={"price": {"amount_minor": 59_00, "currency": "EUR"}},
        )
        assert changed.json()["price"]["amount_minor"] == 59_00
        assert (await browser.get("/api/portal/listings")).json()["items"] == [changed.json()]


async def test_another_partners_listing_is_not_found(db: None) -> None:
    """No row-level security here: the routes alone keep partners apart."""
    listing = await given.listing(await given.partner(), published=False)
    price = {"price": {"amount_minor": 1, "currency": "EUR"}}
    async with await clients.signed_in("owner", await given.partner()) as browser:
        for path, body in (("publish", None), ("price", price)):
            answer = await browser.post(f"/api/portal/listings/{listing}/{path}", json=body)
            assert (answer.status_code, answer.json()["code"]) == (404, "listing-unknown")
        assert (await browser.get("/api/portal/listings")).json()["items"] == []
    row = await catalogue.Listing.objects().get(catalogue.Listing.id == listing)
    assert row is not None and (row.status, row.price_minor) == ("draft", 100_00)


async def test_an_imported_listing_has_no_price_and_cannot_be_published(db: None) -> None:
    acme = await given.partner()
    made = await catalogue.import_listings([(acme, "old")], now=given.NOW)
    listing = made[(acme, "old")]
    async with await clients.signed_in("owner", acme) as browser:
        answer = await browser.post(f"/api/portal/listings/{listing}/publish")
        (shown,) = (await browser.get("/api/portal/listings")).json()["items"]
    assert answer.status_code == 404
    assert (shown["status"], shown["price"]) == ("imported", None)


@pytest.mark.parametrize(
    "change",
    [
        {"price": {"amount_minor": 0, "currency": "EUR"}},
        {"price": {"amount_minor": -1, "currency": "EUR"}},
        {"price": {"amount_minor": 10**12 + 1, "currency": "EUR"}},
        {"price": {"amount_minor": 49.5, "currency": "EUR"}},
        {"price": {"amount_minor": "4900", "currency": "EUR"}},
        {"price": {"amount_minor": 4900, "currency": "XXX"}},
        {"slug": "Ça"},
        {"slug": "a/b"},
        {"name": ""},
        {"name": "a\x00b"},
        {"summary": "a\u202eb"},
        {"vat_rate_bp": 10_001},
        {"status": "published"},
        {"organisation_id": "0190a000-0000-7000-8000-000000000001"},
    ],
    ids=str,
)
async def test_a_draft_that_cannot_be_is_refused(db: None, change: dict[str, Any]) -> None:
    async with await clients.signed_in("owner", await given.partner()) as browser:
        answer = await browser.post("/api/portal/listings", json={**DRAFT, **change})
    assert (answer.status_code, answer.json()["code"]) == (400, "bad-request")


async def test_an_address_is_given_once(db: None) -> None:
    async with await clients.signed_in("owner", await given.partner()) as browser:
        assert (await browser.post("/api/portal/listings", json=DRAFT)).status_code == 201
    async with await clients.signed_in("owner", await given.partner()) as other:
        answer = await other.post("/api/portal/listings", json=DRAFT)
    assert (answer.status_code, answer.json()["code"]) == (409, "listing-slug-taken")


async def test_a_reference_is_given_once_by_each_partner(db: None) -> None:
    second = {**DRAFT, "slug": "autre"}
    async with await clients.signed_in("owner", await given.partner()) as browser:
        assert (await browser.post("/api/portal/listings", json=DRAFT)).status_code == 201
        answer = await browser.post("/api/portal/listings", json=second)
    assert (answer.status_code, answer.json()["code"]) == (409, "listing-reference-taken")
    assert "'SKU-1'" in answer.json()["detail"]
    async with await clients.signed_in("owner", await given.partner()) as other:
        assert (await other.post("/api/portal/listings", json=second)).status_code == 201


async def test_the_shelves_have_pages_by_key(db: None) -> None:
    acme = await given.partner()
    slugs = [await slug_of(await given.listing(acme)) for _ in range(5)]
    await given.listing(acme, published=False)
    seen: list[str] = []
    async with clients.visitor() as anybody:
        after = ""
        while True:
            page = (await anybody.get(f"/api/store/listings?limit=2{after}")).json()
            seen += [listing["slug"] for listing in page["items"]]
            if page["next"] is None:
                break
            after = f"&after={page['next']}"
        changed = await anybody.get("/api/store/listings?after=nonsense")
    assert seen == slugs
    assert (changed.status_code, changed.json()["code"]) == (400, "bad-cursor")


async def test_the_office_sees_the_listings_of_all(db: None) -> None:
    mine = await given.listing(await given.partner(), published=False)
    other = await given.listing(await given.partner())
    async with await clients.signed_in("auditor") as staff:
        items = (await staff.get("/api/office/listings")).json()["items"]
    assert [item["id"] for item in items] == [str(mine), str(other)]
