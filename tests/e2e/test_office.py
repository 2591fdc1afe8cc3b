"""The operator's work in a real browser: a month closed, a refused payout sent again under four
eyes, a rule tried before it is announced, totals opened down to their postings.
"""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, cast
from uuid import UUID

import pytest_asyncio
from playwright.async_api import Page, expect

from backend import payouts, settlement, worker
from backend.core import Money, Month, fetch_value
from tests import clients, given
from tests.e2e import desk
from tests.given.payouts import closed_month, days_pass, payable_partner, run, started, state_of
from tests.reports.history import refund

PHONE = 390

pytestmark = desk.needs_desk


@pytest_asyncio.fixture
async def place(db: None) -> AsyncIterator[desk.Place]:
    async with desk.opened(sandbox=True) as opened:
        yield opened


async def signed_in(
    place: desk.Place, role: str = "admin", language: str = "en", **options: Any
) -> Page:
    """A browser in which somebody of the operator has signed in."""
    return await place.signed_in(await clients.person(role), language, **options)


@asynccontextmanager
async def working() -> AsyncIterator[None]:
    """A worker beside the API, as `maillage run` has it."""
    stop = asyncio.Event()
    task = asyncio.create_task(worker.work(clock=payouts.sandbox_clock, stop=stop))
    try:
        yield
    finally:
        stop.set()
        await task


def last_month() -> tuple[Month, datetime]:
    """The month before this one, and a moment in its middle."""
    month = Month.of(datetime.now(UTC)).previous
    return month, month.start + timedelta(days=12)


async def test_the_operator_closes_a_month_and_pays_it(place: desk.Place) -> None:
    month, moment = last_month()
    editor = await payable_partner()
    for number in range(3):
        await given.sale(editor, 100_00 * (number + 1), sold_at=moment)
    page = await signed_in(place, "finance")
    await page.goto(f"{place.url}/office")
    await page.get_by_role("link", name="Close a month").click()
    name = month.first_day.strftime("%B %Y")
    await page.get_by_role("link", name=name, exact=True).click()
    await page.get_by_role("button", name=f"Close {name}…").click()
    async with working():
        await page.get_by_role("button", name=f"Close {name}", exact=True).click()
        await page.get_by_text("Statements: 1, lines: 3.").wait_for()
    close = await settlement.read_close(month)
    assert close is not None and close["actor"].startswith("person:")
    await page.get_by_role("link", name="Acme Éditions").first.wait_for()
    await page.get_by_role("button", name="Start the payouts", exact=True).click()
    await page.get_by_role("button", name=f"Start the payouts of {name}").click()
    await page.get_by_text("The payouts are under way").wait_for()
    assert await fetch_value("SELECT count(*) FROM payouts.payout") == 1
    await page.get_by_role("link", name="Acme Éditions").first.click()
    await page.get_by_text("From what was sold to what is paid").wait_for()
    await page.get_by_role("link", name="Its postings").click()
    await page.get_by_role("cell", name=re.compile("Owed to partners")).first.wait_for()


async def test_a_month_that_cannot_be_closed_says_why(place: desk.Place) -> None:
    month, moment = last_month()
    editor = await given.partner()
    await given.sale(editor, 100_00, sold_at=moment)
    await given.sale(editor, 100_00, sold_at=month.previous.start + timedelta(days=3))
    page = await signed_in(place, "finance", "fr")
    await page.goto(f"{place.url}/office/months/{month}")
    async with working():
        await page.get_by_role("button", name=re.compile("Clôturer")).click()
        await page.get_by_role("button", name=re.compile("Clôturer")).click()
        await page.get_by_text("Un mois plus ancien est encore ouvert").wait_for()


async def failed_payout() -> tuple[UUID, UUID]:
    partner, payout = await started("3001")
    await run()
    await days_pass(2.1)
    await run()
    assert await state_of(payout) == "failed"
    return partner, payout


