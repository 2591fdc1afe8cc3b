"""Kinds of roles, and contracts of suppliers."""

from datetime import date
from uuid import UUID

import asyncpg
import pytest

from backend import core, partners
from backend.core import Money
from tests import clients, given

FIRST = date(2026, 1, 1)


async def contract(organisation: UUID, kind: str = "manufacturer", reference: str = "C-1") -> UUID:
    return await partners.sign_supply_contract(
        organisation, kind=kind, reference=reference, subject="Serveurs", starts_on=FIRST,
        now=given.NOW, actor=given.SYSTEM,
    )  # fmt: skip


async def share(contract_id: UUID, rate_bp: int, valid_from: date = FIRST) -> None:
    await partners.set_supply_share(
        contract_id, rate_bp=rate_bp, base="pool:gpu", valid_from=valid_from, now=given.NOW,
        actor=given.SYSTEM,
    )  # fmt: skip


async def cost(contract_id: UUID, amount_minor: int, valid_from: date = FIRST) -> None:
    await partners.set_supply_cost(
        contract_id, subject="Maintenance", cost=Money(amount_minor, "EUR"), per="month",
        valid_from=valid_from, now=given.NOW, actor=given.SYSTEM,
    )  # fmt: skip


async def test_P_07_a_sub_type_is_chosen_and_organisations_are_listed_by_it(db: None) -> None:
    acme, other = await given.partner("Acme"), await given.partner("Other")
    async with await clients.signed_in("partner_manager") as staff:
        path = f"/api/office/organisations/{acme}/kinds"
        for kind in ("esn", "hoster", "esn"):
            added = await staff.post(path, json={"role": "reseller", "kind": kind})
            assert added.status_code == 200, added.text
        assert (await staff.get(path)).json() == {
            "items": [{"role": "reseller", "kind": "esn"}, {"role": "reseller", "kind": "hoster"}]
        }
        for kind, found in (("esn", [str(acme)]), ("web_agency", [])):
            listed = (await staff.get(f"/api/office/organisations?kind={kind}")).json()["items"]
            assert [one["id"] for one in listed] == found
        seen = (await staff.get(f"/api/office/organisations/{acme}")).json()
        assert (seen["kinds"], seen["roles"]) == (["esn", "hoster"], ["isv", "reseller"])
        unfit = await staff.post(path, json={"role": "isv", "kind": "esn"})
        assert (unfit.status_code, unfit.json()["code"]) == (422, "kind-unfit")
        lost = await staff.post(
            f"/api/office/organisations/{core.uuid7()}/kinds", json={"role": "vai", "kind": "esn"}
        )
        assert (lost.status_code, lost.json()["code"]) == (404, "organisation-unknown")
        assert {"esn", "consulting", "hoster", "web_agency"} < set(partners.KINDS["reseller"])
        for role in sorted(set(partners.KINDS) - {"supplier"}):
            for kind in partners.KINDS[role]:
                one = await given.partner(f"{role} {kind}")
                url = f"/api/office/organisations/{one}/kinds"
                assert (await staff.post(url, json={"role": role, "kind": kind})).status_code == 200
                query = f"kind={kind}&role={role}"
                listed = (await staff.get(f"/api/office/organisations?{query}")).json()["items"]
                assert str(one) in [each["id"] for each in listed], kind
                assert all(kind in each["kinds"] for each in listed)
    assert (await partners.kinds_of(other)) == []


async def test_P_10_each_of_the_four_groups_of_suppliers_has_contract_cost_and_share(
    db: None,
) -> None:
    for number, kind in enumerate(partners.KINDS["supplier"], 1):
        supplier = await given.partner(f"Supplier {number}")
        made = await contract(supplier, kind)
        await cost(made, 100_00 * number)
        await cost(made, 90_00 * number, date(2027, 1, 1))
        with_share = kind in {"manufacturer", "open_source_community"}
        if with_share:
            await share(made, 1000 + number)
        (found,) = await partners.supply_contracts(supplier)
        assert (found.kind, found.reference, found.starts_on) == (kind, "C-1", FIRST)
        assert [one.cost.amount_minor for one in found.costs] == [100_00 * number, 90_00 * number]
        assert [one.rate_bp for one in found.shares] == [1000 + number] * with_share
    async with await clients.signed_in("auditor") as staff:
        listed = await staff.get("/api/office/organisations?ecosystem=supplier")
        assert [one["kinds"] for one in listed.json()["items"]] == [
            [kind] for kind in partners.KINDS["supplier"]
        ]


