"""What somebody who holds an open session, or an old password, cannot turn into more."""

from datetime import timedelta

import pytest

from backend import core
from backend.identity import act_for, change_password
from backend.identity.confirming import changing
from backend.identity.queries import session_principal
from backend.identity.rules import ConfirmFirst
from tests import clients
from tests.identity.test_actions import NOW, sign_in


async def test_choosing_where_to_act_renews_neither_the_proof_nor_the_end_of_a_session(
    db: None,
) -> None:
    acme = await clients.organisation()
    session = await sign_in(await clients.person("owner", acme))
    principal = await session_principal(session.token, NOW)
    assert principal is not None
    ends = "SELECT expires_at FROM identity.session"
    before = await core.fetch_value(ends)
    later = NOW + timedelta(minutes=16)
    again = await act_for(principal, acme, now=later)
    renewed = await session_principal(again.token, later)
    assert renewed is not None and await core.fetch_value(ends) == before
    with pytest.raises(ConfirmFirst):
        await changing(renewed, later)


async def test_a_link_asked_for_with_the_old_password_ends_with_it(db: None) -> None:
    acme = await clients.organisation()
    session = await sign_in(await clients.person("owner", acme))
    principal = await session_principal(session.token, NOW)
    assert principal is not None
    await core.fetch(
        "INSERT INTO identity.proof (token_sha256, person_id, purpose, email, created_at, "
        "expires_at) VALUES (sha256('x'), $1::uuid, 'change_email', 'thief@example.com', $2, $3)",
        principal.id, NOW, NOW + timedelta(days=1),
    )  # fmt: skip
    await change_password(
        principal, current=clients.PASSWORD, new="quite another password", now=NOW
    )
    assert await core.fetch_value("SELECT count(*) FROM identity.proof") == 0


async def test_the_keys_of_a_member_end_with_the_membership(db: None) -> None:
    acme = await clients.organisation()
    async with (
        await clients.signed_in("owner", acme) as owner,
        await clients.signed_in("owner", acme) as leaver,
    ):
        made = await leaver.post(
            "/api/portal/api-keys", json={"name": "mine", "scopes": ["portal:sale:read"]}
        )
        assert made.status_code == 201
        person = (await leaver.get("/api/store/session")).json()["person"]["id"]
        gone = await owner.delete(f"/api/portal/team/members/{person}")
        assert gone.status_code == 204
    async with clients.program(made.json()["key"]) as program:
        assert (await program.get("/api/portal/sales")).status_code == 401
