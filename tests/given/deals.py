"""Deals and leads to test with."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from backend import deals, partners
from backend.core import uuid7
from tests.given.partners import NOW, SYSTEM

SIRENS = ("552100554", "383474814", "542065479", "775670417")
"""Numbers whose check digits are right."""


async def integrator(
    name: str = "Intégra SARL", *roles: str, email: str | None = "contact@integra.example"
) -> UUID:
    """A verified partner."""
    made = await partners.create_organisation(
        reference=f"v-{uuid7()}", name=name, country="FR", segment="pme", roles=roles or ("vai",),
        email=email, now=NOW, actor=SYSTEM,
    )  # fmt: skip
    await partners.mark_verified(made, actor=SYSTEM)
    return made


def plan(**more: Any) -> deals.DealFacts:
    """A whole deal; `more` says what is other."""
    facts: dict[str, Any] = {
        "customer_name": "Détail Ouest SAS", "customer_country": "FR", "customer_segment": "eti",
        "target_close_on": date(2099, 3, 1), "customer_siren": SIRENS[0],
        "contact_name": "Awa Diallo", "contact_email": "awa@integra.example",
        "environment": "enterprise", "plan": "200 serveurs", "amount_minor": 1_500_000,
        "next_steps": "Maquette en janvier",
    }  # fmt: skip
    return deals.DealFacts(**{**facts, **more})


async def submitted(partner: UUID, *, now: datetime = NOW, **more: Any) -> UUID:
    deal_id = await deals.create_deal(partner, plan(**more), now=now, actor=SYSTEM)
    await deals.submit_deal(deal_id, revision=1, organisation_id=partner, now=now, actor=SYSTEM)
    return deal_id


async def approved(partner: UUID, *, now: datetime = NOW, **more: Any) -> UUID:
    deal_id = await submitted(partner, now=now, **more)
    await deals.approve_deal(deal_id, reason="", revision=2, now=now, actor=SYSTEM)
    return deal_id


async def taker(name: str, *roles: str, now: datetime = NOW, **profile: Any) -> UUID:
    """A verified partner that takes leads; `profile` says what it looks for."""
    made = await integrator(name, *roles, email=f"{uuid7().hex[-8:]}@taker.example")
    said: dict[str, Any] = {
        "takes_leads": True, "segments": ["pme", "eti"], "countries": ["FR"], "regions": [],
        "kinds": ["infrastructure"], "email": None, **profile,
    }  # fmt: skip
    await deals.change_profile(made, **said, now=now, actor=SYSTEM)
    return made


async def lead(*, now: datetime = NOW, **more: Any) -> UUID:
    facts: dict[str, Any] = {
        "name": "Mairie d’Auray", "country": "FR", "segment": "eti", "kind": "infrastructure",
        "need": "Sauvegarde de 40 postes", "contact_name": "Yann Le Goff",
        "contact_email": "yann@auray.example", **more,
    }  # fmt: skip
    return await deals.create_lead(deals.LeadFacts(**facts), now=now, actor=SYSTEM)
