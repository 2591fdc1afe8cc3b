"""What PostgreSQL itself refuses of sale lines."""

import asyncio
import re
from datetime import date

import asyncpg
import pytest

from backend import core, sales
from backend.core import Month
from tests import given

COPY = """
    INSERT INTO sales.sale_line (reference, kind, original_id, net_minor, vat_minor,
      partner_minor, operator_minor, {names})
    SELECT 'other', $1, CASE WHEN $1 = 'refund' THEN id END, $2, $3, $4, $5, {names}
    FROM sales.sale_line WHERE reference = $6
"""
NAMES = (
    "organisation_id, listing_id, buyer_country, buyer_segment, channel, brought_by, stream_code, "
    "capture_mode, sold_at, month, is_late, currency, vat_rate_bp, share_rule_id, partner_bp, "
    "operator_bp, partner_vat_category, partner_vat_rate_bp, hold_until, source, collected_in, "
    "recorded_at"
)


@pytest.mark.parametrize(
    ("kind", "amounts", "constraint"),
    [
        ("sale", (100, 20, 70, 31), "parts_sum_to_the_whole"),
        ("sale", (0, 0, 0, 0), "signs"),
        ("sale", (-100, -20, -70, -30), "signs"),
        ("refund", (100, 20, 70, 30), "signs"),
        ("refund", (-10001, -2000, -7000, -3001), "refund_within_sale"),
        ("refund", (-10000, -2000, -6999, -3001), "refund_within_sale"),
        ("refund", (-10000, -1999, -7000, -3000), "refund_within_sale"),
    ],
)
async def test_a_wrong_line_is_refused(
    db: None, kind: str, amounts: tuple[int, int, int, int], constraint: str
) -> None:
    sale = await given.sale(await given.partner(), 100_00)
    with pytest.raises(asyncpg.CheckViolationError) as refused:
        await core.fetch(COPY.format(names=NAMES), kind, *amounts, sale)
    assert refused.value.constraint_name == constraint


async def test_a_recorded_line_never_changes(
    db: None, owner: "asyncpg.Connection[asyncpg.Record]"
) -> None:
    await given.sale(await given.partner())
    with pytest.raises(asyncpg.ObjectNotInPrerequisiteStateError):
        await owner.execute("UPDATE sales.sale_line SET net_minor = 1")
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await core.fetch("DELETE FROM sales.sale_line")


async def test_a_partner_sees_its_own_lines_only(db: None) -> None:
    mine, other = await given.partner(), await given.partner()
    await given.sale(mine)
    await given.sale(other)
    with core.acting_for(mine):
        rows = await core.fetch("SELECT organisation_id FROM sales.sale_line")
    assert [row["organisation_id"] for row in rows] == [mine]


async def test_no_line_enters_a_closed_month(db: None) -> None:
    sale = await given.sale(await given.partner(), 100_00)
    await given.closed(Month(date(2026, 8, 1)))
    with pytest.raises(asyncpg.ObjectNotInPrerequisiteStateError, match="2026-08 is closed"):
        await core.fetch(COPY.format(names=NAMES), "sale", 100_00, 20_00, 70_00, 30_00, sale)


@pytest.mark.parametrize(("sold_at", "month"), [("2026-08-12T09:59Z", 8), ("2026-08-13T00:00Z", 7)])
async def test_a_refund_comes_after_its_sale(db: None, sold_at: str, month: int) -> None:
    sale = await given.sale(await given.partner(), 100_00)
    names = NAMES.replace("sold_at, month,", "")
    copy = COPY.format(names=f"sold_at, month, {names}").replace(
        "$5, sold_at, month", f"$5, '{sold_at}', '2026-{month:02}-01'"
    )
    with pytest.raises(asyncpg.CheckViolationError) as refused:
        await core.fetch(copy, "refund", -100, -20, -70, -30, sale)
    assert refused.value.constraint_name == "refund_after_sale"


async def test_a_partner_neither_sells_by_itself_nor_writes_its_own_terms(db: None) -> None:
    mine = await given.partner()
    sale = await given.sale(mine, 100_00)
    rule = (
        "INSERT INTO sales.share_rule (name, organisation_id, partner_bp, operator_bp, valid_from) "
        "VALUES ('all mine', $1, 10000, 0, '2020-01-01Z')"
    )
    with core.acting_for(mine):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await core.fetch(rule, mine)
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await core.fetch(COPY.format(names=NAMES), "sale", 100, 20, 70, 30, sale)


async def test_special_terms_are_seen_by_their_partner_only(db: None) -> None:
    mine, other = await given.partner(), await given.partner()
    for partner in (mine, other):
        await sales.add_share_rule(
            f"Terms of {partner}",
            sales.Rates(8000, 0, 2000),
            valid_from=given.NOW,
            organisation_id=partner,
            actor="test",
        )
    with core.acting_for(mine):
        rows = await core.fetch("SELECT organisation_id FROM sales.share_rule")
    assert {row["organisation_id"] for row in rows} == {None, mine}


@pytest.mark.parametrize(
    ("column", "other"),
    [
        ("vat_rate_bp", "vat_rate_bp + 1"),
        ("partner_bp", "partner_bp + 1"),
        ("partner_vat_rate_bp", "0"),
        ("currency", "'USD'"),
    ],
)
async def test_a_refund_copies_the_terms_of_its_sale(db: None, column: str, other: str) -> None:
    sale = await given.sale(await given.partner(), 100_00)
    insert, select = COPY.format(names=NAMES).split("SELECT", 1)
    changed = insert + "SELECT" + re.sub(rf"\b{column}\b", other, select)
    with pytest.raises(asyncpg.CheckViolationError) as refused:
        await core.fetch(changed, "refund", -100, -20, -70, -30, sale)
    assert refused.value.constraint_name == "refund_copies_terms"


async def test_two_refunds_that_bypass_the_action_take_turns(db: None) -> None:
    sale = await given.sale(await given.partner(), 100_00)

    async def take(name: str) -> None:
        copy = COPY.format(names=NAMES).replace("'other'", f"'{name}'")
        async with core.transaction():
            await core.fetch(copy, "refund", -60_00, -12_00, -42_00, -18_00, sale)
            await asyncio.sleep(0.2)

    first, second = await asyncio.gather(take("one"), take("two"), return_exceptions=True)
    refused = [x for x in (first, second) if isinstance(x, asyncpg.CheckViolationError)]
    assert [error.constraint_name for error in refused] == ["refund_within_sale"]
