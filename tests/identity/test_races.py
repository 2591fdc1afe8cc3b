"""What was checked a moment ago still holds when it counts: nothing outlives a reset under way."""

import asyncio
import threading
from collections.abc import Awaitable
from datetime import timedelta
from typing import TypeVar
from uuid import UUID

import pytest

from backend import core, identity, web
from backend.identity import passwords, queries, rules
from backend.web import NotSignedIn
from tests import clients
from tests.conftest import Owner
from tests.given.letters import token_in
from tests.identity.test_actions import NOW, sign_in

T = TypeVar("T")
NEW = "a new long password"
SESSIONS = "SELECT count(*) FROM identity.session"


async def overtaken(owner: Owner, person_id: UUID, doing: Awaitable[T]) -> T:
    """`doing` has looked at what it needs and waits for the person's row, when a change of the
    password goes first.
    """
    hashed = await passwords.hash_password(NEW)
    async with owner.transaction():
        await owner.execute("SELECT FROM identity.person WHERE id = $1 FOR UPDATE", person_id)
        task = asyncio.ensure_future(doing)
        for _ in range(500):
            if task.done() or await owner.fetchval(
                "SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted)"
            ):
                break
            await asyncio.sleep(0.01)
        await owner.execute(
            "UPDATE identity.person SET password_hash = $2 WHERE id = $1", person_id, hashed
        )
        if not task.done():
            await owner.execute("DELETE FROM identity.session WHERE person_id = $1", person_id)
    return await task


async def owner_of(email: str) -> tuple[UUID, web.Principal]:
    session = await sign_in(email)
    principal = await queries.session_principal(session.token, NOW)
    assert principal is not None
    return session.person_id, principal


async def test_a_sign_in_under_way_does_not_outlive_a_reset(db: None, owner: Owner) -> None:
    email = await clients.person("owner", await clients.organisation())
    person_id: UUID = await core.fetch_value("SELECT id FROM identity.person")
    with pytest.raises(rules.WrongCredentials):
        await overtaken(owner, person_id, sign_in(email))
    assert await core.fetch_value(SESSIONS) == 0
    await sign_in(email, NEW)


async def test_a_password_change_under_way_does_not_undo_a_reset(db: None, owner: Owner) -> None:
    email = await clients.person("owner", await clients.organisation())
    person_id, principal = await owner_of(email)
    changing = identity.change_password(
        principal, current=clients.PASSWORD, new="the thief's password", now=NOW
    )
    with pytest.raises(rules.WrongCredentials):
        await overtaken(owner, person_id, changing)
    assert await core.fetch_value(SESSIONS) == 0
    await sign_in(email, NEW)


async def test_a_session_that_ended_meanwhile_changes_no_password(db: None) -> None:
    email = await clients.person("owner", await clients.organisation())
    _, principal = await owner_of(email)
    await core.fetch("DELETE FROM identity.session")
    with pytest.raises(NotSignedIn):
        await identity.change_password(principal, current=clients.PASSWORD, new=NEW, now=NOW)
    await sign_in(email)


async def test_an_old_password_asks_for_no_new_address(db: None, owner: Owner) -> None:
    person_id, principal = await owner_of(
        await clients.person("owner", await clients.organisation())
    )
    asking = identity.ask_new_email(
        principal, email="thief@example.test", password=clients.PASSWORD,
        base_url=clients.BASE, now=NOW,
    )  # fmt: skip
    with pytest.raises(rules.WrongCredentials):
        await overtaken(owner, person_id, asking)
    assert await core.fetch("SELECT FROM identity.proof") == []
    assert await core.fetch("SELECT FROM mail.message") == []


async def test_an_old_password_confirms_no_session(db: None, owner: Owner) -> None:
    person_id, principal = await owner_of(
        await clients.person("owner", await clients.organisation())
    )
    confirming = identity.confirm(principal, clients.PASSWORD, now=NOW)
    with pytest.raises(rules.WrongCredentials):
        await overtaken(owner, person_id, confirming)


async def test_an_old_password_confirms_no_address(db: None, owner: Owner) -> None:
    email = "new@example.test"
    person_id, principal = await owner_of(
        await clients.person("owner", await clients.organisation())
    )
    await identity.ask_new_email(
        principal, email=email, password=clients.PASSWORD, base_url=clients.BASE, now=NOW
    )
    claim = identity.Claim(password=clients.PASSWORD)
    token = await token_in("change_email", email)
    with pytest.raises(rules.WrongCredentials):
        await overtaken(owner, person_id, identity.verify_email(token, claim, now=NOW))
    assert await core.fetch_value("SELECT email FROM identity.person") != email


async def test_choosing_where_to_act_does_not_outlive_a_reset(db: None, owner: Owner) -> None:
    acme = await clients.organisation()
    person_id, principal = await owner_of(await clients.person("owner", acme))
    with pytest.raises(NotSignedIn):
        await overtaken(owner, person_id, identity.act_for(principal, acme, now=NOW))
    assert await core.fetch_value(SESSIONS) == 0


async def test_one_session_becomes_one_other_and_no_fresher_one(db: None) -> None:
    acme = await clients.organisation()
    _, principal = await owner_of(await clients.person("owner", acme))
    before = await core.fetch_row("SELECT confirmed_at, expires_at FROM identity.session")
    later = NOW + timedelta(hours=1)

    async def go() -> bool:
        try:
            await identity.act_for(principal, acme, now=later)
        except NotSignedIn:
            return False
        return True

    assert sorted(await asyncio.gather(*(go() for _ in range(4)))) == [False] * 3 + [True]
    assert await go() is False
    assert await core.fetch("SELECT confirmed_at, expires_at FROM identity.session") == [before]


async def test_who_has_no_link_waits_for_no_password_to_be_hashed(db: None) -> None:
    busy = threading.Event()
    for _ in range(2):
        passwords._THREADS.submit(busy.wait)
    try:
        async with asyncio.timeout(5):
            for using in (
                identity.verify_with_new_password("x", NEW, now=NOW),
                identity.reset_password("x", NEW, now=NOW),
                identity.accept_invitation("x", name="X", password=NEW, now=NOW),
            ):
                with pytest.raises(identity.LinkExpired):
                    await using
    finally:
        busy.set()


@pytest.mark.parametrize("path", ["verification", "password", "invitation/acceptance"])
async def test_sixty_links_are_tried_from_one_address(db: None, path: str) -> None:
    body = {"token": "x", ("password" if "/" in path else "new"): NEW}
    async with clients.visitor() as stranger:
        told = [
            (await stranger.post(f"/api/store/account/{path}", json=body)).status_code
            for _ in range(2 * rules.ATTEMPTS_PER_ADDRESS + 1)
        ]
    # Two windows, where the test runs across the end of one.
    assert told[0] == 410 and 429 in told[rules.ATTEMPTS_PER_ADDRESS :]
