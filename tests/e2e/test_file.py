"""From a stranger to a partner with something on sale, and what an incomplete file holds back."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest_asyncio
from playwright.async_api import Page, expect

from backend import catalogue, onboarding
from backend.core import fetch_value
from tests import clients, given
from tests.catalogue.test_review import on_sale
from tests.e2e.desk import (
    Place,
    in_themes,
    needs_desk,
    opened,
    settled,
    violations,
    walks_every_page,
)
from tests.e2e.test_portal import at_stripe
from tests.given.letters import token_in
from tests.given.orders import slug_of
from tests.onboarding.files import PDF, agreement, sign

pytestmark = needs_desk

EMAIL = "maelle@kerlann.example"
SIREN, SIRET, VAT = "999992050", "99999205000016", "FR29999992050"
EXTRACT = {"name": "kbis.pdf", "mimeType": "application/pdf", "buffer": PDF}


@pytest_asyncio.fixture
async def place(db: None) -> AsyncIterator[Place]:
    async with opened() as made:
        yield made


async def clock() -> datetime:
    return datetime.now(UTC)


async def signed_up(place: Place) -> Page:
    """A stranger has opened an account to sell, confirmed the address and stands in the portal."""
    page = await place.visitor("fr")
    await page.goto(f"{place.url}/fr/sell")
    await page.get_by_role("link", name="Ouvrir un compte").first.click()
    await page.get_by_label("Entreprise ou organisation").fill("Kerlann Logiciels")
    await page.get_by_label("Votre nom").fill("Maëlle Le Goff")
    await page.get_by_label("Adresse e-mail").fill(EMAIL)
    await page.get_by_label("Mot de passe").fill(clients.PASSWORD)
    await page.get_by_role("button", name="Ouvrir le compte").click()
    await page.get_by_role("heading", level=1).wait_for()
    await page.goto(f"{place.url}/fr/verify?token={await token_in('verify_email', EMAIL)}")
    await page.get_by_role("button", name="Confirmer mon adresse").click()
    await page.get_by_label("Adresse e-mail").fill(EMAIL)
    await page.get_by_label("Mot de passe").fill(clients.PASSWORD)
    await page.get_by_role("button", name="Se connecter", exact=True).click()
    await page.wait_for_url("**/portal")
    return page


async def give(page: Page, item: str, **told: str) -> None:
    """One line of the checklist: a value or a name, and a document where one is asked for."""
    line = page.get_by_role("listitem").filter(has=page.get_by_text(item, exact=True))
    await line.get_by_role("button", name="Fournir").click()
    form = page.get_by_role("dialog", name=item)
    for label, value in told.items():
        if label == "day":
            await form.get_by_label("Date de délivrance").fill(value)
            await form.locator("input[type=file]").set_input_files(EXTRACT)  # type: ignore[arg-type]
        else:
            field = form.get_by_label(LABELS[label])
            await field.fill(value)
    await form.get_by_role("button", name="Envoyer pour examen").click()
    await expect(form).to_be_hidden()
    await expect(line).to_contain_text("En cours d’examen")


LABELS = {
    "siret": "SIRET du siège",
    "vat": "Numéro de TVA",
    "name": "Prénom et nom",
    "share": "Part, en pour cent",
    "address": "Adresse de facturation électronique",
}


async def file_filled(page: Page) -> None:
    """Everything that the checklist asks of a French editor is sent or signed."""
    await page.get_by_label("SIREN", exact=True).fill(f"{SIREN[:3]} {SIREN[3:6]} {SIREN[6:]}")
    await page.get_by_label("Numéro de TVA", exact=True).fill(VAT)
    await page.get_by_role("button", name="Enregistrer les numéros").click()
    await expect(page.get_by_text(VAT)).to_be_visible()
    await give(page, "Identité légale", siret=SIRET)
    day = (datetime.now(UTC) - timedelta(days=20)).date().isoformat()
    await give(page, "Extrait du registre", day=day)
    await give(page, "Numéro de TVA", vat=VAT)
    await give(page, "Dirigeants", name="Maëlle Le Goff")
    await give(page, "Bénéficiaires effectifs", name="Maëlle Le Goff", share="60")
    await give(page, "Adresse de facturation électronique", address=f"0225:{SIREN}")
    for _ in range(2):
        await page.get_by_role("button", name="Lire et signer").first.click()
        text = page.get_by_role("dialog")
        await expect(text.get_by_text("SHA-256 de ce texte")).to_be_visible()
        await text.get_by_label("Vos prénom et nom").fill("Maëlle Le Goff")
        await text.get_by_role("button", name="J’ai lu et j’accepte").click()
        await expect(text).to_be_hidden()


async def described(page: Page, place: Place) -> None:
    """A listing, described in both languages, is submitted."""
    made = await page.request.post(
        f"{place.url}/api/portal/listings",
        data={
            "reference": "kerlann-1", "slug": "kerlann-sauvegarde", "name": "Kerlann Sauvegarde",
            "price": {"amount_minor": 12_000, "currency": "EUR"}, "category": "backup",
            "summary_fr": "Un clic.", "summary_en": "One click.",
        },
        headers={"origin": place.url},
    )  # fmt: skip
    assert made.ok, await made.text()
    await page.goto(f"{place.url}/portal/listings?listing={(await made.json())['id']}")
    mine = page.get_by_role("dialog", name="Kerlann Sauvegarde")
    await mine.get_by_role("button", name="Soumettre à relecture").click()
    await expect(mine.get_by_text("Nous la relisons")).to_be_visible()


async def accepted(office: Page, place: Place) -> None:
    """The office looks at each piece of evidence, and verifies the partner."""
    await office.goto(f"{place.url}/office")
    await office.get_by_role("link", name="Look at it").click()
    for left in range(4, -1, -1):
        await office.get_by_role("button", name="Look at it").first.click()
        review = office.get_by_role("dialog")
        await review.get_by_role("button", name="Accept it").click()
        await expect(review).to_be_hidden()
        await expect(office.get_by_role("button", name="Look at it")).to_have_count(left)
    await expect(office.get_by_text("Nothing waits to be looked at")).to_be_visible()
    await office.goto(f"{place.url}/office/approvals")
    await office.get_by_role("button", name="Its identity is checked").click()
    asked = office.get_by_role("dialog")
    await asked.get_by_role("button", name="Yes, it is checked").click()
    await expect(office.get_by_text("No partner waits to be checked")).to_be_visible()


async def test_a_stranger_becomes_a_verified_partner_with_something_on_sale(
    place: Place,
) -> None:
    page = await signed_up(place)
    await expect(page.get_by_text("Complétez votre dossier pour vendre")).to_be_visible()
    await page.get_by_role("main").get_by_role("link", name="Votre dossier").click()
    await file_filled(page)
    await onboarding.ask_vies(onboarding.SimulatedVies(), clock)
    await page.get_by_role("link", name="Vers le compte bancaire").click()
    await page.get_by_role("button", name="Ajouter un compte bancaire").click()
    await at_stripe(page)
    await expect(page.get_by_text("Vous pouvez être payé")).to_be_visible()
    await described(page, place)

    office = await place.signed_in(await clients.person("partner_manager"), "en")
    listing = await fetch_value("SELECT id FROM catalogue.listing")
    await office.goto(f"{place.url}/office/approvals")
    await expect(office.get_by_text("Its file is not complete")).to_be_visible()
    await accepted(office, place)
    await office.goto(f"{place.url}/office/listings?listing={listing}")
    await office.get_by_label("The reason").fill("Hosted in France.")
    await office.get_by_role("button", name="Approve: put it on sale").click()
    await expect(office.get_by_text("Approved", exact=True)).to_be_visible()

    buyer = await place.visitor()
    await buyer.goto(f"{place.url}/fr/listings/kerlann-sauvegarde")
    await expect(buyer.get_by_role("heading", name="Kerlann Sauvegarde")).to_be_visible()
    await page.goto(f"{place.url}/portal/file")
    await expect(page.get_by_text("Votre dossier est complet")).to_be_visible()


async def test_a_revoked_mandate_takes_listings_off_the_store_until_it_is_signed_again(
    place: Place,
) -> None:
    acme = await given.partner()
    await given.verified(acme)
    slug = await slug_of(await on_sale(acme))
    page = await place.signed_in(await clients.person("owner", acme), "fr")
    await page.goto(f"{place.url}/portal/file")
    await page.get_by_role("button", name="Révoquer le mandat").click()
    await page.get_by_role("dialog").get_by_role("button", name="Révoquer le mandat").click()
    await expect(page.get_by_role("dialog")).to_be_hidden()
    buyer = await place.visitor()
    gone = await buyer.goto(f"{place.url}/fr/listings/{slug}")
    assert gone is not None and gone.status == 404
    await page.goto(f"{place.url}/portal/listings")
    await expect(page.get_by_text("Absente de la boutique")).to_be_visible()
    await sign(acme, await agreement("self_billing", await clock()), now=await clock())
    back = await buyer.goto(f"{place.url}/fr/listings/{slug}")
    assert back is not None and back.status == 200


async def test_a_refused_document_and_a_restriction_say_why_and_how_to_contest(
    place: Place,
) -> None:
    acme = await given.partner()
    await given.verified(acme)
    slug = await slug_of(await on_sale(acme))
    page = await place.signed_in(await clients.person("owner", acme), "fr")
    await page.goto(f"{place.url}/portal/file")
    await (
        page.get_by_role("listitem")
        .filter(has_text="Dirigeants")
        .get_by_role("button", name="Renouveler ou corriger")
        .click()
    )
    form = page.get_by_role("dialog", name="Dirigeants")
    await form.get_by_label("Prénom et nom").fill("<b>Personne</b>")
    await form.get_by_role("button", name="Envoyer pour examen").click()
    await expect(form).to_be_hidden()

    office = await place.signed_in(await clients.person("partner_manager"), "en")
    await office.goto(f"{place.url}/office/files/{acme}")
    await office.get_by_role("listitem").get_by_role("button", name="Look at it").click()
    review = office.get_by_role("dialog", name="Directors")
    await expect(review.get_by_text("<b>Personne</b>")).to_be_visible()
    await review.get_by_label("Why it does not count").fill("Un nom, pas du code.")
    await review.get_by_role("button", name="Refuse it").click()
    await expect(review).to_be_hidden()
    await office.get_by_role("button", name="Restrict it").click()
    restricting = office.get_by_role("dialog", name="Restrict it")
    await restricting.get_by_label("What it concerns").fill("Toutes ses offres")
    await restricting.get_by_role("textbox", name="Why").fill("Plaintes répétées.")
    await restricting.get_by_role("button", name="Restrict and tell the partner").click()
    await expect(office.get_by_text("In force", exact=True)).to_be_visible()

    await page.reload()
    await expect(page.get_by_text("Une restriction est en vigueur")).to_be_visible()
    await expect(page.get_by_text("Plaintes répétées.")).to_be_visible()
    await expect(page.get_by_text("Un nom, pas du code.").first).to_be_visible()
    await expect(page.get_by_text("une autre personne réexamine").first).to_be_visible()
    buyer = await place.visitor()
    gone = await buyer.goto(f"{place.url}/fr/listings/{slug}")
    assert gone is not None and gone.status == 404

    await office.get_by_role("button", name="Lift it").click()
    await office.get_by_role("dialog").get_by_role("button", name="Lift it").click()
    await expect(office.get_by_text("Lifted", exact=True)).to_be_visible()
    back = await buyer.goto(f"{place.url}/fr/listings/{slug}")
    assert back is not None and back.status == 200


async def test_a_new_version_of_the_agreement_is_announced_and_its_signers_are_seen(
    place: Place,
) -> None:
    acme = await given.partner()
    await given.verified(acme)
    office = await place.signed_in(await clients.person("admin"), "en")
    await office.goto(f"{place.url}/office/agreements")
    signers = "Who signed it: Partnership agreement, version 1"
    await office.get_by_role("button", name=signers).click()
    await expect(office.get_by_role("row", name="Acme Éditions").first).to_be_visible()
    await office.get_by_role("button", name="Announce a new version").click()
    form = office.get_by_role("dialog")
    begins = form.get_by_label("Begins on")
    await begins.fill((datetime.now(UTC) + timedelta(days=14)).date().isoformat())
    await form.get_by_label("Text in English").fill("Another text.")
    await form.get_by_role("button", name="Announce it").click()
    await expect(form.get_by_text("fifteen whole days are the notice")).to_be_visible()
    await begins.fill((datetime.now(UTC) + timedelta(days=30)).date().isoformat())
    await form.get_by_label("Text in English").fill("Another text.")
    await form.get_by_role("button", name="Announce it").click()
    await expect(office.get_by_text("Partnership agreement, version 2").first).to_be_visible()
    page = await place.signed_in(await clients.person("owner", acme), "en")
    await page.goto(f"{place.url}/portal/file")
    article = page.get_by_role("article").filter(has_text="version 2")
    await article.get_by_role("button", name="Read and sign").click()
    await expect(page.get_by_role("dialog").get_by_text("Another text.")).to_be_visible()


async def everything(acme: UUID) -> None:
    """Evidence in each state, decisions of each kind, in words that mean harm."""
    now = await clock()
    told = onboarding.Claim("directors", people=[onboarding.Person("<script>alert(1)</script>")])
    made = await onboarding.supply_evidence(acme, told, document=None, now=now, actor=given.SYSTEM)
    await onboarding.refuse_evidence(
        made, reason="{{7*7}} <i>illisible</i>", rule="Contrat, 1", now=now, actor=given.SYSTEM
    )
    await onboarding.supply_evidence(
        acme, told, document=None, now=await clock(), actor=given.SYSTEM
    )
    for days in (0, 30):
        await onboarding.restrict_organisation(
            acme, kind="restriction" if not days else "termination",
            scope="listing" if not days else "account", what="Tout", why="Motif",
            rule="Contrat, 5", notice_days=days, now=now, actor=given.SYSTEM,
        )  # fmt: skip


@walks_every_page
@in_themes
async def test_the_pages_of_the_file_are_for_everybody_on_a_phone_too(
    place: Place, theme: str
) -> None:
    acme = await given.partner()
    await given.complete_file(acme)
    await everything(acme)
    await catalogue.list_listings(acme, after=None, limit=1)
    look = {"color_scheme": theme, "viewport": {"width": 390, "height": 844}}
    page = await place.signed_in(await clients.person("owner", acme), "fr", **look)
    office = await place.signed_in(await clients.person("admin"), "fr", **look)
    for visitor, path in (
        (page, "/portal/file"),
        (page, "/portal"),
        (office, "/office/files"),
        (office, f"/office/files/{acme}"),
        (office, "/office/agreements"),
        (office, "/office/approvals"),
        (office, f"/office/partners/{acme}"),
    ):
        await visitor.goto(f"{place.url}{path}")
        await settled(visitor)
        assert await violations(visitor) == [], path
        width = await visitor.evaluate("document.documentElement.scrollWidth")
        assert width <= 390, f"{path} is {width} wide"
    await office.goto(f"{place.url}/office/files/{acme}")
    await expect(office.get_by_text("Numéro de consultation SIM").first).to_be_visible()
    await office.get_by_role("button", name="Voir\u00a0: Numéro de TVA").click()
    shown = office.get_by_role("dialog").get_by_text("Numéro de consultation SIM")
    await expect(shown).to_be_visible()
    assert await violations(office) == []
    await page.goto(f"{place.url}/portal/file")
    await expect(page.get_by_text("Numéro de consultation SIM").first).to_be_visible()
    await page.get_by_role("button", name="Renouveler ou corriger").first.click()
    await page.get_by_role("dialog").wait_for()
    assert await violations(page) == []
    await office.goto(f"{place.url}/office/files")
    await office.get_by_role("button", name="Examiner").first.click()
    await office.get_by_role("dialog").wait_for()
    assert await violations(office) == []
