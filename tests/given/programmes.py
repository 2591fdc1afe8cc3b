"""Partners in programmes, to test with."""

from datetime import UTC, datetime
from uuid import UUID

from backend import partners, programmes
from backend.core import uuid7
from tests.given.partners import SYSTEM

JANUARY = datetime(2026, 1, 5, 9, tzinfo=UTC)


async def organisation(*roles: str, language: str = "fr", name: str = "Intégra") -> UUID:
    """In these parts, and in no programme."""
    reference = f"r-{uuid7()}"
    return await partners.create_organisation(
        reference=reference, name=name, country="FR", segment="pme", roles=roles,
        email=f"{reference}@integra.example", language=language, now=JANUARY, actor=SYSTEM,
    )  # fmt: skip


async def reseller(level: str = "registered", *, now: datetime = JANUARY) -> UUID:
    """It holds this level since `now`."""
    made = await organisation("reseller")
    await programmes.enter(
        made, programmes.RESELLER, level=level, reason="It qualifies.", now=now, actor=SYSTEM
    )
    return made
