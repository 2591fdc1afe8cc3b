"""The operator's programmes in a real browser: who may come in, who moves, what levels give."""

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest_asyncio
from playwright.async_api import Locator, Page, expect

from backend import charges, programmes, scorecards
from backend.core import PARIS, Month, fetch_value
from backend.payouts import machine_clock
from backend.programmes import RESELLER
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
from tests.given.charges import a_charge
from tests.given.programmes import organisation

pytestmark = needs_desk

NOW = datetime.now(UTC)

LAST_MONTH = Month.of(NOW.astimezone(PARIS)).previous
BEFORE = LAST_MONTH.start


@pytest_asyncio.fixture
async def place(db: None) -> AsyncIterator[Place]:
    async with opened() as made:
        yield made


async def member(name: str, level: str = "registered") -> UUID:
    made = await organisation("reseller", name=name)
    await programmes.enter(
        made, RESELLER, level=level, reason="It qualifies.", now=BEFORE, actor=given.SYSTEM
    )
    return made


async def charged(consumer: UUID) -> None:
    """1,000.00 of use in a critical environment, last month."""
    made = a_charge(
        consumer, 1000_00, environment="critical", charged_on=LAST_MONTH.first_day + timedelta(3)
    )
    await charges.record_charge(made, now=NOW, actor=given.SYSTEM)


async def dialog_of(page: Page, button: str, *, within: Locator | None = None) -> Locator:
    await (within or page).get_by_role("button", name=button, exact=True).first.click()
    return page.get_by_role("dialog")


async def test_an_application_is_answered_with_a_reason(place: Place) -> None:
    wanted, unwanted = [
        await organisation("reseller", name=name) for name in ("Brest", "<b>Lorient")
    ]
    for one in (wanted, unwanted):
        await programmes.apply_to(
            one, RESELLER, message="We sell <i>everywhere</i>.", now=BEFORE, actor=given.SYSTEM
        )
    page = await place.signed_in(await clients.person("partner_manager"), "en")
    await page.goto(f"{place.url}/office/programmes")
    await page.get_by_role("link", name="2 applications wait").click()
    await expect(page.get_by_text("We sell <i>everywhere</i>.").first).to_be_visible()

    asked = await dialog_of(page, "Accept Brest")
    await asked.get_by_label("Reason, which the partner reads").fill("A good team.")
    await asked.get_by_role("button", name="Accept and write").click()
    await expect(asked).to_be_hidden()
    assert await programmes.level_at(wanted, RESELLER, datetime.now(UTC)) == "registered"

    asked = await dialog_of(page, "Refuse <b>Lorient")
    await asked.get_by_role("button", name="Refuse and write").click()
    await expect(asked.get_by_role("alert")).to_be_visible()  # There is no answer without a reason.
    await asked.get_by_label("Reason, which the partner reads").fill("Not this year.")
    await asked.get_by_role("button", name="Refuse and write").click()
    await expect(asked).to_be_hidden()
    await page.get_by_label("Every state").select_option("refused")
    await expect(page.get_by_role("row", name="<b>Lorient")).to_contain_text("Not this year.")
    assert await fetch_value("SELECT count(*) FROM mail.message WHERE kind LIKE 'programme_%'") == 2


async def test_who_would_move_is_shown_before_everybody_is_evaluated(place: Place) -> None:
    weak = await member("Faible", "premium")
    page = await place.signed_in(await clients.person("partner_manager"), "en")
    await page.goto(f"{place.url}/office/programmes/{RESELLER}?part=evaluations")
    await expect(page.get_by_role("button", name="Evaluate now")).to_be_disabled()
    await page.get_by_role("button", name="Show who would move").click()
    row = page.get_by_role("row", name="Faible")
    await expect(row).to_contain_text("Is told of a fall")
    await expect(row).to_contain_text("Certified people: 0 of 5, missing")
    assert await programmes.pending_demotion(weak, RESELLER) is None

    asked = await dialog_of(page, "Evaluate now")
    await asked.get_by_role("button", name="Evaluate and write").click()
    await expect(page.get_by_text("Asked for; a worker takes it up.")).to_be_visible()
    await scorecards.run_requests(machine_clock)
    await expect(page.get_by_text("Settled: 1 of 1.")).to_be_visible()
    await page.get_by_role("link", name="See what followed").click()
    await page.wait_for_url(re.compile("/evaluations/"))
    await expect(page.get_by_role("row", name="Faible")).to_contain_text("Is told of a fall")
    async with page.expect_download() as file:
        await page.get_by_role("button", name="Every point").click()
        await page.get_by_role("menuitem", name="CSV", exact=True).click()
    assert (await file.value).suggested_filename.startswith("evaluation-")

    await page.get_by_role("link", name="Faible").click()
    await expect(page.get_by_text("A fall to Registered is announced")).to_be_visible()
    asked = await dialog_of(page, "Call the fall off")
    await asked.get_by_label("Reason").fill("The figures were late.")
    await asked.get_by_role("button", name="Keep the level").click()
    await expect(page.get_by_text("A fall to Registered was called off")).to_be_visible()
    assert await programmes.pending_demotion(weak, RESELLER) is None


