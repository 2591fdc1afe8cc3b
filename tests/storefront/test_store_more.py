"""Comparing, the directory of partners, and the places that open later."""

import re
from datetime import UTC, datetime, timedelta
from urllib.parse import quote
from uuid import UUID

import pytest

from backend import partners, sales
from backend.storefront import store_words
from tests import clients, given
from tests.storefront.test_store import on_sale, reading


async def four_of(editor: UUID) -> list[str]:
    names = ("un", "deux", "trois", "quatre")
    return [await on_sale(editor, name, name.title(), category="backup") for name in names]


def compared(page: str) -> list[str]:
    return re.findall(r'<th scope="col">.*?/listings/([a-z-]+)', page, re.S)


async def test_services_stand_side_by_side_in_the_order_of_the_address(db: None) -> None:
    await four_of(await given.partner("Kerlann SA"))
    async with clients.visitor() as anybody:
        page = await reading("/fr/compare?listing=trois&listing=un", anybody)
    assert compared(page) == ["trois", "un"]
    assert 'href="/fr/compare?listing=un"' in page, "without the first one"
    assert 'href="/fr/compare?listing=trois&amp;listing=un&amp;listing=deux"' in page, "with more"
    assert 'href="/fr/catalog?listing=trois&amp;listing=un"' in page, "choose goes on"
    assert "noindex" in page and "Prix le plus bas" not in page, "all cost the same"


async def test_what_cannot_be_compared_is_left_out_and_said(db: None) -> None:
    editor = await given.partner("Kerlann SA")
    await four_of(editor)
    await on_sale(editor, "cinq")
    async with clients.visitor() as anybody:
        page = await reading("/en/compare?listing=un&listing=nowhere", anybody)
        assert compared(page) == ["un"] and "1 service is no longer sold" in page
        for asked in (
            "?listing=un&listing=deux&listing=trois&listing=quatre&listing=cinq",
            "?q=x&sort=name&listing=un&listing=un&listing=deux&listing=trois&listing=quatre",
            "?listing=un&listing=%3Cscript%3E&listing=deux&listing=trois&listing=quatre&page=2",
        ):
            answer = await anybody.get(f"/en/compare{asked}")
            there = "/en/compare?listing=un&listing=deux&listing=trois&listing=quatre"
            assert (answer.status_code, answer.headers["location"]) == (303, there)
        assert "Add another one" not in await reading(there, anybody), "four are enough"
        empty = await reading("/en/compare", anybody)
    assert "Nothing to compare yet" in empty and 'href="/en/catalog"' in empty


async def test_the_catalogue_keeps_what_is_to_be_compared(db: None) -> None:
    editor = await given.partner("Kerlann SA")
    await four_of(editor)
    await on_sale(editor, "base", "Base", category="database")
    async with clients.visitor() as anybody:
        page = await reading("/en/catalog?category=backup&listing=base&listing=un", anybody)
        assert '<input type="hidden" name="listing" value="base">' in page, "not on this page"
        assert re.search(r'value="un" checked', page)
        assert 'href="/en/compare?listing=base&amp;listing=un"' in page
        assert 'href="/en/catalog?category=backup&amp;listing=un"' in page, "one fewer"
        assert "Compare 2 services" in page and "noindex" in page
        chosen = "&".join(f"listing={one}" for one in ("un", "deux", "trois", "quatre"))
        full = await reading(f"/en/catalog?{chosen}", anybody)
    assert re.search(r'name="listing" value="base" disabled', full), "a fifth cannot be ticked"


async def test_the_directory_shows_checked_partners_and_keeps_what_was_asked(db: None) -> None:
    kerlann, ecume = await given.partner("Kerlann SA"), await given.partner("Écume")
    await on_sale(kerlann, "kerlann")
    await on_sale(ecume, "ecume", category="ai")
    await partners.add_role(ecume, "vai", actor="system:test")
    async with clients.visitor() as anybody:
        assert "Aucun partenaire ne vend encore ici" in await reading("/fr/partners", anybody)
        for one in (kerlann, ecume):
            await given.verified(one)
        page = await reading("/fr/partners", anybody)
        assert "2 partenaires" in page and "noindex" not in page and 'href="/fr/sell"' in page
        reference = (await partners.read_organisation(ecume)).reference
        assert f'href="/fr/editors/{reference}"' in page
        page = await reading("/fr/partners?type=vai&letter=e&page=1&type=king", anybody)
        assert "Écume" in page and "Kerlann" not in page and "1 partenaire<" in page
        assert 'href="/fr/partners?letter=e"' in page and 'href="/fr/partners?type=vai"' in page
        assert 'href="/en/partners?type=vai&amp;letter=e' in page, "the other language"
        assert "Aucun partenaire ne correspond" in await reading("/fr/partners?q=z", anybody)
        for odd in ("?letter=é", "?page=-1", "?letter=ab", f"?q={quote('a' * 500)}"):
            await reading(f"/fr/partners{odd}", anybody)


@pytest.mark.parametrize("place", ["cart", "subscriptions", "invoices"])
async def test_a_place_that_opens_later_says_what_to_do_today(db: None, place: str) -> None:
    async with clients.visitor() as anybody:
        for lang, words in (("fr", "Aujourd’hui"), ("en", "Today")):
            page = await reading(f"/{lang}/{place}", anybody)
            assert words in page and "noindex" in page
            for there in re.findall(rf'href="(/{lang}[^"]*)"', page):
                assert (await anybody.get(there)).status_code in (200, 303), there
        assert place not in await reading("/sitemap.xml", anybody)
        assert f"Disallow: /*/{place}" in await reading("/robots.txt", anybody)


async def test_who_may_sell_reads_what_is_kept_by_the_rule_in_force(db: None) -> None:
    async with clients.visitor() as anybody:
        page = await reading("/en/sell", anybody)
        assert "you receive 70% and we keep 30%" in page
        assert "Where an integrator brings the customer, we keep 0%" in page
        await sales.add_share_rule(
            "15/85", sales.Rates(8500, 0, 1500), valid_from=given.NOW, actor="system:test"
        )
        page = await reading("/fr/sell", anybody)
    assert "vous recevez 85\u00a0% et nous conservons 15\u00a0%" in page


def test_a_moment_that_has_not_come_says_whose_clock_it_is() -> None:
    now = datetime(2026, 11, 23, 12, tzinfo=UTC)
    assert store_words.ahead(now + timedelta(minutes=1), now, str) == ""
    assert "sandbox" in store_words.ahead(now + timedelta(hours=1), now, str)
