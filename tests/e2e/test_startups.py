"""A start-up's journey, checklists and featured places in a real browser, from both sides."""

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import UUID

import pytest_asyncio
from playwright.async_api import Page, expect

from backend import catalogue, programmes, startups
from backend.core import PARIS
from backend.startups.rules import Project
from tests import clients, given
from tests.e2e.desk import (
    Place,
    in_themes,
    needs_desk,
    opened,
    settled,
    violations,
    walks_every_page,
)
from tests.given import charges as used
from tests.given import checklists as gone_through
from tests.given.partners import NOW, SYSTEM

pytestmark = needs_desk


@pytest_asyncio.fixture
async def place(db: None) -> AsyncIterator[Place]:
    async with opened() as made:
        yield made


async def startup(name: str = "pousse") -> UUID:
    made = await clients.organisation(name, "startup")
    application = await startups.apply(
        made, Project("A notebook.", "Rust.", "Two."), now=NOW, actor=SYSTEM
    )
    await startups.accept_application(application, reason="It fits.", now=NOW, actor=SYSTEM)
    return made


async def grown(organisation: UUID) -> None:
    for month, servers in enumerate((1, 12, 150, 2_000, 30_000, 200_000), start=1):
        await used.charge(
            organisation, charged_on=NOW.date().replace(month=month, day=10),
            resource="vm.large", quantity=Decimal(servers), unit_price=Decimal("0.5"),
            list_minor=50,
        )  # fmt: skip


async def featured_editor() -> UUID:
    editor = await given.partner("Kerlann SA")
    await given.verified(editor)
    await programmes.enter(editor, "business_model", reason="Aligned.", now=NOW, actor=SYSTEM)
    await programmes.enter(editor, "technical", reason="Integrated.", now=NOW, actor=SYSTEM)
    await gone_through.done(editor, "technical")
    await given.listing(editor, name="Coffre <i>fort</i>")
    return editor


async def test_a_startup_applies_goes_through_its_list_and_graduates(place: Place) -> None:
    young = await clients.organisation("pousse", "startup")
    theirs = await place.signed_in(await clients.person("owner", young))
    office = await place.signed_in(await clients.person("partner_manager"))

    await theirs.goto(f"{place.url}/portal")
    menu = theirs.get_by_role("navigation", name="Partenaires")
    await menu.get_by_role("link", name="Programme jeunes pousses").click()
    await theirs.get_by_label("Projet").fill("Un carnet <b>souverain</b>")
    await theirs.get_by_role("button", name="Envoyer la candidature").click()
    await expect(theirs.get_by_text("Avec quoi c’est construit").first).to_be_visible()
    await theirs.get_by_label("Technologie").fill("Rust")
    await theirs.get_by_label("Équipe").fill("Deux associées")
    await theirs.get_by_role("button", name="Envoyer la candidature").click()
    await expect(theirs.get_by_text("Votre candidature est à l’étude")).to_be_visible()

    await office.goto(f"{place.url}/office/startups")
    await office.get_by_role("link", name="pousse SAS").click()
    await expect(office.get_by_text("Un carnet <b>souverain</b>")).to_be_visible()
    await office.get_by_role("button", name="Accepter la jeune pousse").click()
    await office.get_by_label("Motif, lu par la jeune pousse").fill("Un beau projet.")
    await (
        office.get_by_role("dialog")
        .last.get_by_role("button", name="Accepter la jeune pousse")
        .click()
    )
    await expect(office.get_by_text("Dernier jour")).to_be_visible()

    await theirs.reload()
    await expect(theirs.get_by_text(re.compile(r"10\s000,00\s€")).first).to_be_visible()
    await theirs.get_by_role("button", name="Déclarer fait Réunion de lancement").click()
    await theirs.get_by_label("Ce qui a été fait").fill("Vue lundi")
    await theirs.get_by_role("dialog").get_by_role("button", name="Déclarer fait").click()
    await expect(theirs.get_by_text("En cours de vérification")).to_be_visible()

    await office.goto(f"{place.url}/office/startups?view=reviews")
    await (
        office.get_by_role("row", name="Réunion de lancement")
        .get_by_role("button", name="Refuser")
        .click()
    )
    await office.get_by_label("Motif, lu par le partenaire").fill("Qui était là ?")
    await office.get_by_role("button", name="Refuser avec ce motif").click()
    await expect(office.get_by_text("Rien n’attend d’être vérifié")).to_be_visible()
    await theirs.reload()
    await expect(theirs.get_by_text("Réponse : Qui était là ?")).to_be_visible()

    await theirs.get_by_role("button", name="Demander à devenir éditeur").click()
    await theirs.get_by_label("Pourquoi le moment est venu").fill("Dix clients")
    await theirs.get_by_role("button", name="Envoyer la demande").click()
    await expect(theirs.get_by_role("button", name="Retirer la demande")).to_be_visible()
    await office.goto(f"{place.url}/office/startups?startup={young}")
    await office.get_by_role("button", name="Accepter le passage").click()
    await office.get_by_label("Motif, lu par la jeune pousse").fill("Dix clients, bravo.")
    await (
        office.get_by_role("dialog").last.get_by_role("button", name="Accepter le passage").click()
    )
    await expect(office.get_by_text("Devenu éditeur").first).to_be_visible()
    await theirs.reload()
    await expect(theirs.get_by_text("Devenu éditeur").first).to_be_visible()
    assert await programmes.level_at(young, programmes.EDITOR, datetime.now(UTC)) == "selected"


