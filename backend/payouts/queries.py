"""Reads of payouts."""

from collections.abc import Sequence
from uuid import UUID

import asyncpg

from backend.core import Month, fetch, fetch_row
from backend.payouts.rules import PayoutUnknown

PAYOUT = """
    SELECT p.id, p.statement_id, s.number AS statement_number, s.month, s.hold_until,
           p.organisation_id, o.reference AS organisation_reference, o.name AS organisation_name,
           p.currency::text AS currency, p.amount_minor, p.state, p.held_reason, p.failure_code,
           p.failure_message, p.transfer_id, t.stripe_payout_id, p.attempt_count, p.paid_at,
           p.created_at, p.changed_at, s.net_minor, s.operator_minor,
           s.vat_minor
    FROM payouts.payout p
    JOIN settlement.statement s ON s.id = p.statement_id
    JOIN partners.organisation o ON o.id = p.organisation_id
    LEFT JOIN payouts.payout_attempt t ON t.payout_id = p.id AND t.number = p.attempt_count
"""


async def list_payouts(
    *,
    organisation_id: UUID | None = None,
    month: Month | None = None,
    state: str | None = None,
    states: Sequence[str] | None = None,
    newest_first: bool = False,
    after: UUID | None = None,
    limit: int = 50,
) -> list[asyncpg.Record]:
    """Payouts from behind `after`; of one partner or month, in one state or several, if named."""
    behind, order = ("<", "DESC") if newest_first else (">", "ASC")
    return await fetch(
        PAYOUT + "WHERE ($1::uuid IS NULL OR p.organisation_id = $1) "
        "AND ($2::date IS NULL OR s.month = $2) AND ($3::text IS NULL OR p.state = $3) "
        f"AND ($4::uuid IS NULL OR p.id {behind} $4) "
        f"AND ($6::text[] IS NULL OR p.state = ANY ($6)) ORDER BY p.id {order} LIMIT $5",
        organisation_id,
        None if month is None else month.first_day,
        state,
        after,
        limit,
        None if states is None else list(states),
    )


async def read_payout(payout_id: UUID) -> asyncpg.Record:
    """One payout.

    Raises:
        PayoutUnknown: none has this id, or the session may not see it.
    """
    row = await fetch_row(PAYOUT + "WHERE p.id = $1", payout_id)
    if row is None:
        raise PayoutUnknown(f"No payout has the id {payout_id}.")
    return row


async def read_steps(payout_id: UUID) -> list[asyncpg.Record]:
    """Its states with their moments and reasons, oldest first."""
    return await fetch(
        "SELECT state, reason, at FROM payouts.payout_step WHERE payout_id = $1 ORDER BY id",
        payout_id,
    )


async def read_attempts(payout_id: UUID) -> list[asyncpg.Record]:
    """Every bank payout that was made for it, oldest first."""
    return await fetch(
        "SELECT number, stripe_payout_id, state, failure_code, failure_message, created_at, "
        "changed_at FROM payouts.payout_attempt WHERE payout_id = $1 ORDER BY number",
        payout_id,
    )


async def count_states() -> list[asyncpg.Record]:
    """How many payouts stand in each state, and what they come to, by currency."""
    return await fetch(
        "SELECT state, currency::text AS currency, count(*) AS number, "
        "sum(amount_minor)::bigint AS amount_minor FROM payouts.payout GROUP BY 1, 2 ORDER BY 1, 2"
    )
