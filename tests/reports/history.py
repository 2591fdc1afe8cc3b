"""Three months of three partners: sales, refunds, a late sale, a debt, two currencies."""

from datetime import UTC, datetime
from typing import NamedTuple
from uuid import UUID

from backend import partners, sales, settlement
from backend.core import Money, Month
from tests import given

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
JULY, AUGUST, SEPTEMBER = (Month.parse(f"2026-0{number}") for number in (7, 8, 9))


class History(NamedTuple):
    acme: UUID
    acme_reference: str
    debtor: UUID
    debtor_reference: str
    sale: str
    """A sale of 100.00 in August, of which 40.00 were refunded in August."""


def on(month: int, day: int, hour: int = 10) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=UTC)


async def refund(reference: str, amount: Money, at: datetime) -> None:
    await sales.refund_sale(
        reference,
        amount,
        reference=f"r-{reference}-{amount.amount_minor}",
        refunded_at=at,
        now=at,
        actor="system:test",
    )


async def close(month: Month) -> None:
    await settlement.close_month(month, minimum_hundredths=2500, now=NOW, actor="system:test")


async def reference_of(organisation: UUID) -> str:
    return (await partners.read_organisation(organisation)).reference


async def history() -> History:
    """July and August are closed, September is open."""
    acme = await given.partner("Acme Éditions")
    debtor = await given.partner("Petit Phare", vat_regime="fr_franchise_293b")
    small = await given.partner("Trop Petit")
    await given.sale(acme, 33_33, sold_at=on(7, 2))
    back = await given.sale(debtor, 200_00, sold_at=on(7, 20))
    await close(JULY)

    await given.sale(acme, 49_99, sold_at=on(7, 30))  # Late: July is closed.
    sale = await given.sale(acme, 100_00, sold_at=on(8, 12))
    await refund(sale, Money(11_11, "EUR"), on(8, 13))
    await refund(sale, Money(28_89, "EUR"), on(8, 14))
    await given.sale(acme, 5_000, currency="JPY", sold_at=on(8, 15))
    await refund(back, Money(200_00, "EUR"), on(8, 16))
    await given.sale(debtor, 50_00, sold_at=on(8, 17))
    await given.sale(small, 1, sold_at=on(8, 18))
    await close(AUGUST)

    await given.sale(acme, 19_99, sold_at=on(9, 2), channel="vai", brought_by="partner")
    return History(acme, await reference_of(acme), debtor, await reference_of(debtor), sale)
