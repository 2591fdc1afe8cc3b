"""Sales to test with."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from backend import core, ledger, sales, settlement
from backend.core import Money, Month, uuid7
from tests.given.catalogue import listing
from tests.given.partners import NOW, SYSTEM

IN_AUGUST = datetime(2026, 8, 12, 10, tzinfo=UTC)


async def a_sale(organisation_id: UUID, net_minor: int = 100_00, **facts: Any) -> sales.Sale:
    """A sale not yet recorded."""
    known: dict[str, Any] = {
        "reference": f"s-{uuid7()}",
        "organisation_id": organisation_id,
        "net": Money(net_minor, facts.pop("currency", "EUR")),
        "vat_rate_bp": 2000,
        "buyer_country": "FR",
        "buyer_segment": "pme",
        "channel": "marketplace",
        "brought_by": "operator",
        "sold_at": IN_AUGUST,
        "source": "import",
        "collected_in": "bank",
    }
    if "listing_id" not in facts:
        facts["listing_id"] = await listing(organisation_id)
    return sales.Sale(**{**known, **facts})


async def closed(month: Month) -> None:
    """The month is closed with its statements, also if nothing was ever sold."""
    now = max(NOW, month.end)
    try:
        await settlement.close_month(month, minimum_hundredths=0, now=now, actor=SYSTEM)
    except settlement.NothingToClose:
        async with core.transaction():
            await ledger.hold_close()
            await core.fetch(
                "INSERT INTO settlement.month_close VALUES ($1, $2, $3, 0, 0, 0)",
                month.first_day,
                now,
                SYSTEM,
            )
            await ledger.close_month(month)


async def sale(organisation_id: UUID, net_minor: int = 100_00, **facts: Any) -> str:
    """A recorded sale; answers its reference."""
    made = await a_sale(organisation_id, net_minor, **facts)
    await sales.record_sale(made, hold_days=14, now=NOW, actor=SYSTEM)
    return made.reference
