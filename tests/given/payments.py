"""Stripe accounts and operations to test with."""

from datetime import datetime
from uuid import UUID

from backend import payments, stripe_sandbox
from backend.core import Money, uuid7
from tests.given.partners import NOW


async def transfer_operation(
    organisation_id: UUID, destination: str, amount_minor: int = 70_00, *, now: datetime = NOW
) -> UUID:
    """A transfer intended and not yet sent."""
    operation_id = uuid7()
    await payments.plan_operation(
        operation_id,
        "transfer",
        organisation_id=organisation_id,
        subject=f"test:{operation_id}",
        params=payments.transfer_params(operation_id, Money(amount_minor, "EUR"), destination),
        now=now,
    )
    return operation_id


async def perform(operation_id: UUID, now: datetime = NOW) -> payments.Operation | None:
    """One pass of a worker over one operation."""
    claim = await payments.claim_operation(operation_id, now)
    if claim is None:
        return None
    outcome = await payments.carry_out(claim)
    return await payments.record_outcome(claim, outcome, now)


async def funds(amount_minor: int = 1_000_000_00) -> None:
    await stripe_sandbox.fund(amount_minor, "eur")
