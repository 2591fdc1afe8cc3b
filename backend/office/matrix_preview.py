"""What another discount matrix would have done to a month's charges, before it is announced."""

from collections.abc import Mapping
from uuid import UUID

from msgspec import Struct

from backend import programmes
from backend.core import Month, fetch
from backend.programmes import RESELLER

# $1 month; $2, $3, $4 the cells of the matrix. A piece keeps its list price, points and cap; the
# better of level and editors' rate counts, as when it was priced (money rules d, e). What a
# wholesaler priced itself, or a contract, stays as it was, and so does the floor (money rule l).
TRIED = """
    WITH cell AS (SELECT * FROM unnest($2::text[], $3::text[], $4::int[])
                    AS c (level, environment, rate_bp)),
    giving AS (SELECT level, is_given, tstzrange(valid_from, lead(valid_from) OVER (
                   PARTITION BY level ORDER BY valid_from)) AS during
                 FROM programmes.benefit WHERE programme = $5 AND kind = 'discount'
                  AND withdrawn_at IS NULL),
    piece AS (
      SELECT l.consumer_id, l.currency::text AS currency, l.id AS line_id,
             p.list_minor, p.discount_minor + p.points_minor AS before_minor,
             CASE WHEN coalesce(p.bought_bp, p.fixed_minor) IS NOT NULL OR p.basis = 'contract'
             THEN p.discount_minor + p.points_minor ELSE least(p.list_minor - p.floor_minor,
             div(2::numeric * p.list_minor * least(p.points_bp + greatest(
                   coalesce(c.rate_bp, 0),
                   CASE p.basis WHEN 'isv_rate' THEN p.rate_bp ELSE 0 END), p.cap_bp) + 10000,
                 20000)::bigint) END AS after_minor
        FROM charges.charge_line l
        JOIN charges.charge_piece p ON p.line_id = l.id
        LEFT JOIN programmes.level_period h ON h.organisation_id = l.consumer_id
         AND h.programme = $5 AND h.during @> p.starts_at
        LEFT JOIN giving g ON g.level = h.level AND g.is_given AND g.during @> p.starts_at
        LEFT JOIN cell c ON c.level = g.level AND c.environment = l.environment
       WHERE l.month = $1)
    SELECT consumer_id, o.name, currency, count(DISTINCT line_id) AS lines,
           sum(list_minor)::bigint AS list_minor,
           sum(list_minor - before_minor)::bigint AS before_minor,
           sum(list_minor - after_minor)::bigint AS after_minor
      FROM piece JOIN partners.organisation o ON o.id = consumer_id
     GROUP BY 1, 2, 3
     ORDER BY abs(sum(after_minor - before_minor)) DESC, o.name, 1
"""


class Tried(Struct, frozen=True):
    """The charges of one organisation in one currency: their net as it was, and as it would be."""

    organisation_id: UUID
    name: str
    currency: str
    lines: int
    list_minor: int
    before_minor: int
    after_minor: int


async def preview_matrix(month: Month, rates: Mapping[programmes.Cell, int]) -> list[Tried]:
    """Each organisation's charges of the month, priced by `rates` instead; nothing is written.

    The largest difference first. Where a wholesaler is invoiced, the line counts for the
    sub-reseller whose level prices it. Refunds are left out.

    Raises:
        BadMatrix: it could not be announced (F-11).
    """
    found = await programmes.read_programme(RESELLER)
    programmes.check_matrix(rates, [level.code for level in found.levels])
    rows = await fetch(
        TRIED,
        month.first_day,
        [level for level, _ in rates],
        [environment for _, environment in rates],
        list(rates.values()),
        RESELLER,
    )
    return [Tried(*row) for row in rows]
