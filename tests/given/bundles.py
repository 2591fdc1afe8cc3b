"""Offers of several parts to test with."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from backend import catalogue
from backend.core import Money, uuid7
from tests.given.catalogue import put_on_sale
from tests.given.deals import integrator
from tests.given.partners import NOW, SYSTEM


def built(components: Sequence[UUID], service_minor: int = 50_01) -> catalogue.Built:
    return catalogue.Built(
        service_fr="Mise en service", service_en="Setting it up",
        service=Money(service_minor, "EUR"), components=components,
    )  # fmt: skip


async def draft(
    components: Sequence[UUID], *, of: UUID | None = None, service_minor: int = 50_01, **more: Any
) -> UUID:
    name = more.pop("name", "Mairie clé en main")
    return await catalogue.build_bundle(
        of or await integrator(), built(components, service_minor), reference=f"b-{uuid7()}",
        slug=f"bundle-{uuid7()}", name=name,
        facts=catalogue.Facts(category="backup", summary_fr="Tout compris", summary_en="All in"),
        segments=more.pop("segments", ()), now=NOW, actor=SYSTEM,
    )  # fmt: skip


async def on_sale(components: Sequence[UUID], **more: Any) -> UUID:
    made = await draft(components, **more)
    await put_on_sale(made)
    return made
