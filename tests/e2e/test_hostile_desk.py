"""What people write into the portal and the office is shown there as it was written; none of it
runs, whatever it is: two hundred strings in every field of text, in addresses and in searches. The
short run tries each ninth of them, the battery all.
"""

from collections.abc import AsyncIterator, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from backend import audit, catalogue, payouts
from backend.core import Money, fetch, fetch_value, transaction
from tests import clients, given
from tests.e2e.desk import Place, needs_desk, opened, settled, walks_every_page
from tests.given.payouts import closed_month, days_pass, payable_partner, run, started
from tests.hostile import TRACE, hostile

pytestmark = needs_desk

WATCH = """
    addEventListener("securitypolicyviolation", event => {
      (window.violated ??= []).push(`${event.violatedDirective}: ${event.blockedURI}`);
    });
"""
STRANGERS = "iframe, object, embed, marquee, main script, main img, [onerror], [onload], [onfocus]"
READ = (
    "document.body.innerText + "
    "[...document.querySelectorAll('svg text')].map(one => one.textContent).join()"
)
ANY_IS_SHOWN = f"texts => texts.length === 0 || texts.some(text => ({READ}).includes(text))"
ROWS = "document.querySelector('main tbody')?.innerText"
NAMES_ARE_THERE = f"!{ROWS}.split('\\n').includes('…')"
IS_LAST = "document.querySelector('[aria-label=\"Next page\"]')?.disabled ?? true"
NEXT_IS_SHOWN = f"""
    before => !document.querySelector("section[data-stale], .mantine-Skeleton-root")
      && {ROWS} && {ROWS} !== before && {NAMES_ARE_THERE}
"""
BETWEEN = " ¦ "
MOST_PAGES = 12
NO_CONTENT = 204

each_and_all = pytest.mark.parametrize("step", [9, pytest.param(1, marks=pytest.mark.long)])

SOUGHT = """
    async ([path, words]) => {
      const pause = () => new Promise(done => setTimeout(done, 4));
      const field = () => document.querySelector("main input[type=search]")?.value;
      for (const word of words) {
        history.pushState({}, "", path + encodeURIComponent(word));
        dispatchEvent(new PopStateEvent("popstate"));
        for (let tries = 0; field() !== word && tries < 500; tries++) await pause();
        if (field() !== word) return `${path}: ${field()} and not ${word}`;
      }
      return "";
    }
"""
"""Each word in the address; the search field above the table shows it."""


@pytest_asyncio.fixture
async def place(db: None) -> AsyncIterator[Place]:
    async with opened(sandbox=True) as made:
        yield made


async def watched(place: Place, email: str) -> Page:
    page = await place.signed_in(email, "en")
    await page.add_init_script(WATCH)
    page.on("dialog", lambda dialog: place.complaints.append(f"asked: {dialog.message}"))
    return page


class Caller:
    """Whoever is signed in in a browser, before the API."""

    def __init__(self, place: Place, page: Page) -> None:
        self.place, self.page = place, page

    async def post(self, path: str, body: dict[str, Any] | None = None) -> Any:
        answer = await self.page.request.post(
            f"{self.place.url}/api{path}", data=body or {}, headers={"origin": self.place.url}
        )
        assert answer.ok, f"{path}: {await answer.text()}"
        return None if answer.status == NO_CONTENT else await answer.json()


def packed(words: Sequence[str], room: int) -> Iterator[str]:
    """All words in texts of at most `room` characters."""
    text = words[0]
    for word in words[1:]:
        if len(text) + len(BETWEEN) + len(word) > room:
            yield text
            text = word
        else:
            text += BETWEEN + word
    yield text


async def untouched(page: Page) -> None:
    where = page.url
    assert await page.evaluate(TRACE) == "undefined", where
    assert await page.evaluate("window.violated ?? []") == [], where
    assert await page.locator(STRANGERS).count() == 0, where


async def shows(page: Page, address: str, texts: Sequence[str]) -> None:
    """All of `texts` stand there literally, on the first page of the list or on later ones."""
    await page.goto(address)
    await settled(page)
    await page.wait_for_function(ANY_IS_SHOWN, arg=list(texts))
    seen = ""
    for _ in range(MOST_PAGES):
        await untouched(page)
        # In one go: what is asked for one after the other may be of two pages.
        read, before, is_last = await page.evaluate(f"() => [{READ}, {ROWS}, {IS_LAST}]")
        seen += read
        if is_last:
            break
        await page.get_by_role("button", name="Next page").click()
        await page.wait_for_function(NEXT_IS_SHOWN, arg=before)
    missing = [text for text in texts if text not in seen]
    assert missing == [], f"{address} does not show {len(missing)}: {missing[:3]}"


