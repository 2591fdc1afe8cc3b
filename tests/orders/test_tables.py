"""What PostgreSQL itself refuses of orders and refunds."""

from typing import Any

import asyncpg
import pytest

from backend import core
from backend.core import uuid7
from backend.orders import Order, list_orders
from tests import given
from tests.given.orders import order

STATES = ("placed", "checkout_open", "paid", "expired", "failed")
STEPS = {
    ("placed", "checkout_open"),
    ("placed", "paid"),
    ("placed", "expired"),
    ("placed", "failed"),
    ("checkout_open", "paid"),
    ("checkout_open", "expired"),
    ("checkout_open", "failed"),
}


async def put(of: Order, state: str) -> None:
    await core.fetch(
        "UPDATE orders.order SET state = $2, session_id = coalesce(session_id, $3), "
        "checkout_url = 'http://x', payment_intent_id = CASE WHEN $2 = 'paid' THEN $3 END, "
        "paid_at = CASE WHEN $2 = 'paid' THEN now() END WHERE id = $1",
        of.id,
        state,
        f"x_{of.id}",
    )


@pytest.mark.parametrize("before", STATES)
async def test_an_order_takes_no_step_but_those_stated(db: None, before: str) -> None:
    taken = set()
    for after in STATES:
        placed = await order()
        if before != "placed":
            await put(placed, before)
        try:
            await put(placed, after)
        except asyncpg.ObjectNotInPrerequisiteStateError:
            continue
        if before != after:
            taken.add((before, after))
    assert taken == {step for step in STEPS if step[0] == before}


FACTS = {
    "organisation_id": "gen_random_uuid()",
    "listing_id": "gen_random_uuid()",
    "editor_id": "gen_random_uuid()",
    "currency": "'USD'",
    "net_minor": "net_minor + 1",
    "vat_rate_bp": "0",
    "vat_minor": "vat_minor + 1",
    "gross_minor": "gross_minor + 1",
    "channel": "'direct'",
    "brought_by": "'partner'",
    "buyer_segment": "'eti'",
    "buyer_country": "'BE'",
    "placed_at": "now()",
}


@pytest.mark.parametrize("column", FACTS)
async def test_what_was_ordered_never_changes(
    db: None, owner: "asyncpg.Connection[asyncpg.Record]", column: str
) -> None:
    await order()
    statement = f"UPDATE orders.order SET {column} = {FACTS[column]}"
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await core.fetch(statement)
    with pytest.raises(asyncpg.ObjectNotInPrerequisiteStateError):
        await owner.execute(statement)


@pytest.mark.parametrize("column", ["session_id", "payment_intent_id", "paid_at", "fee_minor"])
async def test_how_it_was_paid_is_written_once(
    db: None, owner: "asyncpg.Connection[asyncpg.Record]", column: str
) -> None:
    placed = await order()
    await put(placed, "paid")
    await owner.execute("UPDATE orders.order SET fee_minor = 1")
    other = {"paid_at": "now()", "fee_minor": "2"}.get(column, "'other'")
    for value in (other, "NULL"):
        with pytest.raises(asyncpg.ObjectNotInPrerequisiteStateError):
            await owner.execute(f"UPDATE orders.order SET {column} = {value}")


async def test_no_second_attempt_while_a_page_may_be_paid(db: None) -> None:
    placed = await order()
    await core.fetch("UPDATE orders.order SET attempt = 2 WHERE id = $1", placed.id)
    await put(placed, "checkout_open")
    with pytest.raises(asyncpg.ObjectNotInPrerequisiteStateError):
        await core.fetch("UPDATE orders.order SET attempt = 3 WHERE id = $1", placed.id)


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ({"gross_minor": 1}, "gross_is_net_and_vat"),
        ({"currency": "KWD"}, "no_three_decimals"),
        ({"state": "checkout_open"}, "open_has_a_page"),
        ({"state": "paid"}, "paid_has_a_payment"),
        ({"paid_at": given.NOW}, "paid_has_a_payment"),
    ],
    ids=str,
)
async def test_a_wrong_order_is_refused(db: None, change: dict[str, Any], constraint: str) -> None:
    row = await Order.select().where(Order.id == (await order()).id).first()
    assert row is not None
    with pytest.raises(asyncpg.CheckViolationError) as refused:
        await Order.insert(Order(**{**row, "id": uuid7(), **change}))
    assert refused.value.constraint_name == constraint


REFUND = """
    WITH operation AS (
      INSERT INTO payments.operation (id, kind, organisation_id, account, subject, params,
        params_digest, next_attempt_at, created_at)
      VALUES ($1, 'refund', $2, '', 'test', '{}', '', now(), now()))
    INSERT INTO orders.refund (id, order_id, organisation_id, currency, net_minor, vat_minor,
      gross_minor, reason, requested_by, requested_at)
    VALUES ($1, $3, $2, $4, $5, $6, $5::bigint + $6::bigint, 'duplicate', 'test', now())
"""


@pytest.mark.parametrize(
    ("state", "currency", "net_minor", "vat_minor", "passes"),
    [
        ("paid", "EUR", 100_00, 20_00, True),
        ("paid", "EUR", 100_01, 20_00, False),
        ("paid", "EUR", 100_00, 20_01, False),
        ("paid", "USD", 100_00, 20_00, False),
        ("checkout_open", "EUR", 100_00, 20_00, False),
    ],
)
async def test_only_what_was_paid_is_refunded(
    db: None, state: str, currency: str, net_minor: int, vat_minor: int, passes: bool
) -> None:
    placed = await order()
    await put(placed, state)
    facts = (uuid7(), placed.organisation_id, placed.id, currency, net_minor, vat_minor)
    if passes:
        await core.fetch(REFUND, *facts)
        with pytest.raises(asyncpg.PostgresError):  # It is taken already, and one is open.
            await core.fetch(REFUND, uuid7(), *facts[1:4], 1, 0)
        return
    with pytest.raises(asyncpg.CheckViolationError) as refused:
        await core.fetch(REFUND, *facts)
    assert refused.value.constraint_name == "refund_within_order"


async def test_one_refund_of_an_order_is_open_at_a_time(db: None) -> None:
    placed = await order()
    await put(placed, "paid")
    await core.fetch(REFUND, uuid7(), placed.organisation_id, placed.id, "EUR", 1_00, 20)
    with pytest.raises(asyncpg.UniqueViolationError) as refused:
        await core.fetch(REFUND, uuid7(), placed.organisation_id, placed.id, "EUR", 1_00, 20)
    assert refused.value.constraint_name == "one_open_refund"


async def test_an_ended_refund_never_changes(
    db: None, owner: "asyncpg.Connection[asyncpg.Record]"
) -> None:
    placed = await order()
    await put(placed, "paid")
    await core.fetch(REFUND, uuid7(), placed.organisation_id, placed.id, "EUR", 1_00, 20)
    with pytest.raises(asyncpg.ObjectNotInPrerequisiteStateError):
        await owner.execute("UPDATE orders.refund SET net_minor = 2, gross_minor = 22")
    await core.fetch("UPDATE orders.refund SET state = 'failed', ended_at = now()")
    with pytest.raises(asyncpg.ObjectNotInPrerequisiteStateError):
        await core.fetch("UPDATE orders.refund SET state = 'open', ended_at = NULL")


async def test_a_buyer_sees_its_own_orders(db: None) -> None:
    mine, other = await order(), await order()
    with core.acting_for(mine.organisation_id):
        seen = await list_orders(None, after=None, limit=9)
    assert [row.id for row in seen] == [mine.id] != [other.id]
