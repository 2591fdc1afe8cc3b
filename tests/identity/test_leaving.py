"""Who leaves, or becomes less, leaves no door open; who lets in others proves who they are."""

from datetime import UTC, datetime
from uuid import UUID

import httpx
import pytest

from backend import core, identity, web
from backend.identity import queries
from tests import clients
from tests.identity.test_team import NEW, accepted, invited

LONG_AGO = "UPDATE identity.session SET confirmed_at = now() - interval '1 day'"
SECOND = "second.mailbox@example.test"


async def person_id(browser: httpx.AsyncClient) -> str:
    found: str = (await browser.get("/api/store/session")).json()["person"]["id"]
    return found


async def key_of(maker: httpx.AsyncClient, audience: str, *scopes: str) -> str:
    asked = {"name": "program", "scopes": list(scopes)}
    made = await maker.post(f"/api/{audience}/api-keys", json=asked)
    assert made.status_code == 201, made.text
    key: str = made.json()["key"]
    return key


async def opens(key: str, path: str) -> bool:
    async with clients.program(key) as program:
        answer = await program.get(path)
    assert answer.status_code in (200, 401), answer.text
    return answer.status_code == 200


async def audited() -> set[str]:
    return {row["action"] for row in await core.fetch("SELECT action FROM audit.change")}


@pytest.mark.parametrize("becoming", ["member", None])
async def test_a_former_owner_does_not_come_back_by_an_invitation_of_their_own(
    db: None, becoming: str | None
) -> None:
    acme = await clients.organisation()
    async with (
        await clients.signed_in("owner", acme) as owner,
        await clients.signed_in("owner", acme) as leaver,
    ):
        token = await invited(leaver, "owner", SECOND)
        others = await invited(owner, "member", "another@example.test")
        address = f"/api/portal/team/members/{await person_id(leaver)}"
        if becoming is None:
            gone = await owner.delete(address)
        else:
            gone = await owner.put(address, json={"role": becoming})
        assert gone.status_code == 204, gone.text
    assert (await accepted(token, name="Mallory", password=NEW)).status_code == 410
    assert (await accepted(others, name="Another", password=NEW)).status_code == 204
    assert "withdraw_invitation" in await audited()


async def test_a_demoted_owner_keeps_the_keys_of_a_member_alone(db: None) -> None:
    acme = await clients.organisation("acme", "isv")
    async with (
        await clients.signed_in("owner", acme) as owner,
        await clients.signed_in("owner", acme) as demoted,
    ):
        beyond = await key_of(demoted, "portal", "portal:sale:read", "portal:audit:read")
        within = await key_of(demoted, "portal", "portal:sale:read")
        others = await key_of(owner, "portal", "portal:audit:read")
        address = f"/api/portal/team/members/{await person_id(demoted)}"
        assert (await owner.put(address, json={"role": "member"})).status_code == 204
    assert not await opens(beyond, "/api/portal/sales")
    assert await opens(within, "/api/portal/sales")
    assert await opens(others, "/api/portal/audit")
    assert "revoke_api_key" in await audited()


async def test_staff_who_leave_keep_no_key_and_who_stay_keep_what_their_role_may(db: None) -> None:
    now = datetime.now(UTC)
    async with await clients.signed_in("admin") as staff:
        me = UUID(await person_id(staff))
        await identity.add_membership(
            me, organisation_id=None, role="auditor", now=now, actor="system:test"
        )
        sends = await key_of(staff, "office", "office:sale:read", "office:payout:send")
        reads = await key_of(staff, "office", "office:sale:read")
    for role, left in (("admin", True), ("auditor", False)):
        await identity.end_membership(
            me, organisation_id=None, role=role, now=datetime.now(UTC), actor="system:test"
        )
        assert not await opens(sends, "/api/office/sales")
        assert await opens(reads, "/api/office/sales") is left


async def test_who_was_removed_meanwhile_invites_nobody_and_makes_no_key(db: None) -> None:
    acme, now = await clients.organisation(), datetime.now(UTC)
    email = await clients.person("owner", acme)
    session = await identity.sign_in(
        email=email, password=clients.PASSWORD, address="10.0.0.1", now=now
    )
    assert isinstance(session, identity.Session)
    principal = await queries.session_principal(session.token, now)
    assert principal is not None
    await identity.end_membership(
        session.person_id, organisation_id=acme, role="owner", now=datetime.now(UTC),
        actor="system:test",
    )  # fmt: skip
    with core.acting_for(acme):
        with pytest.raises(web.NotAllowed):
            await identity.invite(
                principal, email=SECOND, role="owner", base_url=clients.BASE, now=now
            )
        with pytest.raises(core.Problem, match="portal:sale:read"):
            await identity.create_api_key(
                principal, name="late", scopes=["portal:sale:read"], expires_at=None,
                base_url=clients.BASE, now=now,
            )  # fmt: skip


@pytest.mark.parametrize("role", ["owner", "finance"])
async def test_who_lets_people_at_the_money_proves_again_who_they_are(db: None, role: str) -> None:
    acme = await clients.organisation()
    body = {"email": SECOND, "role": role}
    async with (
        await clients.signed_in("owner", acme) as owner,
        await clients.signed_in("member", acme) as member,
    ):
        address = f"/api/portal/team/members/{await person_id(member)}"
        await core.fetch(LONG_AGO)
        for refused in (
            await owner.post("/api/portal/team/invitations", json=body),
            await owner.put(address, json={"role": role}),
        ):
            assert (refused.status_code, refused.json()["code"]) == (403, "confirm-first")
        less = await owner.post("/api/portal/team/invitations", json={**body, "role": "buyer"})
        assert less.status_code == 201
        assert (await owner.put(address, json={"role": "buyer"})).status_code == 204
        proof = {"password": clients.PASSWORD}
        assert (await owner.post("/api/store/session/confirmation", json=proof)).status_code == 204
        again = await owner.post("/api/portal/team/invitations", json=body)
        assert again.status_code == 201
        assert (await owner.put(address, json={"role": role})).status_code == 204
