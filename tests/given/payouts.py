"""Statements that owe something, and partners that may be paid."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from backend import partners, payouts, settlement, stripe_sandbox
from backend.core import Month, fetch, fetch_row
from tests.given.partners import NOW, SYSTEM, partner
from tests.given.sales import sale

AUGUST = Month.parse("2026-08")


async def payable_partner(iban_tail: str = "3000") -> UUID:
    """Verified by us and by Stripe; payouts go as the IBAN's last digits say."""
    made = await partner()
    await payouts.verify_in_sandbox(made, now=NOW, actor=SYSTEM, iban_tail=iban_tail)
    return made


async def closed_month(*organisations: UUID, net_minor: int = 100_00) -> None:
    """August is closed, with one sale of each."""
    for organisation in organisations:
        await sale(organisation, net_minor)
    await settlement.close_month(AUGUST, minimum_hundredths=2500, now=NOW, actor=SYSTEM)


async def payout_of(organisation_id: UUID) -> UUID:
    row = await fetch_row(
        "SELECT id FROM payouts.payout WHERE organisation_id = $1", organisation_id
    )
    assert row is not None
    found: UUID = row["id"]
    return found


async def verified(organisation_id: UUID) -> None:
    await partners.mark_verified(organisation_id, actor=SYSTEM)


async def transfers_of(payout_id: UUID) -> list[str]:
    """Every transfer that Stripe's sandbox has for this payout, by the operations' ids."""
    rows = await fetch(
        "SELECT s.id FROM stripe_sandbox.object s JOIN payments.operation o "
        "ON s.body->>'transfer_group' = o.id::text "
        "WHERE s.kind = 'transfer' AND o.subject = 'payout:' || $1::text",
        str(payout_id),
    )
    return [row["id"] for row in rows]


async def bank_payouts_of(payout_id: UUID) -> list[str]:
    """The status of every bank payout that Stripe's sandbox has for this payout."""
    rows = await fetch(
        "SELECT s.body->>'status' AS status FROM stripe_sandbox.object s JOIN payments.operation o "
        "ON s.body->'metadata'->>'op' = o.id::text "
        "WHERE s.kind = 'payout' AND o.subject = 'payout:' || $1::text ORDER BY s.seq",
        str(payout_id),
    )
    return [row["status"] for row in rows]


async def days_pass(days: float) -> datetime:
    """In the sandbox."""
    return datetime.fromtimestamp(
        await stripe_sandbox.advance_clock(int(timedelta(days=days).total_seconds())), UTC
    )
