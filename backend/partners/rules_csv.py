"""A file of partners: what its rows have to be. Pure."""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple, get_args

from backend.core import BadCell, Country, Header, Refusal, named_cells, one_of, read_cells
from backend.partners.rules import ROLES, SEGMENTS, VAT_REGIMES
from backend.partners.rules_kinds import KINDS

REQUIRED = ("reference", "name", "country", "segment", "roles")
DEFAULTS = {
    "kinds": "",
    "vat_regime": "fr_registered",
    "siren": "",
    "siret": "",
    "vat_number": "",
    "email": "",
    "language": "fr",
}
"""Columns that may be left out, or be empty."""

COLUMNS = (*REQUIRED, *DEFAULTS)
MOST_ROWS = 2_000

_REFERENCE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,99}", re.ASCII)
_EMAIL = re.compile(r"[!-?A-~]{1,200}@[!-?A-~]{1,53}", re.ASCII)
_QUOTED = re.compile(r"'[=+\-@]")
_BETWEEN = re.compile(r"[\s|]+")


class PartnerRow(NamedTuple):
    """One organisation; `kinds` are pairs of role and kind."""

    line: int
    reference: str
    name: str
    country: str
    segment: str
    roles: tuple[str, ...]
    kinds: tuple[tuple[str, str], ...]
    vat_regime: str
    siren: str | None
    siret: str | None
    vat_number: str | None
    email: str | None
    language: str


def read_partners(lines: Iterable[str], header: Header) -> Iterator[PartnerRow | Refusal]:
    """Each row as it is meant, or why it cannot be."""
    for found in read_cells(lines, header):
        if isinstance(found, Refusal):
            yield found
            continue
        line, cells = found
        try:
            yield _row(line, named_cells(cells, header, DEFAULTS))
        except BadCell as bad:
            yield Refusal(line, bad.column, bad.reason, cells)


def _row(line: int, cell: dict[str, str]) -> PartnerRow:
    # A quote before a sign is how a file is kept from being taken for a formula.
    plain = {name: text[1:] if _QUOTED.match(text) else text for name, text in cell.items()}
    if not _REFERENCE.fullmatch(plain["reference"]):
        raise BadCell("reference", "Give 1 to 100 letters, digits, and . _ : - within.")
    if not 1 <= len(plain["name"]) <= 200:
        raise BadCell("name", f"It has {len(plain['name'])} characters; give 1 to 200.")
    if plain["email"] and not _EMAIL.fullmatch(plain["email"]):
        raise BadCell("email", f"{plain['email']!r} is no address of mail.")
    roles = _roles(plain["roles"])
    country = plain["country"].upper()
    if country not in get_args(Country):
        raise BadCell("country", f"{plain['country']!r} is no code of a country such as FR.")
    return PartnerRow(
        line=line,
        reference=plain["reference"],
        name=plain["name"],
        country=country,
        segment=one_of("segment", plain["segment"], SEGMENTS),
        roles=roles,
        kinds=_kinds(plain["kinds"], roles),
        vat_regime=one_of("vat_regime", plain["vat_regime"], VAT_REGIMES),
        siren=_number("siren", plain["siren"], 9),
        siret=_number("siret", plain["siret"], 14),
        vat_number=plain["vat_number"].replace(" ", "").upper() or None,
        email=plain["email"].lower() or None,
        language=one_of("language", plain["language"], ("fr", "en")),
    )


def _roles(text: str) -> tuple[str, ...]:
    words = [word for word in _BETWEEN.split(text) if word]
    if not words:
        raise BadCell("roles", f"Give one at least of {', '.join(ROLES)}.")
    return tuple(sorted({one_of("roles", word, ROLES) for word in words}))


def _kinds(text: str, roles: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """`vai:esn reseller:hoster`: a kind of one of its roles each."""
    found = []
    for word in (word for word in _BETWEEN.split(text) if word):
        role, _, kind = word.partition(":")
        if role not in roles or kind not in KINDS.get(role, ()):
            those = " ".join(f"{one}:{each}" for one in roles for each in KINDS.get(one, ()))
            raise BadCell("kinds", f"{word!r} is none of {those or 'none for these roles'}.")
        found.append((role, kind))
    return tuple(sorted(set(found)))


def _number(column: str, text: str, digits: int) -> str | None:
    number = re.sub(r"[\s\u00a0\u202f.]", "", text)
    if number and not re.fullmatch(rf"[0-9]{{{digits}}}", number, re.ASCII):
        raise BadCell(column, f"{text!r} has not {digits} digits.")
    return number or None
