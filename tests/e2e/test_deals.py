"""A partner registers a deal and answers a lead, the office reads and routes, in a real browser."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from backend import deals
from tests import clients
from tests.e2e.desk import (
    Place,
    in_themes,
    needs_desk,
    opened,
    settled,
    violations,
    walks_every_page,
)
from tests.given import deals as given

pytestmark = needs_desk


@pytest_asyncio.fixture
async def place(db: None) -> AsyncIterator[Place]:
    async with opened() as made:
        yield made


async def fill_deal(page: Page) -> None:
    form = page.get_by_role("dialog")
    await form.get_by_label("Client").fill("Détail <b>Ouest</b>")
    await form.get_by_label("SIREN").fill("552 100 554")
    await form.get_by_label("Montant mensuel").fill("15 000,00")
    await form.get_by_label("Nom", exact=True).fill("Awa Diallo")
    await form.get_by_label("Adresse e-mail").fill("awa@integra.example")
    await form.get_by_role("button", name="Enregistrer le brouillon").click()


async def test_a_deal_from_its_draft_to_a_protected_customer(place: Place) -> None:
    integra = await given.integrator()
    page = await place.signed_in(await clients.person("member", integra))
    await page.goto(f"{place.url}/portal/deals")
    await expect(page.get_by_text("Aucune affaire pour l’instant")).to_be_visible()
    await page.get_by_role("button", name="Nouvelle affaire").first.click()
    await fill_deal(page)
    await page.get_by_role("button", name="Soumettre").click()
    await expect(page.get_by_text("Elle attend notre examen")).to_be_visible()

    office = await place.signed_in(await clients.person("partner_manager"))
    await office.goto(f"{place.url}/office/deals")
    await office.get_by_role("link", name="Détail <b>Ouest</b>").click()
    await expect(office.get_by_text("Rien ne s’oppose à cette affaire")).to_be_visible()
    await office.get_by_role("button", name="Commencer l’examen").click()
    await office.get_by_role("button", name="Demander une précision").click()
    await office.get_by_role("checkbox", name="Projet").check()
    await office.get_by_label("Motif").fill("Combien de serveurs ?")
    await office.get_by_role("button", name="Envoyer la demande").click()
    await expect(office.get_by_text("Le partenaire la complète")).to_be_visible()

    await page.reload()
    await expect(page.get_by_text("Combien de serveurs ?").first).to_be_visible()
    await page.get_by_role("button", name="Compléter").click()
    form = page.get_by_role("dialog")
    await expect(form.get_by_label("SIREN")).to_be_disabled()
    await form.get_by_label("Projet").fill("200 serveurs")
    await form.get_by_role("button", name="Enregistrer").click()
    await page.get_by_role("button", name="Soumettre").click()
    await expect(page.get_by_text("Elle attend notre examen")).to_be_visible()

    await office.reload()
    await office.get_by_role("button", name="Valider", exact=True).click()
    decision = office.get_by_role("region", name="Valider cette affaire")
    await decision.get_by_role("button", name="Valider").click()
    await expect(office.get_by_text("Approuvée : le client est protégé")).to_be_visible()
    await page.reload()
    await expect(page.get_by_text("Le client est protégé pour vous jusqu’au")).to_be_visible()
    await page.get_by_label("Étape", exact=True).select_option("qualified")
    await expect(page.get_by_text("Qualifiée").first).to_be_visible()


async def test_a_rival_is_told_of_a_conflict_and_the_office_sees_both(place: Place) -> None:
    now = datetime.now(UTC)
    await given.approved(await given.integrator("Secrète SARL"), now=now)
    rival = await given.integrator("Rivale SAS")
    deal_id = await given.submitted(rival, now=now)
    page = await place.signed_in(await clients.person("owner", rival))
    await page.goto(f"{place.url}/portal/deals?deal={deal_id}")
    await expect(page.get_by_text("Cette affaire en rencontre une autre")).to_be_visible()
    await expect(page.get_by_text("Secrète")).to_be_hidden()
    office = await place.signed_in(await clients.person("admin"))
    await office.goto(f"{place.url}/office/deals?deal={deal_id}")
    await expect(office.get_by_text("Déclarée par Secrète SARL")).to_be_visible()
    await expect(office.get_by_role("button", name="Valider", exact=True)).to_be_disabled()
    await expect(office.get_by_text("protège déjà ce client")).to_be_visible()
    await office.get_by_role("button", name="Ne pas retenir").click()
    await office.get_by_label("Motif").fill("Un autre partenaire protège ce client.")
    await office.get_by_label("Règle").fill("Déclaration d’affaires, 2")
    decision = office.get_by_role("region", name="Ne pas retenir cette affaire")
    await decision.get_by_role("button", name="Ne pas retenir").click()
    await expect(office.get_by_text("Vous ne l’avez pas retenue")).to_be_visible()
    await page.reload()
    await expect(page.get_by_text("Nous n’avons pas retenu cette affaire")).to_be_visible()


async def test_the_protection_is_set_with_the_day_it_begins(place: Place) -> None:
    office = await place.signed_in(await clients.person("admin"))
    await office.goto(f"{place.url}/office/deals")
    await office.get_by_role("link", name="Protection et délais").click()
    await office.get_by_role("button", name="Modifier : Jours pendant").click()
    form = office.get_by_role("dialog")
    await form.get_by_label("Jours").fill("900")
    await expect(form.get_by_text("Donnez un nombre de 1 à 366.")).to_be_visible()
    await form.get_by_role("button", name="Annoncer").click()
    await expect(form.get_by_label("Jours")).to_have_value("900")
    await form.get_by_label("Jours").fill("60")
    await form.get_by_role("button", name="Annoncer").click()
    await expect(office.get_by_text("À venir").first).to_be_visible()
    await settled(office)
    assert await violations(office) == []


async def test_a_lead_is_routed_and_accepted_in_time(place: Place) -> None:
    taker = await given.integrator("Alpha Réseaux", "reseller")
    page = await place.signed_in(await clients.person("owner", taker))
    await page.goto(f"{place.url}/portal/leads")
    await page.get_by_role("button", name="Ce que vous recherchez").first.click()
    form = page.get_by_role("dialog")
    await form.get_by_role("checkbox", name="Entreprise de taille intermédiaire").check()
    await form.get_by_role("button", name="Enregistrer").click()
    await expect(form).to_be_hidden()

    office = await place.signed_in(await clients.person("partner_manager"))
    await office.goto(f"{place.url}/office/leads")
    await office.get_by_role("button", name="Nouveau contact").first.click()
    form = office.get_by_role("dialog")
    await form.get_by_label("Nom").first.fill("Mairie d’Auray")
    await form.get_by_label("Leur besoin").fill("Sauvegarde de 40 postes")
    await form.get_by_label("Personne à contacter").fill("Yann Le Goff")
    await form.get_by_role("button", name="Enregistrer le contact").click()
    await office.get_by_role("button", name="Proposer Alpha Réseaux").click()
    await expect(office.get_by_text("Alpha Réseaux doit répondre")).to_be_visible()

    await page.goto(f"{place.url}/portal")
    await settled(page)
    assert await violations(page) == []
    await page.get_by_role("link", name="Contact commercial : Mairie d’Auray").click()
    await expect(page.get_by_text("Sauvegarde de 40 postes")).to_be_visible()
    await expect(page.get_by_text("Yann Le Goff")).to_be_hidden()
    await page.get_by_role("button", name="Accepter").click()
    await expect(page.get_by_text("Un brouillon que vous seul voyez")).to_be_visible()
    await page.goto(f"{place.url}/portal/leads")
    await expect(page.get_by_text("Yann Le Goff")).to_be_visible()


async def test_a_file_is_tried_before_it_is_imported(place: Place) -> None:
    integra = await given.integrator()
    page = await place.signed_in(await clients.person("owner", integra))
    await page.goto(f"{place.url}/portal/deals?file=true")
    text = (
        "customer_name,customer_country,customer_segment,target_close_on,customer_siren\n"
        "Bonne SA,FR,pme,2027-01-31,552100554\nFausse SA,FR,pme,2027-01-31,552100555\n"
    )
    form = page.get_by_role("dialog")
    await form.locator("input[type=file]").set_input_files(
        {"name": "affaires.csv", "mimeType": "text/csv", "buffer": text.encode()}
    )
    await expect(form.get_by_text("1 ligne peut être importée")).to_be_visible()
    await expect(form.get_by_text("ne peut pas être juste")).to_be_visible()
    await form.get_by_role("button", name="Importer 1 ligne").click()
    await expect(form.get_by_text("1 ligne a été importée")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("link", name="Bonne SA")).to_be_visible()


@walks_every_page
@in_themes
@pytest.mark.parametrize("width", [390, pytest.param(1440, marks=pytest.mark.long)])
async def test_deals_and_leads_are_for_everybody(place: Place, theme: str, width: int) -> None:
    now = datetime.now(UTC)
    taker = await given.taker("Alpha", "reseller", now=now)
    await given.approved(taker, now=now)
    deal_id = await given.submitted(taker, now=now, customer_name="Un nom " * 20)
    await given.submitted(await given.integrator("Rivale"), now=now)
    lead_id = await given.lead(now=now)
    size = {"width": width, "height": 900}
    await deals.offer_lead(lead_id, taker, now=now, actor="system:test")
    pages = {
        await clients.person("owner", taker): (
            "portal/deals", f"portal/deals?deal={deal_id}", "portal/deals?new=true",
            "portal/deals?file=true", "portal/leads", "portal/leads?profile=true",
        ),
        await clients.person("admin"): (
            "office/deals", f"office/deals?deal={deal_id}", "office/leads",
            f"office/leads?lead={lead_id}", "office/leads?new=true",
        ),
    }  # fmt: skip
    for email, paths in pages.items():
        page = await place.signed_in(email, color_scheme=theme, viewport=size)
        for path in paths:
            await page.goto(f"{place.url}/{path}")
            await settled(page)
            assert await violations(page) == [], path
            assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
