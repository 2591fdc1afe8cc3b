"""Reads of sale lines."""

from collections.abc import Mapping
from typing import Any, Literal
from uuid import UUID

import asyncpg
from msgspec import Struct

from backend.core import Month, fetch, fetch_row
from backend.sales.rules import SaleUnknown
from backend.sales.rules_share import Rates, ShareRule

LINE = """
    SELECT l.id, l.reference, l.kind, o.reference AS original_reference, l.organisation_id,
           l.listing_id, c.name AS listing_name, l.buyer_country, l.buyer_segment, l.channel,
           l.brought_by, l.stream_code, l.capture_mode, l.sold_at, l.month, l.is_late,
           l.currency::text AS currency, l.net_minor, l.vat_rate_bp, l.vat_minor,
           l.share_rule_id, r.name AS share_rule_name, l.partner_bp, l.operator_bp,
           l.partner_minor, l.operator_minor, l.hold_until, l.source, l.collected_in,
           l.joint_offer_id, l.joint_bp, l.joint_net_minor, jp.name AS joint_with
    FROM sales.sale_line l
    JOIN sales.share_rule r ON r.id = l.share_rule_id
    JOIN catalogue.listing c ON c.id = l.listing_id
    LEFT JOIN sales.sale_line o ON o.id = l.original_id
    LEFT JOIN catalogue.joint_partner jp ON jp.offer_id = l.joint_offer_id
      AND jp.organisation_id = l.organisation_id
"""


SUMS = """
    SELECT l.currency::text AS currency, count(*) AS lines, sum(l.net_minor)::bigint AS net,
           sum(l.partner_minor)::bigint AS partner, sum(l.operator_minor)::bigint AS operator
    FROM sales.sale_line l
"""


class Wanted(Struct, frozen=True):
    """Which sale lines are asked for; what is None is not asked about.

    Posted in `month`, or from it to `through`; `reference` is a line's own, or its beginning.
    """

    organisation_id: UUID | None = None
    month: Month | None = None
    through: Month | None = None
    kind: str | None = None
    channel: str | None = None
    buyer_segment: str | None = None
    source: str | None = None
    currency: str | None = None
    listing_id: UUID | None = None
    reference: str | None = None

    def condition(self) -> tuple[str, list[Any]]:
        """What is asked, as SQL about `sales.sale_line l`, and its arguments."""
        last = self.through or self.month
        asked = [
            ("l.organisation_id = {}", self.organisation_id),
            ("l.month >= {}", None if self.month is None else self.month.first_day),
            ("l.month <= {}", None if last is None else last.first_day),
            ("l.kind = {}", self.kind),
            ("l.channel = {}", self.channel),
            ("l.buyer_segment = {}", self.buyer_segment),
            ("l.source = {}", self.source),
            ("l.currency::text = {}", self.currency),
            ("l.listing_id = {}", self.listing_id),
            ("starts_with(l.reference, {})", self.reference),
        ]
        given = [(text, value) for text, value in asked if value is not None]
        texts = [text.format(f"${place}") for place, (text, _) in enumerate(given, 1)]
        return " AND ".join(["true", *texts]), [value for _, value in given]


Sort = Literal["newest", "oldest", "largest", "smallest"]
"""As recorded, or by the amount before VAT."""

_SORTS: Mapping[Sort, tuple[str, str, str]] = {
    "newest": ("l.id", "<", "DESC"),
    "oldest": ("l.id", ">", "ASC"),
    "largest": ("l.net_minor", "<", "DESC"),
    "smallest": ("l.net_minor", ">", "ASC"),
}


async def list_lines(
    wanted: Wanted,
    *,
    after: int | None,
    limit: int,
    sort: Sort = "newest",
    after_net: int | None = None,
) -> list[asyncpg.Record]:
    """Sales and refunds from behind the line `after`, whose net is `after_net` if that sorts."""
    condition, values = wanted.condition()
    column, behind, order = _SORTS[sort]
    if after is not None:
        place = len(values)
        condition += f" AND ({column}, l.id) {behind} (${place + 1}, ${place + 2})"
        values += [after if after_net is None or column == "l.id" else after_net, after]
    values.append(limit)
    return await fetch(
        f"{LINE} WHERE {condition} ORDER BY {column} {order}, l.id {order} LIMIT ${len(values)}",
        *values,
    )


async def sum_lines(wanted: Wanted) -> list[asyncpg.Record]:
    """How many lines there are in each currency, and what they come to."""
    condition, values = wanted.condition()
    return await fetch(
        f"{SUMS} WHERE {condition} GROUP BY 1 ORDER BY 1",
        *values,
    )


async def read_line(*, line_id: int | None = None, reference: str | None = None) -> asyncpg.Record:
    """One sale or refund, by its id or its reference.

    Raises:
        SaleUnknown: there is none, or the session may not see it.
    """
    row = await fetch_row(LINE + "WHERE l.id = $1 OR l.reference = $2", line_id, reference)
    if row is None:
        named = f"the id {line_id}" if reference is None else f"the reference {reference!r}"
        raise SaleUnknown(f"No sale has {named}.")
    return row


async def list_share_rules() -> list[ShareRule]:
    """Every rule ever announced that the session may see, the newest beginning first."""
    rows = await fetch(
        "SELECT id, name, organisation_id, channel, brought_by, partner_bp, operator_bp, "
        "valid_from FROM sales.share_rule ORDER BY valid_from DESC, id"
    )
    return [
        ShareRule(
            id=row["id"],
            name=row["name"],
            organisation_id=row["organisation_id"],
            channel=row["channel"],
            brought_by=row["brought_by"],
            rates=Rates(row["partner_bp"], 0, row["operator_bp"]),
            valid_from=row["valid_from"],
        )
        for row in rows
    ]


async def most_sold(since: Month, *, limit: int) -> list[UUID]:
    """Listings of which most lines were sold in `since` and later, the most sold first."""
    rows = await fetch(
        "SELECT listing_id FROM sales.sale_line WHERE month >= $1 AND kind = 'sale' "
        "GROUP BY listing_id ORDER BY count(*) DESC, listing_id LIMIT $2",
        since.first_day,
        limit,
    )
    return [row["listing_id"] for row in rows]
