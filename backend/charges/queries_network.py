"""What a wholesaler buys and earns through each of its resellers."""

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
