"""The store's pages over HTTP: what they say, to whom, where they lead."""

import json
import re
from datetime import UTC, datetime
from typing import Any
from uuid import UUID
from xml.etree import ElementTree

import httpx
import pytest

from backend import catalogue, core, orders, partners
from backend.app import build_app
from backend.core import Money
from backend.storefront import words
from tests import clients, given
from tests.given.sales import sale

EVIL = '</script><script>alert(1)</script>"><img src=x onerror=alert(2)>{{7*7}}'


async def on_sale(editor: UUID, slug: str, name: str = "Kerlann Sauvegarde", **facts: Any) -> str:
    listing = await catalogue.create_listing(
        editor,
        reference=slug,
        slug=slug,
        name=name,
        price=Money(1234_50, "EUR"),
        facts=catalogue.Facts(**facts),
        now=given.NOW,
        actor="system:test",
    )
    await given.put_on_sale(listing)
    return slug


async def reading(path: str, caller: httpx.AsyncClient, status: int = 200) -> str:
    answer = await caller.get(path)
    assert answer.status_code == status, answer.text
    return answer.text


def facts_of(page: str) -> list[dict[str, Any]]:
    found = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.S)
    return [json.loads(one) for one in found]


@pytest.mark.parametrize(
    ("accepted", "cookie", "lang"),
    [
        ("fr-FR,fr;q=0.9,en;q=0.8", "", "fr"),
        ("de, en-GB;q=0.5, fr;q=0.4", "", "en"),
        ("", "", "en"),
        ("x;q=nonsense", "", "en"),
        ("en", "fr", "fr"),
    ],
)
async def test_the_entrance_leads_to_the_readers_language(
    db: None, accepted: str, cookie: str, lang: str
) -> None:
    headers = {"accept-language": accepted, "cookie": f"language={cookie}"}
    async with clients.visitor(headers) as anybody:
        answer = await anybody.get("/")
    assert (answer.status_code, answer.headers["location"]) == (302, f"/{lang}")
    assert "accept-language" in answer.headers["vary"]


async def test_an_empty_store_says_what_to_do(db: None) -> None:
    async with clients.visitor() as anybody:
        assert "Rien n’est encore en vente" in await reading("/fr", anybody)
        assert "Nothing is on sale yet" in await reading("/en/catalog", anybody)
        await on_sale(await given.partner(), "kerlann")
        page = await reading("/en/catalog?q=quantum&sla=9999", anybody)
    assert "No service matches all of this" in page and "Search without filters" in page


async def test_the_most_sold_stand_first_and_what_is_not_on_sale_is_left_out(db: None) -> None:
    editor = await given.partner("Kerlann SA")
    for name in ("one", "two", "three", "four"):
        await on_sale(editor, name, name)
    draft = await given.listing(editor, published=False)
    ids = {name: (await catalogue.read_card(name)).id for name in ("one", "two", "three", "four")}
    # Of today: the page asks the clock, and looks back to the month before.
    now = datetime.now(UTC)
    sold = [*["three"] * 3, *["one"] * 2, "four"]
    for number, listing in enumerate([ids[name] for name in sold] + [draft] * 5):
        await sale(editor, 10_00, reference=f"s-{number}", listing_id=listing, sold_at=now)
    async with clients.visitor(of=build_app()) as anybody:
        page = await reading("/en", anybody)
    picks = page[page.index('id="picks"') : page.index("by-category")]
    assert re.findall(r"listings/(\w+)", picks) == ["three", "one", "four"]


async def test_the_catalogue_keeps_what_was_asked_in_its_address(db: None) -> None:
    editor = await given.partner("Kerlann SA")
    await on_sale(editor, "kerlann", category="backup", service_model="saas", sla_bp=9995)
    await on_sale(editor, "ostrea", "Ostrea", category="database")
    async with clients.visitor() as anybody:
        page = await reading(
            "/fr/catalog?category=backup&category=games&sla=9995&sort=name&page=x", anybody
        )
    assert "Kerlann Sauvegarde" in page and "Ostrea" not in page
    assert re.search(r'value="backup" checked', page)
    assert '<option value="name" selected>' in page
    assert 'href="/fr/catalog?category=backup&amp;sort=name"' in page, "without the guarantee"
    assert "1\u00a0234,50\u00a0€" in page
    assert 'href="/en/catalog?category=backup&amp;category=games' in page, "the other language"


