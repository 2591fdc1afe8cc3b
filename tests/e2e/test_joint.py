"""A joint offer in a real browser: proposed, accepted, seen by the office and in the store."""

from collections.abc import AsyncIterator

import pytest_asyncio
from playwright.async_api import expect

from tests import clients, given
from tests.e2e.desk import Place, needs_desk, opened, settled, violations
from tests.given import joint

pytestmark = needs_desk


@pytest_asyncio.fixture
async def place(db: None) -> AsyncIterator[Place]:
    async with opened() as made:
        yield made


async def test_R_11_two_partners_agree_on_a_joint_offer_and_the_office_reads_it(
    place: Place,
) -> None:
    first = await joint.owner("Acme Éditions", premium=True)
    second = await joint.owner("Coffre SAS")
    listing_id = await given.listing(first, published=False)

    page = await place.signed_in(await clients.person("owner", first))
    await page.goto(f"{place.url}/portal/joint-offers")
    await page.get_by_role("button", name="Proposer une offre commune").first.click()
    form = page.get_by_role("dialog")
    await form.get_by_label("Offre", exact=False).first.select_option(str(listing_id))
    await form.get_by_label("L’autre partenaire").fill(await joint.reference_of(second))
    await form.get_by_label("Votre part en pourcentage").fill("62,5")
    await form.get_by_label("Qui fait quoi").fill("Vos sauvegardes, <b>notre</b> coffre.")
    await form.get_by_role("button", name="Envoyer la proposition").click()
    await expect(page.get_by_text("Attend le second propriétaire")).to_be_visible()
    await settled(page)
    assert await violations(page) == []

    other = await place.signed_in(await clients.person("owner", second))
    await other.goto(f"{place.url}/portal/joint-offers")
    await expect(other.get_by_text("Vos sauvegardes, <b>notre</b> coffre.")).to_be_visible()
    await other.get_by_role("button", name="Accepter l’offre").click()
    dialog = other.get_by_role("dialog")
    await expect(dialog.get_by_text("37,5")).to_be_visible()
    await dialog.get_by_role("button", name="Accepter l’offre").click()
    await expect(other.get_by_text("En vigueur")).to_be_visible()
    await settled(other)
    assert await violations(other) == []

    office = await place.signed_in(await clients.person("admin"))
    await office.goto(f"{place.url}/office/listings?listing={listing_id}")
    await expect(office.get_by_text("Coffre SAS : 37,5")).to_be_visible()

    await given.put_on_sale(listing_id)
    await page.goto(f"{place.url}/fr/catalog")
    await expect(page.get_by_text("Acme Éditions + Coffre SAS")).to_be_visible()