async def test_a_refused_payout_is_sent_again_once_a_second_person_approves(
    place: desk.Place,
) -> None:
    _, payout = await failed_payout()
    asker = await signed_in(place, "finance")
    await asker.goto(f"{place.url}/office")
    await asker.get_by_role("link", name="Look at them").first.click()
    await asker.get_by_role("link", name="Acme Éditions").click()
    await asker.get_by_role("alert").get_by_text("The bank account could not be found.").wait_for()
    await asker.get_by_label("Why (optional)").fill("they opened another account")
    await asker.get_by_role("button", name="Ask to send it again").click()
    await asker.get_by_text("You asked for this").wait_for()
    assert await asker.get_by_role("button", name=re.compile("^Approve")).count() == 0
    assert await state_of(payout) == "failed", "nothing is sent yet"
    approver = await signed_in(place, "admin")
    await approver.goto(f"{place.url}/office")
    await approver.get_by_role("link", name="Decide").click()
    await approver.get_by_text("they opened another account").wait_for()
    await approver.get_by_role("button", name="Approve: send it again").click()
    await expect(approver.get_by_text("they opened another account")).to_have_count(0)
    assert await state_of(payout) == "transferred"
    await days_pass(0.1)
    await run()
    assert await state_of(payout) == "payout_pending"
    await asker.reload()
    await asker.get_by_text("Who asked and who decided").wait_for()
    await asker.get_by_role("cell", name="Approved").wait_for()


async def test_a_partner_is_verified_or_told_why_not(place: desk.Place) -> None:
    first, second = await given.partner("Granit"), await given.partner("Goémon")
    await given.complete_file(first)
    page = await signed_in(place, "partner_manager")
    await page.goto(f"{place.url}/office/approvals")
    granit = page.locator("section").filter(has=page.get_by_role("heading", name="Granit"))
    await granit.get_by_role("button", name="Its identity is checked").click()
    asked = page.get_by_role("dialog", name="Is the identity of Granit checked?")
    await asked.get_by_text("SIREN").wait_for()
    assert await fetch_value(
        "SELECT verification FROM partners.organisation WHERE id = $1", first
    ) == ("unverified")
    await asked.get_by_role("button", name="Yes, it is checked").click()
    await expect(page.get_by_role("heading", name="Granit")).to_have_count(0)
    await page.get_by_role("button", name="Do not accept").click()
    await page.get_by_label("Why it is not accepted").fill("No such company")
    await page.get_by_role("button", name="Do not accept Goémon").click()
    await page.get_by_text("No partner waits to be checked").wait_for()
    state = "SELECT verification FROM partners.organisation WHERE id = $1"
    assert await fetch_value(state, first) == "verified"
    assert await fetch_value(state, second) == "refused"


async def test_a_rule_is_tried_on_last_month_before_it_is_announced(place: desk.Place) -> None:
    _, moment = last_month()
    await given.sale(await given.partner("Granit"), 100_00, sold_at=moment)
    page = await signed_in(place, "admin")
    await page.goto(f"{place.url}/office/rules")
    await page.get_by_role("button", name="Announce or try a rule").click()
    announce = page.get_by_role("button", name="Announce the rule")
    await expect(announce).to_be_disabled()
    await page.get_by_label("We keep, in percent").fill("20")
    await page.get_by_role("button", name="Show what it would have changed").click()
    await page.get_by_role("heading", name=re.compile("Dry run")).wait_for()
    kept = page.get_by_role("row", name=re.compile("We keep")).first
    assert re.sub(r"\s+", " ", await kept.inner_text()) == "We keep €30.00 €20.00 −€10.00"
    await page.get_by_label("Name of the rule").fill("20/80")
    await announce.click()
    await page.get_by_role("rowheader", name="20/80").wait_for()
    await expect(page.get_by_text("To come", exact=True)).to_have_count(1)
    in_force = page.get_by_text("The partner receives 70%")
    await expect(in_force).to_have_count(1)


async def test_a_total_opens_down_to_its_postings_and_a_band_its_sales(place: desk.Place) -> None:
    _, moment = last_month()
    sold = await given.sale(await given.partner("Granit"), 100_00, sold_at=moment)
    await given.sale(await given.partner("Goémon"), 50_00, sold_at=moment, channel="direct")
    page = await signed_in(place, "finance")
    await page.goto(f"{place.url}/office/ledger")
    await page.get_by_role("link", name="Earned by partners").click()
    await page.get_by_role("link", name="Granit").click()
    await page.get_by_role("link", name=re.compile(r"^sale:s-")).wait_for()
    await page.goto(f"{place.url}/office/ledger/entries?reference=sale:{sold}")
    await expect(page.get_by_role("row")).to_have_count(4)
    await page.goto(f"{place.url}/office/ledger")
    await page.get_by_role("link", name="Revenue: our share").click()
    await page.wait_for_url(re.compile(r"/office/ledger/accounts/\d+$"))
    await page.get_by_role("heading", name="Revenue: our share").wait_for()
    await page.get_by_role("link", name=re.compile(r"^sale:s-")).first.wait_for()
    await page.go_back()
    await page.get_by_role("link", name="Revenue: our share").wait_for()
    await page.goto(f"{place.url}/office/flows")
    await page.get_by_role("link", name=re.compile("Small and medium companies to Mark")).click()
    await page.get_by_role("heading", name="Sales", exact=True).wait_for()
    await page.get_by_role("link", name="Granit").wait_for()
    await expect(page.get_by_role("link", name="Goémon")).to_have_count(0)


