"""Organisations to test with."""

from datetime import UTC, datetime
from uuid import UUID

from backend import partners
from backend.core import uuid7

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
SYSTEM = "system:test"


async def partner(name: str = "Acme Éditions", *, vat_regime: str = "fr_registered") -> UUID:
    return await partners.create_organisation(
        reference=f"p-{uuid7()}",
        name=name,
        country="FR",
        segment="pme",
        roles=["isv"],
        vat_regime=vat_regime,
        email="finance@acme.example",
        now=NOW,
        actor=SYSTEM,
    )


async def buyer(name: str = "Buveur SARL", *, segment: str = "tpe") -> UUID:
    return await partners.create_organisation(
        reference=f"b-{uuid7()}",
        name=name,
        country="FR",
        segment=segment,
        roles=["buyer"],
        now=NOW,
        actor=SYSTEM,
    )
