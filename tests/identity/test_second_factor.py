"""A second factor: set up with a fresh proof, asked for after the password, each code once."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
import pyotp
import pytest
from cryptography.exceptions import InvalidTag
from litestar import Litestar

from backend import core
from backend.app import build_app
from backend.core import seal, unseal
from backend.identity import codes, rules
from tests import clients
from tests.given.letters import kinds

KEY = "k" * 32


@pytest.fixture
def app() -> Litestar:
    return build_app(base_url=clients.BASE, state={"secret_key": KEY})


async def sign_in(browser: httpx.AsyncClient, email: str) -> httpx.Response:
    return await browser.post(
        "/api/store/session", json={"email": email, "password": clients.PASSWORD}
    )


async def set_up(browser: httpx.AsyncClient) -> tuple[pyotp.TOTP, list[str]]:
    begun = (await browser.post("/api/store/account/authenticator")).json()
    assert begun["qr_svg"].startswith("<svg") and begun["secret"] in begun["uri"]
    generator = pyotp.TOTP(begun["secret"])
    done = await browser.post(
        "/api/store/account/authenticator/confirmation", json={"code": generator.now()}
    )
    assert done.status_code == 200, done.text
    return generator, done.json()["recovery_codes"]


async def give(browser: httpx.AsyncClient, code: str) -> httpx.Response:
    return await browser.post("/api/store/session/second-factor", json={"code": code})


async def let_codes_be_used_again() -> None:
    await core.fetch("UPDATE identity.authenticator SET last_step = 0")


async def test_the_second_step_is_asked_for_and_only_then_is_there_a_session(
    db: None, app: Litestar
) -> None:
    email = await clients.person("admin")
    async with clients.visitor(of=app) as browser, clients.visitor(of=app) as other:
        await sign_in(browser, email)
        generator, recovery = await set_up(browser)
        assert len(set(recovery)) == 10
        asked = await sign_in(other, email)
        assert asked.status_code == 202 and asked.json()["second_factor"] == ["code"]
        assert "maillage" not in other.cookies
        assert (await other.get("/api/store/session")).status_code == 401
        wrong = await give(other, "000000")
        assert (wrong.status_code, wrong.json()["code"]) == (401, "wrong-code")
        await let_codes_be_used_again()
        done = await give(other, generator.now())
        assert done.status_code == 200 and done.json()["roles"] == ["admin"]
        assert (await other.get("/api/store/session")).status_code == 200
        assert (await give(other, generator.now())).json()["code"] == "sign-in-expired"
    assert await kinds(email) == ["second_factor_changed"]


async def test_a_code_is_taken_once(db: None, app: Litestar) -> None:
    email = await clients.person("admin")
    async with clients.visitor(of=app) as browser, clients.visitor(of=app) as other:
        await sign_in(browser, email)
        generator, _ = await set_up(browser)
        await sign_in(other, email)
        assert (await give(other, generator.now())).status_code == 401  # It confirmed already.


async def test_a_code_of_half_a_minute_ago_is_taken_and_an_older_one_is_not(db: None) -> None:
    email = await clients.person("admin")
    person_id = await core.fetch_value("SELECT id FROM identity.person WHERE email = $1", email)
    secret, now = pyotp.random_base32(), datetime(2026, 10, 1, 12, 0, 10, tzinfo=UTC)
    await core.fetch(
        "INSERT INTO identity.authenticator VALUES ($1, $2, $3, $3)",
        person_id, seal(secret, key=KEY, purpose=codes.SEALED_AS, about=str(person_id)), now,
    )  # fmt: skip
    generator = pyotp.TOTP(secret)

    async def used(at: datetime) -> bool:
        return await codes.use_totp(person_id, generator.at(at), secret_key=KEY, now=now)

    assert not await used(now - timedelta(seconds=60))
    assert await used(now - timedelta(seconds=30))
    assert not await used(now - timedelta(seconds=30))
    assert await used(now + timedelta(seconds=30))
    assert not await used(now)  # Earlier than one that was taken.


async def test_a_recovery_code_works_once_and_in_any_spelling(db: None, app: Litestar) -> None:
    email = await clients.person("admin")
    async with clients.visitor(of=app) as browser, clients.visitor(of=app) as other:
        await sign_in(browser, email)
        _, recovery = await set_up(browser)
        await sign_in(other, email)
        spelled = recovery[0].upper().replace("-", " ")
        assert (await give(other, spelled)).status_code == 200
        await sign_in(other, email)
        assert (await give(other, recovery[0])).status_code == 401
        left = (await browser.get("/api/store/account")).json()["recovery_codes_left"]
        assert left == 9
        rows = await core.fetch("SELECT c::text AS row FROM identity.recovery_code c")
        assert all(recovery[1].replace("-", "") not in row["row"] for row in rows)
        fresh = await browser.post("/api/store/account/recovery-codes")
        assert fresh.status_code == 201
        await sign_in(other, email)
        assert (await give(other, recovery[2])).status_code == 401
        assert (await give(other, fresh.json()["recovery_codes"][2])).status_code == 200


async def test_codes_are_guessed_ten_times_at_most_however_often_one_signs_in(
    db: None, app: Litestar
) -> None:
    email = await clients.person("admin")
    async with clients.visitor(of=app) as browser, clients.visitor(of=app) as other:
        await sign_in(browser, email)
        await set_up(browser)  # Counts as one.
        told = []
        for number in range(11):
            if number % 5 == 0:
                await sign_in(other, email)
            told.append((await give(other, "000000")).status_code)
    assert told.count(429) == 2 and told[-1] == 429


async def test_the_pending_sign_in_ends_after_ten_minutes_and_opens_nothing(
    db: None, app: Litestar
) -> None:
    email = await clients.person("admin")
    async with clients.visitor(of=app) as browser, clients.visitor(of=app) as other:
        await sign_in(browser, email)
        generator, _ = await set_up(browser)
        await sign_in(other, email)
        token = other.cookies["maillage-pending"]
        planted = await other.get("/api/store/session", headers={"cookie": f"maillage={token}"})
        assert planted.status_code == 401
        await core.fetch(
            "UPDATE identity.authenticator SET last_step = 0; "
        )  # The code itself would be right.
        await age("pending_sign_in", rules.PENDING)
        answer = await give(other, generator.now())
        assert answer.json()["code"] == "sign-in-expired"


async def age(table: str, by: timedelta) -> None:
    """As the owner: the application may not change these rows."""
    rows = await core.fetch(f"DELETE FROM identity.{table} RETURNING *")
    for row in rows:
        values: dict[str, Any] = {**row, "expires_at": row["expires_at"] - by}
        places = ", ".join(f"${number}" for number in range(1, len(values) + 1))
        await core.fetch(
            f"INSERT INTO identity.{table} ({', '.join(values)}) VALUES ({places})",
            *values.values(),
        )


async def test_changing_a_factor_needs_a_fresh_proof(db: None, app: Litestar) -> None:
    email = await clients.person("admin")
    async with clients.visitor(of=app) as browser:
        await sign_in(browser, email)
        await core.fetch("UPDATE identity.session SET confirmed_at = now() - interval '16 minutes'")
        for method, path in (
            ("POST", "authenticator"), ("DELETE", "authenticator"), ("POST", "recovery-codes"),
            ("POST", "passkeys/options"), ("DELETE", f"passkeys/{UUID(int=1)}"),
        ):  # fmt: skip
            answer = await browser.request(method, f"/api/store/account/{path}")
            if path != "passkeys/options":
                assert answer.json()["code"] == "confirm-first", path
        assert not (await browser.get("/api/store/account")).json()["may_change"]
        wrong = await browser.post("/api/store/session/confirmation", json={"password": "wrong"})
        assert wrong.status_code == 401
        right = await browser.post(
            "/api/store/session/confirmation", json={"password": clients.PASSWORD}
        )
        assert right.status_code == 204
        assert (await browser.get("/api/store/account")).json()["may_change"]
        await set_up(browser)
        exists = await browser.post("/api/store/account/authenticator")
        assert exists.json()["code"] == "authenticator-exists"
        assert (await browser.delete("/api/store/account/authenticator")).status_code == 204
        assert (await sign_in(browser, email)).status_code == 200
    assert await core.fetch_value("SELECT count(*) FROM identity.recovery_code") == 0


async def test_setting_up_a_factor_ends_the_sessions_that_never_gave_one(
    db: None, app: Litestar
) -> None:
    email = await clients.person("admin")
    async with clients.visitor(of=app) as browser, clients.visitor(of=app) as other:
        await sign_in(browser, email)
        await sign_in(other, email)
        await set_up(browser)
        assert (await other.get("/api/store/session")).status_code == 401
        assert (await browser.get("/api/store/session")).status_code == 200


async def test_without_a_key_no_secret_is_kept(db: None) -> None:
    email = await clients.person("admin")
    async with clients.visitor(of=build_app(base_url=clients.BASE)) as browser:
        await sign_in(browser, email)
        answer = await browser.post("/api/store/account/authenticator")
        assert (answer.status_code, answer.json()["code"]) == (409, "no-secret-key")


async def test_the_secret_is_sealed_in_the_database(db: None, app: Litestar) -> None:
    email = await clients.person("admin")
    async with clients.visitor(of=app) as browser:
        await sign_in(browser, email)
        generator, _ = await set_up(browser)
    sealed = await core.fetch_value("SELECT secret_sealed FROM identity.authenticator")
    assert generator.secret.encode() not in sealed
    rows = await core.fetch("SELECT c::text AS row FROM audit.change c")
    assert all(generator.secret not in row["row"] for row in rows)


def test_a_sealed_secret_opens_for_its_person_and_its_key_only() -> None:
    sealed = seal("secret", key=KEY, purpose="one", about="a")
    assert unseal(sealed, key=KEY, purpose="one", about="a") == "secret"
    for key, purpose, about in ((KEY, "one", "b"), ("x" * 32, "one", "a"), (KEY, "two", "a")):
        with pytest.raises(InvalidTag):
            unseal(sealed, key=key, purpose=purpose, about=about)
    with pytest.raises(core.NoSecretKey):
        seal("secret", key=None, purpose="one", about="a")
