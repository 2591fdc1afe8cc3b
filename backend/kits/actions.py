"""Documents are published, withdrawn and downloaded. Each function is one transaction."""

from datetime import datetime
from uuid import UUID

import asyncpg

from backend import audit
from backend.core import connection, operators_work, transaction
from backend.kits.rules import (
    Audience,
    KitDocumentUnknown,
    KitFileWrong,
    KitLevelUnknown,
    KitSameFile,
    KitWithdrawn,
    Language,
)
from backend.kits.rules_file import media_type_of


@operators_work
async def publish_document(
    code: str,
    *,
    language: Language,
    title: str,
    audience: Audience,
    file_name: str,
    content: bytes,
    now: datetime,
    actor: str,
) -> UUID:
    """The next version of `code` in a language, which its partners see instead of the one before;
    answers its id.

    Raises:
        KitFileWrong: too large, a bad name, of no kind of the list, or not what its name says.
        KitSameFile: the newest version is this file, for the same partners, under the same title.
        KitLevelUnknown: no such programme, or no such level of it.
    """
    media_type = media_type_of(file_name, content)
    async with transaction():
        # Versions of one document take turns.
        await connection().execute(
            "SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", f"kit:{code}:{language}"
        )
        try:
            async with transaction():
                row = await connection().fetchrow(
                    "INSERT INTO kits.document (code, language, version, title, role, programme, "
                    "level, file_name, media_type, content, published_at, published_by) "
                    "SELECT $1, $2, coalesce(max(version), 0) + 1, $3, $4, $5, $6, $7, $8, $9, "
                    "$10, $11 FROM kits.document WHERE code = $1 AND language = $2 "
                    "RETURNING id, version",
                    code, language, title, audience.role, audience.programme, audience.level,
                    file_name, media_type, content, now, actor,
                )  # fmt: skip
        except asyncpg.UniqueViolationError:
            raise KitSameFile("Nothing was published: partners have this very file.") from None
        except (asyncpg.ForeignKeyViolationError, asyncpg.CheckViolationError) as refusal:
            if refusal.constraint_name == "document_file_name_check":
                raise KitFileWrong("document: Rename the file.", field="document") from None
            raise KitLevelUnknown("level: Choose a programme and one of its levels.") from None
        assert row is not None
        after = {"code": code, "language": language, "version": row["version"], "title": title}
        made: UUID = row["id"]
        await audit.write(None, actor, "publish_document", f"kit:{made}", None, after)
    return made


@operators_work
async def withdraw_document(document_id: UUID, *, reason: str, now: datetime, actor: str) -> None:
    """Nobody downloads this version any more; the one before is not shown again.

    Raises:
        KitDocumentUnknown, KitWithdrawn: there is none, or it is withdrawn already.
    """
    async with transaction():
        withdrawn = await connection().fetchrow(
            "SELECT withdrawn_at FROM kits.document WHERE id = $1 FOR UPDATE", document_id
        )
        if withdrawn is None:
            raise KitDocumentUnknown(f"No document has the id {document_id}.")
        if withdrawn["withdrawn_at"] is not None:
            raise KitWithdrawn("Load the list again.")
        await connection().execute(
            "UPDATE kits.document SET withdrawn_at = $2, withdrawn_by = $3, withdrawn_reason = $4 "
            "WHERE id = $1",
            document_id, now, actor, reason,
        )  # fmt: skip
        after = {"reason": reason}
        await audit.write(None, actor, "withdraw_document", f"kit:{document_id}", None, after)


@operators_work
async def note_download(
    document_id: UUID, *, organisation_id: UUID, now: datetime, actor: str
) -> None:
    """Who of which partner had it, and when, is kept."""
    async with transaction():
        await connection().execute(
            "INSERT INTO kits.download (document_id, organisation_id, actor, downloaded_at) "
            "VALUES ($1, $2, $3, $4)",
            document_id, organisation_id, actor, now,
        )  # fmt: skip
        subject = f"kit:{document_id}"
        await audit.write(organisation_id, actor, "download_document", subject, None, {})
