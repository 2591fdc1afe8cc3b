"""What PostgreSQL itself refuses of listings."""

from uuid import UUID

import asyncpg
import pytest

from backend import catalogue, core
from backend.core import Money
from tests import given
from tests.catalogue.test_review import checked, facts, on_sale, submitted


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


async def become(listing: UUID, status: str) -> None:
    await core.fetch("UPDATE catalogue.listing SET status = $2 WHERE id = $1", listing, status)


async def test_a_partner_puts_nothing_on_sale_by_itself(db: None) -> None:
    """A session of its own, whatever the API would let through."""
    acme = await checked()
    waiting, sold = await submitted(acme), await on_sale(acme)
    with core.acting_for(acme):
        for listing, status in (
            (waiting, "published"),
            (waiting, "action_required"),
            (sold, "withdrawn"),
        ):
            with pytest.raises(asyncpg.InsufficientPrivilegeError, match="operator"):
                await become(listing, status)
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await core.fetch(
                "UPDATE catalogue.listing SET reviewed_revision = revision, reviewed_at = now()"
            )
        for status in ("paused", "published"):
            await become(sold, status)
    assert (await facts(waiting))["status"] == "submitted"


async def test_what_the_office_has_not_read_is_not_put_on_sale(db: None) -> None:
    """Also not by the operator's own work, if it forgets to say what it read."""
    listing = await submitted(await checked())
    with pytest.raises(asyncpg.ObjectNotInPrerequisiteStateError, match="since it was read"):
        await become(listing, "published")
    sold = await on_sale()
    await become(sold, "paused")
    await core.fetch("UPDATE catalogue.listing SET summary_fr = 'Autre' WHERE id = $1", sold)
    assert (await facts(sold))["revision"] == (await facts(sold))["reviewed_revision"] + 1
    with pytest.raises(asyncpg.ObjectNotInPrerequisiteStateError, match="since it was read"):
        await become(sold, "published")


async def test_a_listing_goes_only_where_a_step_leads(db: None) -> None:
    listing = await submitted(await checked())
    for status in ("withdrawn", "paused", "imported"):
        with pytest.raises(asyncpg.ObjectNotInPrerequisiteStateError, match="does not go"):
            await become(listing, status)


@pytest.mark.parametrize("status", ["published", "submitted", "imported"])
async def test_a_listing_begins_as_a_draft(db: None, status: str) -> None:
    mine = await checked()
    refusals = (asyncpg.ObjectNotInPrerequisiteStateError, asyncpg.InsufficientPrivilegeError)
    with core.acting_for(mine), pytest.raises(refusals):
        await core.fetch(
            "INSERT INTO catalogue.listing (organisation_id, reference, slug, name, price_minor, "
            "currency, status, created_at) VALUES ($1, 'x', 'x', 'x', 1, 'EUR', $2, now())",
            mine,
            status,
        )


async def test_a_partner_writes_its_own_steps_and_reads_no_others(db: None) -> None:
    mine, other = await checked(), await checked()
    listing = await submitted(mine)
    await submitted(other)
    insert = (
        "INSERT INTO catalogue.review (listing_id, organisation_id, verb, reason, revision, said, "
        "actor, at) VALUES ($1, $2, $3, 'x', 1, '{}', 'key:x', now())"
    )
    with core.acting_for(mine):
        (own,) = await core.fetch("SELECT organisation_id FROM catalogue.review")
        assert own["organisation_id"] == mine
        await core.fetch(insert, listing, mine, "take_back")
        for verb in ("approve", "ask_change", "withdraw"):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await core.fetch(insert, listing, mine, verb)
    for change in ("UPDATE catalogue.review SET reason = ''", "DELETE FROM catalogue.review"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await core.fetch(change)


@pytest.mark.parametrize("verb", ["approve", "ask_change", "withdraw"])
async def test_no_decision_is_without_its_reason(db: None, verb: str) -> None:
    acme = await checked()
    listing = await submitted(acme)
    with pytest.raises(asyncpg.CheckViolationError, match="decided_says_why"):
        await core.fetch(
            "INSERT INTO catalogue.review (listing_id, organisation_id, verb, reason, revision, "
            "said, actor, at) VALUES ($1, $2, $3, E' \n', 1, '{}', 'x', now())",
            listing,
            acme,
            verb,
        )
