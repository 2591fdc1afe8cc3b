"""What partners pay of what they owe: once, to the cent, on the next statement (money rule d)."""

import asyncio
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from backend import core, ledger, receipts, reports, settlement
from backend.core import Money, Month
from backend.settlement import queries_owing
from tests import given
from tests.given import charges as made
from tests.given.programmes import organisation

NOVEMBER, DECEMBER = Month.parse("2026-11"), Month.parse("2026-12")
IN_DECEMBER = datetime(2026, 12, 20, 9, tzinfo=UTC)


async def editor_owing() -> UUID:
    """Money rule d, the other way: 180.00 of infrastructure, nothing sold; November is closed."""
    editor = await organisation("isv")
    await made.charge(editor, 150_00)
    await close(NOVEMBER)
    return editor


async def close(month: Month) -> None:
    await settlement.close_through(
        month, minimum_hundredths=2500, now=month.end, actor=given.SYSTEM
    )
    assert await reports.run_checks() == []


async def paid(org: UUID, minor: int = 180_00, **facts: Any) -> receipts.Receipt:
    known: dict[str, Any] = {
        "reference": "VIR-1",
        "received_on": date(2026, 12, 18),
        "means": "bank_transfer",
        "now": IN_DECEMBER,
        "actor": given.SYSTEM,
    }
    return await receipts.record_receipt(org, Money(minor, "EUR"), **{**known, **facts})


async def statement(org: UUID, month: Month) -> Any:
    return await core.fetch_row(
        "SELECT * FROM settlement.statement WHERE organisation_id = $1 AND month = $2",
        org,
        month.first_day,
    )


async def test_what_is_owed_is_carried_then_paid_and_the_next_statement_is_even(db: None) -> None:
    editor = await editor_owing()
    assert (await statement(editor, NOVEMBER))["closing_minor"] == -180_00
    await paid(editor)
    await close(DECEMBER)
    after = await statement(editor, DECEMBER)
    assert (after["opening_minor"], after["receipts_minor"], after["closing_minor"]) == (
        -180_00,
        180_00,
        0,
    )
    assert await ledger.balance(ledger.OPERATOR_BANK, "EUR") == Money(-180_00, "EUR")
    assert await ledger.balance(ledger.payable(editor), "EUR") == Money(0, "EUR")


async def test_a_part_leaves_the_rest_owed_and_its_age(db: None) -> None:
    editor = await editor_owing()
    await paid(editor, 80_00)
    (row,) = await queries_owing.list_owing()
    assert (row["organisation_id"], row["left_minor"]) == (editor, 100_00)
    assert row["owed_since"] == date(2026, 12, 1)
    (aged,) = await queries_owing.sum_owing(date(2027, 2, 1))
    assert (aged["age"], aged["left_minor"]) == ("61-90", 100_00)
    await close(DECEMBER)
    (row,) = await queries_owing.list_owing()
    assert (row["left_minor"], row["owed_since"]) == (100_00, date(2026, 12, 1))


async def test_more_than_was_owed_goes_back_with_the_next_payout(db: None) -> None:
    editor = await editor_owing()
    await paid(editor, 280_00)
    assert await queries_owing.list_owing() == []
    await close(DECEMBER)
    assert (await statement(editor, DECEMBER))["due_minor"] == 100_00


async def test_the_same_again_changes_nothing_and_other_facts_are_refused(db: None) -> None:
    editor = await editor_owing()
    first = await paid(editor)
    assert await paid(editor) == receipts.Receipt(first.id, new=False)
    with pytest.raises(receipts.ReceiptConflict):
        await paid(editor, 1_00)
    assert await core.fetch_value("SELECT count(*) FROM receipts.receipt") == 1


async def test_twice_at_once_is_once(db: None) -> None:
    editor = await editor_owing()
    answers = await asyncio.gather(*(paid(editor) for _ in range(6)))
    assert sorted(answer.new for answer in answers) == [False] * 5 + [True]
    await close(DECEMBER)


async def test_what_bounced_is_owed_again_and_bounces_once(db: None) -> None:
    editor = await editor_owing()
    receipt = await paid(editor)
    await close(DECEMBER)
    january = datetime(2027, 1, 10, tzinfo=UTC)
    await receipts.reverse_receipt(
        receipt.id, reason="Rejected by its bank", now=january, actor=given.SYSTEM
    )
    with pytest.raises(receipts.AlreadyReversed):
        await receipts.reverse_receipt(receipt.id, reason="Again", now=january, actor=given.SYSTEM)
    await close(DECEMBER.next)
    after = await statement(editor, DECEMBER.next)
    assert (after["receipts_minor"], after["closing_minor"]) == (-180_00, -180_00)


@pytest.mark.parametrize(
    ("minor", "day"), [(0, "2026-12-18"), (-1, "2026-12-18"), (1, "2026-12-21"), (1, "2025-12-01")]
)
async def test_what_cannot_have_arrived_is_refused(db: None, minor: int, day: str) -> None:
    editor = await organisation("isv")
    with pytest.raises(receipts.BadReceipt):
        await paid(editor, minor, received_on=date.fromisoformat(day))


async def test_postgresql_refuses_a_reversal_that_is_not_its_receipt(db: None) -> None:
    editor = await editor_owing()
    receipt = await paid(editor)
    with pytest.raises(asyncpg.CheckViolationError, match="takes back its receipt"):
        async with core.transaction():
            await core.connection().execute(
                "INSERT INTO receipts.receipt SELECT uuidv7(), 'reversal', id, organisation_id, "
                "'other', received_on, month, false, currency, amount_minor - 36000 + 1, means, "
                "'why', actor, recorded_at FROM receipts.receipt WHERE id = $1",
                receipt.id,
            )


async def test_nobody_sees_the_receipts_of_another(db: None) -> None:
    editor, other = await editor_owing(), await organisation("isv")
    await paid(editor)
    with core.acting_for(other):
        assert await core.fetch("SELECT * FROM receipts.receipt") == []
    with core.acting_for(editor):
        assert len(await core.fetch("SELECT * FROM receipts.receipt")) == 1


async def test_a_receipt_is_reversed_whatever_the_bank_calls_another(db: None) -> None:
    org = await organisation("reseller")
    made_ = [
        await receipts.record_receipt(
            org, Money(100, "EUR"), reference=reference, received_on=date(2026, 11, 20),
            means="card", now=given.NOW, actor=given.SYSTEM,
        )
        for reference in ("VIR 1", "VIR 1 reversed")
    ]  # fmt: skip
    await receipts.reverse_receipt(
        made_[0].id, reason="Bounced.", now=given.NOW, actor=given.SYSTEM
    )
    with pytest.raises(receipts.AlreadyReversed):
        await receipts.reverse_receipt(
            made_[0].id, reason="Bounced.", now=given.NOW, actor=given.SYSTEM
        )
