"""Use of the infrastructure in a real browser: a file tried and recorded, prices explained,
credits, and two invoices that one payment settles.
"""

import re
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from backend import charges, network, partners, payouts, programmes, settlement
from backend.core import PARIS, fetch_row, fetch_value
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
from tests.given.payouts import AUGUST, payable_partner
from tests.given.programmes import JANUARY, organisation, reseller

pytestmark = needs_desk
HEADER = "organisation,end_customer,day,environment,resource,quantity,list_price,reference"
USED = date(2026, 8, 20)
PHONE = {"width": 390, "height": 844}


@pytest_asyncio.fixture
async def place(db: None) -> AsyncIterator[Place]:
    async with opened(sandbox=True) as found:
        yield found


async def office(place: Place, role: str = "finance", language: str = "fr") -> Page:
    return await place.signed_in(await clients.person(role), language)


async def owner(place: Place, org: UUID, language: str = "fr", **options: Any) -> Page:
    return await place.signed_in(await clients.person("owner", org), language, **options)


async def close() -> None:
    await settlement.close_month(AUGUST, minimum_hundredths=2500, now=given.NOW, actor=given.SYSTEM)


async def work() -> None:
    await charges.run_files(payouts.machine_clock)


async def to_statement(place: Place, page: Page, org: UUID) -> None:
    found = await fetch_value("SELECT id FROM settlement.statement WHERE organisation_id = $1", org)
    await page.goto(f"{place.url}/portal/statements/{found}")
    await settled(page)


async def editor() -> tuple[UUID, str]:
    """Payable, and in the editors' programme: 20 % off infrastructure."""
    org = await payable_partner()
    await programmes.enter(
        org, programmes.EDITOR, reason="Selected.", now=JANUARY, actor=given.SYSTEM
    )
    return org, (await partners.read_organisation(org)).reference


async def test_P_08_a_file_is_recorded_and_the_month_pays_the_difference_of_two_invoices(
    place: Place, tmp_path: Path
) -> None:
    """Money rule d, on screen: 840.00 of share less 240.00 of infrastructure is 600.00 paid."""
    org, reference = await editor()
    await given.sale(org, 1000_00)
    file = tmp_path / "août.csv"
    rows = [
        f"{reference},mairie,2026-08-20,enterprise,vm.large,10,25.00,u1",
        f"{reference},mairie,2026-08-20,enterprise,vm.large,zéro,25.00,u2",
    ]
    file.write_text("\n".join([HEADER, *rows, ""]))
    page = await office(place)
    await page.goto(f"{place.url}/office/charges")
    await page.get_by_role("link", name="Importer un fichier").first.click()
    await page.locator("input[type=file]").set_input_files(file)
    await page.get_by_role("button", name="Essayer").click()
    await page.get_by_text("Le fichier est à l’essai").wait_for()
    await work()
    await page.get_by_text("Rien n’est encore enregistré").wait_for()
    refused = page.get_by_role("row", name="quantity")
    await expect(refused).to_contain_text("n’est pas un simple nombre décimal")
    await page.get_by_role("button", name="Seraient enregistrées").click()
    await expect(page.get_by_role("row", name="vm.large")).to_contain_text("200,00")
    assert await fetch_value("SELECT count(*) FROM charges.charge_line") == 0
    await page.get_by_role("button", name="Enregistrer 1 consommation…").click()
    await page.get_by_role("button", name="Les enregistrer").click()
    await page.get_by_text("Le fichier est en cours d’enregistrement").wait_for()
    await work()
    await page.get_by_text("1 consommation enregistrée").wait_for()
    await close()

    partner = await owner(place, org)
    await to_statement(place, partner, org)
    documents = partner.get_by_role("table").first
    for text in ("840,00", "−240,00", "600,00"):
        await expect(documents).to_contain_text(text)
    falls = partner.get_by_role("list").filter(has_text="Infrastructure utilisée")
    for text in ("−250,00", "+50,00", "−40,00", "600,00"):
        await expect(falls).to_contain_text(text)
    await partner.get_by_role("link", name="voir 1 ligne").last.click()
    await partner.get_by_role("link", name="vm.large").click()
    why = partner.get_by_role("dialog")
    await expect(why).to_contain_text("Tarif des éditeurs")
    await expect(why).to_contain_text("20 % de 250,00")
    await expect(why).to_contain_text("200,00")
    await payouts.pay_month(AUGUST, now=given.NOW, actor=given.SYSTEM)
    row = await fetch_row("SELECT amount_minor FROM payouts.payout WHERE organisation_id = $1", org)
    assert row is not None and row["amount_minor"] == 600_00


