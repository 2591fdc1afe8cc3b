"""Passkeys: made, asked as the first or the second factor, each challenge answered once."""

from typing import Any

import httpx
import pytest
from litestar import Litestar

from backend import core
from backend.app import build_app
from backend.identity import passkeys, rules
from tests import clients
from tests.identity.authenticator import Device
from tests.identity.test_second_factor import age, sign_in

HOME = "http://localhost:8010"


@pytest.fixture
def app() -> Litestar:
    return build_app(base_url=HOME, state={"secret_key": "k" * 32})


def visitor(app: Litestar) -> httpx.AsyncClient:
    return clients.visitor({"origin": HOME}, app)


async def asked(browser: httpx.AsyncClient, path: str) -> dict[str, Any]:
    answer = await browser.post(f"/api/store/{path}")
    assert answer.status_code == 200, answer.text
    options: dict[str, Any] = answer.json()["options"]
    return options


async def added(browser: httpx.AsyncClient, device: Device) -> httpx.Response:
    options = await asked(browser, "account/passkeys/options")
    return await browser.post(
        "/api/store/account/passkeys",
        json={"name": "Téléphone", "credential": device.create(options)},
    )


async def answered(
    browser: httpx.AsyncClient, credential: dict[str, Any], path: str = "session/passkey"
) -> httpx.Response:
    return await browser.post(f"/api/store/{path}", json={"credential": credential})


async def with_passkey(app: Litestar, device: Device) -> str:
    email = await clients.person("admin")
    async with visitor(app) as browser:
        await sign_in(browser, email)
        made = await added(browser, device)
        assert made.status_code == 201, made.text
        assert len(made.json()["recovery_codes"]) == 10
    return email


async def test_a_passkey_signs_its_person_in_without_a_password(db: None, app: Litestar) -> None:
    device = Device(HOME)
    email = await with_passkey(app, device)
    async with visitor(app) as browser:
        options = await asked(browser, "session/passkey/options")
        done = await answered(browser, device.get(options))
        assert done.status_code == 200 and done.json()["person"]["email"] == email
        seen = (await browser.get("/api/store/account")).json()
        assert seen["passkeys"][0]["name"] == "Téléphone"
        assert seen["passkeys"][0]["last_used_at"] is not None
        assert seen["sessions"][0]["method"] == "passkey"


async def test_a_challenge_is_answered_once_and_in_time(db: None, app: Litestar) -> None:
    device = Device(HOME)
    await with_passkey(app, device)
    async with visitor(app) as browser:
        options = await asked(browser, "session/passkey/options")
        credential = device.get(options)
        assert (await answered(browser, credential)).status_code == 200
        assert (await answered(browser, credential)).json()["code"] == "passkey-refused"
        options = await asked(browser, "session/passkey/options")
        await age("challenge", rules.CHALLENGE)
        assert (await answered(browser, device.get(options))).status_code == 401


async def test_a_device_that_checks_nobody_is_no_first_factor(db: None, app: Litestar) -> None:
    device = Device(HOME, verifies=False)
    email = await with_passkey(app, device)
    async with visitor(app) as browser:
        options = await asked(browser, "session/passkey/options")
        assert (await answered(browser, device.get(options))).status_code == 401
        pending = await sign_in(browser, email)
        assert pending.status_code == 202
        assert pending.json()["second_factor"] == ["code", "passkey"]
        options = await asked(browser, "session/second-factor/passkey/options")
        done = await answered(browser, device.get(options), "session/second-factor/passkey")
        assert done.status_code == 200


async def test_somebody_elses_passkey_is_no_second_factor(db: None, app: Litestar) -> None:
    mine, theirs = Device(HOME), Device(HOME)
    email = await with_passkey(app, mine)
    await with_passkey(app, theirs)
    async with visitor(app) as browser:
        await sign_in(browser, email)
        options = await asked(browser, "session/second-factor/passkey/options")
        refused = await answered(browser, theirs.get(options), "session/second-factor/passkey")
        assert refused.status_code == 401
        assert (await browser.get("/api/store/session")).status_code == 401


