"""The partner portal in a real browser: from nothing to money on the account, and what goes wrong
on the way.
"""

import contextlib
import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from uuid import UUID

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from backend import payouts, settlement, stripe_sandbox
from backend.core import fetch
from tests import clients, given
from tests.e2e.desk import (
    Place,
    in_themes,
    needs_desk,
    opened,
    settled,
    sign_in,
    violations,
    walks_every_page,
)
from tests.given.partners import SYSTEM
from tests.given.payouts import (
    AUGUST,
    closed_month,
    days_pass,
    payable_partner,
    run,
    sandbox_time,
    started,
    state_of,
    verified,
)
from tests.given.sales import sale

pytestmark = needs_desk

PAGES = (
    "", "/company", "/listings", "/listings?new=true", "/sales", "/statements", "/payouts",
    "/bank", "/team", "/keys", "/audit", "/downloads", "/nothing-here",
)  # fmt: skip


@pytest_asyncio.fixture
async def place(db: None) -> AsyncIterator[Place]:
    async with opened() as made:
        yield made


async def owner_of(place: Place, organisation: UUID, language: str = "fr") -> Page:
    return await place.signed_in(await clients.person("owner", organisation), language)


async def at_stripe(page: Page, iban_tail: str = "3000") -> None:
    """On Stripe's page: who one is and where to be paid, as the sandbox plays it."""
    await page.wait_for_url("**/onboarding/**")
    field = page.locator('[name="iban"]')
    wanted = await field.locator(f"option:has-text('{iban_tail} — ')").get_attribute("value")
    await field.select_option(wanted)
    await page.locator('[name="holder"]').fill("Acme Éditions")
    await page.locator('button[value="complete"]').click()
    await page.wait_for_url("**/portal/bank?from=stripe")


async def paid(organisation: UUID) -> None:
    """The operator pays August, and the bank takes its days."""
    await stripe_sandbox.fund(1_000_000_00)
    await payouts.pay_month(AUGUST, now=await sandbox_time(), actor=SYSTEM)
    await run()
    await days_pass(2.1)
    await run()


async def test_a_new_partner_onboards_and_is_paid(place: Place) -> None:
    partner = await given.partner()
    page = await owner_of(place, partner)
    await page.goto(f"{place.url}/portal")
    await page.get_by_role("link", name="Ajouter un compte bancaire").click()
    await page.get_by_role("button", name="Ajouter un compte bancaire").click()
    await at_stripe(page)
    await expect(page.get_by_text("Vous pouvez être payé")).to_be_visible()
    await expect(page.get_by_text("•••• 3000")).to_be_visible()

    await verified(partner)
    await closed_month(partner, net_minor=100_00)
    await paid(partner)
    await page.get_by_role("link", name="Versements").click()
    row = page.get_by_role("row", name=re.compile("^S-2026-08"))
    await expect(row).to_contain_text("Payé")
    await expect(row).to_contain_text("84,00\u00a0€")
    await row.get_by_role("link").click()
    drawer = page.get_by_role("dialog", name="Versement")
    await expect(drawer.get_by_text("Reçu par votre banque")).to_be_visible()
    await expect(
        drawer.get_by_text("30\u00a0% de 100,00\u00a0€, règle «\u00a030/70\u00a0»")
    ).to_be_visible()
    await expect(drawer.get_by_text("20\u00a0% de 70,00\u00a0€")).to_be_visible()
    await page.go_back()
    await expect(drawer).to_be_hidden()


