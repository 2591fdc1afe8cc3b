"""Who sells a listing does not decide on it, and what was not read is not approved."""

from datetime import UTC, datetime
from uuid import UUID

import asyncpg
import httpx
import pytest

from backend import catalogue, core, identity
from backend.core import Money
from tests import clients, given
from tests.catalogue.test_review import approve, checked, facts, status, submitted, withdraw

READ = {"reason": "read"}


async def who(browser: httpx.AsyncClient) -> UUID:
    return UUID((await browser.get("/api/store/session")).json()["person"]["id"])


async def joins(person: UUID, organisation: UUID) -> None:
    await identity.add_membership(
        person, organisation_id=organisation, role="owner", now=given.NOW, actor=given.SYSTEM
    )


async def leaves(person: UUID, organisation: UUID, at: datetime) -> None:
    await identity.end_membership(
        person, organisation_id=organisation, role="owner", now=at, actor=given.SYSTEM
    )


async def test_who_acts_for_the_partner_decides_on_none_of_its_listings(db: None) -> None:
    acme = await checked()
    listing = await submitted(acme)
    async with await clients.signed_in("partner_manager") as office:
        await joins(await who(office), acme)
        at = f"/api/office/listings/{listing}"
        for verb, body in (
            ("approve", {**READ, "revision": (await facts(listing))["revision"]}),
            ("ask-change", READ),
            ("withdraw", READ),
        ):
            answer = await office.post(f"{at}/{verb}", json=body)
            assert (answer.status_code, answer.json()["code"]) == (403, "own-listing"), verb
    assert await status(listing) == "submitted"


async def test_leaving_the_partner_for_a_minute_makes_no_second_pair_of_eyes(db: None) -> None:
    """Nor does a colleague who takes the listing back and submits it again meanwhile."""
    acme = await checked()
    listing = await submitted(acme)
    async with await clients.signed_in("partner_manager") as office:
        me = await who(office)
        await joins(me, acme)
        await leaves(me, acme, datetime.now(UTC))
        for step in (catalogue.take_back_listing, catalogue.submit_listing):
            await step(listing, now=datetime.now(UTC), actor=given.SYSTEM)
        approval = {**READ, "revision": (await facts(listing))["revision"]}
        answer = await office.post(f"/api/office/listings/{listing}/approve", json=approval)
    assert answer.json()["code"] == "own-listing"


async def test_who_left_before_it_was_submitted_decides_like_others(db: None) -> None:
    acme = await checked()
    async with await clients.signed_in("partner_manager") as office:
        me = await who(office)
        await joins(me, acme)
        await leaves(me, acme, given.NOW)
        listing = await given.listing(acme, published=False)
        await catalogue.describe_listing(
            listing,
            catalogue.Facts(category="ai", summary_fr="A", summary_en="B"),
            now=given.NOW,
            actor=given.SYSTEM,
        )
        await catalogue.submit_listing(listing, now=datetime.now(UTC), actor=given.SYSTEM)
        approval = {**READ, "revision": (await facts(listing))["revision"]}
        answer = await office.post(f"/api/office/listings/{listing}/approve", json=approval)
    assert answer.status_code == 200, answer.text


async def test_a_key_approves_nothing_and_decides_nothing_for_who_sells(db: None) -> None:
    acme = await checked()
    listing = await submitted(acme)
    at = f"/api/office/listings/{listing}"
    approval = {**READ, "revision": (await facts(listing))["revision"]}
    async with await clients.with_key("admin", None, "office:listing:write") as program:
        answer = await program.post(f"{at}/approve", json=approval)
        assert (answer.status_code, answer.json()["code"]) == (403, "person-needed")
        other = f"/api/office/listings/{await submitted(acme)}"
        asked = await program.post(f"{other}/ask-change", json=READ)
        assert asked.status_code == 200, asked.text
        await joins(await core.fetch_value("SELECT created_by FROM identity.api_key"), acme)
        answer = await program.post(f"{at}/ask-change", json=READ)
        assert answer.json()["code"] == "own-listing"


@pytest.mark.parametrize("verb", ["approve", "ask_change", "withdraw"])
async def test_postgresql_takes_no_decision_from_who_sells_nor_an_approval_from_a_key(
    db: None, verb: str
) -> None:
    acme = await checked()
    listing = await submitted(acme)
    async with await clients.signed_in("partner_manager") as office:
        me = await who(office)
    insert = (
        "INSERT INTO catalogue.review (listing_id, organisation_id, verb, reason, revision, said, "
        "actor, at) VALUES ($1, $2, $3, 'x', 1, '{}', $4, now())"
    )
    await core.fetch(insert, listing, acme, verb, f"person:{me}")
    await joins(me, acme)
    with pytest.raises(asyncpg.InsufficientPrivilegeError, match="their own"):
        await core.fetch(insert, listing, acme, verb, f"person:{me}")
    if verb == "approve":
        with pytest.raises(asyncpg.InsufficientPrivilegeError, match="not a key"):
            await core.fetch(insert, listing, acme, verb, "key:0123456789ab")


async def test_a_price_that_nobody_read_is_not_approved(db: None) -> None:
    listing = await submitted(await checked())
    read = (await facts(listing))["revision"]
    await catalogue.change_price(listing, Money(99_999_900, "EUR"), actor=given.SYSTEM)
    with pytest.raises(catalogue.ListingChanged):
        await approve(listing, read)
    await approve(listing)


@pytest.mark.parametrize("column", ["price_minor = 1", "currency = 'USD'", "vat_rate_bp = 0"])
async def test_each_part_of_the_price_counts_until_it_is_on_sale(db: None, column: str) -> None:
    change = f"UPDATE catalogue.listing SET {column} WHERE id = $1"
    listing = await submitted(await checked())
    before = (await facts(listing))["revision"]
    await core.fetch(change, listing)
    assert (await facts(listing))["revision"] == before + 1
    sold = await submitted(await checked())
    await approve(sold)
    before = (await facts(sold))["revision"]
    await core.fetch(change, sold)
    assert (await facts(sold))["revision"] == before, "what is on sale changes its price at once"


async def test_a_withdrawn_listing_that_comes_back_shows_the_office_its_new_price(
    db: None,
) -> None:
    listing = await submitted(await checked())
    await approve(listing)
    await withdraw(listing)
    await catalogue.change_price(listing, Money(1, "EUR"), actor=given.SYSTEM)
    await catalogue.submit_listing(listing, now=given.NOW, actor=given.SYSTEM)
    async with await clients.signed_in("auditor") as office:
        shown = (await office.get(f"/api/office/listings/{listing}")).json()
    (price,) = shown["changes"]
    assert (price["field"], price["after"]["amount_minor"]) == ("price", 1)
    assert shown["steps"][0]["changes"] == [price], "seen at the step, too"
