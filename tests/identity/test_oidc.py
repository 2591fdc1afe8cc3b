"""The operator's staff signs in at its own provider, a real one on loopback."""

from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import quote

import httpx
import pytest
import pytest_asyncio
from joserfc.jwk import OctKey, RSAKey
from litestar import Litestar

from backend import core, identity
from backend.app import build_app
from tests import clients
from tests.identity.provider import CLIENT, SECRET, Provider, provider
from tests.identity.test_second_factor import age

START = "/api/store/session/oidc"


@pytest_asyncio.fixture
async def there() -> AsyncIterator[Provider]:
    async with provider() as made:
        yield made


@pytest.fixture
def app(there: Provider) -> Litestar:
    issuer = identity.Issuer(url=there.url, client_id=CLIENT, client_secret=SECRET)
    return build_app(base_url=clients.BASE, state={"oidc": issuer})


async def sent_back(browser: httpx.AsyncClient, there: Provider, start: str = START) -> str:
    begun = await browser.get(start)
    assert begun.status_code == 303, begun.text
    return there.authorize(begun.headers["location"])


async def test_staff_signs_in_and_comes_back_to_its_page(
    db: None, app: Litestar, there: Provider
) -> None:
    there.email = (await clients.person("finance")).upper()
    async with clients.visitor(of=app) as browser:
        back = await sent_back(browser, there, f"{START}?next=/office/payouts")
        done = await browser.get(back)
        assert (done.status_code, done.headers["location"]) == (303, "/office/payouts")
        me = (await browser.get("/api/store/session")).json()
        assert me["roles"] == ["finance"] and me["organisation_id"] is None
        again = await browser.get(back)
        assert "refused=issuer-refused" in again.headers["location"]


@pytest.mark.parametrize("page", ["https://evil.example", "//evil.example", "/\\evil.example"])
async def test_one_never_comes_back_to_another_site(
    db: None, app: Litestar, there: Provider, page: str
) -> None:
    there.email = await clients.person("finance")
    async with clients.visitor(of=app) as browser:
        done = await browser.get(await sent_back(browser, there, f"{START}?next={quote(page)}"))
        assert done.headers["location"] == "/"


async def refused(app: Litestar, there: Provider, lang: str = "fr") -> str:
    async with clients.visitor(of=app) as browser:
        done = await browser.get(await sent_back(browser, there, f"{START}?lang={lang}"))
        assert done.status_code == 303
        assert (await browser.get("/api/store/session")).status_code == 401
        location: str = done.headers["location"]
        return location


async def test_the_provider_makes_nobody_and_lets_no_partner_in(
    db: None, app: Litestar, there: Provider
) -> None:
    assert "refused=no-role" in await refused(app, there)
    there.email = await clients.person("owner", await clients.organisation())
    assert "refused=no-role" in await refused(app, there)
    assert await core.fetch_value("SELECT count(*) FROM identity.person") == 1


@pytest.mark.parametrize("lang", ["fr", "en"])
async def test_a_refused_sign_in_ends_on_a_page_in_the_language_that_it_began_in(
    db: None, app: Litestar, there: Provider, lang: str
) -> None:
    assert (await refused(app, there, lang)).startswith(f"/{lang}/sign-in?refused=no-role")
    there.email, there.claims = await clients.person("admin"), {"email_verified": False}
    assert (await refused(app, there, lang)).startswith(f"/{lang}/sign-in?refused=issuer")
    async with clients.visitor(of=app) as browser:
        await sent_back(browser, there, f"{START}?lang={lang}")
        for query in ("error=access_denied", f"error=access_denied&state={lang}-x"):
            done = await browser.get(f"{START}/callback?{query}")
            assert done.headers["location"].startswith(f"/{lang}/sign-in?refused=issuer")


@pytest.mark.parametrize(
    "claims",
    [
        {"email_verified": False},
        {"email_verified": "true"},
        {"email": None},
        {"nonce": "another"},
        {"nonce": None},
        {"aud": "somebody-else"},
        {"iss": "https://evil.example"},
        {"exp": 1},
        {"exp": None},
    ],
)
async def test_a_token_that_says_otherwise_is_refused(
    db: None, app: Litestar, there: Provider, claims: dict[str, Any]
) -> None:
    there.email, there.claims = await clients.person("admin"), claims
    assert "refused=issuer-refused" in await refused(app, there)


async def test_a_token_that_another_key_signed_is_refused(
    db: None, app: Litestar, there: Provider
) -> None:
    there.email = await clients.person("admin")
    shown = there.shown
    there.key = RSAKey.generate_key(2048, {"kid": "1"})
    assert "refused=issuer-refused" in await refused(app, there)
    there.key, there.algorithm = OctKey.import_key(SECRET * 2, {"kid": "1"}), "HS256"
    assert "refused=issuer-refused" in await refused(app, there)
    assert there.shown is shown


async def test_another_browser_cannot_finish_what_one_began(
    db: None, app: Litestar, there: Provider
) -> None:
    there.email = await clients.person("admin")
    async with clients.visitor(of=app) as attacker, clients.visitor(of=app) as victim:
        back = await sent_back(attacker, there)
        await sent_back(victim, there)
        done = await victim.get(back)
        assert "refused=" in done.headers["location"]
        assert (await victim.get("/api/store/session")).status_code == 401


async def test_it_takes_ten_minutes_at_most(db: None, app: Litestar, there: Provider) -> None:
    there.email = await clients.person("admin")
    async with clients.visitor(of=app) as browser:
        back = await sent_back(browser, there)
        from backend.identity.oidc import HOLDS

        await age("oidc_sign_in", HOLDS)
        assert "refused=" in (await browser.get(back)).headers["location"]


async def test_what_the_browser_brings_without_a_code_is_refused(db: None, app: Litestar) -> None:
    async with clients.visitor(of=app) as browser:
        for query in ("", "?error=access_denied&state=x", "?code=a", "?state=a&code=b"):
            done = await browser.get(f"{START}/callback{query}")
            assert "refused=issuer-refused" in done.headers["location"]


async def test_without_a_provider_nobody_is_sent_anywhere(db: None) -> None:
    async with clients.visitor() as browser:
        answer = await browser.get(START)
        assert (answer.status_code, answer.json()["code"]) == (404, "no-issuer")


async def test_a_provider_that_is_away_is_said_to_be_so(db: None) -> None:
    away = identity.Issuer(url="http://127.0.0.1:1", client_id="a", client_secret="b")
    app = build_app(base_url=clients.BASE, state={"oidc": away})
    async with clients.visitor(of=app) as browser:
        for lang in ("fr", "en"):
            answer = await browser.get(f"{START}?lang={lang}")
            assert answer.headers["location"] == f"/{lang}/sign-in?refused=issuer-refused"
