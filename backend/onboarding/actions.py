"""Evidence is supplied by the organisation, and accepted or refused by the office."""

import hashlib
from datetime import date, datetime
from uuid import UUID

import asyncpg
from msgspec import Struct

from backend import audit, identity, partners
from backend.core import connection, transaction
from backend.onboarding.actions_decision import write_decision
from backend.onboarding.rules import (
    DOCUMENTS,
    EvidenceDecided,
    EvidenceReplaced,
    EvidenceUnknown,
    EvidenceWrong,
    TooManyDocuments,
)
from backend.onboarding.rules_evidence import Claim, check_claim, check_name, media_type_of

DATES = {
    "issued_in_the_past": "issued_on: It is a day to come; give the day printed on the document.",
    "issued_lately": "issued_on: The document is too old; ask the register for a new one.",
    "accepted_expires": "expires_on: Say until when it holds.",
    "expires_later": "expires_on: That day is past; choose one to come.",
}
"""Constraint -> what to do about it."""


class Upload(Struct, frozen=True):
    """A document as it came; nothing of it is believed but its bytes."""

    name: str
    content: bytes


async def supply_evidence(
    organisation_id: UUID, claim: Claim, *, document: Upload | None, now: datetime, actor: str
) -> UUID:
    """The item's newest evidence is this, to be decided on; what was accepted holds on meanwhile.

    Raises:
        EvidenceWrong: names the field and the remedy.
        NumberWrong: of a SIREN, SIRET or VAT number.
        TooManyDocuments: the organisation has sent `DOCUMENTS` already.
    """
    of = await partners.read_organisation(organisation_id)
    check_claim(claim, country=of.country, siren=of.siren, has_document=document is not None)
    async with transaction():
        document_id = None
        if document is not None:
            document_id = await _keep(organisation_id, document, now)
        try:
            async with transaction():
                made: UUID = await connection().fetchval(
                    "INSERT INTO onboarding.evidence (organisation_id, item, value, people, "
                    "shares_bp, document_id, issued_on, supplied_by, supplied_at) "
                    "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) RETURNING id",
                    organisation_id, claim.item, claim.value, [one.name for one in claim.people],
                    [one.share_bp for one in claim.people if one.share_bp is not None],
                    document_id, claim.issued_on, actor, now,
                )  # fmt: skip
        except asyncpg.CheckViolationError as refusal:
            raise _wrong_date(refusal) from None
        after = {"item": claim.item, "document": document_id, "issued_on": claim.issued_on}
        subject = f"evidence:{made}"
        await audit.write(organisation_id, actor, "supply_evidence", subject, None, after)
    return made


async def accept_evidence(
    evidence_id: UUID,
    *,
    now: datetime,
    actor: str,
    expires_on: date | None = None,
    consultation_number: str | None = None,
) -> None:
    """It holds from now on, through `expires_on`; by default as long as the requirement says. A
    number that was accepted is the organisation's, if it had said none.

    `consultation_number` is what VIES gave whoever looked a VAT number up there by hand; it is
    kept as VIES's own answers are (legal.md 4).

    Raises:
        EvidenceUnknown: none has this id.
        EvidenceReplaced: the organisation supplied newer evidence meanwhile.
        EvidenceDecided: somebody decided on it before.
        EvidenceWrong: `expires_on` is past, its number is of another SIREN, or a consultation
            number is given of something else than a VAT number.
        OwnOrganisation: who decides acts for it, too, or did since it was supplied.
    """
    async with transaction():
        found = await _evidence(evidence_id)
        await identity.check_other(actor, found["organisation_id"], since=found["supplied_at"])
        await _review(found, "accepted", None, expires_on, now, actor)
        await _take_number(found, actor)
        if consultation_number is not None:
            await _keep_proof(found, consultation_number, now)
        after = {
            "item": found["item"], "decision": "accepted", "expires_on": expires_on,
            "consultation_number": consultation_number,
        }  # fmt: skip
        await audit.write(
            found["organisation_id"], actor, "accept_evidence", f"evidence:{evidence_id}", None,
            after,
        )  # fmt: skip


