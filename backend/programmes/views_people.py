"""What the portal and the office are shown of people and of what was declared."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

import asyncpg
import msgspec

from backend.programmes.rules_declared import DeclarationState, DeclaredKind
from backend.programmes.rules_people import AchievementKind


class CertificateView(msgspec.Struct):
    """It counts to its last day included."""

    kind: str
    issued_on: date
    expires_on: date


class PersonAtWork(msgspec.Struct):
    """With the certificates of today and those that expired within a year."""

    id: UUID
    name: str
    email: str
    since: date
    certificates: list[CertificateView]


class AchievementView(msgspec.Struct):
    """Without `expires_on` it counts for ever."""

    id: UUID
    kind: AchievementKind
    title: str
    achieved_on: date
    expires_on: date | None
    evidence: str


class PeopleView(msgspec.Struct):
    """What the scorecard counts, and what it counts no more, as of the day `on`."""

    on: date
    people: list[PersonAtWork]
    achievements: list[AchievementView]


class DeclarationView(msgspec.Struct):
    """Only what was accepted counts; a refusal has its reason. `title` of a certificate: its
    kind.
    """

    id: UUID
    kind: DeclaredKind
    title: str
    person_email: str | None
    person_name: str | None
    works_from: date | None
    from_on: date
    expires_on: date | None
    evidence: str
    declared_at: datetime
    state: DeclarationState
    reason: str | None
    decided_at: datetime | None


class DeclarationToCheck(msgspec.Struct):
    """`works_at_name`: where the person works as far as we know; accepting moves it."""

    declaration: DeclarationView
    organisation_id: UUID
    organisation_name: str
    works_at_id: UUID | None
    works_at_name: str | None


class HeldCertificate(msgspec.Struct):
    kind: str
    issued_on: date
    expires_on: date
    number: str


class CertifiedPerson(msgspec.Struct):
    """Somebody who works for a partner, with every certificate that the person ever had."""

    id: UUID
    name: str
    email: str
    since: date
    organisation_id: UUID
    organisation_name: str
    certificates: list[HeldCertificate]


def declaration_view(row: asyncpg.Record) -> DeclarationView:
    return DeclarationView(*(row[name] for name in DeclarationView.__struct_fields__))


def declaration_to_check(row: asyncpg.Record) -> DeclarationToCheck:
    return DeclarationToCheck(
        declaration=declaration_view(row),
        organisation_id=row["organisation_id"],
        organisation_name=row["organisation_name"],
        works_at_id=row["works_at_id"],
        works_at_name=row["works_at_name"],
    )


def certified_person(row: asyncpg.Record) -> CertifiedPerson:
    found: dict[str, Any] = {
        name: row[name] for name in CertifiedPerson.__struct_fields__ if name != "certificates"
    }
    held = msgspec.json.decode(row["held"], type=list[HeldCertificate])
    return CertifiedPerson(**found, certificates=held)
