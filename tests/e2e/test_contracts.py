"""The office agrees on prices with a large account, in a real browser."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest_asyncio
from playwright.async_api import expect

from backend import core
from backend.charges import actions_contract
from backend.charges.rules_contract import ContractPrice
from backend.core import Month
from tests import clients, given
from tests.charges.test_contracts import EARLY, a_contract
from tests.e2e.desk import Place, needs_desk, opened, violations
from tests.given import charges as made

pytestmark = needs_desk


@pytest_asyncio.fixture
async def place(db: None) -> AsyncIterator[Place]:
    async with opened() as found:
        yield found


async def test_K_03_prices_by_contract_are_signed_and_stand_on_the_accounts_page(
    place: Place,
) -> None:
    account = await clients.organisation("mairie", "buyer")
    page = await place.signed_in(await clients.person("admin"))
    await page.goto(f"{place.url}/office/partners/{account}")
    await page.get_by_role("button", name="Convenir de prix").click()
    form = page.get_by_role("dialog")
    await form.get_by_label("Numéro du contrat").fill("CT-7")
    day = (datetime.now(UTC) + timedelta(days=3)).date()
    await form.get_by_label("Premier jour").fill(str(day))
    await form.get_by_label("Son numéro de commande").fill("PO-4411")
    await form.get_by_label("Valeur").fill("12,5")
    await form.get_by_label("Motif").fill("Accord-cadre")
    assert await violations(page) == []
    await form.get_by_role("button", name="Signer").click()
    await expect(form).to_be_hidden()
    await expect(page.get_by_text("CT-7")).to_be_visible()
    await expect(page.get_by_text("12,5 % de remise sur le catalogue")).to_be_visible()
    assert await violations(page) == []


async def test_K_03_the_party_sees_its_contract_and_what_it_used_by_group(place: Place) -> None:
    """An empty page says what to do; a contract shows its terms, a statement its groups."""
    account = await clients.organisation("mairie", "buyer")
    page = await place.signed_in(await clients.person("owner", account))
    await page.goto(f"{place.url}/portal/contracts")
    await expect(page.get_by_text("Vous n’avez pas de contrat propre")).to_be_visible()
    await actions_contract.sign_contract(
        account,
        a_contract(ContractPrice("", 1250), ContractPrice("vm", None, Decimal("0.0110"), "EUR")),
        now=EARLY, actor=given.SYSTEM,
    )  # fmt: skip
    await made.charge(account, 1000_00)
    await page.reload()
    await expect(page.get_by_role("heading", name="Contrat CT-2026-7")).to_be_visible()
    for said in ("12,5 % de remise sur le catalogue", "0,011 EUR l’unité", "PO 4411", "En vigueur"):
        await expect(page.get_by_text(said, exact=True)).to_be_visible()
    await page.set_viewport_size({"width": 390, "height": 844})
    assert await violations(page) == []
    await given.closed(Month.parse("2026-11"))
    number = await core.fetch_value("SELECT id FROM settlement.statement")
    await page.goto(f"{place.url}/portal/statements/{number}")
    row = page.get_by_role("row", name="DSI")
    await expect(row).to_contain_text("Contrat CT-2026-7 · commande PO 4411")
    await expect(row).to_contain_text("875,00")
    assert await violations(page) == []
