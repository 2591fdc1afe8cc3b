"""Start-up credits: which pays first, when they end, what comes back (money rule j)."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from backend import charges, core, ledger
from backend.core import Money, transaction
from tests import given
from tests.given import charges as made
from tests.given.letters import kinds
from tests.given.programmes import organisation


async def startup() -> UUID:
    return await organisation("startup")


async def balance(code: str) -> int:
    return (await ledger.balance(code, "EUR")).amount_minor


async def test_a_credit_pays_a_charge_whole(db: None) -> None:
    org = await startup()
    grant = await made.grant(org, 10_000_00)
    line = await made.charge(org, 100_00)
    assert (line["net_minor"], line["credit_minor"], line["payable_minor"]) == (100_00, 100_00, 0)
    assert await made.left(grant) == 9_900_00
    assert await balance(ledger.owed(org)) == 0
    assert await balance(ledger.OPERATOR_CREDITS) == -100_00
    assert await balance(ledger.OPERATOR_IAAS) == 100_00


async def test_what_a_credit_does_not_reach_is_owed(db: None) -> None:
    """Usage 450.00, credit left 300.00: 150.00 before VAT."""
    org = await startup()
    grant = await made.grant(org, 300_00)
    line = await made.charge(org, 450_00)
    assert (line["credit_minor"], line["payable_minor"]) == (300_00, 150_00)
    assert await made.left(grant) == 0
    assert await balance(ledger.owed(org)) == -150_00


async def test_the_credit_that_expires_first_is_used_first(db: None) -> None:
    """G1 300.00 until 31 Dec, G2 500.00 until 30 Nov, usage 600.00: G2 500.00, G1 100.00."""
    org = await startup()
    first = await made.grant(org, 300_00, expires_on=date(2026, 12, 31))
    second = await made.grant(org, 500_00, expires_on=date(2026, 11, 30))
    await made.charge(org, 600_00)
    assert (await made.left(first), await made.left(second)) == (200_00, 0)


@pytest.mark.parametrize(
    ("day", "paid"),
    [
        (date(2026, 11, 9), 0),
        (date(2026, 11, 10), 100_00),
        (date(2026, 11, 30), 100_00),
        (date(2026, 12, 1), 0),
    ],
)
async def test_a_credit_pays_what_is_used_from_its_first_day_to_its_last(
    db: None, day: date, paid: int
) -> None:
    org = await startup()
    await made.grant(org, 1000_00, granted_on=date(2026, 11, 10), expires_on=date(2026, 11, 30))
    assert (await made.charge(org, charged_on=day))["credit_minor"] == paid


async def test_a_credit_is_of_one_currency(db: None) -> None:
    org = await startup()
    await made.grant(org, 1000_00)
    assert (await made.charge(org, currency="CHF"))["credit_minor"] == 0


async def test_a_credit_pays_for_nobody_else(db: None) -> None:
    grant = await made.grant(await startup(), 1000_00)
    line = await made.charge(await startup())
    assert line["credit_minor"] == 0
    with pytest.raises(asyncpg.CheckViolationError, match="does not pay for"):
        await core.fetch(
            "INSERT INTO charges.credit_use (grant_id, line_id, kind, amount_minor) "
            "VALUES ($1, $2, 'use', 1)",
            grant,
            line["id"],
        )


async def test_postgresql_lets_no_credit_go_below_zero(
    db: None, owner: "asyncpg.Connection[asyncpg.Record]"
) -> None:
    org = await startup()
    grant = await made.grant(org, 1)
    with pytest.raises(asyncpg.CheckViolationError, match="credits_are_never_negative"):
        await owner.execute("UPDATE charges.credit_balance SET left_minor = -1")
    line = await made.charge(org, 100_00)
    with pytest.raises(asyncpg.UniqueViolationError):
        await core.fetch(
            "INSERT INTO charges.credit_use (grant_id, line_id, kind, amount_minor) "
            "VALUES ($1, $2, 'use', 1)",
            grant,
            line["id"],
        )


async def test_a_line_cannot_say_credit_that_no_grant_paid(db: None) -> None:
    line = await made.charge(await startup())
    names = ", ".join(
        name for name in dict(line) if name not in ("id", "reference", "credit_minor",
                                                     "payable_minor", "capture_mode")
    )  # fmt: skip
    with pytest.raises(asyncpg.CheckViolationError, match="are not its credit"):
        async with transaction():
            await core.fetch(
                f"INSERT INTO charges.charge_line (reference, credit_minor, payable_minor, {names})"
                f" SELECT 'x', 1, payable_minor - 1, {names} FROM charges.charge_line"
            )


async def test_two_imports_at_once_spend_a_credit_once(db: None) -> None:
    org = await startup()
    grant = await made.grant(org, 100_00)
    lines = await asyncio.gather(*(made.charge(org, 70_00) for _ in range(4)))
    assert sorted(line["credit_minor"] for line in lines) == [0, 0, 30_00, 70_00]
    assert await made.left(grant) == 0


async def refund(line: Any, minor: int, *, now: datetime = given.NOW, name: str = "r") -> bool:
    return await charges.refund_charge(
        line["id"], Money(minor, "EUR"), reference=name, now=now, actor=given.SYSTEM
    )


async def test_a_refund_gives_an_unexpired_credit_back(db: None) -> None:
    org = await startup()
    grant = await made.grant(org, 300_00)
    line = await made.charge(org, 450_00)
    assert await refund(line, 150_00) is True
    assert await refund(line, 150_00) is False
    assert await made.left(grant) == 100_00
    assert await balance(ledger.owed(org)) == -100_00
    assert await refund(line, 300_00, name="r2") is True
    assert await made.left(grant) == 300_00
    assert await balance(ledger.owed(org)) == 0
    assert await balance(ledger.OPERATOR_IAAS) == await balance(ledger.OPERATOR_CREDITS) == 0
    with pytest.raises(charges.RefundTooLarge, match=r"0\.00 EUR"):
        await refund(line, 1, name="r3")


async def test_a_refund_gives_an_expired_credit_back_to_nobody(db: None) -> None:
    org = await startup()
    grant = await made.grant(org, 300_00, expires_on=date(2026, 11, 30))
    line = await made.charge(org, 450_00)
    await refund(line, 450_00, now=datetime(2026, 11, 30, 23, tzinfo=UTC))  # 1 Dec in Paris
    assert await made.left(grant) == 0
    assert await balance(ledger.owed(org)) == 0
    [use] = await core.fetch("SELECT amount_minor FROM charges.credit_use WHERE kind = 'lapse'")
    assert use[0] == -300_00


async def test_refunds_of_odd_parts_leave_no_cent(db: None) -> None:
    org = await startup()
    grant = await made.grant(org, 10_00)
    line = await made.charge(org, 33_33)
    for number in range(3):
        await refund(line, 11_11, name=f"r{number}")
    assert await made.left(grant) == 10_00
    assert await balance(ledger.owed(org)) == 0


async def test_a_reference_of_a_charge_is_no_reference_of_a_refund(db: None) -> None:
    line = await made.charge(await startup())
    with pytest.raises(charges.ChargeConflict):
        await refund(line, 1, name=line["reference"])


async def test_holders_are_told_30_and_7_days_before_and_once(db: None) -> None:
    org = await startup()
    email = await core.fetch_value("SELECT email FROM partners.organisation WHERE id = $1", org)
    last = date(2026, 12, 31)
    await made.grant(org, 100_00, expires_on=last)
    told = []
    for days in (31, 30, 29, 8, 7, 7, 1, 0, -1):
        day = last - timedelta(days=days)
        morning = datetime(day.year, day.month, day.day, 9, tzinfo=UTC)
        told.append((days, await charges.warn_of_expiry(morning)))
    assert [days for days, new in told if new] == [30, 7]
    assert await kinds(email) == ["credit_expires", "credit_expires"]
    text = await core.fetch_value("SELECT body_text FROM mail.message LIMIT 1")
    assert "Il vous reste 100,00 EUR de crédit." in text
    assert "31/12/2026" in text


async def test_nobody_is_told_of_a_credit_that_is_used_up(db: None) -> None:
    org = await startup()
    await made.grant(org, 100_00, expires_on=date(2026, 11, 30))
    await made.charge(org, 100_00)
    assert await charges.warn_of_expiry(given.NOW) == 0


async def test_the_programme_grants_ten_thousand_for_twelve_months(db: None) -> None:
    org = await startup()
    grant = await charges.grant_startup_credit(
        org, reason="Welcome.", now=given.NOW, actor=given.SYSTEM
    )
    row = await core.fetch_row("SELECT * FROM charges.credit_grant WHERE id = $1", grant)
    assert row is not None
    assert (row["amount_minor"], row["granted_on"], row["expires_on"]) == (
        10_000_00,
        date(2026, 11, 23),
        date(2027, 11, 22),
    )


@pytest.mark.parametrize(
    ("minor", "first", "last"),
    [
        (0, date(2026, 1, 1), date(2026, 12, 31)),
        (1, date(2026, 12, 2), date(2026, 12, 1)),
        (1, date(2026, 1, 1), date(2026, 11, 22)),
        (1, date(2026, 1, 1), date(2036, 1, 1)),
    ],
)
async def test_a_credit_that_cannot_be_used_is_not_granted(
    db: None, minor: int, first: date, last: date
) -> None:
    with pytest.raises(charges.BadGrant):
        await made.grant(await startup(), minor, granted_on=first, expires_on=last)


async def test_what_is_free_costs_no_credit(db: None) -> None:
    org = await startup()
    grant = await made.grant(org, 100)
    line = await made.charge(org, unit_price=Decimal(0))
    assert (line["credit_minor"], await made.left(grant)) == (0, 100)


async def test_a_credit_that_begins_at_the_end_of_the_calendar_is_refused(db: None) -> None:
    org = await organisation("startup")
    with pytest.raises(charges.BadGrant, match="within ten years"):
        await made.grant(org, 100, granted_on=date(9999, 1, 1), expires_on=date(9999, 12, 31))
