"""What people write is shown in the store and in letters as it was written, and none of it runs."""

from collections.abc import AsyncIterator, Sequence
from urllib.parse import urlencode
from uuid import UUID

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from backend import catalogue, core, identity, mail, orders, partners
from tests import clients, given
from tests.e2e.desk import Place, opened
from tests.e2e.test_store import on_sale, pytestmark  # noqa: F401  (skips where that skips)
from tests.given.letters import token_in
from tests.hostile import TRACE, hostile

SOME = 17
"""Of pages that hold one string each, every so many is looked at in short; all in the battery."""

LETTERS_SHOWN = 50
STRANGERS = "main script, main iframe, main object, main embed, main img, main [onerror], [onfocus]"


@pytest_asyncio.fixture
async def place(db: None) -> AsyncIterator[Place]:
    async with opened() as made:
        yield made


async def written(words: Sequence[str]) -> list[UUID]:
    """Each as the name of a checked partner, and as all the words of its listing."""
    editors = []
    for number, text in enumerate(words):
        editor = await given.partner(text)
        await given.verified(editor)
        await on_sale(
            editor, f"h-{number}", text, category="ai", summary_fr=text, description_fr=text
        )
        editors.append(editor)
    return editors


async def watched(place: Place, email: str = "") -> Page:
    """A question that a string would ask is a complaint, as whatever the console says is."""
    page = await (place.signed_in(email) if email else place.visitor())
    page.on("dialog", lambda dialog: place.complaints.append(f"asked: {dialog.message}"))
    return page


async def untouched(place: Place, page: Page, path: str) -> None:
    await page.goto(f"{place.url}/fr{path}", wait_until="load")
    assert await page.evaluate(TRACE) == "undefined", path
    assert await page.locator(STRANGERS).count() == 0, path


async def shown_on_lists(place: Place, count: int) -> None:
    """Pages that hold many: all strings are looked at."""
    page = await watched(place)
    for number in range(1, -(-count // catalogue.PAGE) + 1):
        await untouched(place, page, f"/catalog?page={number}")
        await untouched(place, page, f"/partners?page={number}")
    for first in range(0, count, 4):
        chosen = [f"h-{number}" for number in range(first, min(first + 4, count))]
        await untouched(place, page, "/compare?" + urlencode({"listing": chosen}, doseq=True))
        await expect(page.get_by_role("columnheader")).to_have_count(len(chosen))
    await untouched(place, page, "")


async def shown_alone(place: Place, words: Sequence[str], editors: Sequence[UUID]) -> None:
    page = await watched(place)
    for number, text in list(enumerate(words))[::SOME]:
        await untouched(place, page, f"/listings/h-{number}")
        await expect(page.get_by_role("heading", level=1)).to_have_text(text)
        editor = (await partners.read_organisation(editors[number])).reference
        await untouched(place, page, f"/editors/{editor}")
        await expect(page.get_by_role("heading", level=1)).to_have_text(text)


async def asked(place: Place, words: Sequence[str]) -> None:
    """As the value of every parameter that a page of the store reads."""
    names = ("q", "category", "model", "sort", "page", "listing", "type", "letter", "next", "told",
             "kind", "token", "what", "back", "after")  # fmt: skip
    page = await watched(place)
    for text in words:
        query = urlencode(dict.fromkeys(names, text))
        for path in ("/partners", "/sign-in", "/sign-up", "/catalog"):
            await untouched(place, page, f"{path}?{query}")
        await expect(page.get_by_role("searchbox")).to_have_value(" ".join(text.split()))


async def bought(place: Place, words: Sequence[str], every: int) -> None:
    """The list of purchases holds twenty; the page of one names the listing and its partner."""
    town = await given.buyer()
    made = [
        await orders.place_order(
            organisation_id=town, person_id=None, slug=f"h-{number}", now=given.NOW,
            actor=given.SYSTEM,
        )
        for number in range(len(words))
    ]  # fmt: skip
    page = await watched(place, await clients.person("buyer", town))
    await untouched(place, page, "/purchases")
    for last in made[20::20]:
        await untouched(place, page, f"/purchases?after={last.id}")
    for number in range(0, len(words), every):
        await untouched(place, page, f"/purchases/{made[number].id}")
        await expect(page.get_by_role("heading", level=1)).to_have_text(words[number])


async def called(place: Place, words: Sequence[str]) -> None:
    """As the name of who looks at their account, and of the organisation that invites."""
    town = await given.buyer()
    email = await clients.person("owner", town)
    page = await watched(place, email)
    stranger = await watched(place)
    async with await clients.signed_in("owner", town) as owner:
        asked_in = {"email": "new@example.test", "role": "buyer"}
        answer = await owner.post("/api/portal/team/invitations", json=asked_in)
        assert answer.status_code == 201, answer.text
    token = await token_in("invitation", "new@example.test")
    for text in words:
        with core.acting_for(None):
            await core.fetch("UPDATE identity.person SET name = $1 WHERE email = $2", text, email)
            await core.fetch("UPDATE partners.organisation SET name = $1 WHERE id = $2", text, town)
        await untouched(place, page, "/account")
        await expect(page.locator("main .lead").first).to_contain_text(text)
        await untouched(place, stranger, f"/invitation?token={token}")
        await expect(stranger.get_by_role("heading", level=1)).to_contain_text(text)


async def posted(place: Place, words: Sequence[str]) -> None:
    """In every part of a letter: its HTML, which no policy guards, and their page."""
    page, letters = await watched(place), await watched(place)
    for number, text in enumerate(words):
        letter = mail.Letter(
            kind="verify", subject=text, paragraphs=[text, text], button=text,
            link=f"https://example.test/?token={text}", closing=[text],
        )  # fmt: skip
        sent = await mail.send("a@example.test", letter, language="fr", now=given.NOW)
        html = await core.fetch_value("SELECT body_html FROM mail.message WHERE id = $1", sent)
        await page.set_content(html)
        assert await page.evaluate(TRACE) == "undefined", text
        strangers = "script, iframe, object, embed, img, [onerror], [onfocus], [onload], form"
        assert await page.locator(strangers).count() == 0, text
        await expect(page.get_by_text(text, exact=True).first).to_be_attached()
        if (number + 1) % LETTERS_SHOWN == 0 or number + 1 == len(words):
            await untouched(place, letters, "/mails")


async def test_what_partners_write_never_runs(place: Place) -> None:
    words = hostile()
    editors = await written(words)
    await shown_on_lists(place, len(words))
    await shown_alone(place, words, editors)
    await bought(place, words, SOME)


async def test_what_visitors_ask_for_and_what_people_are_called_never_runs(place: Place) -> None:
    words = hostile()[::SOME]
    await asked(place, words)
    await called(place, words)


async def test_no_letter_runs_what_stands_in_it(place: Place) -> None:
    await posted(place, hostile())


@pytest.mark.long
async def test_two_hundred_hostile_strings_run_on_no_page_that_shows_one(place: Place) -> None:
    words = hostile()
    editors = await written(words)
    await bought(place, words, 1)
    await asked(place, words)
    await called(place, words)
    page = await watched(place)
    for number, editor in enumerate(editors):
        await untouched(place, page, f"/listings/h-{number}")
        reference = (await partners.read_organisation(editor)).reference
        await untouched(place, page, f"/editors/{reference}")


def test_the_words_are_two_hundred_and_leave_their_trace() -> None:
    """The trace that pages are asked for is the one that the strings leave."""
    assert len(hostile()) == 200 and TRACE.split()[1] in hostile()[0]
    assert identity.local_page("javascript:hacked=1", "") == ""
