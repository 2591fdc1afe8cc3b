"""A reseller is invited once: a second try is told of the first, which is sent again or ended."""

import asyncio

import asyncpg
import pytest

from backend import core
from tests import clients
from tests.given.letters import kinds, token_in
from tests.network.test_routes import RESELLER

ADDRESS = "/api/portal/network/resellers"
SIREN = "732829320"


async def test_a_second_invitation_is_told_of_the_first_which_is_sent_again_or_withdrawn(
    db: None,
) -> None:
    gros = await clients.organisation("gros", "wholesaler")
    async with await clients.signed_in("owner", gros) as owner:
        first = await owner.post(ADDRESS, json={**RESELLER, "siren": SIREN})
        made = first.json()["organisation_id"]
        for again in (
            {**RESELLER, "email": RESELLER["email"].upper()},
            {**RESELLER, "email": "autre@detail.example", "siren": SIREN},
        ):
            refused = await owner.post(ADDRESS, json=again)
            assert (refused.status_code, refused.json()["code"]) == (409, "reseller-invited")
            assert refused.json()["facts"]["organisation_id"] == made
        (below,) = (await owner.get("/api/portal/network")).json()["resellers"]
        assert below["invitation"]["email"] == RESELLER["email"]

        old = await token_in("invitation", RESELLER["email"])
        assert (await owner.post(f"{ADDRESS}/{made}/invitation")).status_code == 204
        assert await kinds(RESELLER["email"]) == ["invitation", "invitation"]
        async with clients.visitor() as guest:
            read = await guest.post("/api/store/account/invitation", json={"token": old})
            assert read.json()["code"] == "link-expired"
        away = {"reason": "Faute de frappe"}
        assert (await owner.post(f"{ADDRESS}/{made}/withdrawal", json=away)).status_code == 204
        ended = await owner.post(f"{ADDRESS}/{made}/withdrawal", json=away)
        assert (ended.status_code, ended.json()["code"]) == (409, "invitation-ended")
        assert (await owner.get("/api/portal/network")).json()["resellers"] == []
        stranger = await clients.organisation("autre", "reseller")
        for verb, body in (("invitation", None), ("withdrawal", away)):
            never = await owner.post(f"{ADDRESS}/{stranger}/{verb}", json=body)
            assert (never.status_code, never.json()["code"]) == (404, "not-in-network")
        assert (await owner.post(ADDRESS, json={**RESELLER, "siren": SIREN})).status_code == 201


async def test_who_joined_waits_no_more_and_its_siren_is_known(db: None) -> None:
    gros = await clients.organisation("gros", "wholesaler")
    async with await clients.signed_in("owner", gros) as owner:
        made = (await owner.post(ADDRESS, json={**RESELLER, "siren": SIREN})).json()
        token = await token_in("invitation", RESELLER["email"])
        async with clients.visitor() as newcomer:
            joined = await newcomer.post(
                "/api/store/account/invitation/acceptance",
                json={"token": token, "name": "Gérante", "password": clients.PASSWORD},
            )
            assert joined.status_code < 300, joined.text
        (below,) = (await owner.get("/api/portal/network")).json()["resellers"]
        assert below["invitation"] is None
        again = await owner.post(f"{ADDRESS}/{made['organisation_id']}/invitation")
        assert (again.status_code, again.json()["code"]) == (409, "invitation-ended")
        known = await owner.post(
            ADDRESS, json={**RESELLER, "email": "b@detail.example", "siren": SIREN}
        )
        assert (known.status_code, known.json()["code"]) == (409, "reseller-known")


async def test_two_invitations_at_the_same_moment_make_one(db: None) -> None:
    gros = await clients.organisation("gros", "wholesaler")
    async with await clients.signed_in("owner", gros) as owner:
        answers = await asyncio.gather(*(owner.post(ADDRESS, json=RESELLER) for _ in range(4)))
        assert sorted(one.status_code for one in answers) == [201, 409, 409, 409]
        assert {one.json().get("code") for one in answers} == {None, "reseller-invited"}
    assert await core.fetch_value("SELECT count(*) FROM network.invitation") == 1
    assert await core.fetch_value("SELECT count(*) FROM network.membership") == 1
    assert await kinds(RESELLER["email"]) == ["invitation"]
    other = await clients.organisation("autre", "reseller")
    with pytest.raises(asyncpg.UniqueViolationError):
        async with core.transaction():
            await core.connection().execute(
                "INSERT INTO network.invitation SELECT $1, parent_id, email, siren, letter_id, "
                "actor, invited_at, sent_at FROM network.invitation",
                other,
            )
