"""Open-source communities in a real browser: recorded in the office, read in the store (R-12)."""

from collections.abc import AsyncIterator

import pytest_asyncio
from playwright.async_api import expect

from tests import clients
from tests.e2e.desk import Place, needs_desk, opened, settled, violations
from tests.partners.test_contributions import a_community

pytestmark = needs_desk


@pytest_asyncio.fixture
async def place(db: None) -> AsyncIterator[Place]:
    async with opened() as made:
        yield made


async def test_a_contribution_is_recorded_and_published(place: Place) -> None:
    await a_community("Pile Ouverte")
    page = await place.signed_in(
        await clients.person("partner_manager"), "en", viewport={"width": 390, "height": 844}
    )
    await page.goto(f"{place.url}/office/communities")
    await expect(page.get_by_role("heading", name="Nothing was given yet")).to_be_visible()
    await page.get_by_role("button", name="Record a contribution").click()
    form = page.get_by_role("dialog")
    await form.get_by_role("combobox", name="Community").click()
    await page.get_by_role("option", name="Pile Ouverte").click()
    for label, value in (
        ("Project", "Nova"), ("Cost in euros, VAT excluded", "12000"),
        ("Number of the order", "PO-77"), ("What came of it", "A scheduler in two halves."),
        ("Link to the result", "https://example.org/nova"), ("Licence", "Apache-2.0"),
    ):  # fmt: skip
        await form.get_by_label(label).fill(value)
    await form.get_by_label("Publish it in the store, without its cost").check()
    await settled(page)
    assert await violations(page) == []
    await form.get_by_role("button", name="Record it").click()
    await expect(page.get_by_role("link", name="A scheduler in two halves.")).to_be_visible()
    await settled(page)
    assert await violations(page) == []
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    for lang, level in (("en", "Contributor of code"), ("fr", "Contributeur de code")):
        await page.goto(f"{place.url}/{lang}/open-source")
        await expect(page.get_by_text(level)).to_be_visible()
        assert await violations(page) == []
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
