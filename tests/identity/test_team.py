"""A team: invited by mail, given roles, removed; the last owner stays."""

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import UUID

import httpx
import pytest

from backend import core, identity
from backend.identity import queries, rules
from tests import clients
from tests.given.letters import kinds, token_in

GUEST = "guest@example.test"
NEW = "a new long password"


async def invited(owner: httpx.AsyncClient, role: str = "finance", email: str = GUEST) -> str:
    answer = await owner.post("/api/portal/team/invitations", json={"email": email, "role": role})
    assert answer.status_code == 201, answer.text
    return await token_in("invitation", email)


async def accepted(token: str, **body: str) -> httpx.Response:
    async with clients.visitor() as guest:
        return await guest.post(
            "/api/store/account/invitation/acceptance", json={"token": token, **body}
        )


async def test_somebody_new_joins_with_a_name_and_a_password(db: None) -> None:
    acme = await clients.organisation("acme", "isv")
    async with await clients.signed_in("owner", acme) as owner, clients.visitor() as guest:
        token = await invited(owner)
        shown = await guest.post("/api/store/account/invitation", json={"token": token})
        assert shown.json() == {
            "organisation": "acme SAS", "email": GUEST, "role": "finance", "account": "none",
        }  # fmt: skip
        assert (await accepted(token)).json()["code"] == "member-unknown"
        assert (await accepted(token, name="Guest", password=NEW)).status_code == 204
        me = await guest.post("/api/store/session", json={"email": GUEST, "password": NEW})
        assert me.json()["roles"] == ["finance"] and me.json()["email_verified"]
        assert (await accepted(token, name="Guest", password=NEW)).status_code == 410
        team = (await owner.get("/api/portal/team")).json()
        assert [one["email"] for one in team["members"] if one["roles"] == ["finance"]] == [GUEST]
        assert team["invitations"] == []


async def test_somebody_known_joins_and_keeps_their_password(db: None) -> None:
    acme, other = await clients.organisation("acme"), await clients.organisation("other")
    email = await clients.person("owner", other)
    async with await clients.signed_in("owner", acme) as owner, clients.visitor() as guest:
        token = await invited(owner, "member", email)
        assert (await accepted(token, name="X", password=NEW)).status_code == 204
        refused = await guest.post("/api/store/session", json={"email": email, "password": NEW})
        assert refused.status_code == 401
        me = await guest.post(
            "/api/store/session", json={"email": email, "password": clients.PASSWORD}
        )
        assert len(me.json()["memberships"]) == 2


async def test_an_account_that_nobody_confirmed_is_taken_by_who_reads_the_mail(db: None) -> None:
    acme = await clients.organisation()
    async with await clients.signed_in("owner", acme) as owner, clients.visitor() as stranger:
        await stranger.post(
            "/api/store/account",
            json={
                "email": GUEST, "password": "the stranger's own", "name": "S", "company": "S",
                "country": "FR", "segment": "tpe",
            },
        )  # fmt: skip
        token = await invited(owner)
        assert (await accepted(token)).status_code == 404
        assert (await accepted(token, password=NEW)).status_code == 204
        refused = await stranger.post(
            "/api/store/session", json={"email": GUEST, "password": "the stranger's own"}
        )
        assert refused.status_code == 401


async def test_a_withdrawn_replaced_or_old_invitation_opens_nothing(db: None) -> None:
    acme = await clients.organisation()
    async with await clients.signed_in("owner", acme) as owner:
        first = await invited(owner)
        second = await invited(owner)
        assert (await accepted(first, name="G", password=NEW)).status_code == 410
        (open_one,) = (await owner.get("/api/portal/team")).json()["invitations"]
        for _ in range(2):
            gone = await owner.delete(f"/api/portal/team/invitations/{open_one['id']}")
            assert gone.status_code == 204
        assert (await accepted(second, name="G", password=NEW)).status_code == 410
        third = await invited(owner)
    late = datetime.now(UTC) + rules.INVITED + timedelta(minutes=1)
    with pytest.raises(identity.LinkExpired):
        await identity.accept_invitation(third, name="G", password=NEW, now=late)


async def test_a_member_is_not_invited_again(db: None) -> None:
    acme = await clients.organisation()
    email = await clients.person("member", acme)
    async with await clients.signed_in("owner", acme) as owner:
        answer = await owner.post(
            "/api/portal/team/invitations", json={"email": email.upper(), "role": "owner"}
        )
        assert (answer.status_code, answer.json()["code"]) == (409, "already-member")
    assert await kinds(email) == []


async def test_a_role_is_changed_and_a_removed_member_is_out_at_once(db: None) -> None:
    acme = await clients.organisation()
    async with (
        await clients.signed_in("owner", acme) as owner,
        await clients.signed_in("member", acme) as member,
    ):
        member_id = (await member.get("/api/store/session")).json()["person"]["id"]
        changed = await owner.put(f"/api/portal/team/members/{member_id}", json={"role": "finance"})
        assert changed.status_code == 204
        assert (await member.get("/api/store/session")).json()["roles"] == ["finance"]
        refused = await member.put(f"/api/portal/team/members/{member_id}", json={"role": "owner"})
        assert refused.status_code == 403
        assert (await owner.delete(f"/api/portal/team/members/{member_id}")).status_code == 204
        assert (await member.get("/api/store/session")).status_code == 401
        again = await owner.delete(f"/api/portal/team/members/{member_id}")
        assert again.json()["code"] == "member-unknown"


async def test_the_last_owner_neither_leaves_nor_becomes_less(db: None) -> None:
    acme = await clients.organisation()
    async with await clients.signed_in("owner", acme) as owner:
        own_id = (await owner.get("/api/store/session")).json()["person"]["id"]
        address = f"/api/portal/team/members/{own_id}"
        assert (await owner.delete(address)).json()["code"] == "last-owner"
        assert (await owner.put(address, json={"role": "member"})).json()["code"] == "last-owner"
        await clients.person("owner", acme)
        assert (await owner.put(address, json={"role": "member"})).status_code == 204


async def test_two_owners_who_leave_at_once_leave_one(db: None) -> None:
    acme = await clients.organisation()
    leaving = []
    for _ in range(2):
        email = await clients.person("owner", acme)
        session = await identity.sign_in(
            email=email, password=clients.PASSWORD, address="10.0.0.1", now=datetime.now(UTC)
        )
        assert isinstance(session, identity.Session)
        principal = await queries.session_principal(session.token, datetime.now(UTC))
        assert principal is not None
        leaving.append(principal)

    async def leave(number: int) -> str:
        try:
            with core.acting_for(acme):
                await identity.remove_member(
                    leaving[number], UUID(leaving[number].id), now=datetime.now(UTC)
                )
        except rules.LastOwner:
            return "stays"
        return "leaves"

    assert sorted(await asyncio.gather(leave(0), leave(1))) == ["leaves", "stays"]


async def test_another_organisations_team_is_not_there(db: None) -> None:
    acme, other = await clients.organisation("acme"), await clients.organisation("other")
    async with (
        await clients.signed_in("owner", acme) as mine,
        await clients.signed_in("owner", other) as theirs,
    ):
        await invited(mine)
        (invitation,) = (await mine.get("/api/portal/team")).json()["invitations"]
        own_id = (await mine.get("/api/store/session")).json()["person"]["id"]
        assert GUEST not in (await theirs.get("/api/portal/team")).text
        for method, path in (
            ("DELETE", f"invitations/{invitation['id']}"), ("DELETE", f"members/{own_id}"),
        ):  # fmt: skip
            answer = await theirs.request(method, f"/api/portal/team/{path}")
            assert answer.status_code == 404, path
