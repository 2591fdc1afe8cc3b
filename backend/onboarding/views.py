"""What the routes of both audiences answer."""

from datetime import date, datetime
from typing import Annotated
from urllib.parse import quote
from uuid import UUID

import msgspec

from backend import web
from backend.onboarding import queries, rules, vies

Reason = Annotated[str, web.words(500)]


class Words(msgspec.Struct):
    fr: str
    en: str


class ItemView(msgspec.Struct):
    """`held` is what counts; `how` says how it is supplied, `reason` why it was refused."""

    name: rules.ItemName
    words: Words
    state: rules.State
    held: bool
    holds_until: datetime | None
    evidence_id: UUID | None
    reason: str | None
    how: Words


class FileView(msgspec.Struct):
    """`missing` and `expiring` name items; `restricted` names scopes that are closed to it."""

    organisation_id: UUID
    complete: bool
    words: Words
    items: list[ItemView]
    missing: list[rules.ItemName]
    expiring: list[rules.ItemName]
    restricted: list[rules.Scope]


class VatCheckView(msgspec.Struct):
    """What was last said of a VAT number, by whom; `none`: nobody is asked here, it waits for you.

    The consultation number is the proof that VIES was asked (legal.md 4).
    """

    outcome: vies.Outcome
    source: vies.Source
    consultation_number: str | None
    name: str | None
    address: str | None
    answered_at: datetime


class EvidenceView(msgspec.Struct):
    """`decision` null: it waits for the office, or for VIES. `check` is of a VAT number."""

    id: UUID
    organisation_id: UUID
    organisation: str
    item: rules.ItemName
    value: str | None
    people: list["PersonView"]
    document_id: UUID | None
    document_name: str | None
    document_sha256: str | None
    issued_on: date | None
    supplied_by: str
    supplied_at: datetime
    decision: str | None
    reason: str | None
    expires_on: date | None
    decided_at: datetime | None
    check: VatCheckView | None


class PersonView(msgspec.Struct):
    name: str
    share_bp: int | None


class EvidenceList(msgspec.Struct):
    items: list[EvidenceView]


class EvidenceMade(msgspec.Struct):
    id: UUID


class AgreementView(msgspec.Struct):
    """Sign it with the SHA-256 of the text that was read."""

    id: UUID
    kind: str
    version: int
    text_fr: str
    text_en: str
    sha256_fr: str
    sha256_en: str
    valid_from: datetime
    notice_days: int
    contest_days: int | None
    accepted_at: datetime | None
    accepted_name: str | None


class AgreementList(msgspec.Struct):
    items: list[AgreementView]


class AcceptanceView(msgspec.Struct):
    """`name` as the person typed it, `sha256` of the text that was read in `language`."""

    id: UUID
    organisation_id: UUID
    organisation: str
    name: str
    language: str
    sha256: str
    accepted_at: datetime
    revoked_at: datetime | None


class DecisionView(msgspec.Struct):
    """A statement of reasons. `lifted_at` null: it was not lifted."""

    id: UUID
    organisation_id: UUID
    kind: str
    scope: rules.Scope
    what: str
    why: str
    rule: str
    contest: str
    notice_days: int
    starts_at: datetime
    decided_at: datetime
    lifted_at: datetime | None


class DecisionList(msgspec.Struct):
    items: list[DecisionView]


def file_view(file: rules.File) -> FileView:
    return FileView(
        organisation_id=file.organisation_id,
        complete=file.complete,
        words=Words(file.words("fr"), file.words("en")),
        items=[
            ItemView(
                item.name, Words(item.word("fr"), item.word("en")), item.state, item.held,
                item.holds_until, item.evidence_id, item.reason,
                Words(item.how("fr"), item.how("en")),
            )
            for item in file.items
        ],
        missing=[item.name for item in file.missing],
        expiring=[item.name for item in file.expiring],
        restricted=list(file.restricted),
    )  # fmt: skip


def evidence_view(found: queries.Evidence) -> EvidenceView:
    return msgspec.convert(found, EvidenceView, from_attributes=True)


def agreement_view(found: queries.Agreement) -> AgreementView:
    return msgspec.convert(found, AgreementView, from_attributes=True)


def decision_view(found: queries.Decision) -> DecisionView:
    return msgspec.convert(found, DecisionView, from_attributes=True)


def download_headers(name: str) -> dict[str, str]:
    """Saved, never shown as a page; the name is its sender's, in RFC 6266's form."""
    return {
        "content-disposition": f"attachment; filename=\"document\"; filename*=UTF-8''{quote(name)}",
        "content-security-policy": "default-src 'none'; sandbox",
    }
