"""Organisations: made, verified, imported."""

import asyncpg
import pytest

from backend import core, partners
from tests import given


async def test_verifying_an_unknown_organisation_is_refused(db: None) -> None:
    with pytest.raises(partners.OrganisationUnknown):
        await partners.mark_verified(core.uuid7(), actor=given.SYSTEM)


async def test_a_role_added_twice_is_held_once(db: None) -> None:
    acme = await given.partner()
    for _ in range(2):
        await partners.add_role(acme, "reseller", actor=given.SYSTEM)
    rows = await core.fetch("SELECT role FROM partners.organisation_role ORDER BY role")
    assert [row["role"] for row in rows] == ["isv", "reseller"]
    assert len(await core.fetch("SELECT FROM audit.change WHERE action = 'add_role'")) == 1


async def test_an_import_knows_its_partners_again(db: None) -> None:
    first = await partners.import_organisations(
        ["a", "b"], vat_regime="fr_franchise_293b", now=given.NOW, actor=given.SYSTEM
    )
    again = await partners.import_organisations(
        ["b", "c"], vat_regime="fr_registered", now=given.NOW, actor=given.SYSTEM
    )
    assert again["b"] == first["b"]
    regimes = await partners.vat_regimes([first["b"], again["c"]])
    assert regimes == {first["b"]: "fr_franchise_293b", again["c"]: "fr_registered"}
    assert set(await partners.list_unverified()) == {*first.values(), *again.values()}


async def test_a_buyer_alone_is_not_to_be_verified(db: None) -> None:
    await given.buyer()
    assert await partners.list_unverified() == []


async def test_an_organisation_sees_itself_only(db: None) -> None:
    mine, other = await given.partner(), await given.partner()
    with core.acting_for(mine):
        assert (await partners.read_organisation(mine)).id == mine
        with pytest.raises(partners.OrganisationUnknown):
            await partners.read_organisation(other)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE partners.organisation SET verification = 'verified' WHERE id = $1",
        "UPDATE partners.organisation SET vat_regime = 'fr_registered' WHERE id = $1",
        "UPDATE partners.organisation SET siren = '552100554' WHERE id = $1",
        "UPDATE partners.organisation SET origin = 'import' WHERE id = $1",
        "UPDATE partners.organisation SET email = 'a@b.example', name = 'Other' WHERE id = $1",
        "INSERT INTO partners.organisation_role VALUES ($1, 'wholesaler')",
    ],
)
async def test_an_organisation_changes_nothing_of_itself_that_was_checked(
    db: None, statement: str
) -> None:
    mine = await given.partner()
    with core.acting_for(mine), pytest.raises(asyncpg.InsufficientPrivilegeError):
        await core.fetch(statement, mine)


async def test_an_organisation_verifies_itself_neither_by_the_action(db: None) -> None:
    mine = await given.partner()
    with core.acting_for(mine):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await partners.mark_verified(mine, actor="person:1")
        await core.fetch("UPDATE partners.organisation SET email = 'me@acme.example'")
    found = await partners.read_organisation(mine)
    assert (found.verification, found.email) == ("unverified", "me@acme.example")


@pytest.mark.parametrize(
    ("regime", "expected"),
    [
        ("fr_registered", ("S", 2000)),
        ("fr_franchise_293b", ("E", 0)),
        ("eu_reverse_charge", ("AE", 0)),
        ("non_eu", ("AE", 0)),
    ],
)
def test_b1_each_regime_has_its_vat_on_the_self_billed_invoice(
    regime: str, expected: tuple[str, int]
) -> None:
    assert partners.vat_on_self_billing(regime) == expected
