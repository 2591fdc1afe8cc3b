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
BOUGHT = """
    SELECT l.consumer_id, l.currency::text AS currency, count(*) AS lines,
           sum(l.net_minor)::bigint AS net_minor,
           sum(coalesce(p.points_minor, 0))::bigint AS points_minor
    FROM charges.charge_line l
    LEFT JOIN LATERAL (SELECT sum(points_minor) AS points_minor FROM charges.charge_piece
                       WHERE line_id = l.id) p ON true
    WHERE l.organisation_id = $1 AND l.consumer_id <> $1 AND ($2::date IS NULL OR l.month = $2)
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
    ids, soon = [one.organisation_id for one in below], at + timedelta(microseconds=1)
    held, giving = (
        {period.organisation_id: period.level for period in periods}
        for periods in (
            await programmes.levels_between(ids, programmes.RESELLER, at, soon),
            await programmes.levels_giving(
                ids, "discount", at, soon, programme=programmes.RESELLER
            ),
        )
    )
    found = []
    for one in below:
        level = giving.get(one.organisation_id)
        rates = {
            environment: matrix.rates[level, environment] if level else 0
            for environment in programmes.ENVIRONMENTS
        }
        points = one.depth * matrix.wholesaler_points_bp
        found.append(
            ResellerPrices(
                one.organisation_id,
                held.get(one.organisation_id),
                {name: min(rate, matrix.cap_bp) for name, rate in rates.items()},
                {name: min(rate + points, matrix.cap_bp) for name, rate in rates.items()},
            )
        )
    return found
