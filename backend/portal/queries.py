"""Reads across packages, each of one partner's own rows."""

from datetime import datetime
from uuid import UUID

import asyncpg

from backend.core import Month, fetch, fetch_row, fetch_value, operators_work
from backend.payouts import STAGES

NEEDS = """
    SELECT o.verification, least((o.created_at AT TIME ZONE 'Europe/Paris')::date,
             (SELECT min(month) FROM sales.sale_line s WHERE s.organisation_id = o.id),
             (SELECT min(month) FROM charges.charge_line c WHERE c.organisation_id = o.id),
             (SELECT min(month) FROM charges.margin m WHERE m.organisation_id = o.id)) AS first_on,
           (SELECT count(*) FROM catalogue.listing l
             WHERE l.organisation_id = o.id AND l.status = 'draft') AS drafts,
           (SELECT count(*) FROM catalogue.listing l
             WHERE l.organisation_id = o.id AND l.status = 'submitted') AS submitted,
           (SELECT count(*) FROM catalogue.listing l
             WHERE l.organisation_id = o.id AND l.status = 'action_required') AS to_change,
           (SELECT count(*) FROM catalogue.listing l
             WHERE l.organisation_id = o.id AND l.status = 'published') AS published
    FROM partners.organisation o WHERE o.id = $1
"""

MAILBOX = """
    SELECT o.email FROM partners.organisation o
    WHERE o.id = $1 AND NOT EXISTS (
      SELECT FROM partners.organisation x WHERE x.id <> o.id AND lower(x.email) = lower(o.email)
      AND coalesce((SELECT bool_or(p.email_verified_at IS NOT NULL) FROM identity.membership m
                    JOIN identity.person p ON p.id = m.person_id
                    WHERE m.organisation_id = x.id AND m.ended_at IS NULL), true))
"""

SOLD = """
    SELECT currency::text AS currency, count(*) FILTER (WHERE kind = 'sale') AS sales,
           count(*) FILTER (WHERE kind = 'refund') AS refunds, sum(net_minor)::bigint AS net_minor,
           sum(partner_minor)::bigint AS partner_minor
    FROM sales.sale_line WHERE organisation_id = $1 AND month = $2 GROUP BY 1 ORDER BY 1
"""

USED = """
    SELECT currency::text AS currency, count(*) AS lines, sum(net_minor)::bigint AS net_minor,
           sum(credit_minor)::bigint AS credit_minor, sum(payable_minor)::bigint AS payable_minor
    FROM charges.charge_line WHERE organisation_id = $1 AND month = $2 GROUP BY 1 ORDER BY 1
"""

EARNED = """
    SELECT month, channel, sum(partner_minor)::bigint AS partner_minor,
           sum(net_minor)::bigint AS net_minor
    FROM sales.sale_line
    WHERE organisation_id = $1 AND currency::text = $2 AND month BETWEEN $3 AND $4
    GROUP BY 1, 2 ORDER BY 1, 2
"""

STAGED = """
    SELECT g.stage, p.currency::text AS currency, count(*) AS payouts,
           sum(p.amount_minor)::bigint AS amount_minor,
           sum(p.amount_minor) FILTER (WHERE p.paid_at >= $3)::bigint AS since_minor
    FROM payouts.payout p
    JOIN unnest($4::text[], $5::text[]) AS g (stage, state) ON g.state = p.state
    WHERE p.organisation_id = $1 AND ($2::text IS NULL OR p.currency::text = $2)
    GROUP BY 1, 2 ORDER BY 1, 2
"""

COMING = """
    SELECT p.id, s.number AS statement_number, s.month, p.currency::text AS currency,
           p.amount_minor, p.state, p.held_reason, s.hold_until, p.failure_code, p.failure_message,
           p.changed_at
    FROM payouts.payout p JOIN settlement.statement s ON s.id = p.statement_id
    WHERE p.organisation_id = $1 AND p.state <> ALL ($2::text[]) ORDER BY p.id LIMIT $3
"""


async def read_needs(organisation_id: UUID) -> asyncpg.Record:
    """Facts from which follows what the organisation has to do."""
    row = await fetch_row(NEEDS, organisation_id)
    assert row is not None, "a caller's organisation exists"
    return row


async def sold_in(organisation_id: UUID, month: Month) -> list[asyncpg.Record]:
    """What was sold and given back in one month, by currency."""
    return await fetch(SOLD, organisation_id, month.first_day)


async def used_in(organisation_id: UUID, month: Month) -> list[asyncpg.Record]:
    """What was used of the infrastructure in one month, refunds taken off, by currency."""
    return await fetch(USED, organisation_id, month.first_day)


async def earned_by_month(
    organisation_id: UUID, currency: str, first: Month, last: Month
) -> list[asyncpg.Record]:
    """The organisation's share of its sales by posting month and channel, oldest first."""
    return await fetch(EARNED, organisation_id, currency, first.first_day, last.first_day)


async def payouts_by_stage(
    organisation_id: UUID, currency: str | None, since: datetime
) -> list[asyncpg.Record]:
    """How many payouts are where, and their amounts; `since_minor`: paid since that moment."""
    pairs = [(stage, state) for stage, states in STAGES.items() for state in states]
    return await fetch(
        STAGED, organisation_id, currency, since, [s for s, _ in pairs], [s for _, s in pairs]
    )


async def unpaid(organisation_id: UUID, limit: int) -> list[asyncpg.Record]:
    """Payouts whose money is not on the organisation's account, oldest first."""
    ended = [*STAGES["paid"], "canceled"]
    return await fetch(COMING, organisation_id, ended, limit)


@operators_work
async def own_mailbox(organisation_id: UUID) -> str | None:
    """Where letters to this organisation go, and to no other one: what is written to a mailbox of
    two is for whoever reads it, not for either one's people.

    An account whose address nobody confirmed makes no mailbox its own.
    """
    found: str | None = await fetch_value(MAILBOX, organisation_id)
    return found