async def test_P_11_an_editor_that_also_supplies_is_listed_in_both_ecosystems(db: None) -> None:
    both, editor = await given.partner(), await given.partner()
    await given.buyer()
    await partners.add_kind(both, "supplier", "proprietary_editor", actor=given.SYSTEM)
    async with await clients.signed_in("auditor") as staff:
        found = {
            name: [
                one["id"]
                for one in (await staff.get(f"/api/office/organisations?ecosystem={name}")).json()[
                    "items"
                ]
            ]
            for name in ("supplier", "product")
        }
    assert found == {"supplier": [str(both)], "product": [str(both), str(editor)]}


async def test_the_share_of_a_day_is_the_last_one_begun_within_the_contract(db: None) -> None:
    made = await contract(await given.partner())
    await share(made, 1200, date(2026, 3, 1))
    await share(made, 1000, date(2026, 7, 1))
    await partners.end_supply_contract(made, ends_on=date(2026, 12, 31), actor=given.SYSTEM)
    for day, rate_bp in [
        (date(2026, 2, 28), None), (date(2026, 3, 1), 1200), (date(2026, 6, 30), 1200),
        (date(2026, 7, 1), 1000), (date(2026, 12, 31), 1000), (date(2027, 1, 1), None),
    ]:  # fmt: skip
        found = await partners.supply_share_on(made, day)
        assert (None if found is None else found.rate_bp) == rate_bp, day


async def test_what_was_agreed_never_changes(db: None) -> None:
    made = await contract(await given.partner())
    await share(made, 1200)
    await cost(made, 100_00)
    with pytest.raises(partners.DayTaken):
        await share(made, 1300)
    with pytest.raises(partners.DayTaken):
        await cost(made, 1_00)
    for table in ("supply_share", "supply_cost"):
        for statement in (f"DELETE FROM partners.{table}", f"UPDATE partners.{table} SET "
                          "valid_from = '2020-01-01'"):  # fmt: skip
            with pytest.raises(asyncpg.PostgresError):
                await core.fetch(statement)
    for _ in range(2):
        await partners.end_supply_contract(made, ends_on=date(2026, 6, 30), actor=given.SYSTEM)
    with pytest.raises(partners.ContractEnded):
        await partners.end_supply_contract(made, ends_on=date(2026, 7, 31), actor=given.SYSTEM)
    with pytest.raises(asyncpg.ObjectNotInPrerequisiteStateError, match="written once"):
        await core.fetch("UPDATE partners.supply_contract SET ends_on = '2027-01-01'")


async def test_a_contract_ends_after_it_begins_and_has_its_own_reference(db: None) -> None:
    supplier = await given.partner()
    made = await contract(supplier)
    with pytest.raises(partners.ContractTaken):
        await contract(supplier)
    with pytest.raises(partners.ContractEnded):
        await partners.end_supply_contract(made, ends_on=date(2025, 12, 31), actor=given.SYSTEM)
    with pytest.raises(partners.ContractUnknown):
        await share(core.uuid7(), 1200)
    with pytest.raises(partners.KindUnfit):
        await contract(supplier, "esn", "C-2")


async def test_a_supplier_does_not_see_what_the_operator_wrote_of_its_contract(db: None) -> None:
    supplier = await given.partner()
    made = await contract(supplier)
    await share(made, 1200)
    with core.acting_for(supplier):
        assert await partners.supply_contracts(supplier) == []
        assert [one.kind for one in await partners.kinds_of(supplier)] == ["manufacturer"]
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await core.fetch("INSERT INTO partners.role_kind VALUES ($1, 'isv', 'software_house')",
                             supplier)  # fmt: skip


async def test_numbers_are_completed_later_and_checked_again(db: None) -> None:
    ids = await partners.import_organisations(
        ["acme"], vat_regime="fr_registered", now=given.NOW, actor=given.SYSTEM
    )
    path = f"/api/office/organisations/{ids['acme']}/numbers"
    numbers = {"siren": "552100554", "siret": "55210055400013", "vat_number": "FR96552100554"}
    async with await clients.signed_in("partner_manager") as staff:
        wrong = await staff.post(path, json={**numbers, "siren": "552100555", "siret": None})
        assert (wrong.status_code, wrong.json()["code"]) == (422, "number-wrong")
        assert wrong.json()["facts"]["field"] == "siren"
        for _ in range(2):
            done = await staff.post(path, json=numbers)
            assert {name: done.json()[name] for name in numbers} == numbers
        lost = await staff.post(f"/api/office/organisations/{core.uuid7()}/numbers", json=numbers)
        assert lost.status_code == 404
    rows = await core.fetch("SELECT 1 FROM audit.change WHERE action = 'change_numbers'")
    assert len(rows) == 1
