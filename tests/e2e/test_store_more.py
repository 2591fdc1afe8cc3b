"""The store walked from end to end without scripts, and comparing with them."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest_asyncio
from playwright.async_api import Page, expect

from backend import catalogue, payments
from tests import clients, given
from tests.e2e.desk import Place, opened
from tests.e2e.test_store import (
    delivered,
    filled,
    pay_at_stripe,
    pytestmark,  # noqa: F401  (skips where that skips)
    quickened,
    sign_in_on_page,
)
from tests.given.letters import token_in


@pytest_asyncio.fixture
async def place(db: None) -> AsyncIterator[Place]:
    async with opened() as made:
        yield made


async def open_an_account(page: Page, place: Place, email: str) -> None:
    """From the page of a listing, through the letter, and back there."""
    await page.get_by_role("link", name="Créez-en un en deux minutes").click()
    await page.locator('[name="company"]').fill("Mairie de Plouzané")
    await page.locator('[name="name"]').fill("Gwenn Abiven")
    await page.locator('[name="email"]').fill(email)
    await page.locator('[name="password"]').fill(clients.PASSWORD)
    await page.locator("main form button[type=submit]").click()
    await page.wait_for_url("**/letter?**")
    await page.goto(f"{place.url}/fr/verify?token={await token_in('verify_email', email)}")


async def test_everything_is_walked_without_scripts(place: Place) -> None:
    await filled()
    seller = (await catalogue.read_card("kerlann-sauvegarde")).organisation_id
    await given.verified(seller)
    await payments.ensure_destinations(f"{place.url}/api/hooks/stripe", datetime.now(UTC))
    email = await clients.person("buyer", await given.buyer("Mairie de Plouzané"))
    page = await place.visitor("fr", java_script_enabled=False)
    await page.goto(place.url)
    await page.get_by_role("searchbox").fill("PostgreSQL managé")
    await page.get_by_role("button", name="Rechercher").click()
    await expect(page.get_by_role("heading", name="11 services")).to_be_visible()
    await page.get_by_role("checkbox", name="Union européenne").check()
    await page.get_by_role("combobox").select_option("name")
    await page.get_by_role("button", name="Afficher les résultats").click()
    await page.wait_for_url("**location=eu**")
    await expect(page.get_by_role("combobox")).to_have_value("name")
    for name in ("Comparer Base 0", "Comparer Base 1"):
        await page.get_by_role("checkbox", name=name, exact=True).check()
    await page.get_by_role("button", name="Comparer les services cochés").click()
    await page.wait_for_url("**/fr/compare?listing=base-0&listing=base-1")
    await page.get_by_role("link", name="Retirer Base 1").click()
    await page.get_by_role("link", name="Choisir dans le catalogue").click()
    await expect(page.get_by_role("checkbox", name="Comparer Base 0")).to_be_checked()
    await page.locator("header").get_by_role("link", name="Partenaires").click()
    await page.get_by_role("link", name="K", exact=True).click()
    await page.get_by_role("link", name="Kerlann", exact=True).click()
    await page.get_by_role("link", name="Kerlann Sauvegarde", exact=True).click()
    await page.get_by_role("link", name="Se connecter pour acheter").click()
    await sign_in_on_page(page, email)
    await page.get_by_role("button", name="Acheter").click()
    await pay_at_stripe(page)
    await delivered()
    await expect(page.get_by_text("Payé", exact=True).first).to_be_visible()
    for place_of, told in (("Panier", "un par un"), ("Abonnements", "une seule fois"),
                           ("Factures", "sa page")):  # fmt: skip
        await page.goto(f"{place.url}/fr/purchases")
        await page.get_by_role("link", name=place_of, exact=True).last.click()
        await expect(page.get_by_text(told)).to_be_visible()
    await change_the_password(page)
    await page.get_by_role("button", name="Se déconnecter").first.click()
    await expect(page.get_by_role("link", name="Se connecter")).to_be_visible()


async def change_the_password(page: Page) -> None:
    await page.get_by_role("link", name="Votre compte").first.click()
    await page.locator('[name="current"]').fill(clients.PASSWORD)
    await page.locator('[name="new"]').fill("une phrase bien longue")
    await page.get_by_role("button", name="Changer le mot de passe").click()
    await expect(page.get_by_role("status")).to_be_visible()


async def test_an_account_is_opened_without_scripts_and_leads_back(place: Place) -> None:
    await filled()
    page = await place.visitor("fr", java_script_enabled=False)
    await page.goto(f"{place.url}/fr/listings/kerlann-sauvegarde")
    await open_an_account(page, place, "gwenn@plouzane.example")
    await page.locator("main form button[type=submit]").first.click()
    await sign_in_on_page(page, "gwenn@plouzane.example")
    await page.wait_for_url("**/fr/listings/kerlann-sauvegarde")
    await expect(page.get_by_role("button", name="Acheter")).to_be_visible()


async def test_a_tick_gathers_what_is_to_be_compared_at_once(place: Place) -> None:
    await filled()
    page = await place.visitor("en")
    await page.goto(f"{place.url}/en/catalog")
    await quickened(page)
    for name in ("Kerlann Sauvegarde", "Base 3"):
        await page.get_by_role("checkbox", name=f"Compare {name}").check()
        await page.wait_for_url("**listing=**")
    tray = page.get_by_role("region", name="Services to compare")
    await expect(tray.get_by_role("link", name="Compare 2 services")).to_be_visible()
    await page.get_by_role("checkbox", name="Databases").check()
    await expect(page.get_by_role("heading", name="11 services")).to_be_visible()
    await tray.get_by_role("link", name="Compare 2 services").click()
    await page.wait_for_url("**/en/compare?**")
    await expect(page.get_by_role("columnheader")).to_have_count(2)
    await page.go_back()
    await tray.get_by_role("link", name="Kerlann Sauvegarde").click()
    await expect(tray.get_by_role("link", name="Compare 1 service")).to_be_visible()