async def searched(page: Page, path: str, words: Sequence[str]) -> None:
    """Each word as a parameter of the address; the field says it back."""
    await page.goto(path + "start")
    await settled(page)
    said = await page.evaluate(SOUGHT, [path, list(words)])
    assert said == "", said
    await settled(page)
    await untouched(page)


async def palette(page: Page, words: Sequence[str]) -> None:
    await page.keyboard.press("Control+k")
    field = page.get_by_role("dialog").get_by_role("combobox")
    for word in words:
        await field.fill(word)
    await expect(page.get_by_text("Nothing has this name.")).to_be_visible()
    await untouched(page)
    await page.keyboard.press("Escape")


async def named_people(organisation: UUID, words: Sequence[str]) -> None:
    """Members with these names; a password is too slow to seal for each of them."""
    await fetch(
        "WITH made AS (INSERT INTO identity.person (email, name, created_at, email_verified_at) "
        "SELECT 'p' || n || '@example.test', word, now(), now() "
        "FROM unnest($2::text[]) WITH ORDINALITY AS w (word, n) RETURNING id) "
        "INSERT INTO identity.membership (person_id, organisation_id, role, created_at) "
        "SELECT id, $1, 'member', now() FROM made",
        organisation,
        list(words),
    )


@walks_every_page
async def test_nothing_written_into_the_portal_runs(place: Place) -> None:
    words = hostile()
    partner = await payable_partner()
    page = await watched(place, await clients.person("owner", partner))
    caller = Caller(place, page)
    for number, word in enumerate(words):
        await caller.post(
            "/portal/listings",
            {
                "reference": f"h-{number}", "slug": f"h-{number}", "name": word,
                "price": {"amount_minor": 10_00, "currency": "EUR"}, "summary": word,
                "summary_fr": word, "summary_en": word, "description_fr": word,
                "description_en": word,
            },
        )  # fmt: skip
        await caller.post("/portal/api-keys", {"name": word, "scopes": ["portal:sale:read"]})
    listings = await fetch("SELECT id, name FROM catalogue.listing WHERE reference LIKE 'h-%'")
    for number, listing in enumerate(listings):
        await given.sale(partner, 10_00, reference=f"{number} {words[number]}",
                         listing_id=listing["id"])  # fmt: skip
    await named_people(partner, words)
    await closed_month(partner)
    await fetch("UPDATE partners.organisation SET name = $1", words[0])
    portal = f"{place.url}/portal"
    for path in ("/listings", "/keys", "/team", "/sales"):
        await shows(page, portal + path, words)
    statement = await fetch_value("SELECT id FROM settlement.statement")
    await shows(page, f"{portal}/statements/{statement}", words)
    await page.emulate_media(media="print")
    await page.pdf()
    await untouched(page)
    await page.emulate_media(media="screen")
    await shows(page, f"{portal}/company", words[:1])
    for path in ("", "/audit?change=9", "/payouts", "/bank", "/downloads"):
        await shows(page, portal + path, ())
    for path in ("/sales?q=", "/audit?who=%3Cscript%3E&what=%3Cscript%3E&q="):
        await searched(page, portal + path, words)
    await palette(page, words)


@walks_every_page
async def test_nothing_written_into_the_office_runs(place: Place) -> None:
    words = hostile()
    payout = await noted_payout(place, words)
    page = await watched(place, await clients.person("admin"))
    caller = Caller(place, page)
    organisations = [
        (
            await caller.post(
                "/office/organisations",
                {"reference": f"h-{number}", "name": word, "country": "FR", "segment": "pme",
                 "roles": ["isv"]},
            )
        )["id"]
        for number, word in enumerate(words)
    ]  # fmt: skip
    begin = datetime.now(UTC) + timedelta(days=40)
    for number, word in enumerate(words):
        day = (begin + timedelta(days=number)).isoformat()
        await caller.post(
            "/office/share-rules", {"name": word, "partner_bp": 7000, "valid_from": day}
        )
        await caller.post(
            "/office/terms", {"name": "hold_days", "value": 14, "valid_from": day, "note": word}
        )
    reasons = list(packed(words, 500))
    for organisation, reason in zip(organisations, reasons, strict=False):
        await caller.post(f"/office/organisations/{organisation}/refuse", {"reason": reason})
    notes = list(packed(words, 900))
    await alarms(caller, notes)
    for number, organisation in enumerate(organisations[:30]):
        await given.sale(UUID(organisation), 10_00 + number)
    office = f"{place.url}/office"
    for path in ("/partners", "/rules"):
        await shows(page, office + path, words)
    await shows(page, f"{office}/alarms?state=all", notes)
    await shows(page, f"{office}/payouts/{payout}", reasons)
    await shows(page, f"{office}/partners/{organisations[0]}", [words[0], reasons[0]])
    await shows(page, f"{office}/flows?month=2026-08&through=2026-12", words[29:30])
    await shows(page, f"{office}/sales", words[:30])
    for path in (
        "", "/approvals", "/listings", f"/audit?organisation={organisations[0]}", "/audit",
        "/ledger", "/ledger/accounts?code=partner:&kind=earned", "/months", "/months/2026-08",
    ):  # fmt: skip
        await shows(page, office + path, ())
    for path in (
        "/partners?q=", "/sales?reference=", "/alarms?kind=%3Cscript%3E&q=",
        "/audit?who=%3Cscript%3E&what=%3Cscript%3E&q=",
    ):  # fmt: skip
        await searched(page, office + path, words)
    await palette(page, words)


