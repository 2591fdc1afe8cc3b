"""What PostgreSQL itself refuses of listings."""

import asyncpg
import pytest

from backend import catalogue, core
from backend.core import Money
from tests import given


async def test_another_partners_listing_is_read_and_not_written(db: None) -> None:
    listing = await given.listing(await given.partner())
    with core.acting_for(await given.partner()):
        update = "UPDATE catalogue.listing SET price_minor = 1 RETURNING id"
        assert await core.fetch_value("SELECT count(*) FROM catalogue.listing") == 1
        assert await core.fetch(update) == []
        with pytest.raises(catalogue.ListingUnknown):
            await catalogue.change_price(listing, Money(1, "EUR"), actor="test")


async def test_nobody_lists_in_the_name_of_another(db: None) -> None:
    mine, other = await given.partner(), await given.partner()
    with core.acting_for(mine):
        await given.listing(mine)
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await given.listing(other)
