"""What a contract's customer used, by the group that it asked for (seed row K-03)."""

from datetime import date
from typing import NamedTuple
from uuid import UUID

from backend.core import fetch

OF_DAYS = """
    SELECT u.used_from, c.id, c.number, c.po_number, c.grouping_reference
    FROM (SELECT DISTINCT x.used_from FROM charges.charge_line x
          WHERE x.organisation_id = $1 AND x.consumer_id = $1 AND x.month = $2
            AND x.currency::text = $3) AS u
    JOIN charges.contract c ON c.id = charges.contract_at($1, u.used_from, u.used_from)
"""
"""The contract by which the payer $1 bought when each use of a statement began."""

SUMS = f"""
    WITH by_contract AS ({OF_DAYS})
    SELECT coalesce(g.grouping_reference, '') AS name,
           coalesce(g.number, '') AS contract_number, coalesce(g.po_number, '') AS po_number,
           count(*) AS lines, sum(l.payable_minor)::bigint AS payable_minor
    FROM charges.charge_line l
    LEFT JOIN by_contract g ON g.used_from = l.used_from AND l.consumer_id = $1
    WHERE l.organisation_id = $1 AND l.month = $2 AND l.currency::text = $3
    GROUP BY 1, 2, 3, g.id ORDER BY g.id IS NULL, 1, g.id
"""  # noqa: S608


class Group(NamedTuple):
    """Charges and refunds of one statement that began under one contract, before VAT and after
    credits; all three names are "" of those that no contract was in force for.
    """

    name: str
    contract_number: str
    po_number: str
    lines: int
    payable_minor: int


async def sum_groups(organisation_id: UUID, month: date, currency: str) -> list[Group]:
    """What a statement charges for infrastructure, group by group; together they are the whole.

    A refund counts where what it takes back did. What the payer's resellers used is in none.
    """
    return [Group(*row) for row in await fetch(SUMS, organisation_id, month, currency)]
