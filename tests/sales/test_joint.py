"""A sale of a joint offer: one line of each owner, exact to the cent, taken back exactly."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

from backend import core, ledger, reports, sales
from backend.core import Money, at_rate, uuid7
from backend.sales.rules_share import Rates, share, share_jointly, share_refund_jointly
from tests import given
from tests.given import joint

AMOUNT = st.integers(0, 10**13)
BP = st.integers(1, 9_999)
VAT = st.integers(0, 10_000)
RATES = st.integers(0, 10_000).map(lambda bp: Rates(bp, 0, 10_000 - bp))


@for_all(AMOUNT, RATES, VAT, BP)
def test_the_parts_of_both_owners_sum_to_those_of_any_sale(
    net: int, rates: Rates, vat_bp: int, first_bp: int
) -> None:
    first, second = share_jointly(net, rates, vat_bp, (first_bp, 10_000 - first_bp))
    alone = share(net, rates)
    assert first.partner_minor + second.partner_minor == alone.partner_minor
    assert first.operator_minor + second.operator_minor == alone.operator_minor
    assert first.vat_minor + second.vat_minor == at_rate(net, vat_bp)
    assert first.net_minor + second.net_minor == net
    assert abs(first.partner_minor * 10_000 - alone.partner_minor * first_bp) <= 5_000


@for_all(st.lists(st.integers(1, 10**6), min_size=1, max_size=8), RATES, VAT, BP)
def test_refunds_reverse_a_joint_sale_exactly_and_give_no_owner_anything(
    refunds: list[int], rates: Rates, vat_bp: int, first_bp: int
) -> None:
    owners = (first_bp, 10_000 - first_bp)
    left = [list(part) for part in share_jointly(sum(refunds), rates, vat_bp, owners)]
    before = 0
    for refund in refunds:
        taken = share_refund_jointly(
            refund, refunded_before_minor=before, rates=rates, vat_rate_bp=vat_bp, owners=owners
        )
        assert sum(part.net_minor for part in taken) == -refund
        assert [len(part) for part in taken] == [3, 3]
        for each, part in zip(left, taken, strict=True):
            assert all(amount <= 0 for amount in part)
            each[:] = [x + y for x, y in zip(each, part, strict=True)]
            assert min(each) >= 0
        before += refund
    assert left == [[0, 0, 0], [0, 0, 0]]


@for_all(AMOUNT, st.integers(0, 10_000), VAT, BP, st.data())
def test_a_joint_sale_and_its_refunds_are_what_a_plain_recomputation_says(
    net: int, partner_bp: int, vat_bp: int, first_bp: int, data: st.DataObject
) -> None:
    """Of two, the first has its part rounded half up, the second what is left (M3); VAT too."""
    rates, owners = Rates(partner_bp, 0, 10_000 - partner_bp), (first_bp, 10_000 - first_bp)

    def of(minor: int, bp: int) -> int:
        return (minor * bp + 5_000) // 10_000

    def plain(minor: int) -> list[list[int]]:
        partners, vat = of(minor, partner_bp), of(minor, vat_bp)
        parts = vat, partners, minor - partners
        return [[of(one, first_bp) for one in parts], [one - of(one, first_bp) for one in parts]]

    assert [list(each) for each in share_jointly(net, rates, vat_bp, owners)] == plain(net)
    before = data.draw(st.integers(0, net))
    refund = data.draw(st.integers(0, net - before))
    taken = share_refund_jointly(
        refund, refunded_before_minor=before, rates=rates, vat_rate_bp=vat_bp, owners=owners
    )
    assert [list(each) for each in taken] == [
        [old - new for new, old in zip(after, was, strict=True)]
        for after, was in zip(plain(before + refund), plain(before), strict=True)
    ]


async def lines(reference: str) -> list[tuple[Any, ...]]:
    rows = await core.fetch(
        "SELECT l.organisation_id, l.kind, l.net_minor, l.vat_minor, l.partner_minor, "
        "l.operator_minor FROM sales.sale_line l WHERE joint_reference = $1 ORDER BY id",
        reference,
    )
    return [tuple(row) for row in rows]


async def refund(sale: str, minor: int, reference: str | None = None) -> bool:
    return await sales.refund_sale(
        sale,
        Money(minor, "EUR"),
        reference=reference or f"r-{uuid7()}",
        refunded_at=given.NOW,
        now=given.NOW,
        actor=given.SYSTEM,
    )


async def earned(organisation_id: UUID) -> int:
    return (await ledger.balance(ledger.earned(organisation_id), "EUR")).amount_minor


async def test_each_owner_has_its_line_and_the_operator_what_it_has_of_any_sale(db: None) -> None:
    first, second, listing_id, _ = await joint.on_sale(6_000)
    sale = await given.sale(first, 99_99, listing_id=listing_id)
    # 70 % of 99.99 is 69.99 (M3), and 60 % of that 41.99, of 30.00 it is 18.00, of VAT 12.00.
    assert await lines(sale) == [
        (first, "sale", 59_99, 12_00, 41_99, 18_00),
        (second, "sale", 40_00, 8_00, 28_00, 12_00),
    ]
    assert (await earned(first), await earned(second)) == (41_99, 28_00)
    assert await reports.run_checks() == []


async def test_recording_a_joint_sale_twice_changes_nothing(db: None) -> None:
    first, _, listing_id, _ = await joint.on_sale()
    made = await given.a_sale(first, 33_33, listing_id=listing_id)
    told = [
        await sales.record_sale(made, hold_days=14, now=given.NOW, actor=given.SYSTEM)
        for _ in range(2)
    ]
    assert told == [True, False]
    assert len(await lines(made.reference)) == 2


async def test_refunds_by_cents_leave_both_owners_with_nothing(db: None) -> None:
    first, second, listing_id, _ = await joint.on_sale(5_000)
    sale = await given.sale(first, 17, listing_id=listing_id)
    for _ in range(17):
        assert await refund(sale, 1)
    assert (await earned(first), await earned(second)) == (0, 0)
    with pytest.raises(sales.RefundTooLarge):
        await refund(sale, 1)
    assert await reports.run_checks() == []


async def test_a_refund_named_by_the_second_owners_line_comes_off_both(db: None) -> None:
    first, second, listing_id, _ = await joint.on_sale(6_000)
    sale = await given.sale(first, 100_00, listing_id=listing_id)
    assert await refund(f"{sale}#2", 50_00, "back")
    assert await lines("back") == [
        (first, "refund", -30_00, -6_00, -21_00, -9_00),
        (second, "refund", -20_00, -4_00, -14_00, -6_00),
    ]
    assert not await refund(sale, 50_00, "back")
    with pytest.raises(sales.SaleConflict):
        await refund(sale, 49_00, "back")


async def test_a_sale_that_has_the_name_of_the_second_line_is_in_the_way(db: None) -> None:
    first, _, listing_id, _ = await joint.on_sale()
    await given.sale(first, 100_00, reference="x#2")
    with pytest.raises(sales.SaleConflict, match="other facts"):
        await given.sale(first, 100_00, listing_id=listing_id, reference="x")
    assert await lines("x") == []


async def test_a_sale_of_one_cent_has_one_line_only(db: None) -> None:
    first, second, listing_id, _ = await joint.on_sale(3_000)
    sale = await given.sale(first, 1, listing_id=listing_id)
    assert await lines(sale) == [(second, "sale", 1, 0, 1, 0)]
    assert await refund(sale, 1)
    assert await earned(second) == 0
    assert await reports.run_checks() == []


async def test_what_was_agreed_when_it_was_ordered_holds(db: None) -> None:
    """Ordered before the joint offer, or after its end, it is the owner's alone."""
    first, _, listing_id, offer_id = await joint.on_sale()
    await core.fetch(
        "UPDATE catalogue.joint_offer SET ends_on = '2026-08-01', ended_at = '2026-07-01Z', "
        "ended_by = 'system:test', ended_reason = 'We part.' WHERE id = $1",
        offer_id,
    )
    july = given.NOW.replace(month=7, day=31)
    late = await given.sale(first, 100_00, listing_id=listing_id, agreed_at=july)
    alone = await given.sale(first, 100_00, listing_id=listing_id)
    before = await given.sale(
        first, 100_00, listing_id=listing_id, agreed_at=joint.EARLIER - timedelta(seconds=1)
    )
    assert [len(await lines(each)) for each in (late, alone, before)] == [2, 0, 0]


