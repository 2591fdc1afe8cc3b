"""A partner's file, completed for it: in the sandbox only, and only when asked."""

import hashlib
from datetime import date, datetime, timedelta
from uuid import UUID

from stdnum import luhn
from stdnum.fr import siren as fr_siren

from backend import partners
from backend.onboarding.actions import Upload, accept_evidence, supply_evidence
from backend.onboarding.actions_agreement import accept_agreement
from backend.onboarding.jobs import record_answer
from backend.onboarding.queries import agreements_for, file_of
from backend.onboarding.rules_evidence import Claim, Person
from backend.onboarding.vies import SimulatedVies

EXTRACT = b"%PDF-1.4\n% an extract of the sandbox's own register\n%%EOF\n"
FAR = timedelta(days=3650)
"""The sandbox's clock is moved months ahead; its evidence holds on."""

ITEMS = {"agreement": "partner", "self_billing_mandate": "self_billing"}


async def complete_in_sandbox(organisation_id: UUID, *, now: datetime, actor: str) -> None:
    """Everything missing but the bank account is supplied and accepted, through the real actions.

    The numbers are made up: those that the organisation has are taken. One that was imported has
    no file to complete.
    """
    of = await partners.read_organisation(organisation_id)
    if of.origin == "import":
        return
    missing = {item.name for item in (await file_of(organisation_id, now)).missing}
    siren = of.siren or made_up_siren(of.reference)
    for claim in claims(of.country, siren, of.vat_number, now.date()):
        if claim.item not in missing:
            continue
        document = Upload("extract.pdf", EXTRACT) if claim.item == "register_extract" else None
        made = await supply_evidence(
            organisation_id, claim, document=document, now=now, actor=actor
        )
        if claim.item == "vat_number" and claim.value is not None:
            answer = await SimulatedVies().ask(claim.value)
            await record_answer(organisation_id, made, claim.value, answer, now)
        else:
            last_day = (now + FAR).date() if document or claim.item == "beneficial_owners" else None
            await accept_evidence(made, now=now, actor=actor, expires_on=last_day)
    for agreement in await agreements_for(organisation_id, now):
        if any(ITEMS.get(name) == agreement.kind for name in missing):
            await accept_agreement(
                organisation_id, agreement.id, language="fr", sha256=agreement.sha256_fr,
                name=of.name, person_id=None, now=now, actor=actor,
            )  # fmt: skip


def claims(country: str, siren: str, vat_number: str | None, today: date) -> list[Claim]:
    """What a partner of that country would say of itself."""
    french = country == "FR"
    number = vat_number or (french_vat(siren) if french else FOREIGN.get(country))
    director = Person("Maëlle Le Goff")
    said = [
        Claim("legal_identity", siret_of(siren) if french else f"HRB {siren}"),
        Claim("register_extract", issued_on=today - timedelta(days=30)),
        Claim("directors", people=[director]),
        Claim("beneficial_owners", people=[Person(director.name, 6000)]),
        Claim("einvoicing_address", f"0225:{siren}" if french else f"0204:{siren}"),
    ]
    return said if number is None else [*said, Claim("vat_number", number)]


FOREIGN = {"DE": "DE136695976"}
"""A number whose check digit is right, for countries of the demonstration."""


def made_up_siren(reference: str) -> str:
    """Nine digits that begin as no company's do, their check digit right."""
    digits = str(int(hashlib.sha256(reference.encode()).hexdigest(), 16))[:3]
    stem = f"99999{digits}"
    return stem + luhn.calc_check_digit(stem)


def siret_of(siren: str) -> str:
    stem = f"{siren}0001"
    return stem + luhn.calc_check_digit(stem)


def french_vat(siren: str) -> str:
    return f"FR{fr_siren.to_tva(siren).replace(' ', '')}"
