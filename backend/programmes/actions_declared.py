"""Partners declare certificates, references and trainings; the office finds what is true."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

import asyncpg

from backend import audit, identity, partners
from backend.core import PARIS, connection, operators_work, transaction
from backend.programmes import actions_people, changing, letters_people
from backend.programmes.queries_declared import present_employment, read_declaration
from backend.programmes.rules_declared import (
    AlreadyDeclared,
    Declaration,
    DeclarationDecided,
    DeclarationUnknown,
    DeclaredKind,
    DeclaredTooEarly,
)
from backend.programmes.rules_people import AchievementKind, BadPeriod, check_days


async def declare_certificate(
    organisation_id: UUID,
    *,
    email: str,
    name: str,
    works_from: date,
    kind: str,
    issued_on: date,
    expires_on: date,
    evidence: str,
    now: datetime,
    actor: str,
) -> UUID:
    """The organisation says that this person works for it and is certified; the office checks.

    Raises:
        BadPeriod: it would end before it begins, is over, or a day is none of our time.
        DeclaredTooEarly: it is not issued yet, or the person does not work there yet.
        AlreadyDeclared: the same waits for its check.
    """
    if expires_on < now.astimezone(PARIS).date():
        raise BadPeriod(f"It expired on {expires_on}: declare the certificate that renewed it.")
    today = now.astimezone(PARIS).date()
    if works_from > today:
        raise DeclaredTooEarly(f"They work for you from {works_from} on: declare it on that day.")
    if issued_on > today:
        raise DeclaredTooEarly(f"It is issued on {issued_on}: declare it on that day.")
    person = {"person_email": email.lower(), "person_name": name, "works_from": works_from}
    return await _declare(
        organisation_id, "certificate", kind, issued_on, expires_on, evidence, now, actor, person
    )


async def declare_achievement(
    organisation_id: UUID,
    kind: AchievementKind,
    title: str,
    *,
    achieved_on: date,
    expires_on: date | None,
    evidence: str,
    now: datetime,
    actor: str,
) -> UUID:
    """The organisation says what it has done; `evidence` names what shows it. The office checks.

    Raises:
        BadPeriod: it would end before it begins, or a day is none of our time.
        AlreadyDeclared: the same waits for its check.
    """
    return await _declare(
        organisation_id, kind, title, achieved_on, expires_on, evidence, now, actor, {}
    )


@operators_work
async def withdraw_declaration(
    declaration_id: UUID, *, organisation_id: UUID, now: datetime, actor: str
) -> None:
    """The organisation takes it back; nothing of it counts.

    Raises:
        DeclarationUnknown: it has no such declaration.
        DeclarationDecided: it was answered.
    """
    async with transaction():
        declaration = await _open(declaration_id)
        if declaration.organisation_id != organisation_id:
            raise DeclarationUnknown(f"No declaration of yours has the id {declaration_id}.")
        await _decide(declaration, "withdrawn", None, now, actor)


@operators_work
async def person_has_left(
    organisation_id: UUID, person_id: UUID, *, last_on: date, now: datetime, actor: str
) -> None:
    """As `end_employment`: an organisation says itself who works for it no more.

    Raises:
        PersonUnknown, MovedBefore, BadPeriod: as there.
    """
    await actions_people.end_employment(
        organisation_id, person_id, last_on=last_on, now=now, actor=actor
    )


async def accept_declaration(
    declaration_id: UUID, *, reason: str, now: datetime, actor: str
) -> None:
    """What was declared is recorded, counts from its day on, and the partner is written to.

    A person who worked elsewhere leaves there, with the certificates, on `works_from`.

    Raises:
        DeclarationUnknown, DeclarationDecided: there is nothing to accept.
        CertificateTaken, AchievementTaken: the same is recorded already.
        MovedBefore: the person began elsewhere on that day or later.
        OwnOrganisation: who accepts acts for the partner, or did since it declared.
    """
    async with transaction():
        declaration = await _open(declaration_id)
        await identity.check_other(
            actor, declaration.organisation_id, since=declaration.declared_at
        )
        await _decide(declaration, "accepted", reason, now, actor)
        if declaration.kind == "certificate":
            await _certify(declaration, now, actor)
        else:
            await actions_people.record_achievement(
                declaration.organisation_id,
                declaration.kind,
                declaration.title,
                achieved_on=declaration.from_on,
                expires_on=declaration.expires_on,
                evidence=declaration.evidence,
                now=now,
                actor=actor,
            )
        letter = letters_people.declaration_accepted(declaration, reason)
        await changing.write_to(declaration.organisation_id, letter, now)


async def refuse_declaration(
    declaration_id: UUID, *, reason: str, now: datetime, actor: str
) -> None:
    """Nothing of it counts; the partner reads why, and may contest it or declare anew.

    Raises:
        DeclarationUnknown, DeclarationDecided: there is nothing to refuse.
    """
    async with transaction():
        declaration = await _open(declaration_id)
        await _decide(declaration, "refused", reason, now, actor)
        letter = letters_people.declaration_refused(declaration, reason)
        await changing.write_to(declaration.organisation_id, letter, now)


async def _declare(
    organisation_id: UUID,
    kind: DeclaredKind,
    title: str,
    from_on: date,
    expires_on: date | None,
    evidence: str,
    now: datetime,
    actor: str,
    person: dict[str, Any],
) -> UUID:
    check_days(from_on, expires_on, person.get("works_from"))
    if expires_on is not None and expires_on < from_on:
        raise BadPeriod(f"It is of {from_on} and expires on {expires_on}.")
    await partners.read_organisation(organisation_id)
    async with transaction():
        try:
            async with transaction():
                declaration_id: UUID = await connection().fetchval(
                    "INSERT INTO programmes.declaration (organisation_id, kind, title, "
                    "person_email, person_name, works_from, from_on, expires_on, evidence, "
                    "declared_at, declared_by) "
                    "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) RETURNING id",
                    organisation_id, kind, title, person.get("person_email"),
                    person.get("person_name"), person.get("works_from"), from_on, expires_on,
                    evidence, now, actor,
                )  # fmt: skip
        except asyncpg.UniqueViolationError:
            raise AlreadyDeclared(
                f"{title!r} of {from_on} waits for its check: withdraw it to declare it anew."
            ) from None
        after = {"kind": kind, "title": title, "from_on": from_on, "evidence": evidence}
        subject = f"declaration:{declaration_id}"
        await audit.write(organisation_id, actor, "declare", subject, None, after)
    return declaration_id


async def _certify(declaration: Declaration, now: datetime, actor: str) -> None:
    assert declaration.person_email is not None
    assert declaration.person_name is not None
    assert declaration.works_from is not None
    assert declaration.expires_on is not None
    present = await present_employment(declaration.person_email)
    if present is None or present["organisation_id"] != declaration.organisation_id:
        person_id = await actions_people.employ_person(
            declaration.organisation_id,
            email=declaration.person_email,
            name=declaration.person_name,
            from_on=declaration.works_from,
            now=now,
            actor=actor,
        )
    else:
        person_id = present["person_id"]
    await actions_people.certify_person(
        person_id,
        declaration.title,
        issued_on=declaration.from_on,
        expires_on=declaration.expires_on,
        number=declaration.evidence[:100],
        now=now,
        actor=actor,
    )


async def _open(declaration_id: UUID) -> Declaration:
    """Locked. Raises: DeclarationUnknown, DeclarationDecided."""
    declaration = await read_declaration(declaration_id, lock=True)
    if declaration.state != "open":
        raise DeclarationDecided(
            f"It was {declaration.state} on {declaration.decided_at:%Y-%m-%d}."
        )
    return declaration


async def _decide(
    declaration: Declaration, state: str, reason: str | None, now: datetime, actor: str
) -> None:
    await connection().execute(
        "UPDATE programmes.declaration SET state = $2, reason = $3, decided_at = $4, "
        "decided_by = $5 WHERE id = $1",
        declaration.id, state, reason, now, actor,
    )  # fmt: skip
    await audit.write(
        declaration.organisation_id,
        actor,
        f"declaration_{state}",
        f"declaration:{declaration.id}",
        {"state": "open"},
        {"state": state, "reason": reason},
    )