async def test_a_level_is_decided_by_a_person_with_a_reason(place: Place) -> None:
    one = await member("Quimper")
    page = await place.signed_in(await clients.person("partner_manager"), "en")
    await page.goto(f"{place.url}/office/programmes/{RESELLER}/members/{one}")
    asked = await dialog_of(page, "Promote")
    await asked.get_by_label("Level").select_option("premium")
    await asked.get_by_label("Reason").fill("It won the tender.")
    await asked.get_by_role("button", name="Promote", exact=True).click()
    await expect(page.get_by_text("Rose: Premium")).to_be_visible()
    assert await programmes.level_at(one, RESELLER, datetime.now(UTC)) == "premium"

    asked = await dialog_of(page, "Hold a level by exception")
    await asked.get_by_label("Level").select_option("certified")
    await asked.get_by_label("Reason").fill("For the summer.")
    await asked.get_by_label("Why it is too urgent for notice").fill("The tender was annulled.")
    await asked.get_by_role("button", name="Make the exception").click()
    await expect(page.get_by_text("By exception: Certified")).to_be_visible()
    await expect(page.get_by_role("button", name="Promote", exact=True)).to_be_hidden()

    asked = await dialog_of(page, "Let it leave")
    await asked.get_by_label("Reason").fill("It asked to.")
    await asked.get_by_role("button", name="Let it leave").click()
    await expect(page.get_by_text("Left the programme")).to_be_visible()
    await page.get_by_role("link", name="All members of").click()
    await expect(page.get_by_text("Nobody is in this programme yet")).to_be_visible()


async def test_F_11_a_matrix_that_gives_less_for_more_cannot_be_announced(place: Place) -> None:
    await charged(await member("Vannes", "certified"))
    page = await place.signed_in(await clients.person("admin"), "en")
    await page.goto(f"{place.url}/office/benefits")
    await page.get_by_role("button", name="Try or announce a matrix").click()
    cell = page.get_by_label("Certified, Critical")
    await cell.fill("14")
    await expect(page.get_by_text("raise Certified / Critical")).to_be_visible()
    look = page.get_by_role("button", name="Show what it would have changed")
    await expect(look).to_be_disabled()
    await cell.fill("25")
    await look.click()
    row = page.get_by_role("row", name="Vannes")
    for figure in ("€1,000.00", "€800.00", "€750.00", "−€50.00"):
        await expect(row).to_contain_text(figure)
    await page.get_by_label("Name").fill("More for certified")
    await page.get_by_role("button", name="Announce the matrix").click()
    await expect(page.get_by_role("heading", name="More for certified")).to_be_visible()
    await expect(page.get_by_text("To come, from").first).to_be_visible()
    coming = await programmes.discount_matrix_at(NOW + timedelta(days=40))
    assert coming.rates["certified", "critical"] == 2500
    assert (await programmes.discount_matrix_at(NOW)).rates["certified", "critical"] == 2000


async def test_a_retroactive_table_is_announced_with_a_warning_of_its_jumps(place: Place) -> None:
    page = await place.signed_in(await clients.person("admin"), "en")
    await page.goto(f"{place.url}/office/benefits?part=tiers")
    await page.get_by_role("button", name="Announce other tiers").click()
    await page.get_by_label("How the rate counts").select_option("retroactive")
    await expect(page.get_by_text("This rebate jumps")).to_be_visible()
    await expect(page.get_by_text("€50,000.00 → +€1,000.00")).to_be_visible()
    await page.get_by_label("Tier 2: rebate").fill("9")
    await expect(page.get_by_role("button", name="Announce the tiers")).to_be_disabled()
    await page.get_by_label("Tier 2: rebate").fill("3")
    await page.get_by_label("Name").fill("All at once")
    await page.get_by_role("button", name="Announce the tiers").click()
    await expect(page.get_by_role("heading", name="All at once")).to_be_visible()


