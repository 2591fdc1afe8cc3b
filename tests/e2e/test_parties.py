"""The office's partners, their network and our colleagues; notices in both areas: in a browser."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from backend import core, mail, network
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
from tests.given import charges as made
from tests.given.programmes import JANUARY, organisation, reseller

pytestmark = needs_desk


@pytest_asyncio.fixture
async def place(db: None) -> AsyncIterator[Place]:
    async with opened() as made:
        yield made


async def tree() -> tuple[UUID, UUID, UUID]:
    shop = await reseller("certified")
    near = await organisation("wholesaler", name="Gros <b>Ouest</b>")
    top = await organisation("wholesaler", name="Atlantique Distribution")
    await network.join(shop, near, "operator", now=JANUARY, actor=given.SYSTEM)
    await network.join(near, top, "operator", now=JANUARY, actor=given.SYSTEM)
    return shop, near, top


async def test_an_organisation_is_created_completed_and_becomes_a_supplier(place: Place) -> None:
    page = await place.signed_in(await clients.person("admin"))
    await page.goto(f"{place.url}/office/partners")
    await page.get_by_role("button", name="Nouvelle organisation").click()
    form = page.get_by_role("dialog")
    await form.get_by_label("Entreprise").fill("Serveurs du Léon")
    await form.get_by_label("Référence").fill("leon")
    await form.get_by_label("Acheteur", exact=True).check()
    await form.get_by_label("SIREN").fill("732 829 321")
    await form.get_by_role("button", name="Créer l’organisation").click()
    await expect(form.get_by_label("SIREN")).to_have_attribute("aria-invalid", "true")
    await form.get_by_label("SIREN").fill("732 829 320")
    await form.get_by_role("button", name="Créer l’organisation").click()
    await expect(page.get_by_role("heading", name="Serveurs du Léon")).to_be_visible()

    await page.get_by_role("button", name="Signer un contrat").click()
    form = page.get_by_role("dialog")
    await form.get_by_label("Numéro du contrat").fill("C-1")
    await form.get_by_label("Ce qui est fourni").fill("Serveurs")
    await form.get_by_role("button", name="Enregistrer").click()
    await expect(page.get_by_text("C-1 · Constructeur")).to_be_visible()
    await expect(page.get_by_text("Fournisseurs", exact=True)).to_be_visible()
    await page.get_by_role("button", name="Part C-1").click()
    form = page.get_by_role("dialog")
    await form.get_by_label("Part du revenu, en pour cent").fill("12")
    await form.get_by_role("button", name="Enregistrer").click()
    await expect(page.get_by_text("12 %")).to_be_visible()
    await page.get_by_role("button", name="Ajouter un rôle ou un sous-type").click()
    form = page.get_by_role("dialog")
    await form.get_by_label("Sous-type").select_option("consulting")
    await form.get_by_role("button", name="Ajouter").click()
    await expect(page.get_by_text("Cabinet de conseil, Constructeur")).to_be_visible()


async def test_a_list_of_partners_is_tried_then_imported(place: Place, tmp_path: Path) -> None:
    file = tmp_path / "partners.csv"
    file.write_text(
        "reference;name;country;segment;roles;kinds\n"
        "esn-1;Conseil & Fils;FR;eti;vai;vai:esn\n"
        "bad;;FR;pme;isv;\n"
    )
    page = await place.signed_in(await clients.person("partner_manager"))
    await page.goto(f"{place.url}/office/partners")
    await page.get_by_role("button", name="Importer").click()
    side = page.get_by_role("dialog")
    await side.locator("input[type=file]").set_input_files(file)
    await expect(side.get_by_text("1 seraient créées, 0 déjà connues, 1 refusées")).to_be_visible()
    await expect(side.get_by_role("row", name="3 name")).to_be_visible()
    assert await core.fetch_value("SELECT count(*) FROM partners.organisation") == 0
    await side.get_by_role("button", name="Importer les bonnes lignes").click()
    await expect(side.get_by_text("1 créées, 0 déjà connues, 1 refusées")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("row", name="Conseil & Fils")).to_contain_text("ESN")


async def test_a_move_in_the_network_is_shown_before_it_is_made(place: Place) -> None:
    shop, near, top = await tree()
    page = await place.signed_in(await clients.person("partner_manager"))
    await page.goto(f"{place.url}/office/network")
    await page.get_by_role("button", name="Déplacer Intégra").click()
    form = page.get_by_role("dialog")
    await form.get_by_label("Se place sous").click()
    await page.get_by_role("option", name="Atlantique Distribution").click()
    await form.get_by_role("button", name="Voir ce qui changerait").click()
    await expect(form.get_by_text("Les marges cessent pour Gros <b>Ouest</b>.")).to_be_visible()
    await form.get_by_label("Motif").fill("Contrat repris")
    await form.get_by_role("button", name="L’y placer maintenant").click()
    await expect(form).to_be_hidden()
    parent = await network.parent_at(shop, datetime.now(UTC))
    assert parent is not None
    assert parent.organisation_id == top
    await page.get_by_label("Tel qu’il était le").fill("2026-11-20")
    await expect(page.get_by_role("button", name="1 sous Gros <b>Ouest</b>")).to_be_visible()
    assert near != top


async def test_a_wholesaler_sees_prices_and_margins_and_names_a_contact(place: Place) -> None:
    shop, near, _ = await tree()
    await made.charge(shop, 1000_00, environment="enterprise")
    page = await place.signed_in(await clients.person("owner", near))
    await page.goto(f"{place.url}/portal/network")
    await expect(page.get_by_role("cell", name="50,00 €")).to_be_visible()
    await expect(page.get_by_text("15 % → 20 %").first).to_be_visible()
    await page.get_by_role("button", name="En nommer un Intégra").click()
    form = page.get_by_role("dialog")
    await form.get_by_label("Nom").fill("Jeanne")
    await form.get_by_label("Adresse e-mail").fill("jeanne@gros.example")
    await form.get_by_role("button", name="Enregistrer").click()
    await expect(page.get_by_role("button", name="Modifier Intégra")).to_be_visible()
    below = await place.signed_in(await clients.person("owner", shop))
    await below.goto(f"{place.url}/portal/network")
    await expect(below.get_by_text("jeanne@gros.example")).to_be_visible()
    assert "800" not in await below.locator("main").inner_text()


async def test_an_administrator_gives_a_colleague_other_roles(place: Place) -> None:
    await clients.person("finance")
    page = await place.signed_in(await clients.person("admin"))
    await page.goto(f"{place.url}/office/colleagues")
    await page.get_by_role("button", name="Changer les rôles finance").click()
    form = page.get_by_role("dialog")
    await form.get_by_label("Direction").check()
    await form.get_by_label("Finance").uncheck()
    await form.get_by_role("button", name="Enregistrer").click()
    await expect(page.get_by_role("row", name="finance").first).to_contain_text("Direction")


async def test_the_bell_shows_letters_and_forgets_what_was_read(place: Place) -> None:
    acme = await clients.organisation("acme")
    email = await clients.person("owner", acme)
    for subject, link in (("Votre relevé", f"{place.url}/portal/statements"), ("Autre", None)):
        letter = mail.Letter(kind="test", subject=subject, paragraphs=["Il est là."], link=link)
        await mail.send(email, letter, language="fr", now=datetime.now(UTC))
    page = await place.signed_in(email)
    await page.goto(f"{place.url}/portal")
    await page.get_by_role("button", name="Avis : 2 non lus").click()
    side = page.get_by_role("dialog")
    await settled(page)
    assert await violations(page) == []
    await side.get_by_role("button", name="Ouvrir Votre relevé").click()
    await page.wait_for_url("**/portal/statements")
    await page.get_by_role("button", name="Avis : 1 non lu", exact=True).click()
    await side.get_by_role("button", name="Tout marquer comme lu").click()
    await expect(page.get_by_role("button", name="Avis", exact=True)).to_be_attached()


async def look(page: Page, name: str, shots: Path | None) -> None:
    await settled(page)
    assert await violations(page) == [], name
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
    if shots is not None:
        await page.screenshot(path=shots / f"{name}.png", full_page=True)


@walks_every_page
@in_themes
@pytest.mark.parametrize("width", [390, pytest.param(1280, marks=pytest.mark.long)])
async def test_the_pages_are_for_everybody(place: Place, theme: str, width: int) -> None:
    shop, near, _ = await tree()
    await made.charge(shop, 1000_00, environment="enterprise")
    how: dict[str, Any] = {"color_scheme": theme, "viewport": {"width": width, "height": 900}}
    shots = SHOTS if SHOTS and SHOTS.exists() else None
    page = await place.signed_in(await clients.person("admin"), **how)
    for path in ("network", "colleagues", "partners", f"partners/{near}", ""):
        await page.goto(f"{place.url}/office/{path}")
        await look(
            page, f"office-{path.split('/')[0] or 'home'}-{len(path)}-{theme}-{width}", shots
        )
    await page.goto(f"{place.url}/office/partners")
    await page.get_by_role("button", name="Nouvelle organisation").click()
    await page.get_by_role("dialog").wait_for()
    await look(page, f"new-{theme}-{width}", shots)
    page = await place.signed_in(await clients.person("owner", near), "en", **how)
    for path in ("network", "company"):
        await page.goto(f"{place.url}/portal/{path}")
        await look(page, f"portal-{path}-{theme}-{width}", shots)


SHOTS: Path | None = None


async def test_who_looks_after_editors_begins_with_them_and_takes_the_filter_off(
    place: Place,
) -> None:
    await given.partner("Armor Éditions")
    await organisation("vai", name="Intégra SARL")
    page = await place.signed_in(await clients.person("isv_manager"), "en")
    await page.goto(f"{place.url}/office")
    await expect(page).to_have_url(f"{place.url}/office?role=isv")
    await expect(page.get_by_label("Any role")).to_have_value("isv")
    await page.goto(f"{place.url}/office/partners")
    await expect(page).to_have_url(f"{place.url}/office/partners?role=isv")
    await expect(page.get_by_role("link", name="Armor Éditions")).to_be_visible()
    await expect(page.get_by_role("link", name="Intégra SARL")).to_have_count(0)
    await page.get_by_label("Any role").select_option("")
    await expect(page).to_have_url(f"{place.url}/office/partners?role=any")
    await expect(page.get_by_role("link", name="Intégra SARL")).to_be_visible()
