"""What is offered to some segments is not there for the others: not shown, not found, not sold."""

import asyncpg
import httpx
import pytest

from backend import catalogue, core, orders, partners
from tests import clients, given
from tests.given.orders import slug_of


async def private(name: str = "Registre Public") -> tuple[str, object]:
    """A listing for public bodies only, on sale; and its id."""
    editor = await given.partner("Chouette Éditions")
    await partners.mark_verified(editor, actor=given.SYSTEM)
    listing = await given.listing(editor, name=name, published=False)
    await catalogue.offer_to(listing, ["public_body"], now=given.NOW, actor=given.SYSTEM)
    await given.put_on_sale(listing)
    return await slug_of(listing), listing


async def seen_by(browser: httpx.AsyncClient, slug: str) -> dict[str, int]:
    """Each way to it -> the status, or how often it is there."""
    shown = {
        "search": (await browser.get("/en/catalog?q=registre")).text.count(f"listings/{slug}"),
        "home": (await browser.get("/en")).text.count(f"listings/{slug}"),
        "editor": (await browser.get("/en/partners?q=chouette")).text.count("Chouette"),
        "compared": (await browser.get(f"/en/compare?listing={slug}")).text.count("Registre"),
        "list": (await browser.get("/api/store/listings")).text.count(slug),
        "sitemap": (await browser.get("/sitemap.xml")).text.count(slug),
    }
    paths = (f"/en/listings/{slug}", f"/en/listings/{slug}/picture.png",
             f"/api/store/listings/{slug}")  # fmt: skip
    return {**shown, **{path: (await browser.get(path)).status_code for path in paths}}


async def test_O_02_segment_A_cannot_see_segment_Bs_private_offer(db: None) -> None:
    slug, _ = await private()
    council = await given.buyer("Mairie", segment="public_body")
    shop = await given.buyer("Boutique", segment="tpe")
    async with (
        await clients.signed_in("buyer", council) as allowed,
        await clients.signed_in("buyer", shop) as other,
        clients.visitor() as nobody,
    ):
        found = await seen_by(allowed, slug)
        assert found.pop("sitemap") == 0, "the sitemap is what everybody may see"
        assert all(found.values()) and set(list(found.values())[-3:]) == {200}
        for browser in (other, nobody):
            missing = await seen_by(browser, slug)
            assert set(missing.values()) <= {0, 404}, missing
        gone = (await other.get(f"/api/store/listings/{slug}")).json()
        never = (await other.get("/api/store/listings/never-there")).json()
        assert gone["code"] == never["code"] == "listing-unknown"
        assert (await other.post(f"/en/listings/{slug}/buy")).status_code == 404
        refused = await other.post("/api/store/orders", json={"listing": slug})
        assert (refused.status_code, refused.json()["code"]) == (404, "listing-unknown")
    picture = await allowed_picture(council, slug)
    assert picture.headers["cache-control"] == "private, no-store", "caches show it to others"
    placed = await orders.place_order(
        organisation_id=council, person_id=None, slug=slug, now=given.NOW, actor=given.SYSTEM
    )
    assert placed.buyer_segment == "public_body"


async def allowed_picture(council: object, slug: str) -> httpx.Response:
    async with await clients.signed_in("buyer", council) as browser:  # type: ignore[arg-type]
        return await browser.get(f"/en/listings/{slug}/picture.png")


async def test_an_order_of_another_segment_is_refused_by_postgresql_itself(
    db: None, owner: "asyncpg.Connection[asyncpg.Record]"
) -> None:
    slug, listing = await private()
    council = await given.buyer("Mairie", segment="public_body")
    await orders.place_order(
        organisation_id=council, person_id=None, slug=slug, now=given.NOW, actor=given.SYSTEM
    )
    columns = ", ".join(
        row["column_name"]
        for row in await core.fetch(
            "SELECT column_name FROM information_schema.columns WHERE table_schema = 'orders' "
            "AND table_name = 'order' AND column_name NOT IN ('id', 'buyer_segment')"
        )
    )
    with pytest.raises(asyncpg.CheckViolationError) as refusal:
        await owner.execute(
            f"INSERT INTO orders.order (buyer_segment, {columns}) "
            f"SELECT 'tpe', {columns} FROM orders.order WHERE listing_id = $1",
            listing,
        )
    assert refusal.value.constraint_name == "order_within_audience"


async def test_the_audience_is_part_of_what_the_office_reads(db: None) -> None:
    _, listing = await private()
    await catalogue.offer_to(listing, [], now=given.NOW, actor=given.SYSTEM)  # type: ignore[arg-type]
    async with await clients.signed_in("partner_manager") as office:
        read = (await office.get(f"/api/office/listings/{listing}")).json()
    assert read["changed_since_review"] and read["segments"] == []
    assert read["steps"][0]["verb"] == "describe"