async def test_a_refused_payout_says_why_and_is_sent_again_to_the_right_account(
    place: Place,
) -> None:
    partner, payout = await started("3001")
    await run()
    await days_pass(2.1)
    await run()
    page = await owner_of(place, partner)
    await page.goto(f"{place.url}/portal")
    alert = page.get_by_role("alert")
    await expect(alert).to_contain_text("Votre banque a refusé un versement de 84,00\u00a0€")
    await expect(alert).to_contain_text("Le compte bancaire est introuvable.")
    await alert.get_by_role("link", name="Vérifier le compte bancaire").click()
    await page.get_by_role("button", name="Modifier chez Stripe").click()
    await at_stripe(page, "3000")
    new_account = page.get_by_text("•••• 3000")
    with contextlib.suppress(AssertionError):  # On a busy machine Stripe may not answer in time.
        await expect(new_account).to_be_visible(timeout=5_000)
    if not await new_account.is_visible():
        await page.get_by_role("button", name="Interroger Stripe").click()
    await expect(new_account).to_be_visible()

    await page.goto(f"{place.url}/portal/payouts?payout={payout}")
    drawer = page.get_by_role("dialog", name="Versement")
    await drawer.get_by_label("Pourquoi cela va réussir").fill("Nouveau compte")
    await drawer.get_by_role("button", name="Demander un nouvel envoi").click()
    await expect(drawer.get_by_text("a demandé un nouvel envoi")).to_be_visible()
    assert await state_of(payout) == "failed", "nothing is sent yet"
    assert await violations(page) == []
    finance = await place.signed_in(await clients.person("finance"), "en")
    await finance.goto(f"{place.url}/office/approvals")
    await expect(finance.get_by_text("Nouveau compte")).to_be_visible()
    await expect(finance.get_by_role("definition").get_by_text("Acme Éditions")).to_be_visible()
    await finance.get_by_role("button", name="Approve: send it again").click()
    await expect(finance.get_by_text("Nouveau compte")).to_have_count(0)
    await days_pass(0.1)
    await run()
    await page.goto(f"{place.url}/portal/payouts?payout={payout}")
    drawer = page.get_by_role("dialog", name="Versement")
    await expect(drawer.get_by_text("Refusé par la banque")).to_be_visible()
    await expect(drawer.get_by_text("En route", exact=True)).to_be_visible()
    await days_pass(2.1)
    await run()
    await page.reload()
    await expect(drawer.get_by_text("Reçu par votre banque")).to_be_visible()


async def test_every_deduction_of_a_statement_explains_itself(place: Place) -> None:
    partner = await payable_partner()
    await sale(partner, 250_00)
    now = datetime.now(UTC)  # It may be contested from today on.
    await settlement.close_month(AUGUST, minimum_hundredths=2500, now=now, actor=SYSTEM)
    page = await owner_of(place, partner, "en")
    await page.goto(f"{place.url}/portal/statements")
    await page.get_by_role("link", name=re.compile("^S-2026-08")).click()
    await expect(page.get_by_role("heading", name="Statement of August 2026")).to_be_visible()
    await expect(page.get_by_text("30% of €250.00, rule “30/70”")).to_be_visible()
    await page.get_by_role("table").get_by_role("link").first.click()
    drawer = page.get_by_role("dialog", name="Sale")
    await expect(
        drawer.get_by_text(re.compile("30% of €250.00, by the rule “30/70”"))
    ).to_be_visible()
    async with page.expect_download() as waiting:
        await page.keyboard.press("Escape")
        await page.get_by_role("link", name="Statement (PDF)").click()
    assert (await waiting.value).suggested_filename.endswith("-en.pdf")
    await contested_and_answered(place, page)


async def contested_and_answered(place: Place, page: Page) -> None:
    """On the statement that `page` shows: said by its partner, answered in the office."""
    await expect(page.get_by_text("This statement may be contested for 15 days")).to_be_visible()
    await page.get_by_role("button", name="Contest it").click()
    form = page.get_by_role("dialog", name="Contest this statement")
    await form.get_by_label("What is wrong?").fill("La vente du 12 manque.")
    await form.get_by_role("button", name="Contest it").click()
    await expect(form).to_have_count(0)
    await expect(page.get_by_text("Waits for an answer")).to_be_visible()
    await settled(page)
    assert await violations(page) == []
    finance = await place.signed_in(await clients.person("finance"), color_scheme="dark")
    await finance.goto(f"{place.url}/office")
    await finance.get_by_role("link", name="Y répondre").click()
    await settled(finance)
    assert await violations(finance) == []
    await finance.get_by_role("table").get_by_role("link", name=re.compile("^S-2026-08")).click()
    await finance.get_by_label("Le motif").fill("Elle figurera en septembre.")
    await finance.get_by_role("combobox", name="Si le partenaire a raison").click()
    await finance.get_by_role("option", name="Une vente qui manquait").click()
    await settled(finance)
    assert await violations(finance) == []
    await finance.get_by_role("button", name="Accepter").click()
    await expect(finance.get_by_text("Elle figurera en septembre.")).to_be_visible()
    await page.reload()
    await expect(page.get_by_text("Elle figurera en septembre.")).to_be_visible()
    await expect(page.get_by_text("A sale that was missing is recorded")).to_be_visible()