async def test_the_sandbox_is_turned_and_funded_and_the_log_checked(place: desk.Place) -> None:
    await closed_month(await payable_partner())
    page = await signed_in(place, "admin")
    await page.goto(f"{place.url}/office/sandbox")
    await page.get_by_role("button", name="Top up").click()
    await page.get_by_text("€84.00 available").wait_for()
    await page.get_by_role("button", name="Turn the clock forward").click()
    await page.get_by_role("button", name="Let the next one fail").click()
    await page.get_by_role("button", name="Forget all faults").click()
    await page.goto(f"{place.url}/office/audit")
    changes = page.get_by_role("region", name="Changes")
    await changes.get_by_text("funded the sandbox").wait_for()
    await page.get_by_role("button", name="Check every row").click()
    await page.get_by_text("The log is whole").wait_for()


PAGES = (
    "", "/approvals", "/partners", "/partners/{partner}", "/listings", "/sales",
    "/flows?month={month}",
    "/alarms", "/months", "/months/{month}", "/statements/{statement}", "/contests", "/payouts",
    "/payouts/{payout}", "/ledger", "/ledger/accounts?code=partner:&kind=payable",
    "/ledger/accounts/{account}", "/ledger/entries?reference=statement:{month}:EUR:{partner}",
    "/rules", "/audit", "/sandbox",
)  # fmt: skip


async def addresses() -> dict[str, Any]:
    """A month with something of everything."""
    partner, payout = await failed_payout()
    sale = await given.sale(partner, 80_00, sold_at=last_month()[1])
    await refund(sale, Money(10_00, "EUR"), last_month()[1] + timedelta(days=1))
    await given.partner("Goémon")
    asker = await clients.person("finance")
    person = await fetch_value("SELECT id FROM identity.person WHERE email = $1", asker)
    await payouts.ask_approval(payout, "retry", note="", person=person, now=datetime.now(UTC))
    return {
        "partner": partner,
        "payout": payout,
        "month": "2026-08",
        "statement": await fetch_value("SELECT id FROM settlement.statement"),
        "account": await fetch_value("SELECT min(id) FROM ledger.account"),
    }


@desk.walks_every_page
@desk.in_themes
async def test_every_page_is_for_everybody_and_fits_a_phone(place: desk.Place, theme: str) -> None:
    """No violation of WCAG 2.2 AA, nothing wider than the screen, no word of the other language."""
    known = await addresses()
    page = await signed_in(place, "admin", "fr", viewport={"width": 1280, "height": 900})
    for path in PAGES:
        await page.set_viewport_size({"width": 1280, "height": 900})
        await page.emulate_media(color_scheme=cast(Any, theme), reduced_motion="reduce")
        await page.goto(f"{place.url}/office{path.format(**known)}")
        await desk.settled(page)
        assert await desk.violations(page) == [], path
        words = await page.inner_text("main")
        english = re.search(r"\b(the|and|of|Partner receives|Amount|Month)\b", words)
        assert english is None, f"{path}: {words[max(0, english.start() - 60) :][:160]}"
        await page.set_viewport_size({"width": PHONE, "height": 844})
        await desk.fits(page, path)


async def test_the_menu_shows_what_a_role_may_do(place: desk.Place) -> None:
    seen = {}
    for role in ("partner_manager", "auditor"):
        page = await signed_in(place, role)
        await page.goto(f"{place.url}/office")
        menu = page.get_by_role("navigation", name="Office")
        await menu.get_by_role("link", name="Months").wait_for()
        seen[role] = set(await menu.get_by_role("link").all_inner_texts())
    assert "Ledger" not in seen["partner_manager"] and "Audit log" not in seen["partner_manager"]
    assert {"Ledger", "Audit log"} <= seen["auditor"] and "Stripe sandbox" not in seen["auditor"]
