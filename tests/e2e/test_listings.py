"""A listing on its way to the shelf and off it, in the browsers of its partner and the office."""

import re
from collections.abc import AsyncIterator
from uuid import UUID

import pytest_asyncio
from playwright.async_api import Page, expect

from backend import catalogue
from backend.core import fetch_value
from tests import clients, given
from tests.catalogue.test_review import ask_change, checked, draft, on_sale, submitted, withdraw
from tests.e2e.desk import (
    Place,
    fits,
    in_themes,
    needs_desk,
    opened,
    settled,
    violations,
    walks_every_page,
)

pytestmark = needs_desk

PHONE = 390
HOSTILE = "<img src=x onerror=window.hacked=1></p><script>window.hacked=1</script>{{7*7}}"


@pytest_asyncio.fixture
async def place(db: None) -> AsyncIterator[Place]:
    async with opened() as made:
        yield made


async def owner_of(place: Place, organisation: UUID, language: str = "fr") -> Page:
    return await place.signed_in(await clients.person("owner", organisation), language)


async def reader(place: Place, language: str = "en") -> Page:
    return await place.signed_in(await clients.person("partner_manager"), language)


async def describe(portal: Page, in_tab: str | None = None, **told: str) -> None:
    """Fill what is missing, in the drawer of the listing; the form then leads back there."""
    mine = portal.get_by_role("dialog", name="Sauvegarde Sereine")
    await mine.get_by_role("button", name="Décrire").click()
    form = portal.get_by_role("dialog", name="Ce que la boutique dit")
    if in_tab is not None:
        await form.get_by_role("tab", name=in_tab).click()
        await form.get_by_role("textbox", name="En une phrase").fill(told["summary"])
    else:
        await form.get_by_label("Lieu des données").select_option(told["location"])
    await form.get_by_role("button", name="Enregistrer la description").click()
    await mine.get_by_role("button", name="Soumettre à relecture").click()
    await expect(mine.get_by_text("Nous la relisons")).to_be_visible()


async def decide(office: Page, reason: str, verb: str, shown: str) -> None:
    drawer = office.get_by_role("dialog", name="Sauvegarde Sereine")
    await drawer.get_by_label("The reason").fill(reason)
    await drawer.get_by_role("button", name=verb).click()
    await expect(drawer.get_by_text(shown, exact=True)).to_be_visible()


async def test_V_13_R_04_a_listing_is_read_mended_read_again_sold_and_withdrawn(
    place: Place,
) -> None:
    acme = await given.partner()
    listing = await draft(acme, catalogue.Facts(category="backup", summary_fr="Un clic."))
    portal = await owner_of(place, acme)
    mine = portal.get_by_role("dialog", name="Sauvegarde Sereine")
    await portal.goto(f"{place.url}/portal/listings")
    row = portal.get_by_role("row", name=re.compile("Sauvegarde Sereine"))
    await expect(row).to_contain_text("Il manque\u00a0: une phrase en anglais")
    await row.get_by_role("link", name="Sauvegarde Sereine").click()
    await describe(portal, "English", summary="One click.")
    await expect(mine.get_by_text("une fois l’identité de votre organisation")).to_be_visible()

    office = await reader(place)
    await office.goto(f"{place.url}/office")
    await office.get_by_role("link", name="Read them").click()
    await office.get_by_role("link", name="Sauvegarde Sereine").click()
    approve = office.get_by_role("button", name="Approve: put it on sale")
    await office.get_by_label("The reason").fill("x")
    await expect(approve).to_be_disabled()
    await expect(office.get_by_text("Nobody has checked this partner yet")).to_be_visible()
    await decide(office, "Say where the data stay.", "Ask for a change", "Change asked for")

    await portal.goto(f"{place.url}/portal")
    await portal.get_by_role("link", name="Lire pourquoi").click()
    await portal.get_by_role("link", name="Sauvegarde Sereine").click()
    await expect(mine.get_by_text("Say where the data stay.").first).to_be_visible()
    await describe(portal, location="france")

    await given.verified(acme)
    await office.reload()
    await decide(office, "Hosted in France.", "Approve: put it on sale", "Approved")
    slug = await fetch_value("SELECT slug FROM catalogue.listing WHERE id = $1", listing)
    buyer = await place.visitor()
    await buyer.goto(f"{place.url}/fr/listings/{slug}")
    await expect(buyer.get_by_role("heading", name="Sauvegarde Sereine")).to_be_visible()

    await decide(office, "It does not answer.", "Withdraw from sale", "Withdrawn from sale")
    gone = await buyer.goto(f"{place.url}/fr/listings/{slug}")
    assert gone is not None and gone.status == 404
    await expect(buyer.get_by_text("Ce service n’est plus en vente")).to_be_visible()
    await portal.reload()
    await expect(mine.get_by_text("Nous l’avons retirée de la vente")).to_be_visible()
    subjects = await fetch_value("SELECT array_agg(subject ORDER BY id) FROM mail.message")
    assert [subject.split("\u00a0")[0] for subject in subjects] == [
        "À modifier", "En vente", "Retrait de la vente"
    ]  # fmt: skip