async def test_a_session_that_ends_loses_no_form(place: Place) -> None:
    partner = await payable_partner()
    email = await clients.person("owner", partner)
    page = await place.signed_in(email)
    await page.goto(f"{place.url}/portal/listings?new=true")
    await page.get_by_label("Nom").fill("Archivage légal")
    await page.get_by_label("Prix hors TVA").fill("1 249,50")
    await expect(page.get_by_label("Adresse dans la boutique")).to_have_value("archivage-legal")
    await fetch("DELETE FROM identity.session")
    await page.get_by_role("button", name="Enregistrer le brouillon").click()
    ended = page.get_by_role("dialog", name="Votre session a pris fin")
    link = ended.get_by_role("link", name="Se reconnecter")
    await expect(link).to_have_attribute("href", "/fr/sign-in?next=%2Fportal%2Fsigned-in")
    await sign_in(page.context, place.url, email)  # as in the other tab
    await page.evaluate("dispatchEvent(new Event('focus'))")
    await expect(ended).to_be_hidden()
    await page.get_by_role("button", name="Enregistrer le brouillon").click()
    description = page.get_by_role("dialog", name="Ce que la boutique dit de Archivage légal")
    await description.get_by_role("textbox", name="En une phrase").fill(
        "Dix ans, à valeur probante."
    )
    await description.get_by_label("Catégorie").select_option("backup")
    await description.get_by_role("button", name="Enregistrer la description").click()
    await expect(description).to_be_hidden()
    (listing,) = await fetch("SELECT summary_fr, category FROM catalogue.listing")
    assert tuple(listing) == ("Dix ans, à valeur probante.", "backup")
    row = page.get_by_role("row", name=re.compile("Archivage légal"))
    await expect(row).to_contain_text("1\u00a0249,50\u00a0€")
    await expect(row).to_contain_text("Brouillon")


async def test_what_the_server_refuses_stands_at_its_field_and_a_draft_outlives_the_page(
    place: Place,
) -> None:
    partner = await payable_partner()
    page = await owner_of(place, partner)
    await page.goto(f"{place.url}/portal/listings?new=true")
    await page.get_by_label("Nom").fill("Une offre")
    await page.get_by_label("Prix hors TVA").fill("n’importe quoi")
    await page.get_by_role("button", name="Enregistrer le brouillon").click()
    price = page.get_by_label("Prix hors TVA")
    await expect(price).to_be_focused()
    await expect(price).to_have_attribute("aria-invalid", "true")
    page.on("dialog", lambda asked: asked.accept())
    await page.reload()
    await expect(page.get_by_label("Nom")).to_have_value("Une offre")


async def test_a_key_is_shown_once(place: Place) -> None:
    page = await owner_of(place, await payable_partner())
    await page.goto(f"{place.url}/portal/keys")
    await page.get_by_role("button", name="Nouvelle clé").first.click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_label("Nom").fill("Comptabilité")
    await dialog.get_by_label("Lire les ventes").check()
    await dialog.get_by_role("button", name="Créer la clé").click()
    secret = await dialog.locator("code").inner_text()
    assert secret.startswith("mk_test_")
    async with clients.program(secret) as program:
        assert (await program.get("/api/portal/sales")).status_code == 200
    await dialog.get_by_role("button", name="Je l’ai conservée").click()
    await page.reload()
    await expect(page.get_by_role("row", name=re.compile("Comptabilité"))).to_be_visible()
    assert secret not in await page.content()


async def command(page: Page, words: str) -> None:
    await page.keyboard.press("Control+k")
    await expect(page.get_by_role("dialog").get_by_role("combobox")).to_be_focused()
    await page.keyboard.type(words)
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("listbox")).to_be_hidden()


async def test_the_palette_and_the_languages_keep_the_hands_on_the_keyboard(place: Place) -> None:
    page = await owner_of(place, await payable_partner())
    await page.goto(f"{place.url}/portal/sales?kind=refund")
    await settled(page)
    await command(page, "english")
    await expect(page.get_by_role("heading", name="Sales", level=1)).to_be_visible()
    assert page.url.endswith("/portal/sales?kind=refund")
    await command(page, "payou")
    await page.wait_for_url("**/portal/payouts")
    await command(page, "francais")
    await expect(page.get_by_role("heading", name="Versements", level=1)).to_be_visible()
    assert await page.evaluate("document.documentElement.lang") == "fr"


