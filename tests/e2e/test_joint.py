"""A joint offer in a real browser: proposed, accepted, seen by the office and in the store."""

from collections.abc import AsyncIterator

import pytest_asyncio
from playwright.async_api import Page, expect

from backend import core
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

    # Neither changes it alone: what the first asks for holds once the second agrees.
    await page.goto(f"{place.url}/portal/listings?listing={listing_id}")
    await page.get_by_role("button", name="Changer qui la voit").click()
    asked = page.get_by_role("dialog", name="Qui voit")
    await expect(asked.get_by_text("Coffre SAS la possède avec vous")).to_be_visible()
    await asked.get_by_label("PME").check()
    await asked.get_by_role("button", name="Enregistrer qui la voit").click()
    await expect(page.get_by_text("Une modification attend Coffre SAS")).to_be_visible()
    await what_waits(page, office, place)
    await other.goto(f"{place.url}/portal/joint-offers")
    await expect(other.get_by_text("Acme Éditions propose une modification")).to_be_visible()
    await settled(other)
    assert await violations(other) == []
    await other.get_by_role("button", name="Accepter la modification").click()
    answer = other.get_by_role("dialog")
    await answer.get_by_role("button", name="Accepter la modification").click()
    await expect(other.get_by_text("La dernière modification a été acceptée")).to_be_visible()
    found = await core.fetch("SELECT segments FROM catalogue.listing WHERE id = $1", listing_id)
    assert found[0]["segments"] == ["pme"]


async def what_waits(page: Page, office: Page, place: Place) -> None:
    """Its first owner reads whose answer a change waits for; the office does so, too."""
    await settled(page)
    assert await violations(page) == []
    await office.goto(f"{place.url}/office/joint-offers")
    await expect(office.get_by_text("une modification attend Coffre SAS")).to_be_visible()
    await settled(office)
    assert await violations(office) == []
    await office.get_by_role("link", name="Voir l’offre").click()
    side = office.get_by_role("dialog")
    await expect(side.get_by_text("une modification attend Coffre SAS")).to_be_visible()
