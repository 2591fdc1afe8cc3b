"""Numbers that cannot be right, kinds, and what follows from role and segment."""

import pytest
from hypothesis import given as cases
from hypothesis import strategies as st

from backend import partners
from backend.core import Money

PEUGEOT = {"siren": "552100554", "siret": "55210055400013", "vat_number": "FR96552100554"}


def test_numbers_that_agree_are_taken() -> None:
    partners.check_numbers(**PEUGEOT)
    partners.check_numbers(siren=None, siret=None, vat_number=None)


@pytest.mark.parametrize(
    ("field", "number", "why"),
    [
        ("siren", "552100555", "is no SIREN"),
        ("siret", "55210055400014", "is no SIRET"),
        ("siret", "73282932000074", "does not begin with"),
        ("vat_number", "FR97552100554", "is no VAT number"),
        ("vat_number", "FR40303265045", "is not that of the SIREN"),
        ("vat_number", "DE136695977", "is no VAT number"),
        ("vat_number", "GR094259217", "is no VAT number"),
        ("vat_number", "CHE107787578IPSUM", "is no VAT number"),
    ],
)
def test_a_wrong_number_is_named_by_its_field(field: str, number: str, why: str) -> None:
    with pytest.raises(partners.NumberWrong, match=why) as refused:
        partners.check_numbers(**{**PEUGEOT, field: number})
    assert refused.value.facts["field"] == field
    assert refused.value.detail.startswith(f"{field}: ")


@pytest.mark.parametrize(
    "number", ["DE136695976", "EL094259216", "XI925901618", "CHE107787577IVA", "US123456"]
)
def test_numbers_of_other_countries_are_known(number: str) -> None:
    partners.check_numbers(siren=None, siret=None, vat_number=number)


def test_a_siret_without_its_siren_is_refused() -> None:
    with pytest.raises(partners.NumberWrong, match="siret"):
        partners.check_numbers(siren=None, siret=PEUGEOT["siret"], vat_number=None)


@cases(st.text("0123456789", min_size=9, max_size=9), st.integers(0, 8), st.integers(1, 9))
def test_one_digit_changed_makes_no_other_siren(digits: str, place: int, added: int) -> None:
    """The check digit's law: of two numbers one digit apart, at most one exists."""
    changed = digits[:place] + str((int(digits[place]) + added) % 10) + digits[place + 1 :]
    taken = []
    for siren in (digits, changed):
        try:
            partners.check_numbers(siren=siren, siret=None, vat_number=None)
        except partners.NumberWrong:
            continue
        taken.append(siren)
    assert len(taken) < 2


@pytest.mark.parametrize(
    ("roles", "expected"),
    [
        (["buyer"], []),
        (["isv", "buyer"], ["product"]),
        (["supplier"], ["supplier"]),
        (["isv", "supplier", "buyer"], ["supplier", "product"]),
    ],
)
def test_an_ecosystem_follows_from_roles(roles: list[str], expected: list[str]) -> None:
    assert partners.ecosystems(roles) == expected


def test_a_segment_says_who_is_a_consumer_and_who_a_public_body() -> None:
    flags = {one: (partners.is_consumer(one), partners.is_public_body(one)) for one in
             partners.SEGMENTS}  # fmt: skip
    assert flags.pop("individual") == (True, False)
    assert flags.pop("public_body") == flags.pop("local_authority") == (False, True)
    assert set(flags.values()) == {(False, False)}


def test_n_a_supplier_has_its_share_of_the_pools_revenue() -> None:
    assert partners.supplier_share(Money(50_000_00, "EUR"), 1200) == Money(6_000_00, "EUR")
