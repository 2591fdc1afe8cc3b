"""What a wholesaler buys and earns through each of its resellers."""

from collections.abc import Sequence
from uuid import UUID

from msgspec import Struct

from backend import core
from backend.core import Money, Month

EARNED = """
    SELECT m.consumer_id, m.below_id, m.currency::text AS currency, count(*) AS lines,
           sum(m.margin_minor)::bigint AS margin_minor
    FROM charges.margin m
    WHERE m.organisation_id = $1 AND ($2::date IS NULL OR m.month = $2) GROUP BY 1, 2, 3
"""
# A refund takes back its part of the points, cumulatively as its part of a margin (money rule M5).
BOUGHT = """
    WITH line AS (
      SELECT l.id, l.consumer_id, l.currency::text AS currency, l.month, l.kind, l.net_minor,
             coalesce(o.net_minor, l.net_minor) AS whole_minor,
             -coalesce(sum(l.net_minor) FILTER (WHERE l.kind = 'refund')
               OVER (PARTITION BY l.original_id ORDER BY l.id), 0) AS back_minor,
             (SELECT coalesce(sum(p.points_minor), 0) FROM charges.charge_piece p
              WHERE p.line_id = coalesce(l.original_id, l.id)) AS points_minor
      FROM charges.charge_line l LEFT JOIN charges.charge_line o ON o.id = l.original_id
      WHERE l.organisation_id = $1 AND l.consumer_id <> $1)
    SELECT consumer_id, currency, count(*) AS lines, sum(net_minor)::bigint AS net_minor,
           sum(CASE kind WHEN 'charge' THEN points_minor ELSE
                 div(2 * points_minor * (back_minor + net_minor) + whole_minor, 2 * whole_minor)
                 - div(2 * points_minor * back_minor + whole_minor, 2 * whole_minor)
               END)::bigint AS points_minor
    FROM line WHERE $2::date IS NULL OR month = $2
    GROUP BY 1, 2
"""
NAMES = "SELECT id, name FROM partners.organisation WHERE id = ANY ($1)"


class ResellerEarnings(Struct, frozen=True):
    """Of one reseller and currency, before VAT, refunds taken off.

    `margin` is paid by the operator, which invoices the reseller or somebody else below. `bought`
    is what the operator invoices oneself for it; `better_by` is what that is cheaper than its own
    price.
    """

    reseller_id: UUID
    name: str
    lines: int
    margin: Money
    bought: Money
    better_by: Money


@core.operators_work
async def names_of(earned_through: Sequence[UUID]) -> dict[UUID, str]:
    """What those are called whose invoices somebody earned of: it may know them, wherever below."""
    rows = await core.fetch(NAMES, earned_through)
    return {row["id"]: row["name"] for row in rows}


@core.operators_work
async def earnings_by_reseller(
    organisation_id: UUID, month: Month | None
) -> list[ResellerEarnings]:
    """What came of each reseller below, the largest first. Who asks is the wholesaler itself: only
    what the books hold of its own is read.
    """
    first = None if month is None else month.first_day
    sums: dict[tuple[UUID, str], list[int]] = {}
    for row in await core.fetch(EARNED, organisation_id, first):
        one = sums.setdefault((row["consumer_id"], row["currency"]), [0, 0, 0, 0])
        one[0] += row["lines"]
        one[1] += row["margin_minor"]
    for row in await core.fetch(BOUGHT, organisation_id, first):
        one = sums.setdefault((row["consumer_id"], row["currency"]), [0, 0, 0, 0])
        one[0] += row["lines"]
        one[2] += row["net_minor"]
        one[3] += row["points_minor"]
    names = await names_of([reseller for reseller, _ in sums])
    found = [
        ResellerEarnings(reseller, names[reseller], lines, *(Money(m, currency) for m in minors))
        for (reseller, currency), (lines, *minors) in sums.items()
    ]
    return sorted(found, key=lambda one: (-one.margin.amount_minor, -one.bought.amount_minor,
                                          one.name, str(one.reseller_id)))  # fmt: skip
