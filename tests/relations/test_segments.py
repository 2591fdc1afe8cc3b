"""A segment that somebody says of itself opens nothing until the office has confirmed it."""

from uuid import UUID

import asyncpg
import pytest

from backend import catalogue, core, identity, orders, partners, relations
from tests import clients, given
from tests.catalogue.test_audience import private
from tests.journeys.test_own_partner import both


async def signed_up() -> UUID:
    return await partners.create_organisation(
        reference="mairie", name="Mairie", country="FR", segment="public_body", roles=["buyer"],
        now=given.NOW, actor=given.SYSTEM, self_declared=True,
    )  # fmt: skip


async def order(of: UUID, slug: str) -> orders.Order:
    return await orders.place_order(
        organisation_id=of, person_id=None, slug=slug, now=given.NOW, actor=given.SYSTEM
    )


async def test_O_02_a_declared_segment_opens_its_offers_once_the_office_confirms_it(
    db: None,
) -> None:
    slug, _ = await private()
    council = await signed_up()
    with pytest.raises(catalogue.ListingUnknown):
        await order(council, slug)
    async with (
        await clients.signed_in("partner_manager") as office,
        await clients.signed_in("buyer", council) as buyer,
    ):
        assert (await buyer.get(f"/en/listings/{slug}")).status_code == 404
        assert "to be confirmed" in (await buyer.get("/en/account")).text
        overview = (await office.get("/api/office/overview")).json()
        assert overview["segments_to_confirm"] == 1
        query = "/api/office/organisations?segment_confirmed=false"
        (waiting,) = (await office.get(query)).json()["items"]
        assert (waiting["id"], waiting["segment_confirmed_at"]) == (str(council), None)

        address = f"/api/office/organisations/{council}/segment"
        wrong = {"declared": "tpe", "segment": "public_body", "reason": "Vu au registre"}
        moved = await office.post(address, json=wrong)
        assert (moved.status_code, moved.json()["code"]) == (409, "segment-moved")
        for _ in range(2):
            checked = await office.post(address, json={**wrong, "declared": "public_body"})
            assert checked.status_code == 200, checked.text
        assert [one["reason"] for one in checked.json()["checks"]] == ["Vu au registre"]
        assert (await buyer.get(f"/en/listings/{slug}")).status_code == 200
        assert "to be confirmed" not in (await buyer.get("/en/account")).text
        assert (await order(council, slug)).buyer_segment == "public_body"

        corrected = {"declared": "public_body", "segment": "pme", "reason": "Une SEM"}
        assert (await office.post(address, json=corrected)).json()["segment"] == "pme"
        assert (await buyer.get(f"/en/listings/{slug}")).status_code == 404
        told = [one["segment"] for one in (await office.get(address)).json()["checks"]]
        assert told == ["pme", "public_body"]


async def test_postgresql_itself_asks_for_a_confirmed_segment(
    db: None, owner: "asyncpg.Connection[asyncpg.Record]"
) -> None:
    """Also where the query had let it through: another segment written is not the confirmed one."""
    slug, listing = await private()
    council = await given.buyer("Mairie", segment="public_body")
    await order(council, slug)
    columns = ", ".join(
        row["column_name"]
        for row in await core.fetch(
            "SELECT column_name FROM information_schema.columns WHERE table_schema = 'orders' "
            "AND table_name = 'order' AND column_name <> 'id'"
        )
    )
    await owner.execute("UPDATE partners.organisation SET segment = 'eti' WHERE id = $1", council)
    await owner.execute(
        "UPDATE partners.organisation SET segment = 'public_body' WHERE id = $1", council
    )
    with pytest.raises(asyncpg.CheckViolationError) as refusal:
        await owner.execute(
            f"INSERT INTO orders.order ({columns}) SELECT {columns} FROM orders.order "
            "WHERE listing_id = $1",
            listing,
        )
    assert refusal.value.constraint_name == "order_within_audience"
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with core.transaction():
            await core.connection().execute(
                "UPDATE partners.organisation SET segment_confirmed_at = now()"
            )


async def test_nobody_confirms_the_segment_of_their_own_organisation(db: None) -> None:
    council = await signed_up()
    with pytest.raises(identity.OwnOrganisation):
        await relations.check_segment(
            council, "public_body", declared="public_body", reason="x", now=given.NOW,
            actor=await both(council),
        )  # fmt: skip


async def test_K_04_the_rule_of_a_segment_says_that_its_customers_need_no_manager(
    db: None,
) -> None:
    council = await given.buyer("Mairie", segment="public_body")
    async with (
        await clients.signed_in("partner_manager") as office,
        await clients.signed_in("auditor") as auditor,
    ):
        listed = (await auditor.get("/api/office/segments")).json()["items"]
        assert [one["segment"] for one in listed] == list(partners.SEGMENTS)
        before = (await office.get(f"/api/office/organisations/{council}/relation")).json()["now"]
        assert (before["relation"], before["manager_id"]) == ("account_managed", None)
        address = "/api/office/segments/public_body/rule"
        rule = {"relation": "self_service", "reason": "Marchés simplifiés"}
        assert (await auditor.post(address, json=rule)).status_code == 403
        for _ in range(2):
            answer = await office.post(address, json=rule)
            assert answer.status_code == 200, answer.text
        (now,) = [one for one in answer.json()["items"] if one["segment"] == "public_body"]
        assert (now["relation"], now["reason"]) == ("self_service", "Marchés simplifiés")
        after = (await office.get(f"/api/office/organisations/{council}/relation")).json()["now"]
        assert (after["relation"], after["basis"]) == ("self_service", "segment")
        wrong = await office.post("/api/office/segments/knights/rule", json=rule)
        assert wrong.status_code == 400
    assert await core.fetch_value("SELECT count(*) FROM relations.segment_rule") == 8