async def test_nobody_is_led_to_sign_in_and_back(place: Place) -> None:
    page = await place.visitor("en")
    await page.goto(f"{place.url}/portal/payouts?stage=paid")
    await page.wait_for_url("**/en/sign-in?next=%2Fportal%2Fpayouts%3Fstage%3Dpaid")


async def test_a_member_sees_no_money_and_is_shown_no_door_to_it(place: Place) -> None:
    partner, _ = await started()
    page = await place.signed_in(await clients.person("member", partner))
    await page.goto(f"{place.url}/portal")
    await settled(page)
    menu = page.get_by_role("navigation", name="Partenaires")
    await expect(menu.get_by_role("link", name="Offres", exact=True)).to_be_visible()
    await expect(menu.get_by_role("link", name="Versements")).to_have_count(0)
    await page.goto(f"{place.url}/portal/payouts")
    await expect(page.get_by_text("Votre rôle ne le permet pas").first).to_be_visible()


async def test_buyers_and_staff_are_told_where_their_work_is(place: Place) -> None:
    buyer = await place.signed_in(await clients.person("buyer", await given.buyer()), "en")
    await buyer.goto(f"{place.url}/portal/payouts")
    await expect(buyer.get_by_role("link", name="My purchases")).to_have_attribute(
        "href", "/en/purchases"
    )
    assert await violations(buyer) == []
    staff = await place.signed_in(await clients.person("admin"), "en")
    await staff.goto(f"{place.url}/portal")
    await staff.get_by_role("link", name="Go to the office").click()
    await staff.wait_for_url("**/office")


@walks_every_page
@in_themes
async def test_every_page_is_accessible_and_fits_a_phone(place: Place, theme: str) -> None:
    partner, payout = await started()
    await run()
    await sale(partner, 30_00)
    email = await clients.person("owner", partner)
    (statement,) = await fetch("SELECT id FROM settlement.statement")
    pages = [*PAGES, f"/payouts?payout={payout}", f"/statements/{statement['id']}"]
    wide = await place.signed_in(email, color_scheme=theme)
    phone = await place.signed_in(
        email, "en", color_scheme=theme, viewport={"width": 390, "height": 844}
    )
    found: dict[str, list[str]] = {}
    for path in pages:
        for width, page in (("wide", wide), ("phone", phone)):
            await page.goto(f"{place.url}/portal{path}")
            await settled(page)
            found[f"{width} {path}"] = await violations(page)
            beyond = await page.evaluate("document.documentElement.scrollWidth - innerWidth")
            assert beyond <= 0, f"{path} is {beyond} px too wide"
    assert {place: said for place, said in found.items() if said} == {}


async def test_letters_lead_to_pages_and_a_phone_sorts(place: Place) -> None:
    partner = await payable_partner()
    for minor in (20_00, 30_00):
        await sale(partner, minor)
    page = await owner_of(place, partner, "en")
    await page.goto(f"{place.url}/portal")
    await settled(page)
    await page.keyboard.press("g")
    await page.keyboard.press("s")
    await page.wait_for_url("**/portal/sales")
    field = page.get_by_label("Beginning of a reference")
    await field.press_sequentially("g?p")
    await expect(field).to_have_value("g?p")
    await field.fill("")
    await field.blur()
    await page.keyboard.press("?")
    shortcuts = page.get_by_role("dialog", name="Keyboard shortcuts")
    await expect(shortcuts.get_by_text("Payouts")).to_be_visible()
    assert await violations(page) == []
    await page.keyboard.press("Escape")
    await expect(shortcuts).to_be_hidden()
    await page.set_viewport_size({"width": 390, "height": 844})
    await page.get_by_label("Sort by").select_option("net")
    await expect(page.locator("tbody tr").first).to_contain_text("20.00")
    assert page.url.endswith("sort=net")
    member = await place.signed_in(await clients.person("member", partner), "en")
    await member.goto(f"{place.url}/portal")
    await settled(member)
    await member.keyboard.press("g")
    await member.keyboard.press("p")
    await member.keyboard.press("?")
    shortcuts = member.get_by_role("dialog", name="Keyboard shortcuts")
    await expect(shortcuts.get_by_text("Sales")).to_be_visible()
    await expect(shortcuts.get_by_text("Payouts")).to_have_count(0)
    assert member.url.endswith("/portal")


