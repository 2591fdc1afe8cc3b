"""A partner applies, declares, rises and is told of a fall; the office checks; in a browser."""

import re
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest_asyncio
from playwright.async_api import Page, expect

from backend import charges, programmes, scorecards
from backend.core import PARIS, fetch_value
from backend.programmes import RESELLER
from tests import clients
from tests.e2e.desk import Place, in_themes, needs_desk, opened, settled, violations
from tests.given.charges import a_charge

pytestmark = needs_desk
SYSTEM = "system:test"
DAY = timedelta(days=1)


@pytest_asyncio.fixture
async def place(db: None) -> AsyncIterator[Place]:
    async with opened() as made:
        yield made


def today() -> date:
    return datetime.now(UTC).astimezone(PARIS).date()


async def nearly_certified(partner: UUID) -> None:
    """All that the level asks for but one person."""
    now = datetime.now(UTC)
    used = a_charge(partner, 60_000_00, charged_on=today() - DAY, end_customer="mairie")
    await charges.record_charge(used, now=now, actor=SYSTEM)
    for kind in ("reference", "training"):
        await programmes.record_achievement(
            partner, kind, "Ville de Brest", achieved_on=today() - 9 * DAY, evidence="x",
            now=now, actor=SYSTEM,
        )  # fmt: skip
    await certified(partner, "Ada Lovelace", today() + 300 * DAY)


async def certified(partner: UUID, name: str, until: date) -> None:
    now = datetime.now(UTC)
    first = name.split(maxsplit=1)[0]
    person = await programmes.employ_person(
        partner, email=f"{first}@x.example", name=name, from_on=today() - 90 * DAY,
        now=now, actor=SYSTEM,
    )  # fmt: skip
    await programmes.certify_person(
        person, "cloud", issued_on=today() - 90 * DAY, expires_on=until, now=now, actor=SYSTEM
    )


async def a_member(level: str = "registered") -> UUID:
    partner = await clients.organisation("integra", "reseller")
    await programmes.enter(
        partner, RESELLER, level=level, reason="Deux intégrateurs.",
        now=datetime.now(UTC) - 200 * DAY, actor=SYSTEM,
    )  # fmt: skip
    return partner


async def apply(place: Place, page: Page) -> None:
    await page.goto(f"{place.url}/portal/programmes")
    await page.get_by_role("button", name="Postuler Revendeurs et intégrateurs").click()
    form = page.get_by_role("dialog")
    await form.get_by_label("Pourquoi vous souhaitez en être").fill("Nous installons <b>tout</b>.")
    await form.get_by_role("button", name="Envoyer la candidature").click()
    await expect(page.get_by_text("Votre candidature nous est parvenue")).to_be_visible()


async def test_R_01_R_02_a_partner_applies_and_rises_once_all_is_met(place: Place) -> None:
    partner = await clients.organisation("integra", "reseller")
    page = await place.signed_in(await clients.person("owner", partner))
    await apply(place, page)
    now = datetime.now(UTC)
    waiting = await fetch_value("SELECT id FROM programmes.application")
    await programmes.accept_application(waiting, reason="Bienvenue.", now=now, actor=SYSTEM)
    await nearly_certified(partner)
    await page.goto(f"{place.url}/portal/programmes/{RESELLER}")
    await expect(page.get_by_text("4 sur 5 remplies")).to_be_visible()
    row = page.get_by_role("row").filter(has_text="Personnes certifiées")
    await expect(row).to_contain_text("1")
    await row.get_by_role("link", name="Personnes certifiées").click()

    await page.get_by_role("button", name="Déclarer un certificat").first.click()
    form = page.get_by_role("dialog")
    await form.get_by_label("Nom").fill("Bob Le Goff")
    await form.get_by_label("Adresse électronique de la personne").fill("bob@x.example")
    await form.get_by_label("Travaille pour vous depuis le").fill(str(today() - 30 * DAY))
    await form.get_by_role("combobox", name="Certificat").fill("Cloud Architect")
    await form.get_by_label("Délivré le").fill(str(today() - 20 * DAY))
    await form.get_by_label("Dernier jour").fill(str(today() + 700 * DAY))
    await form.get_by_label("Ce qui l’atteste").fill("No 42")
    await form.get_by_role("button", name="Déclarer").click()
    await expect(page.get_by_text("Déclaration reçue : nous la vérifions")).to_be_visible()

    office = await place.signed_in(await clients.person("partner_manager"))
    await office.goto(f"{place.url}/office/people")
    await office.get_by_role("link", name="cloud-architect").click()
    side = office.get_by_role("dialog")
    await expect(side).to_contain_text("Bob Le Goff")
    await side.get_by_label("Le motif").fill("Vérifié auprès de l’émetteur.")
    await side.get_by_role("button", name="Accepter : cela compte").click()
    await expect(office.get_by_text("Rien n’attend d’être vérifié")).to_be_visible()

    await page.goto(f"{place.url}/portal/programmes/{RESELLER}")
    await expect(page.get_by_text("Toutes les conditions sont remplies")).to_be_visible()
    run = await scorecards.evaluate(
        RESELLER, "promotions", today(), now=datetime.now(UTC), actor=SYSTEM
    )
    assert dict(run.follows) == {"promote": 1}
    await page.reload()
    await expect(page.get_by_text("Promu : Certifié")).to_be_visible()
    await expect(page.get_by_text("Promotion immédiate")).to_be_visible()


