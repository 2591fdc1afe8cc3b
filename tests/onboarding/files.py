"""Organisations and evidence to test files with."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from backend import onboarding, partners
from backend.core import uuid7
from backend.onboarding import Claim, Person, Upload
from tests.given.partners import NOW, SYSTEM

PDF = b"%PDF-1.7\n1 0 obj\n%%EOF\n"
SIREN = "552100554"
DIRECTOR = Claim("directors", people=[Person("Nolwenn Le Bihan")])


async def organisation(
    *roles: str, country: str = "FR", vat_regime: str = "fr_registered", siren: str | None = None
) -> UUID:
    return await partners.create_organisation(
        reference=f"o-{uuid7()}", name="Granit ERP", country=country, segment="pme",
        roles=roles or ("isv",), vat_regime=vat_regime, siren=siren, email="dir@granit.example",
        now=NOW, actor=SYSTEM,
    )  # fmt: skip


async def supply(
    of: UUID, claim: Claim = DIRECTOR, *, content: bytes | None = None, now: datetime = NOW
) -> UUID:
    document = None if content is None else Upload("extract.pdf", content)
    return await onboarding.supply_evidence(of, claim, document=document, now=now, actor=SYSTEM)


async def accept(evidence: UUID, *, until: date | None = None, now: datetime = NOW) -> None:
    await onboarding.accept_evidence(evidence, now=now, actor=SYSTEM, expires_on=until)


async def refuse(evidence: UUID, *, now: datetime = NOW) -> None:
    await onboarding.refuse_evidence(
        evidence, reason="illisible", rule="Agreement, 1", now=now, actor=SYSTEM
    )


async def item(of: UUID, name: str, at: datetime = NOW) -> onboarding.Item:
    file = await onboarding.file_of(of, at)
    return next(one for one in file.items if one.name == name)


async def missing(of: UUID, at: datetime = NOW) -> list[str]:
    return [one.name for one in (await onboarding.file_of(of, at)).missing]


async def agreement(kind: str = "partner", at: datetime = NOW) -> onboarding.Agreement:
    """The version of this kind in force."""
    found: Sequence[onboarding.Agreement] = await onboarding.list_agreements()
    return next(one for one in found if one.kind == kind and one.valid_from <= at)


async def sign(of: UUID, what: onboarding.Agreement, *, now: datetime = NOW) -> UUID:
    return await onboarding.accept_agreement(
        of, what.id, language="fr", sha256=what.sha256_fr, name="Nolwenn Le Bihan",
        person_id=None, now=now, actor=SYSTEM,
    )  # fmt: skip
