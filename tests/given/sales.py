"""Sales to test with."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from backend import sales
from backend.core import Money, uuid7
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


async def sale(organisation_id: UUID, net_minor: int = 100_00, **facts: Any) -> str:
    """A recorded sale; answers its reference."""
    made = await a_sale(organisation_id, net_minor, **facts)
    await sales.record_sale(made, hold_days=14, now=NOW, actor=SYSTEM)
    return made.reference
