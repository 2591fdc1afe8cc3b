"""The shelf: what is found, how it is counted, and in which order."""

from typing import Any
from uuid import UUID

import pytest

from backend import catalogue
from backend.catalogue.rules import search_words
from backend.core import Money
from tests import clients, given


async def on_sale(organisation_id: UUID, name: str, price_minor: int = 100_00, **facts: Any) -> str:
    slug = name.lower().replace(" ", "-").replace("é", "e")
    listing = await catalogue.create_listing(
        organisation_id,
        reference=slug,
        slug=slug,
        name=name,
        price=Money(price_minor, "EUR"),
        facts=catalogue.Facts(**facts),
        now=given.NOW,
        actor="system:test",
    )
    await given.put_on_sale(listing)
    return slug


@pytest.fixture
async def shelf(db: None) -> None:
    armor, iroise = await given.partner("Armor Données"), await given.partner("Iroise Réseau")
    await on_sale(
        armor,
        "Kerlann Sauvegarde",
        49_00,
        category="backup",
        service_model="saas",
        data_location="france",
        sla_bp=9999,
        summary_fr="Restaurée en un clic",
        summary_en="Immutable backups",
    )
    await on_sale(
        armor,
        "Ostrea",
        29_00,
        category="database",
        service_model="paas",
        data_location="france",
        sla_bp=9995,
        description_fr="PostgreSQL managé et réplicas",
    )
    await on_sale(
        iroise,
        "Chenal",
        15_00,
        category="network",
        service_model="saas",
        data_location="eu",
        sla_bp=9995,
    )
    await given.listing(iroise, published=False)


async def names(**wanted: Any) -> list[str]:
    found = await catalogue.find(catalogue.Wanted(**wanted))
    assert found.total == len(found.cards)
    return [card.name for card in found.cards]


@pytest.mark.parametrize(
    ("q", "expected"),
    [
        ("sauvegardes", ["Kerlann Sauvegarde"]),  # the stem
        ("sauveg", ["Kerlann Sauvegarde"]),  # a beginning
        ("replica manage", ["Ostrea"]),  # without accents, two words
        ("immutable backup", ["Kerlann Sauvegarde"]),  # English on a French page
        ("donnees ostrea", ["Ostrea"]),  # the editor's name and the listing's
        ("kerlan sovegarde", ["Kerlann Sauvegarde"]),  # misspelt
        ("quantique", []),
        ("' & | ! :* \\ ()", ["Chenal", "Ostrea", "Kerlann Sauvegarde"]),  # no word: everything
    ],
)
async def test_words_are_found_as_people_write_them(
    shelf: None, q: str, expected: list[str]
) -> None:
    assert sorted(await names(q=q)) == sorted(expected)


async def test_facets_count_under_all_the_other_narrowings(shelf: None) -> None:
    wanted = catalogue.Wanted(model=("saas",), location=("france",))
    found = await catalogue.find(wanted)
    assert [card.name for card in found.cards] == ["Kerlann Sauvegarde"]
    assert found.counts["model"] == {"saas": 1, "paas": 1}, "other models in France"
    assert found.counts["location"] == {"france": 1, "eu": 1}, "other places of SaaS"
    assert found.counts["category"] == {"backup": 1}


async def test_pages_and_orders(shelf: None) -> None:
    assert await names(sort="price") == ["Chenal", "Ostrea", "Kerlann Sauvegarde"]
    assert await names(sort="-price") == ["Kerlann Sauvegarde", "Ostrea", "Chenal"]
    assert await names(sort="name") == ["Chenal", "Kerlann Sauvegarde", "Ostrea"]
    second = await catalogue.find(catalogue.Wanted(sort="name", page=2), size=2)
    assert ([card.name for card in second.cards], second.total) == (["Ostrea"], 3)


async def test_a_text_in_one_language_is_shown_in_both(shelf: None) -> None:
    card = await catalogue.read_card("ostrea")
    assert card.description["en"] == card.description["fr"] == "PostgreSQL managé et réplicas"
    with pytest.raises(catalogue.ListingUnknown):
        await catalogue.read_card("nothing")


async def test_an_editor_is_who_has_something_on_sale(shelf: None) -> None:
    card = await catalogue.read_card("chenal")
    assert (await catalogue.read_editor(card.editor_slug)).name == "Iroise Réseau"
    assert await names(editor=card.editor_slug) == ["Chenal"]
    await given.partner("Nothing on sale")
    with pytest.raises(catalogue.ListingUnknown):
        await catalogue.read_editor("nothing-on-sale")
    assert len(await catalogue.addresses(10)) == 3


def test_nothing_in_a_search_is_an_operator() -> None:
    assert search_words("a'); DROP -- | ! :*") == "'a':* & 'DROP':*"
    assert search_words("é" * 500) == f"'{'é' * 200}':*"
    assert search_words(" ".join("abcdefghijkl")).count("&") == 7


async def test_a_partner_says_what_its_listing_is(db: None) -> None:
    acme = await given.partner("Acme")
    listing = await given.listing(acme)
    told = {"category": "backup", "sla_bp": 9990, "description_fr": "Une ligne\nune autre"}
    async with await clients.signed_in("owner", acme) as browser:
        path = f"/api/portal/listings/{listing}/description"
        said = await browser.post(path, json=told)
        assert said.status_code == 200, said.text
        assert {name: said.json()[name] for name in told} == told
        shown = (await browser.get(f"/api/store/listings/{said.json()['slug']}")).json()
        assert {name: shown[name] for name in told} == told
        for wrong in ({"sla_bp": 9991}, {"category": "games"}, {"summary_fr": "two\nlines"}):
            refused = await browser.post(path, json=wrong)
            assert refused.status_code == 400, wrong
            assert refused.json()["errors"][0]["field"] == next(iter(wrong))
