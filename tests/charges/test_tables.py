"""What PostgreSQL itself refuses of charges and credits."""

from typing import Any

import asyncpg
import pytest

from backend import charges, core
from backend.core import Money, Month, transaction
from tests import given
from tests.conftest import Owner
from tests.given import charges as made
from tests.given.programmes import organisation, reseller

GENERATED = {"id", "capture_mode"}
TABLES = (
    "charges.charge_line", "charges.charge_piece", "charges.margin", "charges.credit_grant",
    "charges.credit_use", "charges.credit_warning",
)  # fmt: skip


async def copy(row: Any, **other: Any) -> None:
    """Insert the same line once more, with other facts; its pieces too."""
    facts = {name: value for name, value in dict(row).items() if name not in GENERATED}
    facts |= {"reference": "copy", **other}
    names = ", ".join(facts)
    places = ", ".join(f"${place}" for place in range(1, len(facts) + 1))
    await core.fetch(
        f"INSERT INTO charges.charge_line ({names}) VALUES ({places})", *facts.values()
    )


@pytest.mark.parametrize(
    ("other", "constraint"),
    [
        ({"list_minor": 100_01, "discount_minor": 5_01}, "list_is_rounded_once"),
        ({"discount_minor": 5_01}, "list_less_discount_is_net"),
        ({"payable_minor": 94_99}, "net_less_credit_is_payable"),
        ({"quantity": 0}, "list_is_rounded_once"),
        ({"quantity": None}, "signs"),
        ({"credit_minor": -1, "payable_minor": 95_01}, "signs"),
        ({"environment": "premium"}, "environment_check"),
        ({"is_late": True}, "month_of_use_or_later"),
        ({"reference": ""}, "reference_check"),
    ],
)
async def test_a_line_adds_up_or_is_refused(
    db: None, other: dict[str, Any], constraint: str
) -> None:
    line = await made.charge(await reseller("registered"))
    with pytest.raises(asyncpg.CheckViolationError, match=constraint):
        await copy(line, **other)


async def test_a_reference_names_one_charge_of_an_organisation(db: None) -> None:
    line = await made.charge(await reseller("registered"))
    with pytest.raises(asyncpg.UniqueViolationError):
        await copy(line, reference=line["reference"])


async def test_pieces_are_the_whole_of_a_charge(db: None) -> None:
    line = await made.charge(await reseller("registered"))
    with pytest.raises(asyncpg.CheckViolationError, match="are not the whole of it"):
        await core.fetch(
            "INSERT INTO charges.charge_piece SELECT line_id, 2, starts_at, ends_at, basis, level, "
            "matrix_id, rate_bp, points_bp, cap_bp, list_minor, discount_minor, points_minor "
            "FROM charges.charge_piece WHERE line_id = $1",
            line["id"],
        )
    with pytest.raises(asyncpg.CheckViolationError, match="rounded_half_up"):
        await core.fetch(
            "INSERT INTO charges.charge_piece SELECT line_id, 2, starts_at, ends_at, basis, level, "
            "matrix_id, rate_bp + 1, points_bp, cap_bp, list_minor, discount_minor, points_minor "
            "FROM charges.charge_piece WHERE line_id = $1",
            line["id"],
        )


@pytest.mark.parametrize("table", TABLES)
async def test_what_was_recorded_never_changes(db: None, owner: Owner, table: str) -> None:
    for statement in (f"DELETE FROM {table}", f"TRUNCATE {table} CASCADE"):
        with pytest.raises(asyncpg.ObjectNotInPrerequisiteStateError, match="never change"):
            await owner.execute(statement)


@pytest.mark.parametrize("table", [*TABLES, "charges.credit_balance"])
async def test_a_tenant_writes_none_of_it(db: None, table: str) -> None:
    org = await organisation("startup")
    await made.grant(org, 10_00)
    await made.charge(org)
    with core.acting_for(org), pytest.raises(asyncpg.InsufficientPrivilegeError):
        await core.fetch(f"INSERT INTO {table} DEFAULT VALUES")


async def test_refunds_together_never_exceed_a_charge(db: None) -> None:
    line = await made.charge(await reseller("registered"))
    await charges.refund_charge(
        line["id"], Money(90_00, "EUR"), reference="r", now=given.NOW, actor=given.SYSTEM
    )
    back = {
        "kind": "refund",
        "original_id": line["id"],
        "quantity": None,
        "unit_price": None,
        "charged_on": given.NOW.date(),
        "discount_minor": 0,
        "credit_minor": 0,
    }
    for minor, words in ((-10_00, "exceed the charge"), (-5_00, "leave a cent behind")):
        amounts = dict.fromkeys(("list_minor", "net_minor", "payable_minor"), minor)
        with pytest.raises(asyncpg.CheckViolationError, match=words):
            await copy(line, **back, **amounts)
    amounts = dict.fromkeys(("list_minor", "net_minor", "payable_minor"), -1)
    with pytest.raises(asyncpg.CheckViolationError, match="copies the terms"):
        await copy(line, **back, **amounts, **{"vat_rate_bp": 0})
    with pytest.raises(asyncpg.CheckViolationError, match="comes after its charge"):
        await copy(line, **{**back, "charged_on": made.DAY.replace(day=1)}, **amounts)


async def test_a_closed_month_takes_no_charge_more(db: None) -> None:
    line = await made.charge(await reseller("registered"), charged_on=made.DAY.replace(month=8))
    await given.closed(Month.parse("2026-08"))
    with pytest.raises(asyncpg.ObjectNotInPrerequisiteStateError, match="2026-08 is closed"):
        await copy(line)


async def test_a_credit_pays_only_while_it_runs(db: None) -> None:
    org = await organisation("startup")
    late = await made.grant(org, 10_00, granted_on=made.DAY.replace(day=11))
    line = await made.charge(org)
    assert line["credit_minor"] == 0
    with pytest.raises(asyncpg.CheckViolationError, match="runs from"):
        async with transaction():
            await core.fetch(
                "INSERT INTO charges.credit_use (grant_id, line_id, kind, amount_minor) "
                "VALUES ($1, $2, 'use', 1)",
                late,
                line["id"],
            )


async def test_uses_are_what_the_line_says(db: None) -> None:
    org = await organisation("startup")
    grant = await made.grant(org, 10_00)
    other = await made.grant(org, 10_00)
    line = await made.charge(org, 5_00)
    unused = other if await made.left(other) else grant
    with pytest.raises(asyncpg.CheckViolationError, match="are not its credit"):
        async with transaction():
            await core.fetch(
                "INSERT INTO charges.credit_use (grant_id, line_id, kind, amount_minor) "
                "VALUES ($1, $2, 'use', 1)",
                unused,
                line["id"],
            )
