"""A wholesaler invites a reseller in a real browser."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest_asyncio
from playwright.async_api import expect

from backend import charges, network
from backend.core import Month
from tests import clients
from tests.e2e.desk import Place, in_themes, needs_desk, opened, settled, violations
from tests.given import charges as made
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
    row = page.get_by_role("row", name="Détail <b>Ouest</b>").first
    await expect(row).to_contain_text("L’opérateur")
    await expect(row).to_contain_text("Invité le")

    # The same again is told of the first, which is sent again.
    await page.get_by_role("button", name="Inviter un revendeur").first.click()
    await form.get_by_label("Entreprise").fill("Détail")
    await form.get_by_label("Adresse électronique de son responsable").fill("G@detail.example")
    await form.get_by_role("button", name="Envoyer l’invitation").click()
    await expect(form.get_by_text("Une invitation attend déjà")).to_be_visible()
    await settled(page)
    assert await violations(page) == []
    await form.get_by_role("button", name="Renvoyer").click()
    await expect(form).to_be_hidden()
    await page.get_by_role("button", name="Retirer Détail").click()
    await expect(form.get_by_role("button", name="Retirer l’invitation")).to_be_disabled()
    await form.get_by_role("button", name="Annuler").click()

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


@in_themes
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


@in_themes
async def test_D_10_a_wholesaler_tries_and_sets_a_price_that_its_reseller_sees(
    place: Place, theme: str
) -> None:
    now = datetime.now(UTC)
    last = Month.of(now).previous
    joined = last.start - timedelta(days=1)
    gros = await clients.organisation("gros", "wholesaler")
    detail = await clients.organisation("detail", "reseller")
    await network.join(detail, gros, "operator", now=joined, actor="test")
    await charges.record_charge(
        made.a_charge(detail, 1000_00, charged_on=last.last_day), now=now, actor="test"
    )
    page = await place.signed_in(
        await clients.person("owner", gros),
        color_scheme=theme,
        viewport={"width": 390, "height": 844}
        if theme == "dark"
        else {"width": 1280, "height": 900},
    )
    await page.goto(f"{place.url}/portal/network")
    await page.get_by_role("button", name="Fixer un prix detail SAS").click()
    form = page.get_by_role("dialog")
    await form.get_by_label("Remise", exact=True).fill("6")
    await form.get_by_role("button", name="Fixer ce prix").click()
    await expect(form.get_by_text("Au plus 5 %, ce que vous avez vous-même").last).to_be_visible()
    await form.get_by_label("Remise", exact=True).fill("3")
    await form.get_by_role("button", name="Essayer sur le mois dernier").click()
    await expect(form.get_by_role("row", name="Démarrage")).to_contain_text("20,00")
    assert await violations(page) == []
    await form.get_by_role("button", name="Fixer ce prix").click()
    await expect(form).to_be_hidden()
    await expect(page.get_by_text("À partir du").first).to_be_visible()
    assert await violations(page) == []
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")

    reseller = await place.signed_in(await clients.person("owner", detail))
    await reseller.goto(f"{place.url}/portal/network")
    await expect(reseller.get_by_text("Vos remises sur le prix catalogue")).to_be_visible()
    await expect(reseller.get_by_text("3 %, 3 %, 3 %")).to_be_visible()
    assert await violations(reseller) == []
