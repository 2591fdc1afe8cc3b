"""Who manages a customer: by rule, by a partner's deal or contact, by the office's decision."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from backend import core, identity, network, orders, partners, relations
from backend.network.contacts import Contact, name_contact
from tests import clients, given
from tests.given import deals as brought
from tests.given.orders import order
from tests.given.partners import NOW, SYSTEM

DAY = timedelta(days=1)


async def colleague(name: str = "Maëlle Kervella", role: str = "partner_manager") -> UUID:
    made = await identity.create_person(
        email=f"{core.uuid7().hex[-8:]}@iroise.example", name=name, password=None, now=NOW,
        actor=SYSTEM,
    )  # fmt: skip
    await identity.add_membership(made, organisation_id=None, role=role, now=NOW, actor=SYSTEM)
    return made


async def managed(customer: UUID, at: Any = NOW, **more: Any) -> relations.Managed:
    found = await relations.managed_at(customer, at, **more)
    assert found is not None
    return found


async def decide(customer: UUID, relation: relations.Relation | None, **more: Any) -> None:
    facts: dict[str, Any] = {"starts_at": NOW, "reason": "Revue annuelle", **more}
    await relations.decide_relation(customer, relation, **facts, now=NOW, actor=SYSTEM)


@pytest.mark.parametrize(
    ("segment", "relation"),
    [
        ("individual", "self_service"),
        ("tpe", "self_service"),
        ("pme", "self_service"),
        ("eti", "self_service"),
        ("large_account", "account_managed"),
        ("public_body", "account_managed"),
        ("local_authority", "account_managed"),
    ],
)
async def test_O_04_a_customer_is_managed_as_its_segment_says(
    db: None, segment: str, relation: str
) -> None:
    found = await managed(await given.buyer(segment=segment))
    assert (found.relation, found.basis, found.manager_id) == (relation, "segment", None)


async def test_O_04_each_order_keeps_who_managed_it_when_it_was_placed(db: None) -> None:
    buyer = await given.buyer(segment="large_account")
    kept = [await order(of=buyer)]
    manager = await colleague()
    await decide(buyer, "account_managed", manager_id=manager)
    kept.append(await order(of=buyer))
    partner = await brought.integrator()
    await decide(buyer, "partner_managed", partner_id=partner, starts_at=NOW + DAY)
    kept.append(await order(of=buyer))
    assert (await managed(buyer, NOW + DAY)).partner_name == "Intégra SARL"
    read = [await orders.read_order(one.id) for one in kept]
    assert [(one.relation, one.managed_by) for one in read] == [
        ("account_managed", None),
        ("account_managed", "Maëlle Kervella"),
        ("account_managed", "Maëlle Kervella"),
    ]
    assert read[1].manager_id == manager
    address = await orders.contact_address(read[1])
    assert address is not None and address.endswith("@iroise.example")


async def test_O_04_an_accepted_deal_makes_its_partner_the_one_who_manages(db: None) -> None:
    integra = await brought.integrator()
    buyer = await given.buyer(segment="large_account")
    await partners.change_numbers(
        buyer, siren=brought.SIRENS[0], siret=None, vat_number=None, actor=SYSTEM
    )
    assert (await managed(buyer)).basis == "segment"
    await brought.approved(integra)
    found = await managed(buyer)
    assert (found.relation, found.basis, found.partner_id) == ("partner_managed", "deal", integra)
    placed = await order(of=buyer)
    assert (placed.managing_partner_id, placed.managed_by) == (integra, "Intégra SARL")
    # What was said last counts, and a protection that ended counts no more.
    await decide(buyer, "self_service", starts_at=NOW + DAY)
    assert (await managed(buyer, NOW + DAY)).relation == "self_service"
    await decide(buyer, None, starts_at=NOW + 2 * DAY)
    assert (await managed(buyer, NOW + 2 * DAY)).basis == "deal"
    assert (await managed(buyer, NOW + 91 * DAY)).relation == "account_managed"


async def test_O_04_a_named_contact_makes_the_partner_above_the_one_who_manages(db: None) -> None:
    above, below = (
        await brought.integrator("Grossia", "wholesaler"),
        await brought.integrator("Revendo", "reseller"),
    )
    await network.join(below, above, "wholesaler", now=NOW, actor=SYSTEM)
    assert (await managed(below)).relation == "self_service"
    contact = Contact("Soizic Le Bras", "soizic@grossia.example")
    await name_contact(below, above, contact, now=NOW + DAY, actor=SYSTEM)
    found = await managed(below, NOW + DAY)
    assert (found.basis, found.partner_id, found.contact_name) == (
        "contact", above, "Soizic Le Bras"
    )  # fmt: skip


async def test_K_04_a_self_service_customer_has_no_account_manager(db: None) -> None:
    buyer, manager = await given.buyer(segment="tpe"), await colleague()
    with pytest.raises(relations.ManagerUnfit, match="name none"):
        await decide(buyer, "self_service", manager_id=manager)
    with pytest.raises(relations.ManagerUnfit, match="choose one"):
        await decide(buyer, "account_managed")
    with pytest.raises(asyncpg.CheckViolationError, match="manager_of_the_managed"):
        await core.fetch(
            "INSERT INTO relations.decision "
            "VALUES ($1, $2, 'self_service', $3, NULL, 'x', 'x', $2)",
            buyer, NOW, manager,
        )  # fmt: skip
    placed = await order(of=buyer)
    assert (placed.relation, placed.managed_by) == ("self_service", None)
    with pytest.raises(asyncpg.PostgresError, match=r"never changes|permission denied"):
        await core.fetch("UPDATE orders.order SET relation = 'account_managed'")
    assert await orders.contact_address(placed) is None


async def test_an_account_manager_is_a_present_colleague_and_a_partner_is_one(db: None) -> None:
    buyer, other = await given.buyer(), await given.buyer("Autre SARL")
    outsider = await clients.person("owner", other)
    stranger = await core.fetch_value("SELECT id FROM identity.person WHERE email = $1", outsider)
    with pytest.raises(relations.ManagerUnfit, match="colleagues"):
        await decide(buyer, "account_managed", manager_id=stranger)
    with pytest.raises(relations.ManagerUnfit, match="sells or brings"):
        await decide(buyer, "partner_managed", partner_id=other)
    with pytest.raises(relations.ManagerUnfit, match="itself"):
        await decide(buyer, "partner_managed", partner_id=buyer)
    # Who left manages nobody any more: the customer waits for another name.
    manager = await colleague()
    await decide(buyer, "account_managed", manager_id=manager)
    await identity.end_membership(
        manager, organisation_id=None, role="partner_manager", now=NOW + DAY, actor=SYSTEM
    )
    found = await managed(buyer, NOW + 2 * DAY)
    assert (found.relation, found.manager_id) == ("account_managed", None)
    waiting = await relations.list_managed(relations.Sought(unnamed=True), NOW + 2 * DAY)
    assert [one.organisation_id for one in waiting] == [buyer]


async def test_decisions_are_added_and_never_overwritten(db: None) -> None:
    buyer = await given.buyer()
    await decide(buyer, "self_service")
    await decide(buyer, "self_service")
    with pytest.raises(relations.RelationTaken):
        await decide(buyer, None)
    with pytest.raises(relations.RelationPast):
        await decide(buyer, None, starts_at=NOW - DAY)
    for change in ("UPDATE relations.decision SET reason = 'y'", "DELETE FROM relations.decision"):
        with pytest.raises(asyncpg.PostgresError):
            await core.fetch(change)
    assert len(await relations.history_of(buyer)) == 1
    said = await core.fetch("SELECT 1 FROM audit.change WHERE action = 'decide_relation'")
    assert len(said) == 1


async def test_O_04_the_office_sees_and_changes_who_manages_whom(db: None) -> None:
    buyer = await given.buyer("Grand Compte SA", segment="large_account")
    manager = await colleague()
    async with await clients.signed_in("partner_manager") as office:
        path = f"/api/office/organisations/{buyer}/relation"
        assert (await office.get(path)).json()["now"]["relation"] == "account_managed"
        listed = (await office.get("/api/office/relations?unnamed=true")).json()["items"]
        assert [one["name"] for one in listed] == ["Grand Compte SA"]
        said = {"relation": "account_managed", "manager_id": str(manager), "reason": "Nommée"}
        past = await office.post(path, json={**said, "starts_on": "0001-01-01"})
        assert (past.status_code, past.json()["code"]) == (409, "relation-past")
        found = (await office.post(path, json=said)).json()
        assert found["now"]["manager_name"] == "Maëlle Kervella"
        assert [one["reason"] for one in found["decisions"]] == ["Nommée"]
        file = (await office.get(f"/api/office/relations/export?manager_id={manager}")).text
        assert file.startswith("\ufeffcustomer_id,customer_name")
        assert "Grand Compte SA,large_account,FR,account_managed,Maëlle Kervella,office" in file
    placed = await order(of=buyer)
    # The clock of this test stands before the decision: the order keeps what held at its moment.
    async with await clients.signed_in("admin") as office:
        kept = (await office.get(f"/api/office/orders/{placed.id}")).json()["managed"]
        assert kept["relation"] == "account_managed"


async def test_K_04_the_purchase_leads_to_help_or_to_who_manages_the_buyer(db: None) -> None:
    small = await given.buyer(segment="tpe")
    large = await given.buyer("Grand Compte SA", segment="large_account")
    await decide(large, "account_managed", manager_id=await colleague())
    pages = []
    for buyer in (small, large):
        placed = await order(of=buyer)
        async with await clients.signed_in("buyer", buyer) as reader:
            pages.append((await reader.get(f"/en/purchases/{placed.id}")).text)
    assert "Self-service" in pages[0] and "mailto:" not in pages[0]
    assert "Maëlle Kervella" in pages[1] and "@iroise.example" in pages[1]
    assert "Self-service" not in pages[1]
