"""Reads of people, certificates and achievements, as of a day."""

from collections.abc import Collection
from datetime import date
from uuid import UUID

from backend.core import fetch
from backend.programmes.rules_people import Achievement, Certified


async def people_at(organisation_id: UUID, on: date) -> list[Certified]:
    """Who worked for the organisation on a day, each with the certificates valid on it; one row
    for each certificate, one without for who had none.
    """
    rows = await fetch(
        "SELECT p.id, p.name, p.email, lower(e.during), c.kind, c.issued_on, c.expires_on "
        "FROM programmes.employment e JOIN programmes.person p ON p.id = e.person_id "
        "LEFT JOIN programmes.certificate c ON c.person_id = p.id "
        "AND $2 BETWEEN c.issued_on AND c.expires_on "
        "WHERE e.organisation_id = $1 AND e.during @> $2::date ORDER BY p.name, p.id, c.kind",
        organisation_id,
        on,
    )
    return [Certified(*row) for row in rows]


async def certified_people(organisation_ids: Collection[UUID], on: date) -> dict[UUID, int]:
    """How many people with a certificate valid on the day worked for each on it. A person with
    several counts once.
    """
    rows = await fetch(
        "SELECT e.organisation_id, count(DISTINCT e.person_id) AS people "
        "FROM programmes.employment e JOIN programmes.certificate c ON c.person_id = e.person_id "
        "WHERE e.organisation_id = ANY ($1) AND e.during @> $2::date "
        "AND $2 BETWEEN c.issued_on AND c.expires_on GROUP BY 1",
        list(organisation_ids),
        on,
    )
    return {row["organisation_id"]: row["people"] for row in rows}


async def list_achievements(organisation_id: UUID) -> list[Achievement]:
    """Everything ever shown, newest first."""
    rows = await fetch(
        "SELECT id, organisation_id, kind, title, achieved_on, expires_on, evidence "
        "FROM programmes.achievement WHERE organisation_id = $1 ORDER BY achieved_on DESC, id DESC",
        organisation_id,
    )
    return [Achievement(*row) for row in rows]


async def achievements_at(
    organisation_ids: Collection[UUID], on: date
) -> dict[tuple[UUID, str], int]:
    """How many of each kind counted for each organisation on a day."""
    rows = await fetch(
        "SELECT organisation_id, kind, count(*) AS found FROM programmes.achievement "
        "WHERE organisation_id = ANY ($1) AND achieved_on <= $2 "
        "AND (expires_on IS NULL OR expires_on >= $2) GROUP BY 1, 2",
        list(organisation_ids),
        on,
    )
    return {(row["organisation_id"], row["kind"]): row["found"] for row in rows}