async def test_R_03_the_level_on_any_past_day_and_what_it_gave_then(place: Place) -> None:
    partner = await a_member()
    now = datetime.now(UTC)
    await programmes.promote(
        partner, RESELLER, "premium", reason="Tout est rempli.", now=now - 50 * DAY, actor=SYSTEM
    )
    page = await place.signed_in(await clients.person("owner", partner))
    await page.goto(f"{place.url}/portal/programmes/{RESELLER}")
    gives = page.get_by_role("table", name="Ce que donne chaque niveau")
    await expect(gives.get_by_role("columnheader", name="Premium (le vôtre)")).to_be_visible()
    await expect(gives).to_contain_text(re.compile(r"Critique\s: 30\s%"))
    await expect(gives).to_contain_text("Offres communes")
    await page.get_by_label("À cette date").fill(str(today() - 100 * DAY))
    await expect(page.get_by_text("vous aviez le niveau Enregistré")).to_be_visible()
    await expect(gives.get_by_role("columnheader", name="Enregistré (le vôtre)")).to_be_visible()
    await page.get_by_label("À cette date").fill(str(today() - 300 * DAY))
    await expect(page.get_by_text("vous n’étiez pas dans ce programme")).to_be_visible()


async def test_a_fall_is_announced_with_its_days_and_leaving_is_asked_twice(place: Place) -> None:
    partner = await a_member("certified")
    now = datetime.now(UTC)
    await scorecards.evaluate(RESELLER, "quarterly", today(), now=now, actor=SYSTEM)
    page = await place.signed_in(await clients.person("owner", partner))
    await page.goto(f"{place.url}/portal/programmes/{RESELLER}")
    notice = page.get_by_role("status").filter(has_text="votre niveau devient Enregistré")
    await expect(notice).to_contain_text("dans 90 jours")
    await expect(notice).to_contain_text(re.compile(r"Il manque : Chiffre d'affaires"))
    await expect(notice).to_contain_text("Pour contester")
    await page.get_by_role("button", name="Quitter le programme").click()
    asked = page.get_by_role("dialog")
    await asked.get_by_label("Pourquoi vous partez").fill("Nous fusionnons.")
    await asked.get_by_role("button", name="Quitter", exact=True).click()
    await expect(page.get_by_text("Votre organisation n’est pas dans ce programme")).to_be_visible()


async def test_what_ends_soon_is_said_and_a_refusal_has_its_reason(place: Place) -> None:
    partner = await a_member()
    await certified(partner, "Ada Lovelace", today() + 20 * DAY)
    declared = await programmes.declare_achievement(
        partner, "training", "Atelier", achieved_on=today(), expires_on=None, evidence="x",
        now=datetime.now(UTC), actor="person:x",
    )  # fmt: skip
    await programmes.refuse_declaration(
        declared, reason="L’attestation est illisible.", now=datetime.now(UTC), actor=SYSTEM
    )
    page = await place.signed_in(await clients.person("owner", partner))
    await page.goto(f"{place.url}/portal/people")
    await expect(page.get_by_text("Bientôt, ceci ne comptera plus")).to_be_visible()
    row = page.get_by_role("row").filter(has_text="Atelier")
    await expect(row).to_contain_text("L’attestation est illisible.")
    await expect(row).to_contain_text("Pour contester")
    await page.get_by_role("button", name="Est parti(e) Ada Lovelace").click()
    await page.get_by_role("dialog").get_by_role("button", name="Est parti(e)").click()
    await expect(page.get_by_role("row").filter(has_text="Ada Lovelace")).to_have_count(1)


async def test_the_office_tries_a_list_then_records_it(place: Place) -> None:
    await clients.organisation("integra", "vai")
    page = await place.signed_in(await clients.person("partner_manager"))
    await page.goto(f"{place.url}/office/people?view=everybody")
    await expect(page.get_by_text("Personne encore")).to_be_visible()
    await page.get_by_role("button", name="Importer une liste").click()
    side = page.get_by_role("dialog")
    text = (
        "organisation;email;name;works_from;certificate;issued_on;expires_on\n"
        "integra;ada@x.example;Ada Lef\xe8vre;2026-01-05;cloud;2026-01-05;2099-01-05\n"
        "nobody;bob@x.example;Bob;2026-01-05;;;\n"
    )
    file: Any = {"name": "people.csv", "mimeType": "text/csv", "buffer": text.encode("cp1252")}
    await side.get_by_label("Le fichier").set_input_files(files=[file])
    await side.get_by_role("button", name="Essayer").click()
    await expect(side.get_by_text("Simple essai")).to_be_visible()
    refused = side.get_by_role("row").filter(has_text="organisation")
    await expect(refused).to_contain_text("3")
    await side.get_by_role("button", name="Enregistrer les nouveautés").click()
    await expect(side.get_by_text("La liste est enregistrée")).to_be_visible()
    await side.get_by_role("button", name="Fermer").click()
    await expect(page.get_by_role("row").filter(has_text="Ada Lefèvre")).to_contain_text("cloud")


@in_themes
async def test_levels_and_people_are_for_everybody(place: Place, theme: str) -> None:
    partner = await a_member("certified")
    await nearly_certified(partner)
    now = datetime.now(UTC)
    await scorecards.evaluate(RESELLER, "quarterly", today(), now=now, actor=SYSTEM)
    phone: dict[str, Any] = {"color_scheme": theme, "viewport": {"width": 390, "height": 844}}
    page = await place.signed_in(await clients.person("owner", partner), **phone)
    staff = await place.signed_in(await clients.person("partner_manager"), **phone)
    for reader, path in (
        (page, "/portal/programmes"),
        (page, f"/portal/programmes/{RESELLER}"),
        (page, "/portal/people"),
        (staff, "/office/people"),
        (staff, "/office/people?view=everybody"),
    ):
        await reader.goto(place.url + path)
        await settled(reader)
        assert await violations(reader) == [], path
        assert await reader.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
