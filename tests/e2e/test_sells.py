"""Somebody comes to sell: the form asks as what, the office sees it, the portal says the rest."""

from collections.abc import AsyncIterator

import pytest_asyncio

from tests import clients
from tests.e2e.desk import Place, needs_desk, opened, settled, violations
from tests.given.letters import token_in

pytestmark = needs_desk

EMAIL = "nolwenn@example.test"


@pytest_asyncio.fixture
async def place(db: None) -> AsyncIterator[Place]:
    async with opened() as made:
        yield made


async def test_who_comes_to_sell_is_led_to_what_is_missing(place: Place) -> None:
    page = await place.visitor()
    await page.goto(f"{place.url}/fr/sell")
    await page.get_by_role("link", name="Ouvrir un compte").first.click()
    chosen = page.get_by_label("Vous venez pour")
    assert await chosen.input_value() == "isv"
    await page.get_by_label("Entreprise ou organisation").fill("Écume & Sel")
    await page.get_by_label("Votre nom").fill("Nolwenn Riou")
    await page.get_by_label("Adresse e-mail").fill(EMAIL)
    await page.get_by_label("Mot de passe").fill(clients.PASSWORD)
    await page.get_by_role("button", name="Ouvrir le compte").click()
    await page.get_by_role("heading", name="Consultez vos e-mails").wait_for()
    await page.goto(f"{place.url}/fr/sign-in")
    await page.get_by_label("Adresse e-mail").fill(EMAIL)
    await page.get_by_label("Mot de passe").fill(clients.PASSWORD)
    await page.get_by_role("button", name="Se connecter", exact=True).click()
    await page.wait_for_url("**/portal")
    await page.get_by_text("Confirmez votre adresse e-mail").wait_for()
    token = await token_in("verify_email", EMAIL)
    await page.goto(f"{place.url}/fr/verify?token={token}")
    await page.get_by_role("button", name="Confirmer mon adresse").click()
    await page.get_by_text("Votre adresse est confirmée.").wait_for()
    await page.goto(f"{place.url}/portal")
    for told in (
        "Complétez votre dossier pour vendre et être payé",
        "Dites-nous où vous payer",
        "Vous n’avez encore rien en vente",
    ):
        await page.get_by_text(told).wait_for()
    assert await page.get_by_text("Confirmez votre adresse e-mail").count() == 0
    await settled(page)
    assert await violations(page) == []
    office = await place.signed_in(await clients.person("partner_manager"))
    await office.goto(f"{place.url}/office/approvals")
    await office.get_by_role("link", name="Écume & Sel").wait_for()
