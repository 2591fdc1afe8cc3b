"""The gate: what keeps a payout from being sent, asked anew before every send."""

from datetime import datetime
from uuid import UUID

from backend import payments
from backend.core import Month, connection, transaction

WHY = """CASE
  WHEN p.currency::text <> ALL ({currencies}) THEN 'currency'
  WHEN o.verification <> 'verified' THEN 'organisation_unverified'
  WHEN a.stripe_account IS NULL THEN 'no_account'
  WHEN a.closed THEN 'account_closed'
  WHEN a.transfers_status <> 'active' OR a.payouts_status <> 'active' THEN 'account_not_payable'
  WHEN a.schedule <> 'manual' THEN 'schedule_not_manual'
  WHEN s.hold_until > {now} THEN 'hold'
  ELSE coalesce(onboarding.payout_bar(p.organisation_id, {now}), 'ready') END"""
"""Our own gate: Stripe's test mode does not enforce every capability (stripe.md 1.1)."""

FACTS = """JOIN settlement.statement s ON s.id = p.statement_id
  JOIN partners.organisation o ON o.id = p.organisation_id
  LEFT JOIN payments.connected_account a ON a.organisation_id = p.organisation_id"""


def why_sql(now: str, currencies: str) -> str:
    return WHY.format(now=now, currencies=f"{currencies}::text[]")


async def recheck_held(now: datetime, *, month: Month | None = None) -> None:
    """Held payouts say why they are held now; those that nothing holds are due.

    Without `month`, those whose turn has come.
    """
    async with transaction():
        await connection().execute(
            f"WITH found AS (SELECT p.id, {why_sql('$1', '$2')} AS reason, s.hold_until "  # noqa: S608
            f"FROM payouts.payout p {FACTS} WHERE p.state = 'held' "
            "AND CASE WHEN $3::date IS NULL THEN p.next_step_at <= $1 ELSE s.month = $3 END "
            "ORDER BY p.id FOR UPDATE OF p SKIP LOCKED), "
            # Only planning finds out what the books owe: until then that stands.
            "why AS (SELECT f.id, f.hold_until, CASE WHEN f.reason = 'ready' "
            "AND p.held_reason = 'not_owed' THEN 'not_owed' ELSE f.reason END AS reason "
            "FROM found f JOIN payouts.payout p USING (id)) "
            "UPDATE payouts.payout p SET held_reason = why.reason, "
            "changed_at = CASE WHEN p.held_reason = why.reason THEN p.changed_at ELSE $1 END, "
            "next_step_at = CASE why.reason WHEN 'ready' THEN $1 WHEN 'not_owed' THEN $1 "
            "WHEN 'hold' THEN least(why.hold_until, $1 + interval '1 hour') "
            "ELSE $1 + interval '1 minute' END FROM why WHERE p.id = why.id",
            now,
            sorted(payments.PAID_CURRENCIES),
            None if month is None else month.first_day,
        )


async def why_held(payout_id: UUID, now: datetime) -> str:
    """The reason at this moment; `ready` if there is none."""
    reason: str = await connection().fetchval(
        f"SELECT {why_sql('$2', '$3')} FROM payouts.payout p {FACTS} WHERE p.id = $1",  # noqa: S608
        payout_id,
        now,
        sorted(payments.PAID_CURRENCIES),
    )
    return reason