async def test_a_challenge_of_the_second_step_serves_not_the_first(db: None, app: Litestar) -> None:
    device = Device(HOME)
    email = await with_passkey(app, device)
    async with visitor(app) as browser:
        await sign_in(browser, email)
        options = await asked(browser, "session/second-factor/passkey/options")
        assert (await answered(browser, device.get(options))).status_code == 401


async def test_a_copied_passkey_gives_itself_away_by_its_counter(db: None, app: Litestar) -> None:
    device = Device(HOME)
    await with_passkey(app, device)
    async with visitor(app) as browser:
        device.count = 9
        options = await asked(browser, "session/passkey/options")
        assert (await answered(browser, device.get(options))).status_code == 200
        device.count = 3
        options = await asked(browser, "session/passkey/options")
        assert (await answered(browser, device.get(options))).status_code == 401


async def test_a_page_of_another_site_gets_no_valid_answer(db: None, app: Litestar) -> None:
    device = Device(HOME)
    await with_passkey(app, device)
    device.origin = "https://evil.example"
    async with visitor(app) as browser:
        options = await asked(browser, "session/passkey/options")
        assert (await answered(browser, device.get(options))).status_code == 401


async def test_an_unknown_passkey_and_a_wrong_signature_are_refused(
    db: None, app: Litestar
) -> None:
    device, stranger = Device(HOME), Device(HOME)
    await with_passkey(app, device)
    async with visitor(app) as browser:
        options = await asked(browser, "session/passkey/options")
        assert (await answered(browser, stranger.get(options))).status_code == 401
        stranger.id = device.id
        options = await asked(browser, "session/passkey/options")
        assert (await answered(browser, stranger.get(options))).status_code == 401


@pytest.mark.parametrize("junk", ["", "!", "e30", "bm9uc2Vuc2U", "eyJjaGFsbGVuZ2UiOiAxfQ"])
async def test_nonsense_is_refused_and_breaks_nothing(db: None, app: Litestar, junk: str) -> None:
    device = Device(HOME)
    await with_passkey(app, device)
    async with visitor(app) as browser:
        for field in ("clientDataJSON", "authenticatorData", "signature"):
            credential = device.get(await asked(browser, "session/passkey/options"))
            credential["response"][field] = junk
            answer = await answered(browser, credential)
            assert answer.status_code in (400, 401), (field, answer.text)


async def test_a_passkey_is_removed_by_its_person_only(db: None, app: Litestar) -> None:
    device = Device(HOME)
    email = await with_passkey(app, device)
    passkey_id = await core.fetch_value("SELECT id FROM identity.passkey")
    other = await clients.person("admin")
    async with visitor(app) as browser, visitor(app) as mine:
        await sign_in(browser, other)
        refused = await browser.delete(f"/api/store/account/passkeys/{passkey_id}")
        assert refused.status_code == 404
        options = await asked(mine, "session/passkey/options")
        await answered(mine, device.get(options))
        removed = await mine.delete(f"/api/store/account/passkeys/{passkey_id}")
        assert removed.status_code == 204
        assert (await sign_in(mine, email)).status_code == 200
        options = await asked(mine, "session/passkey/options")
        assert (await answered(mine, device.get(options))).status_code == 401


async def test_the_same_passkey_is_not_added_twice(db: None, app: Litestar) -> None:
    device = Device(HOME)
    await with_passkey(app, device)
    async with visitor(app) as browser:
        await sign_in(browser, await clients.person("admin"))
        assert (await added(browser, device)).json()["code"] == "passkey-refused"


@pytest.mark.parametrize(
    ("base_url", "possible"),
    [
        ("http://localhost:8010", True),
        ("https://partners.iroise.example", True),
        ("http://127.0.0.1:8010", False),
        ("http://[::1]:8010", False),
    ],
)
def test_browsers_keep_passkeys_for_names(base_url: str, possible: bool) -> None:
    assert passkeys.possible(base_url) is possible