@each_and_all
async def test_reasons_holders_and_webhooks_run_nothing(place: Place, step: int) -> None:
    words = hostile()[::step]
    partner = await payable_partner()
    facts = catalogue.Facts(category="backup", summary_fr="Un clic", summary_en="One click")
    listing = await catalogue.create_listing(
        partner, reference="r", slug="r", name="Reasons", price=Money(10_00, "EUR"),
        facts=facts, now=given.NOW, actor=given.SYSTEM,
    )  # fmt: skip
    owner = await watched(place, await clients.person("owner", partner))
    reasons = list(packed(words, 1900))
    for reason in reasons:
        await catalogue.submit_listing(listing, now=given.NOW, actor=given.SYSTEM)
        await catalogue.ask_change(
            listing, reason=reason, now=given.NOW, actor=given.SYSTEM, base_url=place.url
        )
    await shows(owner, f"{place.url}/portal/listings?listing={listing}", reasons)
    staff = await watched(place, await clients.person("admin"))
    address = f"{place.url}/office/listings?status=action_required&listing={listing}"
    await shows(staff, address, reasons)

    told = list(packed(words, 190))
    await fetch(
        "INSERT INTO webhooks.endpoint (organisation_id, url, description, kinds, secret_sealed, "
        "created_at, changed_at) SELECT $1, 'https://h' || n || '.maillage.fr/', '', "
        "'{payout.paid}', '\\x00', now(), now() FROM generate_series(0, 9) AS n",
        partner,
    )
    for start in range(0, len(told), 10):
        ten = told[start : start + 10]
        for number, text in enumerate(ten):
            await fetch(
                "UPDATE webhooks.endpoint SET description = $2 WHERE url LIKE $1",
                f"https://h{number}.%",
                text,
            )
        await shows(owner, f"{place.url}/portal/webhooks", ten)
    for word in words[::20]:
        await fetch("UPDATE payments.connected_account SET holder = $1", word[:100])
        await shows(owner, f"{place.url}/portal/bank", [word[:100]])


async def alarms(caller: Caller, notes: Sequence[str]) -> None:
    async with transaction():
        for note in notes:
            await audit.raise_alarm("payout:1", "disputed", note, given.NOW)
    for row in await fetch("SELECT id, detail FROM audit.alarm"):
        await caller.post(f"/office/alarms/{row['id']}/close", {"note": row["detail"]})


async def noted_payout(place: Place, words: Sequence[str]) -> UUID:
    """Asked for and refused again and again, with a remark each time; the partner asked last."""
    partner, payout = await started("3001")
    await run()
    await days_pass(2.1)
    await run()
    email = await clients.person("owner", partner)
    asker = await fetch_value("SELECT id FROM identity.person WHERE email = $1", email)
    owner = await watched(place, email)
    finance = Caller(place, await watched(place, await clients.person("finance")))
    notes = list(packed(words, 500))
    ask = f"/portal/payouts/{payout}/retry-requests"
    for note in notes:
        # Not through the route: it lets a partner ask five times an hour.
        request = await payouts.ask_approval(
            payout, "retry", note=note, person=asker, now=datetime.now(UTC), organisation=partner
        )
        await finance.post(f"/office/payout-approvals/{request}/refuse", {"note": note})
    await shows(owner, f"{place.url}/portal/payouts?payout={payout}", notes[-1:])
    await Caller(place, owner).post(ask, {"note": notes[0]})
    await shows(owner, f"{place.url}/portal/payouts?payout={payout}", notes[:1])
    await shows(finance.page, f"{place.url}/office/approvals", notes[:1])
    return payout
