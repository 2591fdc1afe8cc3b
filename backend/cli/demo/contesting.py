"""What the demonstration's editors say is wrong on their statements, and what they are answered."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from backend import core, sales, settlement
from backend.cli.place import ACTOR
from backend.core import Money, Month

AFTER = timedelta(days=3, hours=4)
"""After the month's end; none later than the story's last moment."""


class Contest(NamedTuple):
    """`ago`: of which month, counted from the present one. Without an answer it waits."""

    ago: int
    reference: str
    reason: str
    answer: str | None = None
    accepted: bool = False


CONTESTS = (
    Contest(3, "sauvegarde-sereine",
            "La vente {sale} a été annulée d’un commun accord avant sa mise en service.",
            "L’acheteur le confirme : la vente est remboursée sur le mois ouvert.", accepted=True),
    Contest(2, "phare-supervision",
            "Notre part de la vente {sale} devrait être de 75 %.",
            "La règle 70/30 était en vigueur le jour de la vente ; le détail de la ligne la cite."),
    Contest(1, "granit-erp", "L’acheteur de la vente {sale} n’est pas celui du bon de commande."),
)  # fmt: skip
FIRST_SALE = """
    SELECT s.id AS statement_id, l.reference, l.net_minor, l.currency
    FROM settlement.statement s JOIN sales.sale_line l USING (organisation_id, month)
    WHERE s.organisation_id = $1 AND s.month = $2 AND l.kind = 'sale'
      AND NOT EXISTS (SELECT FROM sales.sale_line r WHERE r.original_id = l.id)
    ORDER BY l.id LIMIT 1
"""


async def contest(
    month: Month, ago: int, known: Mapping[str, UUID], *, person: UUID, base_url: str, now: datetime
) -> None:
    """Of the month that closed `ago` months before the present one: `person` answers."""
    for each in (one for one in CONTESTS if one.ago == ago):
        organisation, at = known[each.reference], min(month.end + AFTER, now)
        row = await core.fetch_row(FIRST_SALE, organisation, month.first_day)
        assert row is not None
        contested = await settlement.contest_statement(
            organisation, row["statement_id"], reason=each.reason.format(sale=row["reference"]),
            base_url=base_url, now=at, actor=ACTOR,
        )  # fmt: skip
        if each.answer is None:
            continue
        at = min(at + timedelta(days=1), now)
        if each.accepted:
            await sales.refund_sale(
                row["reference"], Money(row["net_minor"], row["currency"]),
                reference=f"{row['reference']}-contested", refunded_at=at, now=at, actor=ACTOR,
            )  # fmt: skip
        await settlement.answer_contest(
            contested, "accepted" if each.accepted else "refused",
            means="refund" if each.accepted else None, reason=each.answer,
            base_url=base_url, now=at, actor=f"person:{person}",
        )  # fmt: skip
