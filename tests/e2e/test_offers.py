"""An integrator builds an offer, chooses who sees it and finds its kit, in a real browser."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio
from playwright.async_api import Page, expect

from backend import core
from tests import clients, given
from tests.e2e.desk import Place, needs_desk, opened, settled, violations
from tests.given.deals import integrator

pytestmark = needs_desk


@pytest_asyncio.fixture
async def place(db: None) -> AsyncIterator[Place]:
    async with opened() as made:
        yield made


async def for_everybody(page: Page, place: Place, *paths: str) -> None:
    """On a phone and in the dark too, with nothing for axe to say and nothing beside the page."""
    await page.set_viewport_size({"width": 390, "height": 844})
    for path in paths:
        for scheme in ("light", "dark"):
            await page.emulate_media(color_scheme=scheme)
            await page.goto(f"{place.url}{path}")
            await settled(page)
            assert await violations(page) == [], (path, scheme)
            assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
    await page.set_viewport_size({"width": 1280, "height": 900})


async def test_an_offer_is_built_in_the_portal_read_in_the_office_and_shown_in_the_store(
    place: Place, tmp_path: Path
) -> None:
    maker = await integrator("Intégra <b>SARL</b>")
    await given.listing(await given.partner("Armor"), 99_99, name="Kerlann <i>Sauvegarde</i>")
    office = await place.signed_in(await clients.person("partner_manager"), "en")
    await office.goto(f"{place.url}/office/kit")
    await office.get_by_role("button", name="Publish a document").first.click()
    form = office.get_by_role("dialog")
    await form.get_by_label("Title").fill("How to sell")
    await form.get_by_label("Its own code").fill("how-to-sell")
    pitch = tmp_path / "pitch.pdf"
    pitch.write_bytes(b"%PDF-1.7 pitch")
    await form.locator("input[type=file]").set_input_files(pitch)
    assert await violations(office) == []
    await form.get_by_role("button", name="Publish it").click()
    await expect(form).to_be_hidden()
    await expect(office.get_by_text("How to sell").first).to_be_visible()

    seller = await place.signed_in(await clients.person("member", maker), "en")
    await seller.goto(f"{place.url}/portal/offers")
    await seller.get_by_role("button", name="Build an offer").first.click()
    form = seller.get_by_role("dialog")
    await form.get_by_label("Name").fill("Town hall, ready to use")
    await form.get_by_label("Search the store").fill("kerlann")
    await form.get_by_role("checkbox", name="Kerlann <i>Sauvegarde</i>").check()
    await form.get_by_label("Your own service, in French").fill("Mise en service")
    await form.get_by_label("Your own service, in English").fill("Setting it up")
    await form.get_by_label("Price of your own service").fill("50.01")
    # 150.00 together; of its own 50.01 it has 70 %, or all of it (money rule c).
    told = form.get_by_role("region", name="Who earns what")
    for amount in ("150.00", "35.01", "50.01", "99.99"):
        await expect(told).to_contain_text(amount)
    await form.get_by_role("checkbox", name="Public body").check()
    assert await violations(seller) == []
    await form.get_by_role("button", name="Save the draft").click()
    await expect(form).to_be_hidden()
    await expect(seller.get_by_role("main")).to_contain_text("Town hall, ready to use")
    await seller.get_by_role("link", name="Describe, submit, choose who sees it").click()
    side = seller.get_by_role("dialog")
    await expect(side).to_contain_text("Only these customers see it: Public body.")
    await expect(side).to_contain_text("Kerlann <i>Sauvegarde</i>")
    assert await violations(seller) == []
    (row,) = await core.fetch("SELECT listing_id FROM catalogue.bundle")
    await given.put_on_sale(row["listing_id"])
    await seller.goto(f"{place.url}/portal/offers")
    await seller.get_by_role("link", name="Register a deal on it").click()
    product = seller.get_by_role("dialog").get_by_label("Product")
    await expect(product).to_have_value(str(row["listing_id"]))
    await seller.goto(f"{place.url}/portal/kit")
    async with seller.expect_download() as saved:
        await seller.get_by_role("link", name="Download How to sell").click()
    assert (await saved.value).suggested_filename == "pitch.pdf"
    await for_everybody(seller, place, "/portal/offers", "/portal/kit")

    await office.goto(f"{place.url}/office/listings?tab=draft")
    await for_everybody(office, place, "/office/kit")
