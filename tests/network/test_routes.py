"""The network over HTTP: a wholesaler invites, its reseller joins, the operator moves."""

from datetime import UTC, datetime

import pytest

from backend import core, identity, network
from backend.web import NotAllowed, Principal
from tests import clients, given
from tests.given.letters import token_in

RESELLER = {
    "name": "Détail Ouest",
    "country": "FR",
    "segment": "tpe",
    "email": "gerante@detail-ouest.example",
}


async def test_D_10_a_wholesaler_invites_a_reseller_who_then_sees_only_itself(db: None) -> None:
    gros = await clients.organisation("gros", "wholesaler")
    async with await clients.signed_in("owner", gros) as wholesaler:
        empty = (await wholesaler.get("/api/portal/network")).json()
        assert empty == {"place": None, "may_invite": True, "resellers": []}
        made = await wholesaler.post("/api/portal/network/resellers", json=RESELLER)
        assert made.status_code == 201, made.text
        (below,) = (await wholesaler.get("/api/portal/network")).json()["resellers"]
        assert (below["name"], below["depth"]) == ("Détail Ouest", 1)
        assert (below["verification"], below["billing"]) == ("unverified", "wholesaler")
    token = await token_in("invitation", RESELLER["email"])
    async with clients.visitor() as newcomer:
        joined = await newcomer.post(
            "/api/store/account/invitation/acceptance",
            json={"token": token, "name": "Gérante", "password": clients.PASSWORD},
        )
        assert joined.status_code < 300, joined.text
        signed = await newcomer.post(
            "/api/store/session", json={"email": RESELLER["email"], "password": clients.PASSWORD}
        )
        assert signed.status_code == 200
        mine = (await newcomer.get("/api/portal/network")).json()
        assert mine["place"]["parent_name"] == "gros SAS"
        assert (mine["may_invite"], mine["resellers"]) == (False, [])
        refused = await newcomer.post("/api/portal/network/resellers", json=RESELLER)
        assert (refused.status_code, refused.json()["code"]) == (409, "not-a-network-role")


async def test_a_member_and_a_key_invite_nobody(db: None) -> None:
    gros = await clients.organisation("gros", "wholesaler")
    async with await clients.signed_in("member", gros) as member:
        assert (await member.get("/api/portal/network")).status_code == 200
        answer = await member.post("/api/portal/network/resellers", json=RESELLER)
        assert answer.status_code == 403
    async with await clients.signed_in("owner", gros) as owner:
        answer = await owner.post(
            "/api/portal/api-keys", json={"name": "k", "scopes": ["portal:network:write"]}
        )
        assert answer.status_code == 422


async def test_the_operator_moves_a_reseller_and_takes_it_out(db: None) -> None:
    gros = await clients.organisation("gros", "wholesaler")
    shop = await clients.organisation("shop", "reseller")
    other = await clients.organisation("other", "wholesaler")
    async with await clients.signed_in("partner_manager") as staff:
        for above in (gros, other):
            answer = await staff.post(
                "/api/office/network/memberships",
                json={
                    "organisation_id": str(shop),
                    "parent_id": str(above),
                    "billing": "operator",
                    "reason": "Contrat signé",
                },
            )
            assert answer.status_code == 201, answer.text
        roots = (await staff.get("/api/office/network")).json()["items"]
        assert [(root["name"], root["resellers"]) for root in roots] == [("other SAS", 1)]
        tree = (await staff.get(f"/api/office/organisations/{shop}/network")).json()
        assert [place["parent_name"] for place in tree["places"]] == ["other SAS", "gros SAS"]
        address = f"/api/office/organisations/{shop}/network/end"
        assert (await staff.post(address, json={"reason": "Fin"})).status_code == 200
        assert (await staff.post(address, json={"reason": "Fin"})).status_code == 404


async def test_who_lost_the_role_after_the_request_was_let_in_invites_nobody(db: None) -> None:
    """Rights are looked at again inside the transaction."""
    wholesaler = await clients.organisation("gros", "wholesaler")
    email = await clients.person("owner", wholesaler)
    person_id = await core.fetch_value("SELECT id FROM identity.person WHERE email = $1", email)
    let_in = Principal("person", str(person_id), wholesaler, frozenset({"portal:network:write"}))
    await identity.end_membership(
        person_id,
        organisation_id=wholesaler,
        role="owner",
        now=datetime.now(UTC),
        actor=given.SYSTEM,
    )
    with pytest.raises(NotAllowed):
        await network.invite_reseller(
            let_in, name="R", country="FR", segment="pme", email="r@x.example", language="fr",
            billing="operator", base_url="http://x", origin=identity.Origin("::1"), now=given.NOW,
        )  # fmt: skip
