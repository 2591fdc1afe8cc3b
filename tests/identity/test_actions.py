"""People, sessions and keys change, and each change leaves one audit row."""

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import UUID

import asyncpg
import pytest

from backend import core, identity, web
from backend.identity import queries, rules
from tests import clients

NOW = datetime(2026, 10, 1, 12, tzinfo=UTC)


async def sign_in(
    email: str, password: str = clients.PASSWORD, *, now: datetime = NOW, address: str = "10.0.0.1"
) -> identity.Session:
    session = await identity.sign_in(email=email, password=password, address=address, now=now)
    assert isinstance(session, identity.Session)
    return session


async def actions_written() -> list[str]:
    return [row["action"] for row in await core.fetch("SELECT action FROM audit.change ORDER BY 1")]


async def test_a_session_ends_after_half_an_hour_without_use(db: None) -> None:
    token = (await sign_in(await clients.person("admin"))).token
    used = NOW + rules.IDLE - timedelta(seconds=1)
    assert await queries.session_principal(token, used) is not None
    assert await queries.session_principal(token, used + rules.IDLE - timedelta(seconds=1))
    assert await queries.session_principal(token, used + 2 * rules.IDLE) is None


async def test_a_session_ends_after_two_weeks_whatever_its_use(db: None) -> None:
    token = (await sign_in(await clients.person("admin"))).token
    now = NOW
    while now < NOW + rules.LONGEST:
        assert await queries.session_principal(token, now) is not None
        now += timedelta(minutes=29, seconds=50)
    assert await queries.session_principal(token, now) is None


async def test_the_token_is_kept_nowhere(db: None) -> None:
    token = (await sign_in(await clients.person("admin"))).token
    rows = await core.fetch("SELECT s::text AS row FROM identity.session s")
    assert len(rows) == 1 and token not in rows[0]["row"]


async def test_ended_sessions_are_forgotten(db: None) -> None:
    await sign_in(await clients.person("admin"))
    assert await identity.forget_ended_sessions(NOW) == 0
    assert await identity.forget_ended_sessions(NOW + rules.IDLE) == 1


async def test_a_wrong_password_and_an_unknown_person_are_the_same(db: None) -> None:
    email = await clients.person("admin")
    told = []
    for address, password in ((email, "wrong"), ("nobody@example.test", clients.PASSWORD)):
        with pytest.raises(rules.WrongCredentials) as refusal:
            await sign_in(address, password)
        told.append(str(refusal.value))
    assert told[0] == told[1]


async def test_a_person_without_a_password_cannot_sign_in(db: None) -> None:
    await identity.create_person(
        email="a@example.test", name="A", password=None, now=NOW, actor="system:test"
    )
    with pytest.raises(rules.WrongCredentials):
        await sign_in("a@example.test", "nobody has this password")


async def test_a_person_without_a_role_is_let_in_nowhere(db: None) -> None:
    await identity.create_person(
        email="a@example.test", name="A", password=clients.PASSWORD, now=NOW, actor="system:test"
    )
    with pytest.raises(rules.NoRole):
        await sign_in("a@example.test")


async def test_an_address_of_mail_is_one_person_in_any_spelling(db: None) -> None:
    for email, refused in (("A@Example.test", False), ("a@example.TEST", True)):
        making = identity.create_person(
            email=email, name="A", password=None, now=NOW, actor="system:test"
        )
        if refused:
            with pytest.raises(identity.EmailTaken):
                await making
        else:
            await making


async def test_ten_passwords_are_tried_for_one_account_from_anywhere(db: None) -> None:
    email = await clients.person("admin")

    async def attempt(number: int) -> type[Exception] | None:
        try:
            await sign_in(email, "wrong", address=f"10.0.1.{number}")
        except core.Problem as refusal:
            return type(refusal)
        return None

    told = await asyncio.gather(*(attempt(number) for number in range(14)))
    assert told.count(rules.WrongCredentials) == 10
    assert told.count(web.TooManyRequests) == 4
    with pytest.raises(web.TooManyRequests):
        await sign_in(email, address="10.0.2.1")
    await sign_in(email, address="10.0.2.1", now=NOW + timedelta(minutes=15))


