"""What a wholesaler buys and earns through each of its resellers, and at which prices."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

from msgspec import Struct

from backend import core, network, programmes
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


class ResellerPrices(Struct, frozen=True):
    """Discounts off the list price by environment, in basis points: the reseller's own at its
    level, and one's own for what it uses.
    """

    reseller_id: UUID
    level: str | None
    reseller_bp: Mapping[str, int]
    own_bp: Mapping[str, int]


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
    rows = await core.fetch(NAMES, [reseller for reseller, _ in sums])
    names = {row["id"]: row["name"] for row in rows}
    found = [
        ResellerEarnings(reseller, names[reseller], lines, *(Money(m, currency) for m in minors))
        for (reseller, currency), (lines, *minors) in sums.items()
    ]
    return sorted(found, key=lambda one: (-one.margin.amount_minor, -one.bought.amount_minor,
                                          one.name, str(one.reseller_id)))  # fmt: skip


@core.operators_work
async def prices_of_resellers(organisation_id: UUID, at: datetime) -> list[ResellerPrices]:
    """At which discounts everybody below buys, and the organisation for each (decision 0029)."""
    below = await network.read_downstream(organisation_id, at)
    matrix = await programmes.discount_matrix_at(at)
    moment = [one.organisation_id for one in below], at, at + timedelta(microseconds=1)
    periods = await programmes.levels_between(moment[0], programmes.RESELLER, *moment[1:])
    given = await programmes.levels_giving("discount", programmes.RESELLER, *moment)
    discounted = {each.organisation_id for each in given}
    levels = {
        period.organisation_id: period.level
        for period in periods
        if period.starts_at <= at and (period.ends_at is None or at < period.ends_at)
    }
    found = []
    for one in below:
        level = levels.get(one.organisation_id)
        rates = {
            environment: matrix.rates[level, environment]
            if level and one.organisation_id in discounted
            else 0
            for environment in programmes.ENVIRONMENTS
        }
        points = one.depth * matrix.wholesaler_points_bp
        found.append(
            ResellerPrices(
                one.organisation_id,
                level,
                {name: min(rate, matrix.cap_bp) for name, rate in rates.items()},
                {name: min(rate + points, matrix.cap_bp) for name, rate in rates.items()},
            )
        )
    return found
