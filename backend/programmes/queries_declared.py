"""Reads of what was declared, of everybody's people, and of what expires."""

from datetime import date
from typing import Any, Literal
from uuid import UUID

import asyncpg

from backend.core import fetch, fetch_row
from backend.programmes.rules_declared import (
    Declaration,
    DeclarationUnknown,
    Expiring,
)

DECLARATION = ", ".join(f"d.{name}" for name in Declaration.__struct_fields__)

# $1 a day: what counts then and for which organisation, and is not renewed beyond its own end.
EXPIRING = """
    SELECT c.id AS subject_id, e.organisation_id, 'certificate' AS kind, c.kind AS title,
           p.name, c.expires_on
      FROM programmes.certificate c
      JOIN programmes.employment e ON e.person_id = c.person_id AND e.during @> $1::date
      JOIN programmes.person p ON p.id = c.person_id
     WHERE c.expires_on >= $1::date AND c.expires_on <= $1::date + $2::int
       AND NOT EXISTS (SELECT FROM programmes.certificate l WHERE l.person_id = c.person_id
                          AND l.kind = c.kind AND l.expires_on > c.expires_on)
    UNION ALL
    SELECT a.id, a.organisation_id, a.kind, a.title, NULL, a.expires_on
      FROM programmes.achievement a
     WHERE a.expires_on >= $1::date AND a.expires_on <= $1::date + $2::int
       AND NOT EXISTS (SELECT FROM programmes.achievement l
                        WHERE l.organisation_id = a.organisation_id AND l.kind = a.kind
                          AND l.title = a.title
                          AND (l.expires_on IS NULL OR l.expires_on > a.expires_on))
"""

PeopleState = Literal["valid", "expiring", "expired", "none"]
"""Of a person: a certificate that holds, one that ends within 60 days, only past ones, none."""


async def read_declaration(declaration_id: UUID, *, lock: bool = False) -> Declaration:
    """One declaration.

    Raises:
        DeclarationUnknown: none has this id, or the session may not see it.
    """
    row = await fetch_row(
        f"SELECT {DECLARATION} FROM programmes.declaration d WHERE d.id = $1"  # noqa: S608
        + (" FOR UPDATE" if lock else ""),
        declaration_id,
    )
    if row is None:
        raise DeclarationUnknown(f"No declaration has the id {declaration_id}.")
    return Declaration(*row)


async def list_declarations(
    *,
    organisation_id: UUID | None = None,
    declaration_id: UUID | None = None,
    state: str | None = None,
    after: UUID | None = None,
    limit: int = 200,
) -> list[asyncpg.Record]:
    """Declarations, newest first, with the organisation's name and, for the operator's eyes, where
    the person works now.
    """
    conditions: list[Any] = [organisation_id, state, after, limit, declaration_id]
    return await fetch(
        f"SELECT {DECLARATION}, o.name AS organisation_name, w.id AS works_at_id, "  # noqa: S608
        "w.name AS works_at_name FROM programmes.declaration d "
        "JOIN partners.organisation o ON o.id = d.organisation_id "
        "LEFT JOIN programmes.person p ON p.email = d.person_email "
        "LEFT JOIN programmes.employment e ON e.person_id = p.id AND upper_inf(e.during) "
        "LEFT JOIN partners.organisation w ON w.id = e.organisation_id "
        "WHERE ($1::uuid IS NULL OR d.organisation_id = $1) "
        "AND ($2::text IS NULL OR d.state = $2) AND ($3::uuid IS NULL OR d.id < $3) "
        "AND ($5::uuid IS NULL OR d.id = $5) ORDER BY d.id DESC LIMIT $4",
        *conditions,
    )


async def present_employment(email: str) -> asyncpg.Record | None:
    """Where the person with this address works now: its id, the organisation and since when."""
    return await fetch_row(
        "SELECT p.id AS person_id, e.organisation_id, lower(e.during) AS from_on "
        "FROM programmes.person p JOIN programmes.employment e ON e.person_id = p.id "
        "WHERE p.email = $1 AND upper_inf(e.during)",
        email.lower(),
    )


async def certificates_of(organisation_id: UUID, on: date) -> list[asyncpg.Record]:
    """Every certificate of everybody who works there on a day, also those that expired within the
    year before it; one row without for who has none.
    """
    return await fetch(
        "SELECT p.id, p.name, p.email, lower(e.during) AS since, c.kind, c.issued_on, "
        "c.expires_on FROM programmes.employment e JOIN programmes.person p ON p.id = e.person_id "
        "LEFT JOIN programmes.certificate c ON c.person_id = p.id "
        "AND c.expires_on > $2::date - 365 "
        "WHERE e.organisation_id = $1 AND e.during @> $2::date "
        "ORDER BY p.name, p.id, c.expires_on DESC, c.kind",
        organisation_id,
        on,
    )


async def expiring(today: date, days: int) -> list[Expiring]:
    """What counts today for somebody and ends within so many days, the nearest first."""
    rows = await fetch(f"{EXPIRING} ORDER BY expires_on, 1", today, days)
    return [Expiring(*row) for row in rows]


async def warned(subjects: list[UUID]) -> dict[tuple[UUID, UUID], set[int]]:
    """Which warnings each organisation has had of each."""
    found: dict[tuple[UUID, UUID], set[int]] = {}
    for row in await fetch(
        "SELECT organisation_id, subject_id, days FROM programmes.expiry_warning "
        "WHERE subject_id = ANY ($1)",
        subjects,
    ):
        found.setdefault((row["organisation_id"], row["subject_id"]), set()).add(row["days"])
    return found


async def list_people(
    on: date,
    *,
    name: str | None = None,
    state: PeopleState | None = None,
    after: UUID | None = None,
    limit: int = 50,
) -> list[asyncpg.Record]:
    """Everybody who works for a partner on a day, newest first: the certificates with their last
    days, and the latest of these. `name`: the beginning of a person's or an organisation's.
    """
    return await fetch(
        "SELECT p.id, p.name, p.email, lower(e.during) AS since, o.id AS organisation_id, "
        "o.reference AS organisation_reference, o.name AS organisation_name, c.held "
        "FROM programmes.employment e JOIN programmes.person p ON p.id = e.person_id "
        "JOIN partners.organisation o ON o.id = e.organisation_id "
        "CROSS JOIN LATERAL (SELECT max(c.expires_on) AS last_on, coalesce(jsonb_agg("
        "jsonb_build_object('kind', c.kind, 'issued_on', c.issued_on, 'expires_on', "
        "c.expires_on, 'number', c.number) ORDER BY c.expires_on DESC, c.kind) "
        "FILTER (WHERE c.id IS NOT NULL), '[]')::text AS held "
        "FROM programmes.certificate c WHERE c.person_id = p.id) AS c "
        "WHERE e.during @> $1::date "
        "AND ($2::text IS NULL OR starts_with(lower(p.name), lower($2)) "
        "OR starts_with(lower(o.name), lower($2)) OR starts_with(p.email, lower($2))) "
        "AND CASE $3::text WHEN 'valid' THEN c.last_on >= $1::date "
        "WHEN 'expiring' THEN c.last_on BETWEEN $1::date AND $1::date + 60 "
        "WHEN 'expired' THEN c.last_on < $1 WHEN 'none' THEN c.last_on IS NULL ELSE true END "
        "AND ($4::uuid IS NULL OR p.id < $4) ORDER BY p.id DESC LIMIT $5",
        on,
        name,
        state,
        after,
        limit,
    )