async def test_what_is_owed_above_the_share_is_said_in_words(place: Place) -> None:
    """Money rule d, the other way: share 84.00, infrastructure 180.00: 96.00 are due, carried."""
    org = await organisation("isv")
    await given.sale(org, 100_00)
    await made.charge(org, 150_00, charged_on=USED)
    await close()
    page = await owner(place, org)
    await to_statement(place, page, org)
    said = page.get_by_text(re.compile("Vous devez 96,00.*s’impute sur votre relevé suivant"))
    await expect(said).to_be_visible()
    desk = await office(place, language="en")
    found = await fetch_value("SELECT id FROM settlement.statement")
    await desk.goto(f"{place.url}/office/statements/{found}")
    await expect(desk.get_by_text(re.compile("€96.00 are due to us"))).to_be_visible()
    await desk.get_by_role("link", name="See the charges").click()
    await expect(desk.get_by_role("row", name="vm.large")).to_be_visible()


async def test_j_credits_pay_before_vat_the_nearest_expiry_first(place: Place) -> None:
    """Money rule j: 100.00 all paid; 450.00 with 300.00 left is 180.00 with VAT; G2, then G1."""
    whole, part, two = [await organisation("startup") for _ in range(3)]
    await made.grant(whole, 10_000_00)
    await made.grant(part, 300_00)
    await made.grant(two, 300_00, expires_on=date(2026, 12, 31))
    await made.grant(two, 500_00, expires_on=date(2026, 11, 30))
    for org, minor in ((whole, 100_00), (part, 450_00), (two, 600_00)):
        await made.charge(org, minor, charged_on=USED)
    await close()
    page = await owner(place, whole)
    await to_statement(place, page, whole)
    await expect(page.get_by_text("Payé par votre crédit")).to_be_visible()
    await expect(page.get_by_role("table").first).to_contain_text("0,00")
    page = await owner(place, part)
    await to_statement(place, page, part)
    await expect(page.get_by_text(re.compile("Vous devez 180,00"))).to_be_visible()
    page = await owner(place, two)
    await page.goto(f"{place.url}/portal/credits")
    await settled(page)
    await expect(page.get_by_text("200,00").first).to_be_visible()
    await expect(page.get_by_role("row", name="30 nov. 2026")).to_contain_text("Épuisé")
    await page.get_by_role("row", name="30 nov. 2026").get_by_role("link").click()
    uses = page.get_by_role("dialog")
    await expect(uses).to_contain_text("−500,00")


async def test_the_office_grants_a_credit_and_takes_a_charge_back(place: Place) -> None:
    org = await organisation("startup", name="Jeune Pousse")
    page = await office(place)
    await page.goto(f"{place.url}/office/credits")
    await page.get_by_role("button", name="Accorder un crédit").click()
    form = page.get_by_role("dialog")
    await form.get_by_label("Qui peut le dépenser").fill("Jeune")
    await page.get_by_role("option", name="Jeune Pousse").click()
    await form.get_by_label("Montant en euros").fill("300,00")
    await form.get_by_label("Motif").fill("Programme de l’automne")
    await expect(form.get_by_text("Rien n’est encore accordé")).to_be_visible()
    await form.get_by_role("button", name="L’accorder").click()
    await page.get_by_text("300,00 € accordés à Jeune Pousse").wait_for()
    line = await charge_of_today(org)
    await page.goto(f"{place.url}/office/charges?charge={line}")
    why = page.get_by_role("dialog")
    await expect(why).to_contain_text("Programme de l’automne")
    await why.get_by_role("button", name="Rembourser…").click()
    await why.get_by_label("Montant après remises").fill("225,00")
    await why.get_by_role("button", name="Rembourser", exact=True).click()
    await page.get_by_text("225,00 € ont été remboursés").wait_for()
    grant = await fetch_value("SELECT left_minor FROM charges.credit_balance")
    assert grant == 150_00, "half of the credit came back with half of the charge"
    again = why.get_by_role("button", name="Rembourser…")
    await again.click()
    await why.get_by_label("Montant après remises").fill("226,00")
    await why.get_by_label("Référence du remboursement").fill("encore")
    await why.get_by_role("button", name="Rembourser", exact=True).click()
    await expect(why.get_by_role("alert")).to_be_visible()