async def test_a_partner_pauses_and_what_changed_meanwhile_is_read_by_the_office(
    place: Place,
) -> None:
    acme = await checked()
    listing = await on_sale(acme)
    portal = await owner_of(place, acme, "en")
    await portal.goto(f"{place.url}/portal/listings?listing={listing}")
    mine = portal.get_by_role("dialog", name="Sauvegarde Sereine", exact=True)
    await mine.get_by_role("button", name="Pause the sale").click()
    asked = portal.get_by_role("dialog", name="Pause the sale of Sauvegarde Sereine?")
    await asked.get_by_role("button", name="Pause the sale").click()
    await mine.get_by_role("button", name="Put it back on sale").click()
    await expect(mine.get_by_role("link", name="See it in the store")).to_be_visible()
    told = catalogue.Facts(category="backup", summary_fr="Deux clics.", summary_en="One click.")
    await catalogue.describe_listing(listing, told, now=given.NOW, actor=given.SYSTEM)
    office = await reader(place)
    await office.goto(f"{place.url}/office")
    await office.get_by_role("link", name="See the changes").click()
    await office.get_by_role("link", name="Sauvegarde Sereine").click()
    drawer = office.get_by_role("dialog", name="Sauvegarde Sereine")
    await expect(drawer.locator("del", has_text="Un clic.").first).to_be_visible()
    await expect(drawer.locator("ins", has_text="Deux clics.").first).to_be_visible()
    await drawer.get_by_label("The reason").fill("Fine.")
    await drawer.get_by_role("button", name="The changes are in order").click()
    await expect(drawer.locator("ins")).to_have_count(1)  # Its history keeps what it said.


async def every_state() -> dict[str, UUID]:
    """A listing in each state, of a partner and in words that mean harm."""
    acme = await checked(HOSTILE)
    told = catalogue.Facts(
        category="backup", summary_fr=HOSTILE, summary_en=HOSTILE, description_fr=HOSTILE
    )
    made = {
        "draft": await given.listing(acme, published=False, name=HOSTILE),
        "submitted": await submitted(acme),
        "action_required": await submitted(acme),
        "published": await on_sale(acme),
        "withdrawn": await on_sale(acme),
        "paused": await on_sale(acme),
    }
    await ask_change(made["action_required"], HOSTILE)
    await withdraw(made["withdrawn"], HOSTILE)
    await catalogue.pause_listing(made["paused"], now=given.NOW, actor=given.SYSTEM)
    for listing in made.values():
        await catalogue.describe_listing(listing, told, now=given.NOW, actor=given.SYSTEM)
    return {**made, "partner": acme}


@walks_every_page
@in_themes
async def test_every_state_is_for_everybody_on_a_phone_too_and_runs_nothing(
    place: Place, theme: str
) -> None:
    known = await every_state()
    portal = await owner_of(place, known.pop("partner"))
    office = await reader(place, "fr")
    pages = [(portal, "/portal/listings"), (office, "/office/listings")]
    for page, path in pages:
        await page.emulate_media(
            color_scheme="dark" if theme == "dark" else "light", reduced_motion="reduce"
        )
        for state in ("", *known):
            query = f"?listing={known[state]}" if state else ""
            await page.set_viewport_size({"width": 1280, "height": 900})
            await page.goto(f"{place.url}{path}{query}")
            await settled(page)
            if state:
                await expect(page.get_by_text(HOSTILE).first).to_be_visible()
            assert await violations(page) == [], (path, state)
            assert await page.evaluate("typeof hacked") == "undefined", (path, state)
            words = await page.inner_text("body")
            english = re.search(r"\b(the|and|Submit|Draft|Price|reason)\b", words)
            assert english is None, (path, state, words[english.start() - 40 :][:90])
            await page.set_viewport_size({"width": PHONE, "height": 844})
            await settled(page)
            await fits(page, f"{path} {state}")
