"""The office agrees on prices with a large account, in a real browser."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest_asyncio
from playwright.async_api import expect

from tests import clients
from tests.e2e.desk import Place, needs_desk, opened, violations

pytestmark = needs_desk


@pytest_asyncio.fixture
async def place(db: None) -> AsyncIterator[Place]:
    async with opened() as made:
        yield made


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