async def charge_of_today(org: UUID) -> int:
    now = datetime.now(UTC)
    day = now.astimezone(PARIS).date()
    line = made.a_charge(org, 450_00, charged_on=day, reference="today")
    await charges.record_charge(line, now=now, actor=given.SYSTEM)
    found: int = (await made.row(line))["id"]
    return found


async def test_a_wholesaler_sees_its_margins_and_no_cost_of_others(place: Place) -> None:
    """Money rule e: 50.00 of 1,000.00 at list price."""
    gros, sub = await organisation("wholesaler"), await reseller("certified")
    await network.join(sub, gros, "operator", now=JANUARY, actor=given.SYSTEM)
    await made.charge(sub, 1000_00, environment="enterprise", charged_on=USED)
    await close()
    page = await owner(place, gros)
    await page.goto(f"{place.url}/portal")
    await page.get_by_role("link", name="Marges").click()
    await expect(page.get_by_role("row", name="5 %")).to_contain_text("50,00")
    await to_statement(place, page, gros)
    await expect(page.get_by_text("Votre marge")).to_be_visible()
    shop = await owner(place, sub)
    await shop.goto(f"{place.url}/portal")
    await settled(shop)
    assert await shop.get_by_role("link", name="Marges").count() == 0
    await to_statement(place, shop, sub)
    await expect(shop.get_by_text(re.compile("Vous devez 1\\W020,00"))).to_be_visible()


PORTAL = ("charges", "charges?month=2020-01", "credits", "margins")
OFFICE = ("charges", "credits", "margins", "charge-files")


@walks_every_page
@in_themes
@pytest.mark.parametrize("full", [False, True])
async def test_the_pages_are_for_everybody(place: Place, theme: str, full: bool) -> None:
    language = "en" if theme == "dark" else "fr"
    gros, org = await organisation("wholesaler", "startup"), await reseller("certified")
    file = "nobody"
    if full:
        await network.join(org, gros, "operator", now=JANUARY, actor=given.SYSTEM)
        await made.grant(gros, 300_00)
        for who in (gros, org):
            await made.charge(who, 450_00, charged_on=USED)
        text = "\n".join([HEADER, "nobody,,2026-08-20,start,vm,1,1.00,u1", ""])
        file = str(
            await charges.add_file("août.csv", text.encode(), now=given.NOW, actor=given.SYSTEM)
        )
        await work()
    options: Any = {"color_scheme": theme, "viewport": PHONE}
    partner = await owner(place, gros, language, **options)
    staff = await place.signed_in(await clients.person("finance"), language, **options)
    addresses = [(partner, f"/portal/{one}") for one in PORTAL]
    addresses += [(staff, f"/office/{one}") for one in OFFICE]
    if full:
        line = await fetch_value("SELECT min(id) FROM charges.charge_line")
        addresses += [
            (partner, f"/portal/charges?charge={line}"),
            (staff, f"/office/charges?charge={line}"),
            (staff, f"/office/charge-files/{file}"),
        ]
    for page, address in addresses:
        await page.goto(place.url + address)
        await settled(page)
        assert await violations(page) == [], address
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth"), address