async def test_sixty_passwords_are_tried_from_one_address(db: None) -> None:
    for number in range(rules.ATTEMPTS_PER_ADDRESS):
        await web.take("sign-in:address:10.9.9.9", limit=10**6, window_s=rules.WINDOW_S, now=NOW)
        assert number < 60
    with pytest.raises(web.TooManyRequests):
        await sign_in("somebody@example.test", "wrong", address="10.9.9.9")


async def test_the_last_role_gone_ends_the_session(db: None) -> None:
    session = await sign_in(await clients.person("auditor"))
    await identity.end_membership(
        session.person_id,
        organisation_id=None,
        role="auditor",
        now=datetime.now(UTC),
        actor="system:test",
    )
    assert await queries.session_principal(session.token, NOW) is None


async def test_changing_the_password_ends_every_other_session(db: None) -> None:
    email = await clients.person("admin")
    first, second = await sign_in(email), await sign_in(email)
    principal = await queries.session_principal(first.token, NOW)
    assert principal is not None
    with pytest.raises(rules.WrongCredentials):
        await identity.change_password(principal, current="wrong", new="n" * 12, now=NOW)
    fresh = await identity.change_password(
        principal, current=clients.PASSWORD, new="a new long password", now=NOW
    )
    for token, alive in ((first.token, False), (second.token, False), (fresh.token, True)):
        assert (await queries.session_principal(token, NOW) is not None) is alive
    with pytest.raises(rules.WrongCredentials):
        await sign_in(email)
    await sign_in(email, "a new long password")


async def test_the_current_password_is_guessed_ten_times_at_most(db: None) -> None:
    session = await sign_in(await clients.person("admin"))
    principal = await queries.session_principal(session.token, NOW)
    assert principal is not None
    for _ in range(9):
        with pytest.raises(rules.WrongCredentials):
            await identity.change_password(principal, current="wrong", new="n" * 12, now=NOW)
    with pytest.raises(web.TooManyRequests):
        await identity.change_password(principal, current=clients.PASSWORD, new="n" * 12, now=NOW)


async def test_a_person_acts_for_one_organisation_at_a_time(db: None) -> None:
    acme, other = await clients.organisation("acme"), await clients.organisation("other")
    email = await clients.person("owner", acme)
    session = await sign_in(email)
    assert session.organisation_id == acme
    principal = await queries.session_principal(session.token, NOW)
    assert principal is not None
    for stranger in (other, None):
        with pytest.raises(rules.NoRole):
            await identity.act_for(principal, stranger, now=NOW)
    await identity.add_membership(
        session.person_id, organisation_id=other, role="member", now=NOW, actor="system:test"
    )
    moved = await identity.act_for(principal, other, now=NOW)
    there = await queries.session_principal(moved.token, NOW)
    assert there is not None and there.organisation_id == other
    assert there.roles == {"member"}
    assert await queries.session_principal(session.token, NOW) is None


async def test_every_change_writes_one_audit_row(db: None) -> None:
    acme = await clients.organisation()
    email = await clients.person("owner", acme)
    session = await sign_in(email)
    principal = await queries.session_principal(session.token, NOW)
    assert principal is not None
    with core.acting_for(acme):
        made = await identity.create_api_key(
            principal,
            name="a",
            scopes=["portal:sale:read"],
            expires_at=None,
            base_url=clients.BASE,
            now=NOW,
        )
        for _ in range(2):
            await identity.revoke_api_key(principal, made.id, now=NOW)
    session = await identity.change_password(
        principal, current=clients.PASSWORD, new="a new long password", now=NOW
    )
    fresh = await queries.session_principal(session.token, NOW)
    assert fresh is not None
    for _ in range(2):
        await identity.add_membership(
            session.person_id, organisation_id=acme, role="buyer", now=NOW, actor="system:test"
        )
        await identity.end_membership(
            session.person_id, organisation_id=acme, role="buyer", now=NOW, actor="system:test"
        )
    for _ in range(2):
        await identity.sign_out(fresh)
    assert await actions_written() == sorted(
        [
            "create_organisation", "create_person", "add_membership", "sign_in", "create_api_key",
            "revoke_api_key", "change_password", "sign_out",
            *["add_membership", "end_membership"] * 2,
        ]
    )  # fmt: skip