async def test_rates_benefits_and_requirements_begin_on_a_day_to_come(place: Place) -> None:
    page = await place.signed_in(await clients.person("admin"), "en")
    await page.goto(f"{place.url}/office/benefits?part=settings")
    asked = await dialog_of(page, "Change: Preferential rate of editors")
    await asked.get_by_label("Percent").fill("25")
    await asked.get_by_role("button", name="Announce it").click()
    row = page.get_by_role("row", name="Preferential rate of editors")
    await expect(row).to_contain_text("25%")
    await expect(row).to_contain_text("20%")

    await page.goto(f"{place.url}/office/benefits?part=gifts")
    asked = await dialog_of(page, "Change: Premium")
    await asked.get_by_label("Benefit").select_option("mentoring")
    await asked.get_by_role("button", name="Announce it").click()
    await expect(page.get_by_role("row", name="Premium")).to_contain_text("Mentoring from")

    await page.goto(f"{place.url}/office/programmes/{RESELLER}?part=requirements")
    await page.get_by_role("button", name="Announce other requirements").click()
    asked_of = page.get_by_label("Customer references, Certified")
    await asked_of.fill("4")
    await expect(page.get_by_text("Less than the level below")).to_be_visible()
    await asked_of.fill("2")
    await page.get_by_label("Name").fill("Two references")
    await page.get_by_role("button", name="Announce the requirements").click()
    await expect(page.get_by_role("heading", name="Two references")).to_be_visible()
    assert (
        await fetch_value(
            "SELECT at_least FROM scorecards.requirement r JOIN scorecards.requirement_set s "
            "ON s.id = r.set_id WHERE s.name = 'Two references' AND level = 'certified' "
            "AND measure = 'turnover_12m'"
        )
        == 50_000_00
    )


async def test_a_floor_is_worked_out_announced_and_withdrawn(place: Place) -> None:
    """Money rule l: 100,000.00 a month, 10,000 units, 75 % planned: 13.34, list price 18.01."""
    page = await place.signed_in(await clients.person("admin"), "en")
    await page.goto(f"{place.url}/office/benefits?part=floors")
    await page.get_by_role("button", name="Announce a floor").click()
    for label, value in (
        ("Pool", "Compute"), ("Resource, as charges name it", "vm.large"),
        ("Cost of a month, in euros", "100000"), ("Units that could be sold in it", "10000"),
    ):  # fmt: skip
        await page.get_by_label(label).first.fill(value)
    await expect(page.get_by_role("button", name="Announce the floor")).to_be_disabled()
    await page.get_by_role("button", name="Work it out").click()
    await expect(page.get_by_text("Floor of one unit 13.34 EUR")).to_be_visible()
    await expect(page.get_by_role("row", name="55%")).to_contain_text("945.00")
    await page.get_by_role("button", name="Announce the floor").click()
    asked = await dialog_of(page, "Withdraw: Compute, vm.large")
    await asked.get_by_label("Reason").fill("The cost was of another pool.")
    await asked.get_by_role("button", name="Withdraw it").click()
    await expect(asked).to_be_hidden()
    await expect(page.get_by_text("The cost was of another pool.")).to_be_visible()
    assert await fetch_value("SELECT withdrawn_at IS NOT NULL FROM programmes.price_floor")


PAGES = (
    "programmes",
    "programmes/applications",
    f"programmes/{RESELLER}",
    f"programmes/{RESELLER}?part=requirements",
    f"programmes/{RESELLER}?part=evaluations",
    "benefits",
    "benefits?part=tiers",
    "benefits?part=settings",
    "benefits?part=gifts",
    "benefits?part=floors",
)


@walks_every_page
@in_themes
async def test_the_programmes_are_for_everybody(place: Place, theme: str) -> None:
    one = await member("Intégration des réseaux de l’Ouest et du Centre", "certified")
    await charged(one)
    page = await place.signed_in(
        await clients.person("admin"), color_scheme=theme, viewport={"width": 390, "height": 844}
    )
    for path in (*PAGES, f"programmes/{RESELLER}/members/{one}"):
        await page.goto(f"{place.url}/office/{path}")
        await settled(page)
        assert await violations(page) == [], path
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
    await page.get_by_role("button", name="Promouvoir").click()
    await page.get_by_role("dialog").wait_for()
    assert await violations(page) == []
    for path, button in (
        ("benefits", "Essayer ou annoncer une matrice"),
        ("benefits?part=tiers", "Annoncer d’autres tranches"),
        ("benefits?part=floors", "Annoncer un plancher"),
        (f"programmes/{RESELLER}?part=requirements", "Annoncer d’autres conditions"),
        (f"programmes/{RESELLER}?part=evaluations", "Voir qui changerait de niveau"),
    ):
        await page.goto(f"{place.url}/office/{path}")
        await page.get_by_role("button", name=button).click()
        await settled(page)
        assert await violations(page) == [], path
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
