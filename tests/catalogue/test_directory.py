"""The directory: only checked partners that sell something, under their letter and type."""

from uuid import UUID

import msgspec
import pytest

from backend import catalogue, partners
from backend.catalogue import WantedPartners
from tests import given


async def seller(name: str, *roles: str, listings: int = 1, verified: bool = True) -> UUID:
    partner = await given.partner(name)
    for role in roles:
        await partners.add_role(partner, role, actor="system:test")
    for _ in range(listings):
        await given.listing(partner)
    if verified:
        await given.verified(partner)
    return partner


async def names(**wanted: object) -> list[str]:
    found = await catalogue.find_sellers(WantedPartners(**wanted))  # type: ignore[arg-type]
    return [one.name for one in found.sellers]


async def test_a_partner_stands_there_once_it_is_checked_and_sells(db: None) -> None:
    await seller("Kerlann", listings=2)
    await seller("Bientôt", listings=0)
    await seller("Inconnue", verified=False)
    await given.listing(await seller("Brouillon", listings=0), published=False)
    found = await catalogue.find_sellers(WantedPartners())
    assert [(one.name, one.listings, one.types) for one in found.sellers] == [
        ("Kerlann", 2, ["isv"])
    ]
    assert found.total == 1


async def test_partners_are_found_by_letter_type_and_name_without_accents(db: None) -> None:
    await seller("Écume Logicielle", "vai")
    await seller("Estran")
    await seller("4 Vents", "vai", "buyer")
    assert await names() == ["4 Vents", "Écume Logicielle", "Estran"]
    assert await names(letter="e") == ["Écume Logicielle", "Estran"]
    assert await names(letter="#") == ["4 Vents"]
    assert await names(type=("vai",)) == ["4 Vents", "Écume Logicielle"]
    assert await names(q="ECUME") == ["Écume Logicielle"]
    assert await names(q="%") == []
    found = await catalogue.find_sellers(WantedPartners(type=("vai",), letter="e"))
    assert found.counts["letter"] == {"e": 1, "#": 1}, "under this type"
    assert found.counts["type"] == {"isv": 2, "vai": 1}, "under this letter"
    assert "buyer" not in found.sellers[0].types


async def test_a_page_of_the_directory_begins_where_the_one_before_ended(db: None) -> None:
    for name in ("A", "B", "C"):
        await seller(name)
    pages = [await catalogue.find_sellers(WantedPartners(page=page), size=2) for page in (1, 2, 3)]
    assert [[one.name for one in page.sellers] for page in pages] == [["A", "B"], ["C"], []]
    assert pages[2].total == 3


@pytest.mark.parametrize("letter", ["a\n", "\n", "ab", "A", "é"])
def test_a_letter_is_one_and_nothing_after_it(letter: str) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"letter": letter}, WantedPartners)
