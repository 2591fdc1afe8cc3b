"""A wholesaler invites a reseller in a real browser."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import expect

from tests import clients
from tests.e2e.desk import Place, needs_desk, opened, settled, violations
from tests.given.letters import token_in

pytestmark = needs_desk


@pytest_asyncio.fixture
async def place(db: None) -> AsyncIterator[Place]:
    async with opened() as made:
        yield made


async def test_a_wholesaler_invites_a_reseller_who_finds_its_wholesaler(place: Place) -> None:
    gros = await clients.organisation("gros", "wholesaler")
    page = await place.signed_in(await clients.person("owner", gros))
    await page.goto(f"{place.url}/portal")
    await page.get_by_role("link", name="Réseau").click()
    await expect(
        page.get_by_text("Personne ne vend encore par votre intermédiaire")
    ).to_be_visible()
    await page.get_by_role("button", name="Inviter un revendeur").first.click()
    form = page.get_by_role("dialog")
    await form.get_by_label("Entreprise").fill("Détail <b>Ouest</b>")
    await form.get_by_label("Adresse électronique de son responsable").fill("g@detail.example")
    await form.get_by_label("Ses factures viennent de").select_option("operator")
    await form.get_by_role("button", name="Envoyer l’invitation").click()
    await expect(page.get_by_text("L’invitation à g@detail.example est partie")).to_be_visible()
    row = page.get_by_role("row", name="Détail <b>Ouest</b>")
    await expect(row).to_contain_text("L’opérateur")

    token = await token_in("invitation", "g@detail.example")
    guest = await place.visitor()
    answer = await guest.request.post(
        f"{place.url}/api/store/account/invitation/acceptance",
        data={"token": token, "name": "Gérante", "password": clients.PASSWORD},
        headers={"origin": place.url},
    )
    assert answer.ok, await answer.text()
    reseller = await place.signed_in("g@detail.example")
    await reseller.goto(f"{place.url}/portal/network")
    await expect(reseller.get_by_text("Votre grossiste")).to_be_visible()
    await expect(reseller.get_by_text("gros SAS")).to_be_visible()
    await expect(reseller.get_by_role("button", name="Inviter un revendeur")).to_be_hidden()


@pytest.mark.parametrize("theme", ["light", "dark"])
async def test_the_network_is_for_everybody(place: Place, theme: str) -> None:
    gros = await clients.organisation("gros", "wholesaler")
    page = await place.signed_in(
        await clients.person("owner", gros),
        color_scheme=theme,
        viewport={"width": 390, "height": 844},
    )
    await page.goto(f"{place.url}/portal/network")
    await settled(page)
    assert await violations(page) == []
    await page.get_by_role("button", name="Inviter un revendeur").first.click()
    await page.get_by_role("dialog").wait_for()
    assert await violations(page) == []
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
