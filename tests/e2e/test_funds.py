"""Co-marketing and rebates in a real browser: asked for, approved, claimed, reimbursed, posted."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest_asyncio
from playwright.async_api import expect

from backend import awards, settlement
from tests import clients, given
from tests.awards.test_supplier_shares import supplier
from tests.e2e.desk import Place, in_themes, needs_desk, opened, settled, violations
from tests.given import charges as made
from tests.given.programmes import reseller

pytestmark = needs_desk
PDF = {"name": "facture.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7 an invoice"}


@pytest_asyncio.fixture
async def place(db: None) -> AsyncIterator[Place]:
    async with opened() as made_:
        yield made_


def before() -> awards.Quarter:
    return awards.Quarter.of(datetime.now(UTC)).previous


async def test_R_10_a_partner_and_the_office_take_co_marketing_to_its_reimbursement(
    place: Place,
) -> None:
    org = await reseller("certified")
    await made.charge(org, 100_000_00, charged_on=before().first_day + timedelta(days=40))
    day = (datetime.now(UTC).date() + timedelta(days=20)).isoformat()
    page = await place.signed_in(await clients.person("owner", org))
    await page.goto(f"{place.url}/portal")
    await page.get_by_role("link", name="Co-marketing").click()
    await expect(page.get_by_text("Budget du T")).to_be_visible()
    await page.get_by_role("button", name="Demander un budget").first.click()
    form = page.get_by_role("dialog")
    await form.get_by_label("Nom").fill("Petit déjeuner <b>souverain</b>")
    await form.get_by_label("Votre projet").fill("Quarante clients, un matin, à Brest.")
    await form.get_by_label("Du").fill(day)
    await form.get_by_label("Au, ce jour compris").fill(day)
    await form.get_by_label("Coût total en euros").fill("1000,00")
    await form.get_by_role("button", name="Envoyer la demande").click()
    await expect(page.get_by_role("dialog").get_by_text("Quarante clients")).to_be_visible()

    office = await place.signed_in(await clients.person("admin"))
    await office.goto(f"{place.url}/office/funds")
    await office.get_by_role("link", name="Petit déjeuner <b>souverain</b>").click()
    side = office.get_by_role("dialog")
    await side.get_by_label("Remboursé au plus").fill("400,00")
    await side.get_by_role("button", name="Accorder et réserver").click()
    await expect(side.get_by_text("Dites pourquoi")).to_be_visible()
    await side.get_by_label("Motif").fill("Sans les boissons.")
    await side.get_by_role("button", name="Accorder et réserver").click()
    await expect(side.get_by_text("Sans les boissons.")).to_be_visible()

    await page.reload()
    side_ = page.get_by_role("dialog")
    await side_.locator("input[type=file]").set_input_files(PDF)  # type: ignore[arg-type]
    await expect(side_.get_by_role("link", name="facture.pdf")).to_be_visible()
    await side_.get_by_label("Total dépensé en euros").fill("700,00")
    await side_.get_by_role("button", name="Déclarer").click()
    await expect(side_.get_by_role("button", name="Déclarer")).to_be_hidden()

    office = await place.signed_in(await clients.person("finance"))
    await office.goto(f"{place.url}/office/funds")
    await office.get_by_role("link", name="Petit déjeuner <b>souverain</b>").click()
    side = office.get_by_role("dialog")
    await side.get_by_role("button", name="Rembourser").click()
    await expect(side.get_by_role("button", name="Rembourser")).to_be_hidden()
    (request,) = await awards.list_awards(organisation_id=org)
    assert request["amount_minor"] == 350_00


async def test_F_12_the_office_tries_a_quarters_rebates_and_posts_them(place: Place) -> None:
    org = await reseller("certified")
    quarter = before()
    await made.charge(org, 100_000_00, charged_on=quarter.first_day + timedelta(days=40))
    await settlement.close_through(
        quarter.months[2], minimum_hundredths=2500, now=datetime.now(UTC), actor=given.SYSTEM
    )
    office = await place.signed_in(await clients.person("finance"))
    await office.goto(f"{place.url}/office")
    await office.get_by_role("link", name="Ristournes et parts").click()
    await expect(office.get_by_text("Essai à blanc")).to_be_visible()
    await office.get_by_role("button", name="Comptabiliser les ristournes").click()
    await office.get_by_role("dialog").get_by_role("button", name="Comptabiliser").click()
    await expect(office.get_by_text("Comptabilisé :").first).to_be_visible()
    (award,) = await awards.list_awards(organisation_id=org)
    assert award["amount_minor"] == 3_200_00
    page = await place.signed_in(await clients.person("owner", org))
    await page.goto(f"{place.url}/portal/rebates")
    await expect(page.get_by_text("3 200,00").first).to_be_visible()


@in_themes
async def test_rebates_and_co_marketing_are_for_everybody(place: Place, theme: str) -> None:
    org = await reseller("certified")
    await supplier()
    await made.charge(org, 100_000_00, charged_on=before().first_day + timedelta(days=40))
    phone: dict[str, Any] = {"color_scheme": theme, "viewport": {"width": 390, "height": 844}}
    page = await place.signed_in(await clients.person("owner", org), **phone)
    office = await place.signed_in(await clients.person("admin"), **phone)
    for browser, paths in (
        (page, ("/portal/rebates", "/portal/funds")),
        (office, ("/office/rebates", "/office/funds")),
    ):
        for path in paths:
            await browser.goto(place.url + path)
            await settled(browser)
            assert await violations(browser) == [], path
            assert await browser.evaluate("document.documentElement.scrollWidth <= innerWidth")
