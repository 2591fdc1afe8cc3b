"""The network as of a moment, moves tried first, contacts of resellers."""

from datetime import timedelta

import pytest

from backend import core, network
from backend.network import contacts, preview
from tests import clients, given
from tests.network.test_actions import branch, join, later, organisation


async def test_the_network_of_a_moment_is_what_stood_then_parents_first(db: None) -> None:
    root, first, deep = await branch(2)
    other = await organisation("wholesaler", "Autre SA")
    await join(first, other, minutes=60)
    before = await preview.network_at(later(59))
    assert [(one.organisation_id, one.depth) for one in before] == [
        (root, 0),
        (first, 1),
        (deep, 2),
    ]
    after = await preview.network_at(later(60))
    assert [(one.organisation_id, one.root_id) for one in after] == [
        (other, other), (first, other), (deep, other),
    ]  # fmt: skip
    assert await preview.network_at(later(-1)) == []


async def test_a_move_is_tried_and_nothing_of_it_is_kept(db: None) -> None:
    root, first, deep = await branch(2)
    other = await organisation("wholesaler", "Autre SA")
    now = later(5)
    move = await preview.preview_move(first, other, "operator", now=now)
    assert [(one.organisation_id, one.is_invoiced, one.is_paid) for one in move.before] == [
        (first, False, False), (root, True, False),
    ]  # fmt: skip
    assert [(one.organisation_id, one.is_invoiced, one.is_paid) for one in move.after] == [
        (first, True, False), (other, False, True),
    ]  # fmt: skip
    assert (move.gains, move.loses, move.moves_along) == (["Autre SA"], ["Gros SA"], 1)
    parent = await network.parent_at(first, now)
    assert parent is not None
    assert parent.organisation_id == root
    assert len(await core.fetch("SELECT FROM audit.change WHERE actor = $1", preview.TRIED)) == 0
    out = await preview.preview_move(first, None, "wholesaler", now=now)
    assert [one.organisation_id for one in out.after] == [first]
    with pytest.raises(network.NetworkCycle):
        await preview.preview_move(root, deep, "wholesaler", now=now)


async def test_the_office_reads_the_network_of_a_day_and_tries_a_move(db: None) -> None:
    root, first = await branch(1)
    async with await clients.signed_in("partner_manager") as manager:
        day = given.NOW.date()
        tree = (await manager.get(f"/api/office/network/tree?on={day}")).json()
        assert [one["organisation_id"] for one in tree["items"]] == [str(root), str(first)]
        early = await manager.get(f"/api/office/network/tree?on={day - timedelta(days=1)}")
        assert early.json()["items"] == []
        for never in ("1900-01-01", "2099-01-01"):
            told = await manager.get(f"/api/office/network/tree?on={never}")
            assert (told.status_code, told.json()["code"]) == (422, "network-day-wrong")
        move = await manager.post(
            "/api/office/network/preview", json={"organisation_id": str(first), "parent_id": None}
        )
        assert move.json()["loses"] == ["Gros SA"]
        wrong = await manager.post(
            "/api/office/network/preview",
            json={"organisation_id": str(root), "parent_id": str(first)},
        )
        assert wrong.json()["code"] == "network-cycle"


async def test_D_11_a_reseller_has_a_named_contact_and_only_its_chain_sees_it(db: None) -> None:
    root, first, deep = await branch(2)
    sibling = await organisation("reseller", "Voisine SARL")
    await join(sibling, root)
    async with await clients.signed_in("owner", root) as owner:
        who = {"name": "Jeanne", "email": "jeanne@gros.example"}
        url = f"/api/portal/network/resellers/{first}/contact"
        assert (await owner.post(url, json=who)).status_code == 204
        assert (await owner.post(url, json=who)).status_code == 204
        far = await owner.post(f"/api/portal/network/resellers/{deep}/contact", json=who)
        assert far.json()["code"] == "not-in-network"
        mine = (await owner.get("/api/portal/network")).json()["resellers"]
        contact = {one["organisation_id"]: one["contact"] for one in mine}
        assert contact[str(first)] == who
        assert contact[str(deep)] is None
    async with await clients.signed_in("owner", first) as reseller:
        assert (await reseller.get("/api/portal/network")).json()["place"]["contact"] == who
    assert await core.fetch_value("SELECT count(*) FROM network.contact") == 1
    for one, seen in ((root, 1), (first, 1), (deep, 0), (sibling, 0)):
        with core.acting_for(one):
            assert len(await core.fetch("SELECT FROM network.contact")) == seen
    # Who moves away is looked after by somebody else.
    other = await organisation("wholesaler", "Autre SA")
    await join(first, other, minutes=9)
    assert await contacts.contacts_of([first]) == {}
