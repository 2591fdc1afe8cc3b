"""What a document of the kit is, and why one is refused. Pure."""

from collections.abc import Mapping
from datetime import datetime
from typing import Literal
from uuid import UUID

from msgspec import Struct

from backend.core import Problem

DOCUMENT_BYTES = 5_000_000
Language = Literal["fr", "en"]
PartnerRole = Literal["isv", "vai", "wholesaler", "reseller", "startup"]
MAGIC: Mapping[str, bytes] = {
    "application/pdf": b"%PDF-",
    "image/png": b"\x89PNG\r\n\x1a\n",
}
"""Media type -> how such a file begins; what is neither has to be text."""


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


class KitLevelUnknown(Problem):
    status = 422
    code = "kit-level-unknown"
    title = "There is no such level"


class KitWithdrawn(Problem):
    code = "kit-document-withdrawn"
    title = "The document is withdrawn already"


def media_type_of(content: bytes) -> str:
    """What the file is, told by its bytes.

    Raises:
        KitFileWrong: too large, or neither PDF nor PNG nor text, whatever its name says.
    """
    if len(content) > DOCUMENT_BYTES:
        raise KitFileWrong(
            "document: It is larger than 5 MB: send a smaller one.", field="document"
        )
    for media_type, beginning in MAGIC.items():
        if content.startswith(beginning) and len(content) > len(beginning):
            return media_type
    try:
        text = content.decode()
    except UnicodeDecodeError:
        text = "\0"
    if not text.strip() or any(ord(sign) < 32 and sign not in "\t\n\r\f" for sign in text):
        raise KitFileWrong(
            "document: This is neither a PDF nor a PNG nor a text in UTF-8.", field="document"
        )
    return "text/plain"