async def test_the_log_is_searched_and_the_address_says_how(place: Place) -> None:
    page = await owner_of(place, await payable_partner())
    await page.goto(f"{place.url}/portal/audit")
    await page.get_by_label("Toutes les actions").select_option("mark_verified")
    await expect(page.locator("tbody tr")).to_have_count(1)
    await page.get_by_label("Chercher dans le journal").fill("rien de tel")
    await expect(page.get_by_text("Rien ne correspond")).to_be_visible()
    assert "what=mark_verified" in page.url and "q=rien" in page.url
    await page.get_by_role("button", name="Voir toutes les modifications").click()
    await page.get_by_label("Du", exact=True).fill("2999-01-01")
    await expect(page.get_by_text("Rien ne correspond")).to_be_visible()
    assert await violations(page) == []


@pytest.mark.long
async def test_a_table_over_a_hundred_thousand_rows_pages_filters_and_exports_without_freezing(
    place: Place,
) -> None:
    partner = await given.partner()
    reference = await sale(partner, 10_00)
    rows = await fetch(
        "SELECT column_name AS name FROM information_schema.columns "
        "WHERE table_schema = 'sales' AND table_name = 'sale_line' "
        "AND column_name <> 'id' AND is_generated = 'NEVER'"
    )
    new = {
        "reference": "'many-' || n",
        "net_minor": "1000 + n",
        "operator_minor": "300 + n",
    }
    names = ", ".join(row["name"] for row in rows)
    changed = ", ".join(new.get(row["name"], row["name"]) for row in rows)
    await fetch(
        f"INSERT INTO sales.sale_line ({names}) SELECT {changed} FROM sales.sale_line l, "
        "generate_series(1, 100000) AS n WHERE l.reference = $1",
        reference,
    )
    page = await owner_of(place, partner, "en")
    await page.goto(f"{place.url}/portal/sales")
    await expect(page.get_by_text("100,001 lines")).to_be_visible(timeout=15_000)
    await page.evaluate(
        "window.longest = 0; new PerformanceObserver(l => l.getEntries().forEach(e => "
        "window.longest = Math.max(longest, e.duration))).observe({type: 'longtask'})"
    )
    first = page.locator("tbody tr").first
    for _ in range(5):
        shown = await first.inner_text()
        await page.get_by_role("button", name="Next page").click()
        await expect(first).not_to_have_text(shown, timeout=5_000)
    await page.get_by_label("Beginning of a reference").fill("many-99999")
    await expect(page.get_by_text("1 line ·")).to_be_visible(timeout=5_000)
    assert await page.evaluate("longest") < 500
    async with page.expect_download() as waiting:
        await page.goto(f"{place.url}/portal/sales")
        await page.get_by_role("button", name="Export these sales").click()
        await page.get_by_role("menuitem", name="CSV", exact=True).click()
    path = await (await waiting.value).path()
    with path.open(encoding="utf-8") as file:
        assert sum(1 for _ in file) == 100_002


async def test_a_list_of_many_pages_there_and_back(place: Place) -> None:
    partner = await payable_partner()
    for minor in range(10_00, 70_00, 1_00):
        await sale(partner, minor)
    page = await owner_of(place, partner)
    await page.goto(f"{place.url}/portal/sales?sort=-net")
    first = page.locator("tbody tr").first
    await expect(first).to_contain_text("69,00")
    await expect(page.get_by_text("60 lignes")).to_be_visible()
    await page.get_by_role("button", name="Page suivante").click()
    await expect(first).to_contain_text("19,00")
    await page.get_by_role("button", name="Page précédente").click()
    await expect(first).to_contain_text("69,00")
    await page.get_by_role("button", name="Hors TVA").click()
    await expect(first).to_contain_text("10,00")
    async with page.expect_download() as waiting:
        await page.get_by_role("button", name="Exporter ces ventes").click()
        await page.get_by_role("menuitem", name="CSV", exact=True).click()
    lines = (await (await waiting.value).path()).read_text().splitlines()
    assert len(lines) == 61
    await page.get_by_label("Début d’une référence").fill("nothing")
    await page.get_by_role("button", name="Voir toutes les ventes").click()
    await expect(first).to_contain_text("10,00")
