"""Which evidence can be taken: values by their item, documents by what they are. Pure."""

import re
from collections.abc import Mapping, Sequence
from datetime import date

from msgspec import Struct
from stdnum.fr import siren as fr_siren
from stdnum.fr import siret as fr_siret

from backend import partners
from backend.onboarding.rules import DOCUMENT_BYTES, EvidenceWrong

MAGIC: Mapping[str, bytes] = {
    "application/pdf": b"%PDF-",
    "image/png": b"\x89PNG\r\n\x1a\n",
    "image/jpeg": b"\xff\xd8\xff",
}
"""Media type -> how such a file begins. What its name or its sender says is not believed."""

OWNER_BP = 2500
"""A beneficial owner holds a quarter or more (legal.md 8)."""

_FRENCH_ADDRESS = re.compile(r"0225:(\d{9})(_[A-Za-z0-9_.-]{1,60})?", re.ASCII)
_ADDRESS = re.compile(r"\d{4}:[A-Za-z0-9_.-]{1,100}", re.ASCII)


class Person(Struct, frozen=True):
    """A director; or, with a share in basis points, a beneficial owner."""

    name: str
    share_bp: int | None = None


class Claim(Struct, frozen=True):
    """What is said of an item. `issued_on` is the day on the document."""

    item: str
    value: str | None = None
    people: Sequence[Person] = ()
    issued_on: date | None = None


def check_claim(claim: Claim, *, country: str, siren: str | None, has_document: bool) -> None:
    """Refuses what cannot be true of an organisation of `country`, whose SIREN may be known.

    Raises:
        EvidenceWrong: names the field.
        NumberWrong: a SIREN, SIRET or VAT number has wrong check digits.
    """
    match claim.item:
        case "register_extract":
            if not has_document:
                raise _wrong("document", "An extract is a document: send a PDF, PNG or JPEG.")
            if claim.issued_on is None:
                raise _wrong("issued_on", "Say on which day the extract was issued.")
        case "directors":
            _check_directors(claim.people)
        case "beneficial_owners":
            _check_owners(claim.people)
        case _:
            _check_value(claim.item, claim.value, country, siren)
    if claim.people and claim.item not in ("directors", "beneficial_owners"):
        raise _wrong("people", "People are named as directors and as beneficial owners only.")


def _check_value(item: str, value: str | None, country: str, siren: str | None) -> None:
    if value is None:
        raise _wrong("value", "Give the number or address itself.")
    if item == "legal_identity" and country == "FR":
        if not fr_siret.is_valid(value):
            raise _wrong("value", f"{value!r} is no SIRET: copy the fourteen digits of the seat.")
        if siren is not None and not value.startswith(siren):
            raise _wrong("value", f"{value!r} is not of the SIREN {siren}.")
    if item == "vat_number":
        if not re.fullmatch(r"[A-Z]{2}[0-9A-Z]{2,18}", value, re.ASCII):
            raise _wrong("value", "Give two letters of the country and the number, unspaced.")
        partners.check_numbers(siren=siren, siret=None, vat_number=value)
    if item == "einvoicing_address":
        _check_address(value, country, siren)


def _check_address(value: str, country: str, siren: str | None) -> None:
    """A French self-billed seller is found under scheme 0225 and its SIREN (BR-FR-22)."""
    if country != "FR":
        if not _ADDRESS.fullmatch(value):
            raise _wrong("value", "Give the scheme of four digits, a colon and the identifier.")
        return
    found = _FRENCH_ADDRESS.fullmatch(value)
    if found is None or not fr_siren.is_valid(found[1]):
        raise _wrong("value", "Give 0225: and the SIREN, perhaps _ and a suffix.")
    if siren is not None and found[1] != siren:
        raise _wrong("value", f"The address begins with the organisation's SIREN, {siren}.")


def _check_directors(people: Sequence[Person]) -> None:
    if not people:
        raise _wrong("people", "Name at least one director.")
    if any(one.share_bp is not None for one in people):
        raise _wrong("people", "Directors have no share: name owners as beneficial owners.")


def _check_owners(people: Sequence[Person]) -> None:
    for one in people:
        if one.share_bp is None or not OWNER_BP <= one.share_bp <= 10_000:
            raise _wrong("people", f"{one.name}: an owner holds from 25 to 100 %.")
    total_bp = sum(one.share_bp or 0 for one in people)
    if total_bp > 10_000:
        raise _wrong(
            "people",
            f"Together they hold {total_bp // 100}.{total_bp % 100:02} %: correct the shares, "
            "100 % at the most.",
        )


def media_type_of(content: bytes) -> str:
    """What the file is, told by how it begins.

    Raises:
        EvidenceWrong: too large, or neither PDF nor PNG nor JPEG, whatever its name says.
    """
    if len(content) > DOCUMENT_BYTES:
        raise _wrong("document", "The document is larger than 5 MB: send a smaller one.")
    for media_type, beginning in MAGIC.items():
        if content.startswith(beginning) and len(content) > len(beginning):
            return media_type
    raise _wrong("document", "This is neither a PDF nor a PNG nor a JPEG: export it as PDF.")


def check_name(name: str) -> None:
    """Refuses a document's name that would be a path.

    Raises:
        EvidenceWrong: it holds a separator, or is only dots.
    """
    if "/" in name or "\\" in name or not name.strip(". "):
        raise _wrong("document.name", f"{name!r} is no file name: leave folders out.")


def _wrong(field: str, remedy: str) -> EvidenceWrong:
    return EvidenceWrong(f"{field}: {remedy}", field=field)
