"""Two partners agree on a joint offer: who may, when, and what it keeps from the store."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from backend import catalogue, core, orders, reports, sales, settlement, web
from backend.core import Money, Month, uuid7
from backend.orders import parts
from backend.orders.actions import owners_of
from tests import given
from tests.given import joint
from tests.given.letters import kinds

PERSON = f"person:{uuid7()}"
AUGUST = Month.parse("2026-08")


async def draft(premium: bool = True) -> tuple[UUID, UUID, UUID]:
    first = await joint.owner("Acme Éditions", premium=premium)
    second = await joint.owner("Coffre SAS")
    return first, second, await given.listing(first, published=False)


async def accept(second: UUID, offer_id: UUID, **more: Any) -> None:
    facts = {"now": joint.EARLIER, "actor": PERSON, "base_url": given.BASE_URL, **more}
    await catalogue.accept_joint_offer(second, offer_id, **facts)


async def test_R_03_only_a_level_with_joint_offers_may_propose_one(db: None) -> None:
    first, second, listing_id = await draft(premium=False)
    with pytest.raises(catalogue.JointNotGiven):
        await joint.proposed(first, second, listing_id)


async def test_a_listing_on_sale_is_paused_before_it_becomes_a_joint_offer(db: None) -> None:
    first, second, listing_id = await draft()
    await given.put_on_sale(listing_id)
    with pytest.raises(catalogue.JointListingOnSale):
        await joint.proposed(first, second, listing_id)


async def test_nothing_is_read_or_sold_before_the_second_owner_answers(db: None) -> None:
    first, second, listing_id = await draft()
    offer_id = await joint.proposed(first, second, listing_id)
    with pytest.raises(asyncpg.ObjectNotInPrerequisiteStateError, match="has not answered"):
        await given.put_on_sale(listing_id)
    await accept(second, offer_id)
    await given.put_on_sale(listing_id)
    assert await catalogue.second_owner_at(listing_id, given.NOW) == second


async def test_a_person_of_the_asked_partner_accepts_and_nobody_else(db: None) -> None:
    first, second, listing_id = await draft()
    offer_id = await joint.proposed(first, second, listing_id)
    with pytest.raises(web.PersonNeeded):
        await accept(second, offer_id, actor="key:abc")
    for other in (first, await joint.owner("Tiers SAS")):
        with pytest.raises(catalogue.JointUnknown):
            await accept(other, offer_id)
    await accept(second, offer_id)
    with pytest.raises(catalogue.JointDecided):
        await accept(second, offer_id)


async def test_both_cannot_decide_the_same_offer_at_once(db: None) -> None:
    first, second, listing_id = await draft()
    offer_id = await joint.proposed(first, second, listing_id)
    told = await asyncio.gather(
        accept(second, offer_id),
        catalogue.withdraw_joint_offer(first, offer_id, now=joint.EARLIER, actor=PERSON),
        return_exceptions=True,
    )
    assert sum(one is None for one in told) == 1
    assert sum(isinstance(one, catalogue.JointDecided) for one in told) == 1


async def test_one_proposal_at_a_time_stands(db: None) -> None:
    first, second, listing_id = await draft()
    told = await asyncio.gather(
        *(joint.proposed(first, second, listing_id) for _ in range(2)), return_exceptions=True
    )
    assert sum(isinstance(one, catalogue.JointTaken) for one in told) == 1


async def test_an_end_is_on_a_day_to_come_and_announced_once(db: None) -> None:
    first, second, listing_id, offer_id = await joint.on_sale()
    facts: dict[str, Any] = {
        "reason": "We part.", "now": given.NOW, "actor": PERSON, "base_url": given.BASE_URL,
    }  # fmt: skip
    today = given.NOW.date()
    with pytest.raises(catalogue.JointEndWrong):
        await catalogue.end_joint_offer(second, offer_id, ends_on=today, **facts)
    tomorrow = today + timedelta(days=1)
    await catalogue.end_joint_offer(second, offer_id, ends_on=tomorrow, **facts)
    with pytest.raises(catalogue.JointDecided):
        await catalogue.end_joint_offer(first, offer_id, ends_on=tomorrow, **facts)
    assert await catalogue.second_owner_at(listing_id, given.NOW) == second
    assert await catalogue.second_owner_at(listing_id, given.NOW + timedelta(days=2)) is None


async def test_the_store_shows_both_owners_while_the_files_of_both_are_in_order(
    db: None, owner: "asyncpg.Connection[asyncpg.Record]"
) -> None:
    _, second, listing_id, _ = await joint.on_sale()
    (card,) = await catalogue.cards_of([listing_id])
    assert card.editors == "Acme Éditions + Coffre SAS"
    found = await catalogue.find(catalogue.Wanted(editor=await joint.reference_of(second)))
    assert [one.id for one in found.cards] == [listing_id]
    await owner.execute("DELETE FROM onboarding.shelf WHERE organisation_id = $1", second)
    assert await catalogue.cards_of([listing_id]) == []
    with pytest.raises(catalogue.NoLongerSold):
        await catalogue.read_published(card.slug)


async def test_neither_owner_buys_its_own_joint_offer(db: None) -> None:
    _, second, listing_id, _ = await joint.on_sale()
    (card,) = await catalogue.cards_of([listing_id])
    with core.acting_for(second), pytest.raises(orders.OwnListing):
        await orders.place_order(
            organisation_id=second, person_id=None, slug=card.slug, now=given.NOW, actor=PERSON
        )


async def test_each_owner_hears_of_an_order_by_the_name_of_its_own_line(db: None) -> None:
    first, second, listing_id, _ = await joint.on_sale()
    (card,) = await catalogue.cards_of([listing_id])
    order = await orders.place_order(
        organisation_id=await given.buyer(), person_id=None, slug=card.slug, now=given.NOW,
        actor=PERSON,
    )  # fmt: skip
    order.paid_at = given.NOW
    told = parts.told_of(order, [], await owners_of(order))
    await sales.record_together(
        parts.sales_of(order, []), hold_days=14, now=given.NOW, actor=given.SYSTEM
    )
    rows = await core.fetch("SELECT organisation_id, reference FROM sales.sale_line ORDER BY id")
    assert [(owner, facts["sale"]) for owner, facts in told] == [tuple(row) for row in rows]
    assert {owner for owner, _ in told} == {first, second}


async def test_R_11_a_joint_offer_is_split_on_sale_between_two_owners(db: None) -> None:
    """Proposed, accepted, sold, part of it refunded, closed: each on its own statement, with VAT
    by its own regime, and the operator keeps what it keeps of any sale.
    """
    first, second, listing_id, offer_id = await joint.on_sale(
        6_000, second_regime="fr_franchise_293b"
    )
    sale = await given.sale(first, 99_99, listing_id=listing_id)
    await sales.refund_sale(
        sale, Money(33_33, "EUR"), reference="back", refunded_at=given.sales.IN_AUGUST,
        now=given.NOW, actor=given.SYSTEM,
    )  # fmt: skip
    await given.closed(AUGUST)
    statements = {
        row["organisation_id"]: row
        for row in await core.fetch("SELECT * FROM settlement.statement")
    }
    one, two = statements[first], statements[second]
    # Refunded 33.33: 70 % is 23.33, of which 60 % are 14.00.
    assert (one["sales_minor"], one["refunds_minor"], one["vat_minor"]) == (41_99, -14_00, 5_60)
    assert (two["sales_minor"], two["refunds_minor"], two["vat_minor"]) == (28_00, -9_33, 0)
    assert one["operator_minor"] + two["operator_minor"] == 30_00 - 10_00
    assert (one["due_minor"], two["due_minor"]) == (33_59, 18_67)
    with core.acting_for(second):
        lines = await settlement.statement_lines(dict(two))
    assert [line["partner_minor"] for line in lines] == [28_00, -9_33]
    assert await reports.run_checks() == []
    address = await core.fetch_value("SELECT email FROM partners.organisation WHERE id = $1", first)
    assert "joint_offer" in await kinds(address)
    assert offer_id is not None
