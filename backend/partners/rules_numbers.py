"""SIREN, SIRET and VAT numbers: whether they can exist, told by their check digits. Pure."""

from stdnum import get_cc_module
from stdnum.eu import vat as eu_vat
from stdnum.exceptions import ValidationError
from stdnum.fr import siren as fr_siren
from stdnum.fr import siret as fr_siret

from backend.core import Problem


class NumberWrong(Problem):
    """`field` says which one: siren, siret or vat_number."""

    status = 422
    code = "number-wrong"
    title = "This number cannot be right"


class NumberKnown(Problem):
    """`field` says which one."""

    code = "number-known"
    title = "This number is known already"


def check_numbers(*, siren: str | None, siret: str | None, vat_number: str | None) -> None:
    """Refuses numbers whose check digits are wrong, and those that contradict each other.

    No validator of invoices tests these digits (legal.md 3), so nobody else would notice.

    Raises:
        NumberWrong: says which field, why, and where to look.
    """
    if siren is not None and not fr_siren.is_valid(siren):
        raise _wrong("siren", siren, "is no SIREN", "Copy the nine digits from the Kbis extract.")
    if siret is not None:
        if not fr_siret.is_valid(siret):
            raise _wrong(
                "siret", siret, "is no SIRET", "Copy the fourteen digits from the extract."
            )
        if siren is None or not siret.startswith(siren):
            told = "does not begin with the organisation's SIREN"
            raise _wrong("siret", siret, told, "Give the SIREN of the same company beside it.")
    if vat_number is not None:
        _check_vat(vat_number, siren)


def _check_vat(number: str, siren: str | None) -> None:
    if not _vat_exists(number):
        remedy = "Copy it from an invoice or from the tax office's letter, without spaces."
        raise _wrong("vat_number", number, "is no VAT number", remedy)
    if number.startswith("FR") and siren is not None and not number.endswith(siren):
        told = f"is not that of the SIREN {siren}"
        raise _wrong("vat_number", number, told, "A French VAT number ends with the SIREN.")


def _vat_exists(number: str) -> bool:
    prefix = number[:2].lower()
    if prefix in {*eu_vat.MEMBER_STATES, "el"}:
        return bool(eu_vat.is_valid(number))
    known = get_cc_module(prefix, "vat")
    if known is None:
        return True  # Of a country whose numbers nobody has described: the form was checked.
    try:
        known.validate(number)
    except ValidationError:
        try:
            known.validate(number[2:])
        except ValidationError:
            return False
    return True


def _wrong(field: str, number: str, why: str, remedy: str) -> NumberWrong:
    return NumberWrong(f"{field}: {number!r} {why}. {remedy}", field=field)
