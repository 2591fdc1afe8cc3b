"""Joint offers to test with."""

from datetime import datetime
from typing import Any
from uuid import UUID

from backend import catalogue, core, partners, programmes
from backend.core import uuid7
from tests.given.catalogue import listing, put_on_sale
from tests.given.onboarding import verified
from tests.given.orders import BASE_URL
from tests.given.partners import SYSTEM

EARLIER = datetime(2026, 1, 5, 9, tzinfo=core.PARIS)


async def owner(name: str, *, vat_regime: str = "fr_registered", premium: bool = False) -> UUID:
    """An editor whose file is complete; `premium`, it may propose joint offers."""
    made = await partners.create_organisation(
        reference=f"p-{uuid7()}", name=name, country="FR", segment="pme",
        roles=["isv", "reseller"], vat_regime=vat_regime, email=f"{uuid7().hex[-8:]}@owner.example",
        now=EARLIER, actor=SYSTEM,
    )  # fmt: skip
    if premium:
        await programmes.enter(
            made, programmes.RESELLER, level="premium", reason="It qualifies.", now=EARLIER,
            actor=SYSTEM,
        )  # fmt: skip
    await verified(made)
    return made


async def reference_of(organisation_id: UUID) -> str:
    found: str = await core.fetch_value(
        "SELECT reference FROM partners.organisation WHERE id = $1", organisation_id
    )
    return found


async def proposed(
    first: UUID, second: UUID, listing_id: UUID, *, first_bp: int = 6_000, now: datetime = EARLIER
) -> UUID:
    return await catalogue.propose_joint_offer(
        first, listing_id, partner=await reference_of(second), first_bp=first_bp,
        words="Your backups, our vault.", now=now, actor=SYSTEM, base_url=BASE_URL,
    )  # fmt: skip


async def accepted(
    first: UUID, second: UUID, listing_id: UUID, *, first_bp: int = 6_000, now: datetime = EARLIER
) -> UUID:
    made = await proposed(first, second, listing_id, first_bp=first_bp, now=now)
    await catalogue.accept_joint_offer(
        second, made, now=now, actor=f"person:{uuid7()}", base_url=BASE_URL
    )
    return made


async def on_sale(
    first_bp: int = 6_000, *, second_regime: str = "fr_registered", **more: Any
) -> tuple[UUID, UUID, UUID, UUID]:
    """Both owners, their listing on sale, and the joint offer."""
    first = await owner("Acme Éditions", premium=True)
    second = await owner("Coffre SAS", vat_regime=second_regime)
    listing_id = await listing(first, published=False, **more)
    offer_id = await accepted(first, second, listing_id, first_bp=first_bp)
    await put_on_sale(listing_id)
    return first, second, listing_id, offer_id
