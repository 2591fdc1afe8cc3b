"""Reads of files, evidence, agreements and decisions."""

from datetime import date, datetime
from typing import cast
from uuid import UUID

import asyncpg
from msgspec import Struct

from backend.core import fetch, fetch_row, fetch_value
from backend.onboarding.rules import (
    DocumentUnknown,
    EvidenceUnknown,
    File,
    Item,
    ItemName,
    Scope,
    State,
)
from backend.onboarding.rules_evidence import Person
from backend.onboarding.vies import Outcome, Source

ORDER = list(ItemName.__args__)  # type: ignore[attr-defined]
"""Of the items, as a person reads them."""


class VatCheck(Struct, frozen=True):
    """Who said last whether a VAT number is valid. `office` without a number: decided by hand."""

    outcome: Outcome
    source: Source
    consultation_number: str | None
    name: str | None
    address: str | None
    answered_at: datetime


class Evidence(Struct, frozen=True):
    """What was supplied, and what was decided on it; `decision` None: it waits.

    `check` is of a VAT number only; None: nobody was asked about it yet.
    """

    id: UUID
    organisation_id: UUID
    organisation: str
    item: ItemName
    value: str | None
    people: list[Person]
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
    check: VatCheck | None


class Document(Struct, frozen=True):
    name: str
    media_type: str
    content: bytes


class Agreement(Struct, frozen=True):
    """`accepted_at` is when the organisation that asks signed this version; None: it has not."""

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
    accepted_at: datetime | None = None
    accepted_name: str | None = None


class Decision(Struct, frozen=True):
    """A statement of reasons; `lifted_at` None: it was not lifted."""

    id: UUID
    organisation_id: UUID
    kind: str
    scope: Scope
    what: str
    why: str
    rule: str
    contest: str
    notice_days: int
    starts_at: datetime
    decided_at: datetime
    lifted_at: datetime | None


_EVIDENCE = """
SELECT e.id, e.number, e.organisation_id, o.name AS organisation, e.item::text AS item, e.value,
       e.people, e.shares_bp, e.document_id, d.name AS document_name,
       d.sha256::text AS document_sha256, e.issued_on, e.supplied_by, e.supplied_at, r.decision,
       r.reason, r.expires_on, r.decided_at, v.outcome, v.source,
       v.consultation_number, v.name, v.address, v.answered_at
  FROM onboarding.evidence e
  JOIN partners.organisation o ON o.id = e.organisation_id
  LEFT JOIN onboarding.document d ON d.id = e.document_id
  LEFT JOIN onboarding.review r ON r.evidence_id = e.id
  LEFT JOIN LATERAL (
    SELECT * FROM onboarding.vies_answer a
     WHERE e.item = 'vat_number' AND a.organisation_id = e.organisation_id
       AND a.vat_number = e.value AND a.answered_at >= e.supplied_at
       AND NOT EXISTS (SELECT FROM onboarding.evidence n WHERE n.item = 'vat_number'
             AND n.organisation_id = e.organisation_id AND n.number > e.number
             AND n.supplied_at <= a.answered_at)
     ORDER BY a.outcome = 'unavailable', a.answered_at DESC LIMIT 1) v ON true
"""
_AGREEMENT = ", ".join(Agreement.__struct_fields__[:-2])
_RESTRICTED = """
SELECT DISTINCT d.scope FROM onboarding.decision d
  LEFT JOIN onboarding.lifting l ON l.decision_id = d.id
 WHERE d.organisation_id = $1 AND d.kind IN ('restriction', 'termination') AND d.starts_at <= $2
   AND (l.lifted_at IS NULL OR l.lifted_at > $2) ORDER BY 1
"""


async def file_of(organisation_id: UUID, at: datetime) -> File:
    """What was required of it at `at`, and what of it was held.

    Only of the bank account the present is known, whatever `at` is.
    """
    rows = await fetch("SELECT * FROM onboarding.items_of($1, $2)", organisation_id, at)
    items = [Item(*row) for row in rows]
    restricted = await fetch(_RESTRICTED, organisation_id, at)
    return File(
        organisation_id,
        at,
        sorted(items, key=lambda item: ORDER.index(item.name)),
        [cast(Scope, row["scope"]) for row in restricted],
    )


async def is_complete(organisation_id: UUID, at: datetime) -> bool:
    """Whether everything required of it at `at` was held."""
    found: bool = await fetch_value(
        "SELECT NOT EXISTS (SELECT FROM onboarding.items_of($1, $2) WHERE NOT held)",
        organisation_id,
        at,
    )
    return found


async def waiting_evidence(*, after: int | None, limit: int) -> list[asyncpg.Record]:
    """The newest evidence of each item that nobody decided on, the oldest first.

    What VIES will decide on stands there too: the office may, while VIES is away.
    """
    return await fetch(
        _EVIDENCE + "WHERE r.decision IS NULL AND ($1::bigint IS NULL OR e.number > $1) "
        "AND NOT EXISTS (SELECT FROM onboarding.evidence n WHERE n.item = e.item "
        "AND n.organisation_id = e.organisation_id AND n.number > e.number) "
        "ORDER BY e.number LIMIT $2",
        after,
        limit,
    )


async def evidence_of(organisation_id: UUID) -> list[Evidence]:
    """All that it ever supplied, the newest first."""
    rows = await fetch(
        _EVIDENCE + "WHERE e.organisation_id = $1 ORDER BY e.number DESC", organisation_id
    )
    return [evidence_in(row) for row in rows]


