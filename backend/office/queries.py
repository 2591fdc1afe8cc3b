"""What needs the operator, and where revenue went: reads across packages."""

from datetime import datetime
from typing import Any

import asyncpg

from backend.core import Month, fetch, fetch_row

UNVERIFIED = """
    SELECT count(*) FROM partners.organisation o WHERE o.verification = 'unverified'
      AND EXISTS (SELECT FROM partners.organisation_role r
                  WHERE r.organisation_id = o.id AND r.role NOT IN ('buyer', 'supplier'))
"""


def _plays(column: str) -> str:
    """True of those that play the role $2, or of all without one."""
    return (
        "($2::text IS NULL OR EXISTS (SELECT FROM partners.organisation_role played "
        f"WHERE played.organisation_id = {column} AND played.role = $2))"
    )


async def read_needs(now: datetime, role: str | None) -> asyncpg.Record:
    """How much of each kind waits for a person, and the months that are over and open.

    With a role, what is of one partner counts only if that partner plays it; leads, months, alarms
    and requests to a second person are everybody's.
    """
    row = await fetch_row(
        f"""
        SELECT ({UNVERIFIED} AND {_plays("o.id")}) AS unverified,
          (SELECT count(*) FROM catalogue.listing
             WHERE status = 'submitted' AND {_plays("listing.organisation_id")}) AS submitted,
          (SELECT count(*) FROM catalogue.listing WHERE status = 'published'
             AND revision > reviewed_revision
             AND {_plays("listing.organisation_id")}) AS changed,
          (SELECT count(*) FROM onboarding.evidence e WHERE NOT EXISTS (
             SELECT FROM onboarding.review r WHERE r.evidence_id = e.id) AND NOT EXISTS (
             SELECT FROM onboarding.evidence n WHERE n.organisation_id = e.organisation_id
               AND n.item = e.item AND n.number > e.number)
             AND {_plays("e.organisation_id")}) AS evidence,
          (SELECT count(*) FROM programmes.declaration d
             WHERE state = 'open' AND {_plays("d.organisation_id")}) AS declared,
          (SELECT count(*) FROM programmes.application a
             WHERE state = 'open' AND {_plays("a.organisation_id")}) AS applied,
          (SELECT count(*) FROM deals.deal d
             WHERE review IN ('submitted', 'in_review') AND {_plays("d.organisation_id")}) AS deals,
          (SELECT count(*) FROM deals.lead WHERE state = 'open') AS leads,
          (SELECT count(*) FROM funds.request f
             WHERE state IN ('requested', 'claimed') AND {_plays("f.organisation_id")}) AS funds,
          (SELECT count(*) FROM payouts.payout p
             WHERE state = 'failed' AND {_plays("p.organisation_id")}) AS failed,
          (SELECT count(*) FROM payouts.payout p
             WHERE state = 'held' AND held_reason <> 'hold' AND {_plays("p.organisation_id")})
            AS held,
          (SELECT count(*) FROM payouts.payout p
             WHERE state IN ('planned', 'transferred', 'payout_pending', 'in_transit')
             AND {_plays("p.organisation_id")}) AS moving,
          (SELECT count(*) FROM settlement.contest c WHERE NOT EXISTS (
             SELECT FROM settlement.contest_answer a WHERE a.contest_id = c.id)
             AND {_plays("c.organisation_id")}) AS contests,
          (SELECT count(*) FROM partners.organisation o
             WHERE o.segment_confirmed_at IS NULL AND EXISTS (
               SELECT FROM catalogue.listing l
                WHERE l.status = 'published' AND o.segment = ANY (l.segments))
             AND {_plays("o.id")}) AS segments,
          (SELECT count(*) FROM catalogue.joint_change j WHERE j.state = 'waiting'
             AND catalogue.agreed_offer(j.listing_id) = j.offer_id
             AND {_plays("j.organisation_id")}) AS joint_changes,
          (SELECT count(*) FROM payouts.approval WHERE state = 'asked') AS approvals,
          (SELECT count(*) FROM dues.proposal WHERE state = 'asked') AS receipts,
          (SELECT count(*) FROM audit.alarm WHERE closed_at IS NULL) AS alarms,
          (SELECT coalesce(array_agg(m.month ORDER BY m.month), '{{}}') FROM
             (SELECT DISTINCT month FROM ledger.balance WHERE month < $1) m
           WHERE month > coalesce((SELECT closed_through FROM ledger.book), '-infinity'))
            AS months
        """,  # noqa: S608  (our own words)
        Month.of(now).first_day,
        role,
    )
    assert row is not None
    return row


