"""Who manages whom, and the value mesh, in a real browser."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest_asyncio
from playwright.async_api import Page, expect

from backend.core import Month
from tests import clients, given
from tests.e2e.desk import Place, needs_desk, opened, settled, violations
from tests.given.orders import order
from tests.relations.test_segments import signed_up

pytestmark = needs_desk


@pytest_asyncio.fixture
async def place(db: None) -> AsyncIterator[Place]:
    async with opened() as made:
        yield made


async def for_everybody(page: Page, place: Place, path: str) -> None:
    """On a phone and in the dark too, with nothing for axe to say and nothing beside the page."""
    await page.set_viewport_size({"width": 390, "height": 844})
    for scheme in ("light", "dark"):
        await page.emulate_media(color_scheme=scheme)
        await page.goto(f"{place.url}{path}")
        await settled(page)
        assert await violations(page) == [], scheme
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")


async def test_O_04_the_office_names_who_manages_a_customer_and_its_order_says_it(
    place: Place,
) -> None:
    buyer = await given.buyer("Grand <b>Compte</b>", segment="large_account")
    page = await place.signed_in(await clients.person("partner_manager"), "en")
    await page.goto(f"{place.url}/office/relations")
    row = page.get_by_role("row", name="Grand <b>Compte</b>")
    await expect(row).to_contain_text("To be named")
    await row.get_by_role("link", name="Grand <b>Compte</b>").click()
    panel = page.locator("section").filter(has=page.get_by_role("heading", name="Who manages it"))
    await panel.get_by_role("button", name="Change").click()
    form = page.get_by_role("dialog")
    await form.get_by_role("combobox", name="Account manager").click()
    await page.get_by_role("option", name="partner_manager").click()
    await form.get_by_label("Reason").fill("Our largest customer")
    assert await violations(page) == []
    await form.get_by_role("button", name="Decide it").click()
    await expect(form).to_be_hidden()
    await expect(panel.first).to_contain_text("Our largest customer")
    await for_everybody(page, place, f"/office/partners/{buyer}")
    await for_everybody(page, place, "/office/relations?relation=account_managed")

    seller = await given.partner()
    kept = await order(of=buyer, editor=seller)
    await given.sale(seller, 100_00, reference=f"order:{kept.id}", source="order")
    await page.set_viewport_size({"width": 1280, "height": 900})
    await page.goto(f"{place.url}/office/sales")
    await page.get_by_role("button", name="Who bought, who manages").click()
    # Ordered at the tests' own moment, when nobody was named yet: that is kept.
    await expect(page.get_by_role("dialog")).to_contain_text("Nobody was named yet")
    await expect(page.get_by_role("dialog")).to_contain_text("Grand <b>Compte</b>")
    assert await violations(page) == []

    reader = await place.signed_in(await clients.person("buyer", buyer), "en")
    await reader.goto(f"{place.url}/en/purchases/{kept.id}")
    await expect(reader.get_by_text("We are naming your account manager.")).to_be_visible()
    assert await violations(reader) == []


async def test_O_02_the_office_confirms_a_segment_and_sets_who_manages_those_of_one(
    place: Place,
) -> None:
    council = await signed_up()
    page = await place.signed_in(await clients.person("partner_manager"), "en")
    await page.goto(f"{place.url}/office/segments")
    await page.get_by_role("button", name="Check it Mairie").click()
    form = page.get_by_role("dialog")
    await form.get_by_label("Segment").select_option("local_authority")
    await form.get_by_label("How you know it").fill("Banatic, a <b>commune</b>")
    await form.get_by_role("button", name="Correct it").click()
    await expect(page.get_by_text("Every segment is confirmed")).to_be_visible()
    await page.get_by_role("button", name="Change Public bodies").click()
    await form.get_by_label("Its customers").select_option("self_service")
    await form.get_by_label("Reason").fill("Light needs")
    assert await violations(page) == []
    await form.get_by_role("button", name="Decide it").click()
    row = page.get_by_role("row", name="Public bodies").first
    await expect(row).to_contain_text("Light needs")
    await expect(row).to_contain_text("Self-service")
    await for_everybody(page, place, "/office/segments")
    await page.goto(f"{place.url}/office/partners/{council}")
    await expect(page.get_by_text("Banatic, a <b>commune</b>").first).to_be_visible()


async def test_P_12_the_mesh_says_that_it_sums_to_the_ledger_and_opens_each_edge(
    place: Place,
) -> None:
    month = Month.of(datetime.now(UTC)).previous
    acme = await given.partner("Acme <b>Éditions</b>")
    await given.sale(acme, 100_00, sold_at=month.start + timedelta(days=12))
    page = await place.signed_in(await clients.person("finance"), "en")
    await page.goto(f"{place.url}/office/mesh")
    await expect(page.get_by_text("The edges sum to the ledger")).to_be_visible()
    row = page.get_by_role("row", name="Partner’s share of sales")
    await expect(row).to_contain_text("Acme <b>Éditions</b>")
    await expect(row).to_contain_text("€70.00")
    await row.get_by_role("button", name="Postings").click()
    side = page.get_by_role("dialog")
    await expect(side.get_by_role("link", name="sale:").first).to_be_visible()
    assert await violations(page) == []
    await side.get_by_role("button", name="Close").click()
    await page.get_by_role("link", name="Acme <b>Éditions</b>").click()
    await expect(page).to_have_url(f"{place.url}/office/mesh?party={acme}")
    await expect(page.get_by_role("row", name="Our share of sales")).to_have_count(0)
    await for_everybody(page, place, "/office/mesh")
