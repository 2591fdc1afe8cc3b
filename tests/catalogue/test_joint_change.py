"""A joint listing says and costs what both of its owners want (seed row R-11, decision 0054)."""

import asyncio
import json
from datetime import timedelta
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from backend import catalogue, core, web
from backend.core import Money, uuid7
from tests import clients, given
from tests.given import joint
from tests.given.letters import kinds

PERSON = f"person:{uuid7()}"
DEARER = {"price": {"amount_minor": 250_00, "currency": "EUR"}}
STEP: dict[str, Any] = {"now": given.NOW, "actor": PERSON, "base_url": given.BASE_URL}


async def price_of(listing_id: UUID) -> int:
    found: int = await core.fetch_value(
        "SELECT price_minor FROM catalogue.listing WHERE id = $1", listing_id
    )
    return found


async def proposed(first: UUID, listing_id: UUID, **wanted: Any) -> UUID:
    made = await catalogue.propose_change(first, listing_id, wanted or DEARER, **STEP)
    assert made is not None
    return made


async def test_the_first_owner_changes_nothing_alone(
    db: None, owner: "asyncpg.Connection[asyncpg.Record]"
) -> None:
    first, _, listing_id, _ = await joint.on_sale()
    before = await price_of(listing_id)
    with pytest.raises(catalogue.JointAgreementNeeded):
        await catalogue.change_price(listing_id, Money(1, "EUR"), actor=PERSON)
    with pytest.raises(catalogue.JointAgreementNeeded):
        await catalogue.offer_to(listing_id, ["pme"], now=given.NOW, actor=PERSON)
    facts = catalogue.Facts(category="ai", summary_fr="Autre", summary_en="Other")
    with pytest.raises(catalogue.JointAgreementNeeded):
        await catalogue.describe_listing(listing_id, facts, now=given.NOW, actor=PERSON)
    await proposed(first, listing_id)
    for change in ("price_minor = 1", "name = 'Another'", "vat_rate_bp = 0"):
        with pytest.raises(asyncpg.ObjectNotInPrerequisiteStateError, match="has not agreed"):
            await owner.execute(f"UPDATE catalogue.listing SET {change}")
    assert await price_of(listing_id) == before


async def test_what_the_second_owner_accepts_holds_at_once_and_once_only(
    db: None, owner: "asyncpg.Connection[asyncpg.Record]"
) -> None:
    first, second, listing_id, _ = await joint.on_sale()
    before = await price_of(listing_id)
    change = await proposed(first, listing_id, **DEARER, summary_fr="À deux", segments="pme eti")
    for nobody in (first, await joint.owner("Tiers SAS")):
        with pytest.raises(catalogue.ChangeUnknown):
            await catalogue.accept_change(nobody, change, **STEP)
    with pytest.raises(web.PersonNeeded):
        await catalogue.accept_change(second, change, **{**STEP, "actor": "key:abc"})
    told = await asyncio.gather(
        catalogue.accept_change(second, change, **STEP),
        catalogue.accept_change(second, change, **STEP),
        return_exceptions=True,
    )
    assert sum(isinstance(one, catalogue.ChangeDecided) for one in told) == 1, told
    with pytest.raises(catalogue.ChangeDecided):
        await catalogue.withdraw_change(first, change, now=given.NOW, actor=PERSON)
    row = await owner.fetchrow("SELECT * FROM catalogue.listing WHERE id = $1", listing_id)
    assert row is not None
    assert (row["price_minor"], row["summary_fr"]) == (250_00, "À deux")
    assert (row["status"], row["segments"]) == ("published", ["pme", "eti"])
    assert row["revision"] > row["reviewed_revision"], "the office reads the new words"
    back = {"price": {"amount_minor": before, "currency": "EUR"}}
    again = await proposed(first, listing_id, **back)
    await catalogue.accept_change(second, again, **STEP)
    with pytest.raises(asyncpg.ObjectNotInPrerequisiteStateError, match="has not agreed"):
        await owner.execute("UPDATE catalogue.listing SET price_minor = 25000")


async def test_one_change_waits_and_holds_all_that_was_asked(db: None) -> None:
    first, second, listing_id, offer_id = await joint.on_sale()
    await proposed(first, listing_id)
    await proposed(first, listing_id, summary_en="Together")
    waiting = await core.fetch(
        "SELECT becomes, proposed_by FROM catalogue.joint_change WHERE state = 'waiting'"
    )
    assert [sorted(json.loads(row["becomes"])) for row in waiting] == [["price", "summary_en"]]
    was = {"price": {"amount_minor": await price_of(listing_id), "currency": "EUR"}}
    await proposed(first, listing_id, **was)
    now = await core.fetch_value(
        "SELECT becomes FROM catalogue.joint_change WHERE state = 'waiting'"
    )
    assert sorted(json.loads(now)) == ["summary_en"]
    to: str = await core.fetch_value(
        "SELECT email FROM partners.organisation WHERE id = $1", second
    )
    assert (await kinds(to)).count("joint_offer") == 2, "the offer, and the change that waits"
    with pytest.raises(catalogue.ListingUnknown):
        await catalogue.propose_change(second, listing_id, DEARER, **STEP)
    await catalogue.end_joint_offer(
        second, offer_id, ends_on=given.NOW.date() + timedelta(days=1), reason="Over.", **STEP
    )


async def test_refused_it_stays_as_it_is_and_says_why(db: None) -> None:
    first, second, listing_id, _ = await joint.on_sale()
    before = await price_of(listing_id)
    change = await proposed(first, listing_id)
    await catalogue.refuse_change(second, change, reason="Too dear.", **STEP)
    assert await price_of(listing_id) == before
    with pytest.raises(catalogue.ChangeDecided):
        await catalogue.accept_change(second, change, **STEP)
    with pytest.raises(catalogue.JointSole):
        alone = await given.listing(first, published=False)
        await catalogue.propose_change(first, alone, DEARER, **STEP)


async def test_R_11_the_office_sees_what_waits_for_a_second_owner(db: None) -> None:
    first, second, listing_id, _ = await joint.on_sale()
    await proposed(first, listing_id, **DEARER)
    async with await clients.signed_in("partner_manager") as office:
        for query in ("", f"?listing_id={listing_id}"):
            (one,) = (await office.get(f"/api/office/joint-changes{query}")).json()["items"]
            assert (one["second_name"], one["changes"][0]["field"]) == ("Coffre SAS", "price")
        other = f"/api/office/joint-changes?listing_id={uuid7()}"
        assert (await office.get(other)).json()["items"] == []
        overview = (await office.get("/api/office/overview")).json()
        assert overview["joint_changes_waiting"] == 1
        await catalogue.accept_change(second, UUID(one["id"]), **STEP)
        assert (await office.get("/api/office/joint-changes")).json()["items"] == []
        overview = (await office.get("/api/office/overview")).json()
        assert overview["joint_changes_waiting"] == 0