async def test_no_secret_reaches_the_audit_log(db: None) -> None:
    acme = await clients.organisation()
    session = await sign_in(await clients.person("owner", acme))
    principal = await queries.session_principal(session.token, NOW)
    assert principal is not None
    with core.acting_for(acme):
        made = await identity.create_api_key(
            principal,
            name="a",
            scopes=["portal:sale:read"],
            expires_at=None,
            base_url=clients.BASE,
            now=NOW,
        )
    rows = " ".join(
        row["row"] for row in await core.fetch("SELECT e::text AS row FROM audit.change e")
    )
    for secret in (session.token, clients.PASSWORD, made.key, made.key.split("_", 3)[3], "argon2"):
        assert secret not in rows


async def test_a_key_expires_to_the_second(db: None) -> None:
    acme = await clients.organisation()
    session = await sign_in(await clients.person("owner", acme))
    principal = await queries.session_principal(session.token, NOW)
    assert principal is not None
    end = NOW + timedelta(hours=1)
    with core.acting_for(acme):
        made = await identity.create_api_key(
            principal,
            name="a",
            scopes=["portal:sale:read"],
            expires_at=end,
            base_url=clients.BASE,
            now=NOW,
        )
        with pytest.raises(rules.BadExpiry):
            await identity.create_api_key(
                principal,
                name="a",
                scopes=["portal:sale:read"],
                expires_at=NOW,
                base_url=clients.BASE,
                now=NOW,
            )
    found = await queries.key_principal(made.key, end - timedelta(seconds=1))
    assert found.organisation_id == acme and found.scopes == {"portal:sale:read"}
    with pytest.raises(rules.KeyRefused):
        await queries.key_principal(made.key, end)


@pytest.mark.parametrize(
    "scopes", [["office:key:read"], ["portal:sale:fly"], ["portal:key:write"], []]
)
async def test_a_key_cannot_do_more_than_its_maker_nor_make_keys(
    db: None, scopes: list[str]
) -> None:
    acme = await clients.organisation()
    session = await sign_in(await clients.person("owner", acme))
    principal = await queries.session_principal(session.token, NOW)
    assert principal is not None
    with core.acting_for(acme), pytest.raises(rules.ScopeNotHeld):
        await identity.create_api_key(
            principal, name="a", scopes=scopes, expires_at=None, base_url=clients.BASE, now=NOW
        )


@pytest.mark.parametrize(
    "key", ["", "mk", "mk_test_", "mk_test_x_y", "mk_live_a_b", "\0", "a" * 9000]
)
async def test_what_is_no_key_is_refused(db: None, key: str) -> None:
    with pytest.raises(rules.KeyRefused):
        await queries.key_principal(key, NOW)


async def test_an_organisation_cannot_read_another_ones_keys_even_by_sql(db: None) -> None:
    acme, other = await clients.organisation("acme"), await clients.organisation("other")
    session = await sign_in(await clients.person("owner", acme))
    principal = await queries.session_principal(session.token, NOW)
    assert principal is not None
    with core.acting_for(acme):
        await identity.create_api_key(
            principal,
            name="a",
            scopes=["portal:sale:read"],
            expires_at=None,
            base_url=clients.BASE,
            now=NOW,
        )
        assert len(await core.fetch("SELECT id FROM identity.api_key")) == 1
    with core.acting_for(other):
        assert await core.fetch("SELECT id FROM identity.api_key") == []
        assert await core.fetch("SELECT id FROM identity.membership") == []
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await core.fetch("UPDATE identity.api_key SET secret_sha256 = '\\x00'")
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await _plant_membership(session.person_id, acme)


async def _plant_membership(person_id: UUID, organisation_id: UUID) -> None:
    await core.fetch(
        "INSERT INTO identity.membership (person_id, organisation_id, role, created_at) "
        "VALUES ($1, $2, 'buyer', now())",
        person_id,
        organisation_id,
    )


@pytest.mark.parametrize(("of_operator", "role"), [(True, "owner"), (False, "admin")])
async def test_postgresql_knows_which_roles_belong_where(
    db: None, of_operator: bool, role: str
) -> None:
    acme = await clients.organisation()
    with pytest.raises(asyncpg.CheckViolationError):
        await clients.person(role, None if of_operator else acme)