async def test_the_office_features_a_listing_and_the_store_says_why(place: Place) -> None:
    editor = await featured_editor()
    office = await place.signed_in(await clients.person("partner_manager"))
    await office.goto(f"{place.url}/office/featured")
    await office.get_by_role("button", name="Mettre une offre en avant").first.click()
    form = office.get_by_role("dialog")
    await form.get_by_role("button", name="Mettre en avant").click()
    await expect(form.get_by_text("La raison en français")).to_be_visible()
    await form.get_by_label("Offre").select_option(index=1)
    await form.get_by_label("Raison lue par les clients, en français").fill("Données en France.")
    await form.get_by_label("Raison lue par les clients, en anglais").fill("Data in France.")
    await form.get_by_role("button", name="Mettre en avant").click()
    row = office.get_by_role("row", name="Coffre <i>fort</i>")
    await expect(row).to_contain_text("En cours")
    visitor = await place.visitor("en")
    await visitor.goto(f"{place.url}/en")
    await expect(visitor.get_by_text("Data in France.")).to_be_visible()
    await visitor.get_by_role("link", name="How they are chosen").click()
    await expect(visitor.get_by_text("A place cannot be bought")).to_be_visible()
    assert await violations(visitor) == []
    theirs = await place.signed_in(await clients.person("owner", editor))
    await theirs.goto(f"{place.url}/portal/technical")
    await expect(theirs.get_by_text("Données en France.")).to_be_visible()
    await row.get_by_role("button", name="Écourter").click()
    await office.get_by_label("Motif, lu par le partenaire").fill("Échange de places")
    await office.get_by_role("button", name="Mettre fin à la place").click()
    await expect(row).to_contain_text("Écourtée")


async def test_the_office_announces_a_version_of_a_checklist(place: Place) -> None:
    office = await place.signed_in(await clients.person("partner_manager"))
    await office.goto(f"{place.url}/office/startups?view=lists")
    await office.get_by_role("button", name="Nouvelle version Intégration technique").click()
    await office.get_by_role("button", name="Retirer le point 4").click()
    await office.get_by_role("button", name="Ajouter un point").click()
    await office.get_by_role("button", name="Annoncer la version").click()
    await expect(office.get_by_text("Minuscules, chiffres et _")).to_be_visible()
    await office.get_by_label("Code").last.fill("audit")
    await office.get_by_label("Titre en français").last.fill("Audit de sécurité")
    await office.get_by_label("Titre en anglais").last.fill("Security audit")
    await office.get_by_role("button", name="Annoncer la version").click()
    await office.get_by_text("Annoncée").click()
    await expect(office.get_by_text("Audit de sécurité")).to_be_visible()


async def looks(page: Page, address: str) -> None:
    await page.goto(address)
    await settled(page)
    assert await violations(page) == [], address
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth"), address


@walks_every_page
@in_themes
async def test_the_pages_are_for_everybody(place: Place, theme: str) -> None:
    young, editor = await startup(), await featured_editor()
    await grown(young)
    day = datetime.now(UTC).astimezone(PARIS).date()
    [listing] = await catalogue.eligible_listings(datetime.now(UTC))
    await catalogue.feature_listing(
        "home_1", listing.listing_id, starts_on=day, ends_on=day + timedelta(days=20),
        criterion="need", reason_fr="Très demandé.", reason_en="Often asked for.",
        now=datetime.now(UTC), actor=SYSTEM,
    )  # fmt: skip
    for width, language in ((390, "fr"), (1280, "en")):
        view = {"color_scheme": theme, "viewport": {"width": width, "height": 844}}
        page = await place.signed_in(await clients.person("owner", young), language, **view)
        await looks(page, f"{place.url}/portal/startup")
        page = await place.signed_in(await clients.person("owner", editor), language, **view)
        await looks(page, f"{place.url}/portal/technical")
        page = await place.signed_in(await clients.person("partner_manager"), language, **view)
        for path in ("startups", "startups?view=reviews", "startups?view=lists", "featured"):
            await looks(page, f"{place.url}/office/{path}")
        await looks(page, f"{place.url}/office/startups?startup={young}")
        for path in ("featured", "technical-programme", "partners"):
            await looks(page, f"{place.url}/{language}/{path}")
