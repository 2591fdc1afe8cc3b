"""Charges and credits to test with."""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from backend import charges, core
from backend.core import Money, uuid7
from tests.given.partners import NOW, SYSTEM

DAY = date(2026, 11, 10)


def a_charge(organisation_id: UUID, list_minor: int = 100_00, **facts: Any) -> charges.Charge:
    """A charge not yet recorded: one unit at this list price."""
    known: dict[str, Any] = {
        "reference": f"c-{uuid7()}",
        "organisation_id": organisation_id,
        "end_customer": "mairie",
        "end_customer_id": None,
        "charged_on": DAY,
        "environment": "start",
        "resource": "vm.large",
        "quantity": Decimal(1),
        "unit_price": Decimal(list_minor) / 100,
        "currency": "EUR",
        "stream": None,
    }
    return charges.Charge(**{**known, **facts})


async def charge(organisation_id: UUID, list_minor: int = 100_00, **facts: Any) -> Any:
    """The row of a recorded charge."""
    made = a_charge(organisation_id, list_minor, **facts)
    await charges.record_charge(made, now=NOW, actor=SYSTEM)
    return await row(made)


async def row(made: charges.Charge) -> Any:
    return await core.fetch_row(
        "SELECT *, currency::text FROM charges.charge_line "
        "WHERE (consumer_id, reference) = ($1, $2)",
        made.organisation_id,
        made.reference,
    )


async def grant(
    organisation_id: UUID,
    amount_minor: int,
    *,
    expires_on: date = date(2026, 12, 31),
    granted_on: date = date(2026, 1, 1),
) -> UUID:
    return await charges.grant_credit(
        organisation_id,
        Money(amount_minor, "EUR"),
        granted_on=granted_on,
        expires_on=expires_on,
        reason="A start-up.",
        now=NOW,
        actor=SYSTEM,
    )


async def left(grant_id: UUID) -> int:
    minor: int = await core.fetch_value(
        "SELECT left_minor FROM charges.credit_balance WHERE grant_id = $1", grant_id
    )
    return minor
