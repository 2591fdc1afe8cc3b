"""Listings over HTTP: anybody reads what is on sale, a partner keeps its own."""

from typing import Any

import pytest

from backend import catalogue
from tests import clients, given
from tests.given import bundles
from tests.given.orders import slug_of

DRAFT: dict[str, Any] = {
    "reference": "SKU-1",
    "slug": "sauvegarde",
    "name": "Sauvegarde Sereine",
    "price": {"amount_minor": 49_00, "currency": "EUR"},
}


WHOLE = {**DRAFT, "category": "backup", "summary_fr": "Un clic.", "summary_en": "One click."}


async def test_a_partner_submits_a_draft_and_the_office_puts_it_on_sale(db: None) -> None:
    acme = await given.partner("Acme Éditions")
    await given.verified(acme)
    async with (
        await clients.signed_in("owner", acme) as browser,
        await clients.signed_in("partner_manager") as office,
        clients.visitor() as anybody,
    ):
        made = await browser.post("/api/portal/listings", json=WHOLE)
        assert made.status_code == 201, made.text
        listing = made.json()
        assert (listing["status"], listing["vat_rate_bp"]) == ("draft", 2000)
        assert (await anybody.get("/api/store/listings")).json()["items"] == []
        assert (await anybody.get("/api/store/listings/sauvegarde")).status_code == 404

        mine, theirs = (f"/api/{one}/listings/{listing['id']}" for one in ("portal", "office"))
        sent = (await browser.post(f"{mine}/submit")).json()
        assert (sent["status"], sent["missing"]) == ("submitted", [])
        (waiting,) = (await office.get("/api/office/listings?status=submitted")).json()["items"]
        assert waiting["id"] == listing["id"]
        refused = await office.post(
            f"{theirs}/ask-change", json={"reason": "Où sont les données ?"}
        )
        assert (refused.status_code, refused.json()["status"]) == (200, "action_required")
        (told,) = (await browser.get("/api/portal/listings")).json()["items"]
        assert (told["status"], told["reason"]) == ("action_required", "Où sont les données ?")
        await browser.post(f"{mine}/submit")
        approval = {"reason": "Complet.", "revision": listing["revision"]}
        published = await office.post(f"{theirs}/approve", json=approval)
        assert (published.status_code, published.json()["status"]) == (200, "published")
        steps = (await browser.get(mine)).json()["steps"]
        assert [(one["verb"], one["by"]) for one in steps] == [
            ("approve", None), ("submit", "owner"), ("ask_change", None), ("submit", "owner")
        ]  # fmt: skip
        assert published.json()["steps"][0]["by"] == "partner_manager"
        counts = (await office.get("/api/office/listing-counts")).json()["items"]
        assert {"status": "published", "number": 1} in counts
        assert (await anybody.get("/api/store/listings/sauvegarde")).status_code == 200

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
        for path, body in (
            ("submit", None), ("take-back", None), ("pause", None), ("resume", None),
            ("price", price),
        ):  # fmt: skip
            answer = await browser.post(f"/api/portal/listings/{listing}/{path}", json=body)
            assert (answer.status_code, answer.json()["code"]) == (404, "listing-unknown")
        assert (await browser.get("/api/portal/listings")).json()["items"] == []
        assert (await browser.get(f"/api/portal/listings/{listing}")).status_code == 404
    row = await catalogue.Listing.objects().get(catalogue.Listing.id == listing)
    assert row is not None and (row.status, row.price_minor) == ("draft", 100_00)


async def test_an_imported_listing_has_no_price_and_cannot_be_submitted(db: None) -> None:
    acme = await given.partner()
    made = await catalogue.import_listings([(acme, "old")], now=given.NOW)
    listing = made[(acme, "old")]
    async with await clients.signed_in("owner", acme) as browser:
        answer = await browser.post(f"/api/portal/listings/{listing}/submit")
        (shown,) = (await browser.get("/api/portal/listings")).json()["items"]
    assert answer.status_code == 404
    assert (shown["status"], shown["price"]) == ("imported", None)


async def test_what_is_missing_stands_at_its_field(db: None) -> None:
    async with await clients.signed_in("owner", await given.partner()) as browser:
        made = (await browser.post("/api/portal/listings", json=DRAFT)).json()
        answer = await browser.post(f"/api/portal/listings/{made['id']}/submit")
    assert made["missing"] == ["category", "summary_fr", "summary_en", "organisation", "file"]
    assert (answer.status_code, answer.json()["code"]) == (422, "listing-incomplete")
    fields = [error["field"] for error in answer.json()["errors"]]
    assert fields == ["category", "summary_fr", "summary_en"], "the check of the partner can wait"


@pytest.mark.parametrize("reason", ["", " \n ", "x" * 2001, "a\u202eb", None])
async def test_no_decision_is_taken_without_a_reason_to_read(db: None, reason: str | None) -> None:
    listing = await given.listing(await given.partner())
    async with await clients.signed_in("admin") as office:
        answer = await office.post(
            f"/api/office/listings/{listing}/withdraw", json={"reason": reason}
        )
    assert (answer.status_code, answer.json()["code"]) == (400, "bad-request")
    assert answer.json()["errors"][0]["field"] == "reason"


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


async def test_P_03_programs_read_the_parts_of_a_combined_offer_with_their_prices(db: None) -> None:
    component = await given.listing(await given.partner())
    await bundles.on_sale([component], service_minor=50_01)
    async with clients.visitor() as anybody:
        alone, whole = (await anybody.get("/api/store/listings")).json()["items"]
        same = (await anybody.get(f"/api/store/listings/{whole['slug']}")).json()
    assert same == whole and (alone["service"], alone["parts"]) == (None, [])
    (part,) = whole["parts"]
    assert part == {name: alone[name] for name in ("slug", "name", "editor", "price")}
    sums = part["price"]["amount_minor"] + whole["service"]["price"]["amount_minor"]
    assert sums == whole["price"]["amount_minor"]