async def test_refunds_of_one_sale_at_once_never_take_more_than_it(db: None) -> None:
    first, second, listing_id, _ = await joint.on_sale(5_555)
    sale = await given.sale(first, 100_00, listing_id=listing_id)
    told = await asyncio.gather(
        *(core.retrying(lambda: refund(sale, 30_01)) for _ in range(4)), return_exceptions=True
    )
    assert sum(one is True for one in told) == 3
    assert sum(isinstance(one, sales.RefundTooLarge) for one in told) == 1
    assert await earned(first) + await earned(second) == 7_00 - 2
    assert await reports.run_checks() == []


COPY = """
    INSERT INTO sales.sale_line (reference, kind, {names}, organisation_id, joint_reference,
      net_minor, vat_minor, partner_minor, operator_minor)
    SELECT $1, kind, {names}, organisation_id, $1, net_minor + $2, vat_minor, partner_minor + $2,
      operator_minor FROM sales.sale_line WHERE reference = $3
"""
NAMES = (
    "listing_id, buyer_country, buyer_segment, channel, brought_by, stream_code, "
    "capture_mode, sold_at, month, is_late, currency, vat_rate_bp, share_rule_id, partner_bp, "
    "operator_bp, partner_vat_category, partner_vat_rate_bp, hold_until, source, collected_in, "
    "recorded_at, joint_offer_id, joint_bp, joint_net_minor"
)


