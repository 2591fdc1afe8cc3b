"""Reads of the kit."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

import asyncpg

from backend.core import fetch, fetch_row, operators_work
from backend.kits.rules import KitDocument, KitDocumentUnknown

COLUMNS = """
    d.id, d.code, d.version, d.language, d.title, d.file_name, d.media_type,
    length(d.content) AS size, d.role, d.programme, d.level, d.published_at, d.withdrawn_at,
    d.withdrawn_reason
"""
# The newest version, if it is not withdrawn, for whom it is; never for who only buys or supplies.
SEEN = """
    FROM kits.document d WHERE d.withdrawn_at IS NULL
      AND NOT EXISTS (SELECT FROM kits.document n WHERE n.code = d.code
                      AND n.language = d.language AND n.version > d.version)
      AND EXISTS (SELECT FROM partners.organisation_role r WHERE r.organisation_id = $1
                  AND r.role NOT IN ('buyer', 'supplier') AND r.role = coalesce(d.role, r.role))
      AND (d.programme IS NULL OR EXISTS (
        SELECT FROM programmes.level_period p
        JOIN programmes.level held ON held.programme = p.programme AND held.code = p.level
        LEFT JOIN programmes.level least
          ON least.programme = d.programme AND least.code = d.level
        WHERE p.organisation_id = $1 AND p.programme = d.programme
          AND p.during @> $2::timestamptz AND held.rank >= coalesce(least.rank, 0)))
"""


class KitFile(NamedTuple):
    name: str
    media_type: str
    content: bytes


@operators_work
async def kit_of(organisation_id: UUID, at: datetime) -> list[KitDocument]:
    """What a partner may download, by title; `downloads` are its own."""
    rows = await fetch(
        f"SELECT {COLUMNS}, (SELECT count(*) FROM kits.download l WHERE l.document_id = d.id "  # noqa: S608
        f"AND l.organisation_id = $1) AS downloads {SEEN} ORDER BY d.title, d.language LIMIT 500",
        organisation_id,
        at,
    )
    return [KitDocument(**dict(row)) for row in rows]


@operators_work
async def read_content(document_id: UUID, organisation_id: UUID, at: datetime) -> KitFile:
    """One document that the partner may have.

    Raises:
        KitDocumentUnknown: there is none for it.
    """
    row = await fetch_row(
        f"SELECT d.file_name, d.media_type, d.content {SEEN} AND d.id = $3",
        organisation_id,
        at,
        document_id,
    )
    if row is None:
        raise KitDocumentUnknown(f"No document of your kit has the id {document_id}.")
    return KitFile(*row)


async def list_documents() -> list[KitDocument]:
    """Every version of each, the newest published first."""
    rows = await fetch(
        f"SELECT {COLUMNS}, (SELECT count(*) FROM kits.download l WHERE l.document_id = d.id) "  # noqa: S608
        "AS downloads FROM kits.document d ORDER BY d.published_at DESC, d.id DESC LIMIT 500"
    )
    return [KitDocument(**dict(row)) for row in rows]


async def list_downloads(document_id: UUID) -> list[asyncpg.Record]:
    """Who had it: person, organisation and moment, the latest 500."""
    return await fetch(
        "SELECT o.name AS organisation, coalesce(p.name, l.actor) AS by, l.downloaded_at AS at "
        "FROM kits.download l JOIN partners.organisation o ON o.id = l.organisation_id "
        "LEFT JOIN identity.person p ON l.actor = 'person:' || p.id::text "
        "WHERE l.document_id = $1 ORDER BY l.id DESC LIMIT 500",
        document_id,
    )
