"""What a partner owes, in a browser: paid on Stripe's page, and approved by a second person."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import httpx
import pytest_asyncio
from playwright.async_api import Page, ViewportSize, expect

from backend import core, dues, payments, payouts, stripe_sandbox
from backend.orders import jobs
from tests import clients
from tests.e2e.desk import Place, fits, needs_desk, opened, settled, violations
from tests.receipts.test_routes import owing

pytestmark = needs_desk


@pytest_asyncio.fixture
async def place(db: None) -> AsyncIterator[Place]:
    async with opened() as made:
        yield made


async def told() -> None:
    """Webhooks travel, and the worker's job sees what came."""
    clock = payouts.machine_clock
    async with httpx.AsyncClient() as post:
        await stripe_sandbox.deliver_due(post)
    await jobs.take_payments(clock, hold_days=14, elsewhere=dues.payment_taker(clock))


async def test_a_partner_pays_what_it_owes_and_the_office_approves_what_is_too_much(
    place: Place,
) -> None:
    await payments.ensure_destinations(f"{place.url}/api/hooks/stripe", datetime.now(UTC))
    org = await owing()
    await dues.write_reminders(datetime.now(UTC) + timedelta(days=40))
    office = await place.signed_in(await clients.person("finance"))
    await office.goto(f"{place.url}/office/receivables")
    await office.get_by_role("button", name="Enregistrer un paiement de").click()
    form = office.get_by_role("dialog")
    await form.get_by_label("Montant en euros").fill("500,00")
    await form.get_by_label("Référence de la banque").fill("VIR-42")
    await form.get_by_role("button", name="Enregistrer").click()
    await expect(form.get_by_text("Une deuxième personne doit le valider")).to_be_visible()
    await form.get_by_role("link", name="Voir ce qui est à valider").click()
    await expect(office.get_by_text("Attend une deuxième personne")).to_be_visible()
    await office.get_by_role("button", name="Valider VIR-42").click()
    await office.get_by_role("dialog").get_by_role("button", name="Valider").click()
    await expect(office.get_by_text("Nul n’approuve ce qu’il a enregistré")).to_be_visible()

    page = await place.signed_in(await clients.person("owner", org), viewport=PHONE)
    await page.goto(f"{place.url}/portal/statements")
    statement = await core.fetch_value("SELECT id FROM settlement.statement")
    await page.goto(f"{place.url}/portal/statements/{statement}")
    await expect(page.get_by_text("Vous nous devez 180,00")).to_be_visible()
    await page.get_by_role("link", name="Payer").click()
    await settled(page)
    assert await violations(page) == []
    await fits(page, "/portal/receipts")
    await page.get_by_role("button", name="Payer 180,00").click()
    await page.wait_for_url("**/checkout/**")
    await page.locator('[name="email"]').fill("compta@integra.example")
    await page.locator('button[value="pay"]').click()
    await page.wait_for_url("**/portal/receipts?back=paid")
    await expect(page.get_by_text("Nous attendons la réponse de votre banque")).to_be_visible()
    await told()
    # The page asks by itself, and says what it has found.
    await expect(page.get_by_text("Votre paiement de 180,00")).to_be_visible()
    await expect(page.get_by_text("Vous ne nous devez rien")).to_be_visible()
    await expect(page.get_by_role("cell", name="Carte")).to_be_visible()

    second = await place.signed_in(await clients.person("finance"), color_scheme="dark")
    await second.goto(f"{place.url}/office/receivables?shown=approve")
    await settled(second)
    assert await violations(second) == []
    await second.get_by_role("button", name="Valider VIR-42").click()
    await second.get_by_role("dialog").get_by_role("button", name="Valider").click()
    await expect(second.get_by_text("Validé à deux")).to_be_visible()
    await look_at_the_debt(place, second, str(org))


async def look_at_the_debt(place: Place, page: Page, org: str) -> None:
    """What the partner owes is one sum on its page; letters and limits have a page of their own."""
    await page.goto(f"{place.url}/office/partners/{org}")
    await expect(page.get_by_role("heading", name="Ce qu’il nous doit")).to_be_visible()
    await expect(page.get_by_text("Au total", exact=False).first).to_be_visible()
    await settled(page)
    assert await violations(page) == []
    await page.get_by_role("link", name="Voir ses créances").click()
    await page.get_by_role("link", name="Relances et plafonds").click()
    await expect(page.get_by_text("30 · 60 · 90")).to_be_visible()
    await page.get_by_role("button", name="Modifier : relances").click()
    form = page.get_by_role("dialog")
    await form.get_by_label("Deuxième relance").fill("20")
    await form.get_by_role("button", name="Annoncer").click()
    await expect(form.get_by_text("Plus tard que la relance précédente").first).to_be_visible()
    await form.get_by_label("Deuxième relance").fill("45")
    await form.get_by_role("button", name="Annoncer").click()
    await expect(page.get_by_text("30 · 45 · 90")).to_be_visible()
    await expect(page.get_by_text("À venir")).to_be_visible()
    await page.get_by_role("button", name="Modifier : plafonds").click()
    await form.get_by_label("Devise").select_option("JPY")
    await expect(form.get_by_text("Pas de plafond aujourd’hui")).to_be_visible()
    await form.get_by_label("Une seule personne enregistre jusqu’à").fill("500000")
    await form.get_by_role("button", name="Annoncer").click()
    await expect(page.get_by_text("500 000", exact=False)).to_be_visible()
    await page.set_viewport_size(PHONE)
    await settled(page)
    assert await violations(page) == []
    await fits(page, "/office/receivable-settings")


PHONE: ViewportSize = {"width": 390, "height": 844}