@pytest.mark.parametrize("more", [0, 1])
async def test_postgresql_refuses_half_a_joint_sale(db: None, more: int) -> None:
    first, _, listing_id, _ = await joint.on_sale()
    sale = await given.sale(first, 100_00, listing_id=listing_id)
    with pytest.raises(asyncpg.CheckViolationError) as refused:
        await core.fetch(COPY.format(names=NAMES), "other", more, sale)
    assert refused.value.constraint_name == "joint_lines_are_the_whole"


async def test_postgresql_refuses_a_line_of_somebody_else(db: None) -> None:
    first, _, listing_id, _ = await joint.on_sale()
    sale = await given.sale(first, 100_00, listing_id=listing_id)
    with pytest.raises(asyncpg.CheckViolationError) as refused:
        await core.fetch(COPY.format(names=NAMES), "other", 0, f"{sale}#2")
    assert refused.value.constraint_name == "joint_line_of_an_owner"


async def test_postgresql_refuses_a_joint_refund_that_tells_another_whole(db: None) -> None:
    """Both lines of a second refund of 40.00, which say that it was of 40.01."""
    first, _, listing_id, _ = await joint.on_sale()
    sale = await given.sale(first, 100_00, listing_id=listing_id)
    await refund(sale, 40_00)
    own = "original_id, kind, organisation_id, net_minor, vat_minor, partner_minor, operator_minor"
    copied = NAMES.replace("joint_net_minor", "joint_net_minor - $1::int")
    copy = (
        f"INSERT INTO sales.sale_line (reference, joint_reference, {own}, {NAMES}) "
        f"SELECT replace(reference, joint_reference, 'again'), 'again', {own}, {copied} "
        "FROM sales.sale_line WHERE kind = 'refund'"
    )
    with pytest.raises(asyncpg.CheckViolationError) as refused:
        await core.fetch(copy, 1)
    assert refused.value.constraint_name == "joint_refund_is_the_whole"
    await core.fetch(copy, 0)


async def test_a_sale_that_has_the_name_of_a_joint_one_without_such_a_line_is_in_the_way(
    db: None,
) -> None:
    """Of a joint sale of one cent the first owner has no line: its name is taken all the same."""
    first, second, listing_id, _ = await joint.on_sale(3_000)
    await given.sale(first, 1, listing_id=listing_id, reference="x")
    with pytest.raises(sales.SaleConflict):
        await given.sale(first, 100_00, reference="x")
    assert await earned(second) == 1
    assert await reports.run_checks() == []


async def test_a_joint_sale_in_the_way_is_told_and_stops_no_other_of_its_file(db: None) -> None:
    first, _, listing_id, _ = await joint.on_sale()
    await given.sale(first, 100_00, reference="x#2")
    made = [
        await given.a_sale(first, 10_00, listing_id=listing_id, reference="x"),
        await given.a_sale(first, 10_00, reference="y"),
    ]
    told = await sales.record_sales(made, hold_days=14, now=given.NOW)
    assert (told.new, told.conflicts) == ({"y"}, {"x"})
