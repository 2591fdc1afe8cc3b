"""Statements that owe something, and partners that may be paid."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from backend import payouts, settlement, stripe_sandbox
from backend.core import Month, fetch, fetch_row, fetch_value
from tests.given.onboarding import verified
from tests.given.partners import NOW, SYSTEM, partner
from tests.given.payments import minute_passes
from tests.given.sales import sale

__all__ = ["verified"]

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
    """In the sandbox; in the real world a minute."""
    await minute_passes()
    return datetime.fromtimestamp(
        await stripe_sandbox.advance_clock(int(timedelta(days=days).total_seconds())), UTC
    )


async def state_of(payout_id: UUID) -> str:
    found: str = await fetch_value("SELECT state FROM payouts.payout WHERE id = $1", payout_id)
    return found


async def sandbox_time() -> datetime:
    return await payouts.sandbox_clock()


async def run() -> None:
    """One pass of a worker, by the sandbox's clock, which counts whole seconds: so the next one."""

    async def clock() -> datetime:
        return await payouts.sandbox_clock() + timedelta(seconds=1)

    await payouts.run_due(clock)


async def books(organisation_id: UUID) -> dict[str, int]:
    """What stands on the partner's accounts, in cents; where nothing stands is left out."""
    rows = await fetch(
        "SELECT split_part(a.code, ':', 3) AS name, sum(b.credit_minor - b.debit_minor)::bigint "
        "AS minor FROM ledger.account a JOIN ledger.balance b ON b.account_id = a.id "
        "WHERE a.code LIKE 'partner:' || $1::text || ':%' GROUP BY 1",
        str(organisation_id),
    )
    return {row["name"]: row["minor"] for row in rows if row["minor"]}


async def started(iban_tail: str = "3000") -> tuple[UUID, UUID]:
    """A partner and its payout of August, ready to be sent; the platform has funds."""
    partner_id = await payable_partner(iban_tail)
    await closed_month(partner_id)
    await stripe_sandbox.fund(1_000_000_00)
    await payouts.pay_month(AUGUST, now=await sandbox_time(), actor=SYSTEM)
    return partner_id, await payout_of(partner_id)


async def alarms() -> list[tuple[str, str]]:
    """Subject and kind of every alarm, the oldest first."""
    rows = await fetch("SELECT subject, kind FROM audit.alarm ORDER BY id")
    return [(row["subject"], row["kind"]) for row in rows]


async def transferred(iban_tail: str = "3000") -> tuple[UUID, UUID]:
    """A partner and its payout of August, whose money is at Stripe and goes on to the bank next."""
    partner_id, payout = await started(iban_tail)
    for _ in range(2):
        await payouts.step_payout(payout, payouts.sandbox_clock)
    assert await state_of(payout) == "transferred"
    return partner_id, payout


async def next_month(partner_id: UUID) -> UUID:
    """September is closed, too, with one sale; answers its payout, which is due."""
    september = AUGUST.next
    await sale(partner_id, 200_00, sold_at=datetime(2026, 9, 10, tzinfo=UTC))
    now = await sandbox_time() + timedelta(days=60)
    await settlement.close_month(september, minimum_hundredths=2500, now=now, actor=SYSTEM)
    await days_pass(90)
    await payouts.pay_month(september, now=await sandbox_time(), actor=SYSTEM)
    found: UUID = await fetch_value(
        "SELECT p.id FROM payouts.payout p JOIN settlement.statement s ON s.id = p.statement_id "
        "WHERE s.month = $1 AND p.organisation_id = $2",
        september.first_day,
        partner_id,
    )
    return found