async def sold_by_month(months: int, now: datetime, role: str | None) -> list[asyncpg.Record]:
    """Net sales of the last `months` months and of this one, shared, by currency; oldest first.

    With a role, those of the partners that play it.
    """
    first = Month.of(now)
    for _ in range(months):
        first = first.previous
    return await fetch(
        f"""
        SELECT month, currency::text AS currency, count(*) FILTER (WHERE kind = 'sale') AS sales,
               sum(net_minor)::bigint AS net_minor, sum(partner_minor)::bigint AS partner_minor,
               sum(operator_minor)::bigint AS operator_minor
        FROM sales.sale_line l WHERE month >= $1 AND {_plays("l.organisation_id")}
        GROUP BY 1, 2 ORDER BY 2, 1
        """,  # noqa: S608  (our own words)
        first.first_day,
        role,
    )


async def revenue_flow(first: Month, last: Month, currency: str) -> list[asyncpg.Record]:
    """What customers of each segment paid through each channel, and who received it.

    Refunds are taken off. `fee_minor` is what Stripe kept of it; the operator bears it.
    """
    return await fetch(
        """
        WITH fees AS (
          SELECT l.buyer_segment, l.channel, sum(o.fee_minor)::bigint AS fee_minor
          FROM orders.order o JOIN sales.sale_line l ON l.reference = 'order:' || o.id::text
          WHERE o.fee_minor IS NOT NULL AND l.month BETWEEN $1 AND $2 AND l.currency = $3
          GROUP BY 1, 2)
        SELECT l.buyer_segment, l.channel, count(*) AS lines, sum(l.net_minor)::bigint AS net_minor,
               sum(l.vat_minor)::bigint AS vat_minor, sum(l.partner_minor)::bigint AS partner_minor,
               sum(l.operator_minor)::bigint AS operator_minor,
               coalesce(max(f.fee_minor), 0)::bigint AS fee_minor
        FROM sales.sale_line l LEFT JOIN fees f USING (buyer_segment, channel)
        WHERE l.month BETWEEN $1 AND $2 AND l.currency = $3
        GROUP BY 1, 2 ORDER BY 1, 2
        """,
        first.first_day,
        last.first_day,
        currency,
    )


async def infrastructure_of(first: Month, last: Month, currency: str) -> asyncpg.Record:
    """What was used of the infrastructure in those months, refunds taken off, and what of it
    wholesalers earn; before VAT.
    """
    row = await fetch_row(
        """
        SELECT count(*) AS lines, coalesce(sum(list_minor), 0)::bigint AS list_minor,
               coalesce(sum(discount_minor), 0)::bigint AS discount_minor,
               coalesce(sum(credit_minor), 0)::bigint AS credit_minor,
               coalesce(sum(payable_minor), 0)::bigint AS payable_minor,
               (SELECT coalesce(sum(margin_minor), 0)::bigint FROM charges.margin
                WHERE month BETWEEN $1 AND $2 AND currency = $3) AS margin_minor
        FROM charges.charge_line WHERE month BETWEEN $1 AND $2 AND currency = $3
        """,
        first.first_day,
        last.first_day,
        currency,
    )
    assert row is not None
    return row


async def largest_receivers(
    first: Month, last: Month, currency: str, limit: int
) -> list[asyncpg.Record]:
    """The partners that received most in those months, with the channel that brought it."""
    return await fetch(
        """
        WITH sums AS (
          SELECT organisation_id, channel, sum(partner_minor)::bigint AS partner_minor,
                 count(*) AS lines
          FROM sales.sale_line WHERE month BETWEEN $1 AND $2 AND currency = $3 GROUP BY 1, 2),
        largest AS (
          SELECT organisation_id, sum(partner_minor) AS total FROM sums GROUP BY 1
          ORDER BY 2 DESC, 1 LIMIT $4)
        SELECT s.organisation_id, o.name, s.channel, s.partner_minor, s.lines
        FROM largest l JOIN sums s USING (organisation_id)
        JOIN partners.organisation o ON o.id = s.organisation_id
        ORDER BY l.total DESC, s.organisation_id, s.channel
        """,
        first.first_day,
        last.first_day,
        currency,
        limit,
    )


async def count_changes() -> Any:
    """How many rows and chains the audit log has."""
    return await fetch_row(
        "SELECT count(*) AS changes, count(DISTINCT chain) AS chains FROM audit.change"
    )


async def list_staff() -> list[asyncpg.Record]:
    """The operator's people, present and past, so that screens can name them."""
    return await fetch(
        "SELECT DISTINCT p.id, p.name FROM identity.person p "
        "JOIN identity.membership m ON m.person_id = p.id "
        "WHERE m.organisation_id IS NULL ORDER BY p.name, p.id"
    )


async def list_faults() -> list[asyncpg.Record]:
    """Faults that the sandbox is still to show."""
    return await fetch(
        "SELECT id, method, path, kind, skip, times FROM stripe_sandbox.fault WHERE times > 0 "
        "ORDER BY id"
    )