async def test_a_public_page_is_told_to_machines(db: None) -> None:
    await on_sale(
        await given.partner("Kerlann SA"), "kerlann", category="backup", summary_en="Immutable"
    )
    async with clients.visitor() as anybody:
        page = await reading("/en/listings/kerlann", anybody)
        base = "http://127.0.0.1:8010"
        assert f'<link rel="canonical" href="{base}/en/listings/kerlann">' in page
        for tag, lang in (("fr", "fr"), ("en", "en"), ("x-default", "en")):
            link = f'hreflang="{tag}" href="{base}/{lang}/listings/kerlann"'
            assert f'<link rel="alternate" {link}>' in page
        assert '<meta name="description" content="Immutable">' in page
        assert "noindex" not in page
        offer = facts_of(page)[0]
        assert (offer["@type"], offer["offers"]["price"]) == ("SoftwareApplication", "1234.50")
        listed = facts_of(await reading("/en/catalog", anybody))[0]
        assert listed["itemListElement"][0]["url"] == f"{base}/en/listings/kerlann"
        assert "noindex" in await reading("/en/catalog?q=x", anybody)

        picture = await anybody.get(re.findall(r'og:image" content="[^/]+//[^/]+([^"]+)', page)[0])
        assert picture.headers["content-type"] == "image/png"
        assert picture.content.startswith(b"\x89PNG") and picture.content[16:24] == bytes.fromhex(
            "000004b000000276"
        ), "1200 x 630"


async def test_robots_find_every_public_page_and_no_other(db: None) -> None:
    editor = await given.partner("Kerlann SA")
    await on_sale(editor, "kerlann")
    await given.listing(editor, published=False)
    async with clients.visitor() as anybody:
        tree = ElementTree.fromstring(await reading("/sitemap.xml", anybody))  # noqa: S314
        found = [one.text or "" for one in tree.iter() if one.tag.endswith("loc")]
        assert len(found) == 2 * (7 + 1 + 1)
        for address in found:
            assert (await anybody.head(address)).status_code == 200
            assert "noindex" not in await reading(
                address.removeprefix("http://127.0.0.1:8010"), anybody
            )
        robots = await reading("/robots.txt", anybody)
    assert "Disallow: /*/purchases" in robots and "/sitemap.xml" in robots


async def test_what_a_partner_writes_is_text_everywhere(db: None) -> None:
    editor = await given.partner(EVIL)
    await on_sale(editor, "evil", EVIL, summary_fr=EVIL, description_fr=EVIL, category="ai")
    card = await catalogue.read_card("evil")
    async with clients.visitor() as anybody:
        for path in ("", "/catalog", "/listings/evil", f"/editors/{card.editor_slug}"):
            page = await reading(f"/fr{path}", anybody)
            assert "<script>alert" not in page and "<img" not in page
        assert facts_of(await reading("/fr/listings/evil", anybody))[0]["name"] == EVIL
        assert (await anybody.get("/fr/listings/evil/picture.png")).status_code == 200
        words_of = await reading(f"/fr/catalog?q={EVIL}", anybody)
    assert "<script>alert" not in words_of


@pytest.mark.parametrize(
    "path", ["/fr/listings/none", "/fr/editors/none", "/fr/a/b", "/fr/nowhere"]
)
async def test_what_is_not_there_is_a_page_in_the_readers_language(db: None, path: str) -> None:
    async with clients.visitor() as anybody:
        page = await reading(path, anybody, 404)
        assert "Cette page n’existe pas" in page and "noindex" in page
        problem = await anybody.get("/api/store/nothing")
    assert problem.headers["content-type"] == "application/problem+json"


