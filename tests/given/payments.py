"""Stripe accounts and operations to test with."""

from datetime import datetime
from uuid import UUID

from backend import payments, stripe_sandbox
from backend.core import Money, fetch, fetch_value, uuid7
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


async def account(organisation_id: UUID, iban_tail: str = "3000") -> str:
    """An account that may be paid; the organisation itself stays unverified."""

    async def clock() -> datetime:
        return NOW

    made = await payments.open_account(organisation_id, clock=clock, actor="system:test")
    await stripe_sandbox.verify_account(made, iban=f"FR1420041010050500013M{iban_tail}")
    await payments.refresh_account(organisation_id)
    return made


async def sandbox_transfers(operation_id: UUID) -> int:
    """How many transfers Stripe's sandbox has made for one operation."""
    made: int = await fetch_value(
        "SELECT count(*) FROM stripe_sandbox.object "
        "WHERE kind = 'transfer' AND body->>'transfer_group' = $1",
        str(operation_id),
    )
    return made


async def minute_passes() -> None:
    """In the real world: whoever held an operation has died, what was sent was executed or not."""
    await fetch(
        "UPDATE payments.operation SET leased_until = NULL, "
        "left_at = left_at - interval '1 minute' "
        "WHERE state IN ('planned', 'sending', 'reconcile')"
    )