async def refuse_evidence(
    evidence_id: UUID, *, reason: str, rule: str, now: datetime, actor: str
) -> None:
    """It does not count, and the organisation reads why, by which rule, and how to contest it.

    Raises:
        EvidenceUnknown, EvidenceReplaced, EvidenceDecided: as `accept_evidence`.
    """
    async with transaction():
        found = await _evidence(evidence_id)
        await _review(found, "refused", reason, None, now, actor)
        await write_decision(
            found["organisation_id"], kind="evidence_refused", scope="evidence",
            what=found["item"], why=reason, rule=rule, notice_days=0, now=now, actor=actor,
            evidence_id=evidence_id,
        )  # fmt: skip
        after = {"item": found["item"], "decision": "refused", "reason": reason}
        await audit.write(
            found["organisation_id"], actor, "refuse_evidence", f"evidence:{evidence_id}", None,
            after,
        )  # fmt: skip


async def _keep(organisation_id: UUID, document: Upload, now: datetime) -> UUID:
    check_name(document.name)
    media_type = media_type_of(document.content)
    kept = await connection().fetchval(
        "SELECT count(*) FROM onboarding.document WHERE organisation_id = $1", organisation_id
    )
    if kept >= DOCUMENTS:
        raise TooManyDocuments(f"{DOCUMENTS} documents were sent: write to the partner desk.")
    made: UUID = await connection().fetchval(
        "INSERT INTO onboarding.document (organisation_id, name, media_type, content, sha256, "
        "supplied_at) VALUES ($1, $2, $3, $4, $5, $6) RETURNING id",
        organisation_id, document.name, media_type, document.content,
        hashlib.sha256(document.content).hexdigest(), now,
    )  # fmt: skip
    return made


async def _evidence(evidence_id: UUID) -> asyncpg.Record:
    found = await connection().fetchrow(
        "SELECT id, organisation_id, item::text AS item, value, supplied_at "
        "FROM onboarding.evidence WHERE id = $1",
        evidence_id,
    )
    if found is None:
        raise EvidenceUnknown(f"No evidence has the id {evidence_id}.")
    return found


async def _keep_proof(found: asyncpg.Record, consultation_number: str, now: datetime) -> None:
    if found["item"] != "vat_number":
        raise EvidenceWrong(
            "consultation_number: VIES gives one of a VAT number only: leave it out.",
            field="consultation_number",
        )
    await connection().execute(
        "INSERT INTO onboarding.vies_answer (organisation_id, vat_number, outcome, "
        "consultation_number, source, answered_at) VALUES ($1, $2, 'valid', $3, 'office', $4)",
        found["organisation_id"], found["value"], consultation_number, now,
    )  # fmt: skip


async def _take_number(found: asyncpg.Record, actor: str) -> None:
    """A French seat's SIRET begins with the SIREN; numbers that are known stay."""
    if found["item"] not in ("legal_identity", "vat_number"):
        return
    of = await partners.read_organisation(found["organisation_id"])
    told = {"siren": of.siren, "siret": of.siret, "vat_number": of.vat_number}
    if found["item"] == "vat_number":
        told["vat_number"] = of.vat_number or found["value"]
    elif of.country == "FR":
        siret = of.siret or found["value"]
        told.update(siren=of.siren or found["value"][:9], siret=siret)
    await partners.change_numbers(of.id, **told, actor=actor)


async def _review(
    found: asyncpg.Record,
    decision: str,
    reason: str | None,
    expires_on: date | None,
    now: datetime,
    actor: str,
) -> None:
    try:
        async with transaction():
            made = await connection().execute(
                "INSERT INTO onboarding.review SELECT $1, $2, $3::text, $4::text, $5, CASE $4 "
                "WHEN 'accepted' THEN coalesce($6::date, onboarding.day_of($8::timestamptz) + "
                "(SELECT valid_days FROM onboarding.required_of($2, $8) WHERE item = $3)) END, "
                "$7, $8 ON CONFLICT DO NOTHING",
                found["id"], found["organisation_id"], found["item"], decision, reason, expires_on,
                actor, now,
            )  # fmt: skip
    except asyncpg.ObjectNotInPrerequisiteStateError:
        raise EvidenceReplaced("Newer evidence of this item was supplied: look at that.") from None
    except asyncpg.CheckViolationError as refusal:
        if refusal.constraint_name == "shown_number_is_ours":
            raise EvidenceWrong(
                "value: It is not of the SIREN that is known: refuse it, or correct the SIREN.",
                field="value",
            ) from None
        raise _wrong_date(refusal) from None
    if made != "INSERT 0 1":
        raise EvidenceDecided("Somebody decided on it before: read the file again.")


def _wrong_date(refusal: asyncpg.CheckViolationError) -> EvidenceWrong:
    told = DATES.get(refusal.constraint_name or "")
    if told is None:
        raise refusal
    return EvidenceWrong(told, field=told.partition(":")[0])
