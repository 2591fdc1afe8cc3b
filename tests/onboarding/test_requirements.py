"""What is required of whom: per role and country, from a day on."""

from datetime import UTC, datetime

import asyncpg
import pytest

from backend import core, onboarding, partners
from backend.core import uuid7
from tests import given
from tests.given.partners import NOW, SYSTEM
from tests.onboarding.files import missing, organisation

IDENTITY = ["legal_identity", "register_extract"]
PEOPLE = ["directors", "beneficial_owners"]
PAID = ["bank_holder", "agreement", "self_billing_mandate"]
SELLER_FR = [*IDENTITY, "vat_number", *PEOPLE, "einvoicing_address", *PAID]

REQUIRED = {
    ("isv", "FR", "fr_registered"): SELLER_FR,
    ("vai", "FR", "fr_registered"): SELLER_FR,
    ("wholesaler", "FR", "fr_registered"): SELLER_FR,
    ("startup", "FR", "fr_registered"): SELLER_FR,
    ("isv", "FR", "fr_franchise_293b"): [*IDENTITY, *PEOPLE, "einvoicing_address", *PAID],
    ("isv", "DE", "eu_reverse_charge"): [*IDENTITY, "vat_number", *PEOPLE, *PAID],
    ("isv", "US", "non_eu"): [*IDENTITY, *PEOPLE, *PAID],
    ("reseller", "FR", "fr_registered"): [
        *IDENTITY, "vat_number", *PEOPLE, "einvoicing_address", "agreement",
    ],
    ("reseller", "BE", "eu_reverse_charge"): [*IDENTITY, "vat_number", *PEOPLE, "agreement"],
    ("supplier", "FR", "fr_registered"): [*IDENTITY, "vat_number", "einvoicing_address"],
    ("supplier", "US", "non_eu"): IDENTITY,
    ("buyer", "FR", "fr_registered"): [],
}  # fmt: skip


@pytest.mark.parametrize(("role", "country", "regime"), REQUIRED, ids="-".join)
async def test_each_role_in_each_country_has_its_checklist(
    db: None, role: str, country: str, regime: str
) -> None:
    of = await organisation(role, country=country, vat_regime=regime)
    assert await missing(of) == REQUIRED[role, country, regime]


async def test_who_plays_two_parts_needs_what_either_needs(db: None) -> None:
    of = await organisation("buyer", "supplier", "reseller")
    assert await missing(of) == REQUIRED["reseller", "FR", "fr_registered"]
    await partners.add_role(of, "isv", actor=SYSTEM)
    assert await missing(of) == SELLER_FR


async def test_a_file_says_in_both_languages_what_is_missing_and_how_it_is_supplied(
    db: None,
) -> None:
    file = await onboarding.file_of(await organisation("supplier", country="US"), NOW)
    assert not file.complete
    assert file.words("fr") == "Il manque : Identité légale, Extrait du registre."
    assert file.words("en") == "Missing: Legal identity, Register extract."
    assert all(one.how("fr") and one.how("en") for one in file.items)
    nothing = await onboarding.file_of(await given.buyer(), NOW)
    assert nothing.complete and nothing.words("fr") == "Le dossier est complet."


async def require(role: str, place: str, item: str, valid_from: datetime, needed: bool) -> None:
    await core.fetch(
        "INSERT INTO onboarding.requirement VALUES ($1, $2, $3, $4, $5, NULL, NULL, $6)",
        role, place, item, valid_from, needed, NOW,
    )  # fmt: skip


async def test_a_requirement_begins_on_its_day_and_the_narrowest_place_decides(db: None) -> None:
    american = await organisation("supplier", country="US", vat_regime="non_eu")
    swiss = await organisation("supplier", country="CH", vat_regime="non_eu")
    spring = datetime(2027, 3, 1, tzinfo=UTC)
    await require("supplier", "*", "directors", spring, True)
    await require("supplier", "CH", "directors", spring, False)
    assert await missing(american) == await missing(swiss) == IDENTITY
    assert await missing(american, spring) == [*IDENTITY, "directors"]
    assert await missing(swiss, spring) == IDENTITY


async def test_a_requirement_is_announced_before_it_begins_and_never_changes(db: None) -> None:
    with pytest.raises(asyncpg.CheckViolationError, match="begins_in_the_future"):
        await require("supplier", "*", "directors", NOW, True)
    for statement in ("UPDATE onboarding.requirement SET needed = false",
                      "DELETE FROM onboarding.requirement"):  # fmt: skip
        with pytest.raises(asyncpg.PostgresError):
            await core.fetch(statement)
    with core.acting_for(uuid7()), pytest.raises(asyncpg.InsufficientPrivilegeError):
        await require("supplier", "*", "directors", datetime(2027, 1, 1, tzinfo=UTC), True)
