"""An order of several parts: a sale of each owner, to the cent, that goes back whole."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

from backend import catalogue, core, ledger, orders, reports
from backend.core import Money, at_rate, uuid7
from backend.orders import Order
from backend.orders.parts import parts_of
from tests import given
from tests.given import bundles
from tests.given.deals import SIRENS, approved, integrator
from tests.given.orders import slug_of
from tests.orders.test_actions import seen_of, settle

MINOR = st.integers(1, 10**12)


def a_bundle(service_minor: int, prices: Sequence[int]) -> catalogue.Bundle:
    parts: list[Any] = [
        catalogue.BundlePart(
            component_id=uuid7(), slug="s", name="n", owner_id=uuid7(), owner="o", owner_slug="o",
            price=Money(minor, "EUR"), bar=None,
        )
        for minor in prices
    ]  # fmt: skip
    return catalogue.Bundle(
        listing_id=uuid7(), organisation_id=uuid7(), service_fr="f", service_en="e",
        service=Money(service_minor, "EUR"), parts=parts,
    )  # fmt: skip


@for_all(MINOR, st.lists(MINOR, min_size=1, max_size=10), st.integers(0, 10_000))
def test_the_parts_sum_to_the_order_and_each_has_its_vat_to_within_a_cent(
    service: int, prices: list[int], rate_bp: int
) -> None:
    bundle = a_bundle(service, prices)
    whole = bundle.price.amount_minor
    vat = at_rate(whole, rate_bp)
    parts = parts_of(bundle, vat, "fr")
    assert sum(part.net_minor for part in parts) == whole
    assert sum(part.vat_minor for part in parts) == vat
    assert [part.net_minor for part in parts] == [service, *prices]
    assert all(abs(part.vat_minor - at_rate(part.net_minor, rate_bp)) <= 1 for part in parts)


async def placed(bundle: UUID, buyer: UUID) -> Order:
    return await orders.place_order(
        organisation_id=buyer, person_id=None, slug=await slug_of(bundle),
        now=given.NOW + timedelta(minutes=5), actor=given.SYSTEM,
    )  # fmt: skip


async def lines(order: Order) -> list[tuple[Any, ...]]:
    rows = await core.fetch(
        "SELECT organisation_id, net_minor, vat_minor, partner_minor, operator_minor "
        "FROM sales.sale_line WHERE bundle_reference = $1 ORDER BY reference",
        f"order:{order.id}",
    )
    return [tuple(row) for row in rows]


async def earned(organisation_id: UUID) -> int:
    return (await ledger.balance(ledger.earned(organisation_id), "EUR")).amount_minor


async def test_each_owner_is_paid_its_own_part_however_often_it_is_told(db: None) -> None:
    editor, maker = await given.partner(), await integrator()
    listing = await given.listing(editor, 99_99)
    order = await placed(await bundles.on_sale([listing], of=maker), await given.buyer())
    # 99.99 + 50.01 = 150.00, and VAT 30.00 of the whole (M6): 20.00 and 10.00.
    assert (order.net_minor, order.vat_minor, order.channel) == (150_00, 30_00, "vai")
    told = await asyncio.gather(*(settle(order, seen_of(order)) for _ in range(3)))
    assert told == ["paid"] * 3
    assert await lines(order) == [
        (maker, 50_01, 10_00, 35_01, 15_00),
        (editor, 99_99, 20_00, 69_99, 30_00),
    ]
    assert (await earned(maker), await earned(editor)) == (35_01, 69_99)
    assert await reports.run_checks() == []


async def test_the_operator_takes_nothing_where_an_accepted_deal_brought_the_buyer(
    db: None,
) -> None:
    editor, maker = await given.partner(), await integrator()
    bundle = await bundles.on_sale([await given.listing(editor, 100_00)], of=maker)
    buyer = await given.buyer()
    await core.fetch("UPDATE partners.organisation SET siren = $2 WHERE id = $1", buyer, SIRENS[0])
    deal = await approved(maker, listing_id=bundle, environment=None)
    order = await placed(bundle, buyer)
    assert (order.brought_by, order.deal_id) == ("partner", deal)
    await settle(order, seen_of(order))
    assert [(row[1], row[3], row[4]) for row in await lines(order)] == [
        (50_01, 50_01, 0),
        (100_00, 100_00, 0),
    ]
    assert await reports.run_checks() == []


async def test_an_order_of_several_goes_back_whole_or_not_at_all(db: None) -> None:
    editor, maker = await given.partner(), await integrator()
    bundle = await bundles.on_sale([await given.listing(editor, 33_33)], of=maker)
    order = await placed(bundle, await given.buyer())
    await settle(order, seen_of(order))
    with pytest.raises(orders.OrderRefundedWhole):
        await orders.plan_refund(
            order.id, Money(1, "EUR"), reason="duplicate", now=given.NOW, actor=given.SYSTEM
        )


async def test_a_part_that_has_changed_takes_the_offer_off_the_shelf(db: None) -> None:
    editor = await given.partner()
    listing = await given.listing(editor, 100_00)
    bundle = await bundles.on_sale([listing])
    await catalogue.change_price(listing, Money(120_00, "EUR"), actor=given.SYSTEM)
    with pytest.raises(catalogue.NoLongerSold):
        await placed(bundle, await given.buyer())
    with pytest.raises(catalogue.BundlePriced):
        await catalogue.change_price(bundle, Money(1, "EUR"), actor=given.SYSTEM)


async def test_a_part_that_changes_in_the_moment_of_the_order_is_not_sold_as_it_was(
    db: None, owner: "asyncpg.Connection[asyncpg.Record]"
) -> None:
    listing = await given.listing(await given.partner(), 100_00)
    bundle, buyer = await bundles.on_sale([listing]), await given.buyer()
    async with owner.transaction():
        await owner.execute(
            "UPDATE catalogue.listing SET price_minor = 120_00 WHERE id = $1", listing
        )
        placing = asyncio.create_task(placed(bundle, buyer))
        await asyncio.sleep(0.3)
        assert not placing.done(), "it waits for whoever changes the part"
    with pytest.raises(catalogue.NoLongerSold):
        await placing


async def test_postgresql_holds_the_price_of_an_offer_and_the_whole_of_its_parts(
    db: None, owner: "asyncpg.Connection[asyncpg.Record]"
) -> None:
    bundle = await bundles.on_sale([await given.listing(await given.partner(), 100_00)])
    order = await placed(bundle, await given.buyer())
    for sql, name in (
        ("UPDATE catalogue.listing SET price_minor = 1 WHERE id = $1",
         "bundle_price_is_of_its_parts"),
        ("INSERT INTO orders.part SELECT id, organisation_id, 9, listing_id, editor_id, 'x', 1, 0 "
         "FROM orders.order WHERE listing_id = $1", "parts_are_the_whole"),
    ):  # fmt: skip
        with pytest.raises(asyncpg.CheckViolationError) as refusal:
            await owner.execute(sql, bundle)
        assert refusal.value.constraint_name == name
    with pytest.raises(asyncpg.ObjectNotInPrerequisiteStateError):
        await owner.execute("DELETE FROM catalogue.bundle_part WHERE bundle_id = $1", bundle)
    assert await orders.read_parts(order.id)


async def test_what_is_offered_to_few_is_no_part_of_what_is_offered_to_all(db: None) -> None:
    listing = await given.listing(await given.partner(), 100_00)
    await catalogue.offer_to(listing, ["pme"], now=given.NOW, actor=given.SYSTEM)
    maker = await integrator()
    with pytest.raises(catalogue.PartUnfit):
        await bundles.draft([listing], of=maker)
    assert await bundles.draft([listing], of=maker, segments=["pme"])
    with pytest.raises(catalogue.NoIntegrator):
        await bundles.draft([listing], of=await given.partner("Autre"))
