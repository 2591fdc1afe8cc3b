"""Drafts, publication and prices."""

import pytest

from backend import catalogue, core
from backend.core import Money
from tests import given
from tests.given.orders import slug_of


async def test_a_published_listing_is_read_by_its_slug_and_a_draft_is_not(db: None) -> None:
    acme = await given.partner()
    slug = await slug_of(await given.listing(acme))
    assert (await catalogue.read_published(slug)).organisation_id == acme
    draft = await slug_of(await given.listing(acme, published=False))
    with pytest.raises(catalogue.ListingUnknown):
        await catalogue.read_published(draft)


async def test_a_price_that_is_the_same_changes_nothing(db: None) -> None:
    listing = await given.listing(await given.partner(), 49_00)
    for amount_minor in (49_00, 59_00, 59_00):
        await catalogue.change_price(listing, Money(amount_minor, "EUR"), actor=given.SYSTEM)
    rows = await core.fetch("SELECT before, after FROM audit.change WHERE action = 'change_price'")
    assert len(rows) == 1 and '"amount_minor": 4900' in rows[0]["before"]


async def test_listings_are_imported_once_each(db: None) -> None:
    acme = await given.partner()
    names = [(acme, "a"), (acme, "b")]
    first = await catalogue.import_listings(names, now=given.NOW)
    assert await catalogue.import_listings(names, now=given.NOW) == first
    assert len(set(first.values())) == 2
