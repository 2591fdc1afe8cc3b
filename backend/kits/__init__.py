"""Kits: what the operator gives partners' sales people to sell with (seed row D-08). It publishes
documents by version and language, for a type of partner, a programme and from a level on; who may
see one downloads it, and that is kept.
"""

from backend.kits.actions import note_download, publish_document, withdraw_document
from backend.kits.queries import kit_of, list_documents, list_downloads, read_content
from backend.kits.rules import (
    Audience,
    KitDocument,
    KitDocumentUnknown,
    KitFileWrong,
    KitLevelUnknown,
    KitSameFile,
    KitWithdrawn,
)

__all__ = [
    "Audience",
    "KitDocument",
    "KitDocumentUnknown",
    "KitFileWrong",
    "KitLevelUnknown",
    "KitSameFile",
    "KitWithdrawn",
    "kit_of",
    "list_documents",
    "list_downloads",
    "note_download",
    "publish_document",
    "read_content",
    "withdraw_document",
]