async def test_a_failure_of_ours_is_a_page_that_says_so(
    db: None, caplog: pytest.LogCaptureFixture
) -> None:
    before = core.engine().pool
    core.engine().pool = None
    try:
        async with clients.visitor() as anybody:
            answer = await anybody.get("/fr/catalog")
    finally:
        core.engine().pool = before
    assert answer.status_code >= 500 and caplog.records
    assert "Cela n’a pas fonctionné" in answer.text and "Traceback" not in answer.text


async def test_who_may_not_buy_is_told_what_to_do(db: None) -> None:
    editor = await given.partner("Kerlann SA")
    await on_sale(editor, "kerlann")
    async with clients.visitor() as anybody:
        page = await reading("/en/listings/kerlann", anybody)
        assert 'href="/en/sign-in?next=/en/listings/kerlann"' in page
        answer = await anybody.post("/en/listings/kerlann/buy", data={"key": "x"})
        assert answer.headers["location"] == "/en/sign-in?next=%2Fen%2Flistings%2Fkerlann"
        answer = await anybody.get("/en/purchases")
        assert answer.headers["location"] == "/en/sign-in?next=%2Fen%2Fpurchases"
    async with await clients.signed_in("admin") as staff:
        page = await reading("/en/listings/kerlann", staff)
        assert "signed in for the operator" in page
        assert (await staff.post("/en/listings/kerlann/buy")).status_code == 403
    async with await clients.signed_in("owner", editor) as theirs:
        answer = await theirs.post("/en/listings/kerlann/buy")
        assert answer.status_code == 409 and "This is your own service" in answer.text


async def test_a_purchase_is_ordered_once_and_led_to_the_hosted_page(stripe: None) -> None:
    await on_sale(await given.partner("Kerlann SA"), "kerlann")
    town = await given.buyer("Plouzané")
    async with await clients.signed_in("buyer", town) as buyer:
        page = await reading("/fr/listings/kerlann", buyer)
        key = re.findall(r'name="key" value="([^"]+)"', page)[0]
        there = set()
        for _ in range(2):  # a second click
            answer = await buyer.post("/fr/listings/kerlann/buy", data={"key": key})
            assert answer.status_code == 303, answer.text
            there.add(answer.headers["location"])
        (pay,) = there
        hosted = await reading(pay, buyer)
        url = re.findall(r'http-equiv="refresh" content="0;url=([^"]+)"', hosted)[0]
        order = (await orders.list_orders(town, after=None, limit=9))[0]
        assert url == order.checkout_url
        shown = await reading(f"/fr/purchases/{order.id}", buyer)
        assert "En attente de paiement" in shown and "1\u00a0481,40\u00a0€" in shown
        assert "http-equiv" not in shown
        waiting = await reading(f"/fr/purchases/{order.id}?back=paid&looks=3", buyer)
        assert f'content="2;url=/fr/purchases/{order.id}?back=paid&amp;looks=4"' in waiting
        assert str(order.id) in await reading("/fr/purchases", buyer)
        assert (await buyer.get(f"/fr/purchases/{order.id}")).headers["cache-control"] == "no-store"
    async with await clients.signed_in("buyer", await given.buyer()) as other:
        assert (await other.get(f"/fr/purchases/{order.id}")).status_code == 404
        assert str(order.id) not in await reading("/fr/purchases", other)
    assert (await partners.read_organisation(town)).language == "fr"


def test_amounts_are_written_as_the_reader_writes_them() -> None:
    assert words.money(Money(-1234_50, "EUR"), "fr") == "\u22121\u00a0234,50\u00a0€"
    assert words.money(Money(1234_50, "EUR"), "en") == "€1,234.50"
    assert words.money(Money(1234, "JPY"), "en") == "JP¥1,234"
    assert (words.percent(9995, "fr"), words.percent(9900, "en")) == ("99,95\u00a0%", "99%")
