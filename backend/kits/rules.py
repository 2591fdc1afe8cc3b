"""What a document of the kit is, and why one is refused. Pure."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from msgspec import Struct

from backend.core import Problem

DOCUMENT_BYTES = 5_000_000
Language = Literal["fr", "en"]
PartnerRole = Literal["isv", "vai", "wholesaler", "reseller", "startup"]


class Audience(Struct, frozen=True, kw_only=True):
    """Who sees a document: partners of a type, in a programme, from a level of it on. What is None
    narrows nothing; a level is one of the programme.
    """

    role: PartnerRole | None = None
    programme: str | None = None
    level: str | None = None


class KitDocument(Struct, frozen=True, kw_only=True):
    """One version, in one language, of what the operator calls `code`. The content is apart."""

    id: UUID
    code: str
    version: int
    language: Language
    title: str
    file_name: str
    media_type: str
    size: int
    role: PartnerRole | None
    programme: str | None
    level: str | None
    published_at: datetime
    withdrawn_at: datetime | None
    withdrawn_reason: str | None
    downloads: int


class KitDocumentUnknown(Problem):
    status = 404
    code = "kit-document-unknown"
    title = "There is no such document"


class KitFileWrong(Problem):
    status = 422
    code = "kit-file-wrong"
    title = "This file cannot be published"


class KitSameFile(Problem):
    code = "kit-same-file"
    title = "The newest version is this file already"


class KitLevelUnknown(Problem):
    status = 422
    code = "kit-level-unknown"
    title = "There is no such level"


class KitWithdrawn(Problem):
    code = "kit-document-withdrawn"
    title = "The document is withdrawn already"
