"""A dry run: what a month's statements would have been under rules that are not in force.

Nothing is written. Lines are shared anew, line by line as when they were sold, and statements are
drawn by the closing's own rules.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from msgspec import Struct

from backend import sales, settlement
from backend.core import Month, fetch

Key = tuple[UUID, str]

# As `sales.share` of two parts: half up, to the editor; refunds cumulative (money rules M3, M5).
EARNINGS = """
    WITH meant AS (
      SELECT l.organisation_id, l.currency::text AS currency, l.partner_vat_category,
             l.partner_vat_rate_bp, l.kind, l.net_minor, l.sold_at, l.hold_until,
             CASE WHEN g.organisation_id IS NULL THEN l.partner_minor
               WHEN l.kind = 'sale' THEN div(l.net_minor::numeric * $5::int + 5000, 10000)
               ELSE div(b.before::numeric * $5::int + 5000, 10000)
                  - div((b.before - l.net_minor)::numeric * $5::int + 5000, 10000) END
               AS partner_minor
      FROM sales.sale_line l
      LEFT JOIN unnest($2::uuid[], $3::text[], $4::text[])
        AS g (organisation_id, channel, brought_by)
        ON (g.organisation_id, g.channel, g.brought_by)
         = (l.organisation_id, l.channel, l.brought_by)
      LEFT JOIN LATERAL (
        SELECT coalesce(-sum(x.net_minor), 0) AS before FROM sales.sale_line x
        WHERE x.original_id = l.original_id AND x.id < l.id) AS b ON l.kind = 'refund'
      WHERE l.month = $1)
    SELECT organisation_id, currency, partner_vat_category, partner_vat_rate_bp,
           coalesce(sum(partner_minor) FILTER (WHERE kind = 'sale'), 0)::bigint,
           coalesce(sum(partner_minor) FILTER (WHERE kind = 'refund'), 0)::bigint,
           sum(net_minor)::bigint, sum(net_minor - partner_minor)::bigint, count(*),
           max(CASE WHEN $6::int IS NULL OR kind = 'refund' THEN hold_until
               ELSE sold_at + make_interval(days => $6) END)
    FROM meant GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4
"""


class Change(Struct, frozen=True):
    """Rules to try; what is None stays as it is."""

    share: sales.ShareRule | None = None
    payout_minimum: int | None = None
    hold_days: int | None = None


class Pair(NamedTuple):
    """One partner's statement in one currency as it is, and as it would have been."""

    organisation_id: UUID
    name: str
    before: settlement.Statement
    after: settlement.Statement

    @property
    def moved_minor(self) -> int:
        """How far what is paid and what is carried differ."""
        return abs(self.after.share_minor - self.before.share_minor) + abs(
            self.after.due_minor - self.before.due_minor
        )


async def preview(month: Month, change: Change, *, minimum_hundredths: int) -> list[Pair]:
    """The month's statements with and without `change`, those that differ most first.

    `minimum_hundredths` is the installation's own smallest payout.
    """
    minimum = await settlement.minimum_for(month, minimum_hundredths)
    carried = await settlement.carried_into(month)
    before = await _statements(month, Change(), carried, minimum)
    meant = minimum if change.payout_minimum is None else change.payout_minimum
    after = await _statements(month, change, carried, meant)
    names = {
        row["id"]: row["name"]
        for row in await fetch(
            "SELECT id, name FROM partners.organisation WHERE id = ANY ($1)",
            [organisation_id for organisation_id, _ in before],
        )
    }
    pairs = [Pair(key[0], names[key[0]], before[key], after[key]) for key in before]
    return sorted(pairs, key=lambda pair: (-pair.moved_minor, pair.name))


async def _statements(
    month: Month,
    change: Change,
    carried: Mapping[Key, settlement.Carried],
    minimum_hundredths: int,
) -> dict[Key, settlement.Statement]:
    groups = [] if change.share is None else await _groups(month, change.share)
    columns = zip(*groups, strict=True) if groups else ([], [], [])
    rows = await fetch(
        EARNINGS,
        month.first_day,
        *map(list, columns),
        0 if change.share is None else change.share.rates.partner_bp,
        change.hold_days,
    )
    earnings = [settlement.Earnings(*row) for row in rows]
    statements = settlement.draw_statements(
        earnings + await settlement.margins_in(month) + await settlement.awards_in(month),
        carried,
        minimum_hundredths,
        await settlement.charges_in(month),
        await settlement.rebates_in(month),
        await settlement.receipts_in(month),
    )
    return {(each.organisation_id, each.currency): each for each in statements}


async def _groups(month: Month, rule: sales.ShareRule) -> list[tuple[UUID, str, str]]:
    """Partner, channel and bringer of the sales that `rule` would have won, as if in force."""
    rows = await fetch(
        "SELECT DISTINCT organisation_id, channel, brought_by FROM sales.sale_line "
        "WHERE month = $1",
        month.first_day,
    )
    known = await sales.list_share_rules()
    won = []
    for organisation_id, channel, brought_by in rows:
        at: datetime = rule.valid_from
        rivals = [x for x in known if x.matches(organisation_id, channel, brought_by, at)]
        if rule.matches(organisation_id, channel, brought_by, at) and all(
            rule.precedence() >= rival.precedence() for rival in rivals
        ):
            won.append((organisation_id, channel, brought_by))
    return won