async def read_evidence(evidence_id: UUID) -> Evidence:
    """One piece of evidence.

    Raises:
        EvidenceUnknown: none has this id, or the session may not see it.
    """
    row = await fetch_row(_EVIDENCE + "WHERE e.id = $1", evidence_id)
    if row is None:
        raise EvidenceUnknown(f"No evidence has the id {evidence_id}.")
    return evidence_in(row)


def evidence_in(row: asyncpg.Record) -> Evidence:
    shares: list[int | None] = list(row["shares_bp"]) or [None] * len(row["people"])
    people = [Person(name, share) for name, share in zip(row["people"], shares, strict=True)]
    made = ("people", "check")
    plain = {name: row[name] for name in Evidence.__struct_fields__ if name not in made}
    return Evidence(people=people, check=_check_in(row), **plain)


def _check_in(row: asyncpg.Record) -> VatCheck | None:
    """What VIES told; where it told nothing, what the office decided by hand."""
    told = row["outcome"] in ("valid", "invalid")
    if row["item"] == "vat_number" and row["decision"] and not told:
        outcome: Outcome = "valid" if row["decision"] == "accepted" else "invalid"
        return VatCheck(outcome, "office", None, None, None, row["decided_at"])
    if row["outcome"] is None:
        return None
    return VatCheck(*(row[name] for name in VatCheck.__struct_fields__))


async def read_document(document_id: UUID, *, of: UUID | None = None) -> Document:
    """The document with its bytes; `of` one organisation, if told.

    Raises:
        DocumentUnknown: none has this id, or the session may not see it.
    """
    row = await fetch_row(
        "SELECT name, media_type, content FROM onboarding.document WHERE id = $1 "
        "AND ($2::uuid IS NULL OR organisation_id = $2)",
        document_id,
        of,
    )
    if row is None:
        raise DocumentUnknown(f"No document has the id {document_id}.")
    return Document(row["name"], row["media_type"], row["content"])


async def list_agreements() -> list[Agreement]:
    """Every version ever announced, the newest of each kind first."""
    rows = await fetch(f"SELECT {_AGREEMENT} FROM onboarding.agreement ORDER BY kind, version DESC")  # noqa: S608
    return [Agreement(*row) for row in rows]


async def agreements_for(organisation_id: UUID, at: datetime) -> list[Agreement]:
    """Of each kind the version in force at `at` and those announced; and whether it signed them."""
    rows = await fetch(
        f"SELECT {_AGREEMENT}, s.accepted_at, s.name FROM onboarding.agreement g "  # noqa: S608
        "LEFT JOIN LATERAL (SELECT a.accepted_at, a.name FROM onboarding.acceptance a "
        "  WHERE a.organisation_id = $1 AND a.agreement_id = g.id AND a.accepted_at <= $2 "
        "  AND NOT EXISTS (SELECT FROM onboarding.revocation v WHERE v.organisation_id = $1 "
        "    AND v.kind = g.kind AND v.revoked_at BETWEEN a.accepted_at AND $2) "
        "  ORDER BY a.accepted_at LIMIT 1) s ON true "
        "WHERE g.announced_at <= $2 AND NOT EXISTS (SELECT FROM onboarding.agreement n "
        "  WHERE n.kind = g.kind AND n.version > g.version AND n.valid_from <= $2) "
        "ORDER BY g.kind, g.version",
        organisation_id,
        at,
    )
    return [Agreement(*row) for row in rows]


async def acceptances_of(
    agreement_id: UUID, *, after: UUID | None, limit: int
) -> list[asyncpg.Record]:
    """Who signed this version, the newest first; `revoked_at` None: it holds."""
    return await fetch(
        "SELECT a.id, a.organisation_id, o.name AS organisation, a.name, a.language, "
        "a.sha256::text AS sha256, a.accepted_at, (SELECT min(v.revoked_at) "
        "FROM onboarding.revocation v WHERE v.organisation_id = a.organisation_id "
        "AND v.kind = g.kind AND v.revoked_at >= a.accepted_at) AS revoked_at "
        "FROM onboarding.acceptance a JOIN onboarding.agreement g ON g.id = a.agreement_id "
        "JOIN partners.organisation o ON o.id = a.organisation_id WHERE a.agreement_id = $1 "
        "AND ($2::uuid IS NULL OR a.id < $2) ORDER BY a.id DESC LIMIT $3",
        agreement_id,
        after,
        limit,
    )


async def decisions_of(organisation_id: UUID) -> list[Decision]:
    """Every decision against it, with its reasons, the newest first."""
    rows = await fetch(
        "SELECT d.id, d.organisation_id, d.kind, d.scope, d.what, d.why, d.rule, d.contest, "
        "d.notice_days, d.starts_at, d.decided_at, l.lifted_at FROM onboarding.decision d "
        "LEFT JOIN onboarding.lifting l ON l.decision_id = d.id WHERE d.organisation_id = $1 "
        "ORDER BY d.decided_at DESC, d.id DESC",
        organisation_id,
    )
    return [Decision(*row) for row in rows]


def state_of(file: File, name: ItemName) -> State | None:
    """The state of one item; None: it is not required."""
    return next((item.state for item in file.items if item.name == name), None)
