"""Which files a kit may hold: of a list of kinds, by their name and by their bytes. Pure."""

import io
import re
import zipfile
import zlib
from collections.abc import Callable

from backend.kits.rules import DOCUMENT_BYTES, KitFileWrong

OFFICE = "application/vnd.openxmlformats-officedocument."
ODF = "application/vnd.oasis.opendocument."
KINDS = {
    "pdf": "application/pdf",
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "gif": "image/gif",
    "webp": "image/webp",
    "docx": f"{OFFICE}wordprocessingml.document",
    "xlsx": f"{OFFICE}spreadsheetml.sheet",
    "pptx": f"{OFFICE}presentationml.presentation",
    "odt": f"{ODF}text",
    "ods": f"{ODF}spreadsheet",
    "odp": f"{ODF}presentation",
    "txt": "text/plain",
    "md": "text/markdown",
    "csv": "text/csv",
}
"""Ending of the name -> media type. What is not here is no document to sell with: programs, pages,
drawings that hold scripts, archives."""

MAIN_PARTS = {
    "docx": "word/document.xml",
    "xlsx": "xl/workbook.xml",
    "pptx": "ppt/presentation.xml",
}
_ACTIVE = re.compile(
    r"\s*(?:<(?:!doctype|html|svg|script|head|body|\?xml|\?php)|#!)", re.IGNORECASE
)
_BROKEN = (zipfile.BadZipFile, KeyError, RuntimeError, ValueError, OSError, EOFError, zlib.error)


def media_type_of(file_name: str, content: bytes) -> str:
    """What the file is: its name and its bytes have to say the same.

    Raises:
        KitFileWrong: too large, a name with a slash, of no kind of the list, or not what its name
            says.
    """
    if len(content) > DOCUMENT_BYTES:
        raise _wrong("It is larger than 5 MB: send a smaller one.")
    if any(sign in file_name for sign in "/\\"):
        raise _wrong("Its name has a slash: rename it.")
    ending = file_name.rpartition(".")[2].lower() if "." in file_name else ""
    media_type = KINDS.get(ending)
    if media_type is None:
        raise _wrong(f"Files with the ending {ending!r} are not taken: send one of {_LIST}.")
    if not _looks(ending, content):
        raise _wrong(f"Its content is no {ending.upper()}: save it anew, and send that.")
    return media_type


_LIST = ", ".join(sorted(KINDS))


def _wrong(why: str) -> KitFileWrong:
    return KitFileWrong(f"document: {why}", field="document")


def _looks(ending: str, content: bytes) -> bool:
    looks: dict[str, Callable[[bytes], bool]] = {
        "pdf": lambda it: it.startswith(b"%PDF-") and len(it) > 5,
        "png": lambda it: it.startswith(b"\x89PNG\r\n\x1a\n") and len(it) > 8,
        "jpg": lambda it: it.startswith(b"\xff\xd8\xff"),
        "jpeg": lambda it: it.startswith(b"\xff\xd8\xff"),
        "gif": lambda it: it.startswith((b"GIF87a", b"GIF89a")),
        "webp": lambda it: it[:4] == b"RIFF" and it[8:12] == b"WEBP",
        "txt": _is_text,
        "md": _is_text,
        "csv": _is_text,
    }
    if ending in looks:
        return looks[ending](content)
    return _is_office(ending, content)


def _is_text(content: bytes) -> bool:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return False
    if not text.strip() or any(ord(sign) < 32 and sign not in "\t\n\r\f" for sign in text):
        return False
    return _ACTIVE.match(text) is None


def _is_office(ending: str, content: bytes) -> bool:
    """A package of its own kind, without macros."""
    if not content.startswith(b"PK\x03\x04"):
        return False
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            names = package.namelist()
            if any(name.lower().endswith("vbaproject.bin") for name in names):
                return False
            if any(name.lower().startswith(("basic/", "scripts/")) for name in names):
                return False
            if ending in MAIN_PARTS:
                return "[Content_Types].xml" in names and MAIN_PARTS[ending] in names
            with package.open("mimetype") as kind:
                return kind.read(200).decode("ascii") == KINDS[ending]
    except _BROKEN:
        return False
