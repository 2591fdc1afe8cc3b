"""Signing in and out over HTTP, other sites, and API keys."""

from typing import Any, cast

import httpx
import pytest
from litestar import Litestar, get
from litestar.di import NamedDependency, Provide

from backend import core, web
from backend.app import build_app
from backend.identity import Identity
from tests import clients


async def test_signing_in_sets_a_cookie_that_scripts_cannot_read(db: None) -> None:
    email = await clients.person("admin")
    async with clients.visitor() as browser:
        answer = await browser.post(
            "/api/store/session", json={"email": email.upper(), "password": clients.PASSWORD}
        )
        assert answer.status_code == 200
        cookie = answer.headers["set-cookie"]
        assert cookie.startswith("maillage=") and "HttpOnly" in cookie
        assert "samesite=lax" in cookie.lower() and "Path=/" in cookie
        me = (await browser.get("/api/store/session")).json()
    assert me["roles"] == ["admin"] and me["organisation_id"] is None
    assert me["person"]["email"] == email


async def test_under_https_the_cookie_is_bound_to_the_host(db: None) -> None:
    email = await clients.person("admin")
    app = build_app(base_url="https://maillage.example")
    async with clients.visitor({"origin": "https://maillage.example"}, app) as browser:
        answer = await browser.post(
            "/api/store/session", json={"email": email, "password": clients.PASSWORD}
        )
        cookie = answer.headers["set-cookie"]
        assert cookie.startswith("__Host-maillage=") and "Secure" in cookie
        assert "Domain" not in cookie
        token = cookie.partition("=")[2].partition(";")[0]
        plain = await browser.get("/api/store/session", headers={"cookie": f"maillage={token}"})
        assert plain.status_code == 401


async def test_a_planted_id_is_never_adopted(db: None) -> None:
    email = await clients.person("admin")
    planted = {"cookie": "maillage=chosen-by-the-attacker"}
    async with clients.visitor() as browser:
        answer = await browser.post(
            "/api/store/session",
            json={"email": email, "password": clients.PASSWORD},
            headers=planted,
        )
        assert "chosen-by-the-attacker" not in answer.headers["set-cookie"]
    async with clients.visitor() as attacker:
        seen = await attacker.get("/api/store/session", headers=planted)
        assert seen.status_code == 401


async def test_signing_in_again_makes_a_new_id_and_ends_the_old_one(db: None) -> None:
    email = await clients.person("admin")
    async with clients.visitor() as browser:
        tokens = []
        for _ in range(2):
            await browser.post(
                "/api/store/session", json={"email": email, "password": clients.PASSWORD}
            )
            tokens.append(browser.cookies["maillage"])
    assert tokens[0] != tokens[1]
    assert [await is_alive(token) for token in tokens] == [False, True]


async def test_signing_out_ends_the_session_in_the_database(db: None) -> None:
    async with await clients.signed_in("admin") as browser:
        token = browser.cookies["maillage"]
        answer = await browser.delete("/api/store/session")
        assert answer.status_code == 204 and "Max-Age=0" in answer.headers["set-cookie"]
    assert not await is_alive(token)


async def is_alive(token: str) -> bool:
    async with clients.visitor() as browser:
        answer = await browser.get("/api/store/session", headers={"cookie": f"maillage={token}"})
    return answer.status_code == 200


async def test_the_password_is_changed_in_a_fresh_session(db: None) -> None:
    async with await clients.signed_in("admin") as browser:
        old = browser.cookies["maillage"]
        short = await browser.post(
            "/api/store/session/password", json={"current": clients.PASSWORD, "new": "short"}
        )
        assert short.status_code == 400
        answer = await browser.post(
            "/api/store/session/password",
            json={"current": clients.PASSWORD, "new": "a new long password"},
        )
        assert answer.status_code == 200
        assert browser.cookies["maillage"] != old and not await is_alive(old)
        assert (await browser.get("/api/store/session")).status_code == 200


async def test_one_may_act_for_another_of_ones_organisations_only(db: None) -> None:
    acme, other = await clients.organisation("acme"), await clients.organisation("other")
    async with await clients.signed_in("owner", acme) as browser:
        same = await browser.post(
            "/api/store/session/organisation", json={"organisation_id": str(acme)}
        )
        assert same.status_code == 200
        for target in (str(other), None):
            refused = await browser.post(
                "/api/store/session/organisation", json={"organisation_id": target}
            )
            assert (refused.status_code, refused.json()["code"]) == (403, "no-role")


@pytest.mark.parametrize(
    ("headers", "passes"),
    [
        ({"sec-fetch-site": "same-origin"}, True),
        ({"sec-fetch-site": "same-origin", "origin": "null"}, True),
        ({"sec-fetch-site": "cross-site"}, False),
        ({"sec-fetch-site": "same-site"}, False),
        ({"sec-fetch-site": "none"}, False),
        ({"sec-fetch-site": "cross-site", "origin": clients.BASE}, False),
        ({"origin": clients.BASE}, True),
        ({"origin": "https://evil.example"}, False),
        ({"origin": "null"}, False),
        ({"origin": clients.BASE + ".evil.example"}, False),
        ({}, False),
    ],
)
async def test_a_cookie_is_believed_from_our_own_pages_only(
    db: None, headers: dict[str, str], passes: bool
) -> None:
    async with await clients.signed_in("admin") as browser:
        del browser.headers["origin"]
        answer = await browser.post(
            "/api/store/session/organisation", json={"organisation_id": None}, headers=headers
        )
        assert answer.status_code == (200 if passes else 403), answer.text
        if not passes:
            assert answer.json()["code"] == "cross-site"
        read = await browser.get("/api/store/session", headers=headers)
        assert read.status_code == 200


async def test_another_site_cannot_sign_its_visitor_in(db: None) -> None:
    email = await clients.person("admin")
    credentials = {"email": email, "password": clients.PASSWORD}
    async with clients.visitor({"origin": "https://evil.example"}) as victim:
        assert (await victim.post("/api/store/session", json=credentials)).status_code == 403
    async with clients.visitor() as program:
        del program.headers["origin"]
        assert (await program.post("/api/store/session", json=credentials)).status_code == 200


async def test_a_key_needs_no_origin_and_does_what_its_scopes_say(db: None) -> None:
    acme = await clients.organisation()
    async with await clients.with_key("owner", acme, "portal:key:read") as program:
        listed = await program.get("/api/portal/api-keys")
        assert listed.status_code == 200
        made = await program.post(
            "/api/portal/api-keys", json={"name": "more", "scopes": ["portal:key:read"]}
        )
        assert made.status_code == 403 and made.json()["facts"] == {"scope": "portal:key:write"}
        assert (await program.get("/api/office/api-keys")).status_code == 403
        me = (await program.get("/api/store/session")).json()
        assert (me["kind"], me["person"], me["scopes"]) == ("key", None, ["portal:key:read"])
        password = await program.post(
            "/api/store/session/password", json={"current": "x", "new": "a new long password"}
        )
        assert password.status_code == 403


async def test_a_key_is_shown_once_and_refused_once_revoked(db: None) -> None:
    acme = await clients.organisation()
    async with await clients.signed_in("owner", acme) as browser:
        made = await browser.post(
            "/api/portal/api-keys", json={"name": "billing", "scopes": ["portal:key:read"]}
        )
        key, key_id = made.json()["key"], made.json()["id"]
        assert key.startswith(f"mk_test_{key_id}_")
        listed = await browser.get("/api/portal/api-keys")
        assert key.split("_", 3)[3] not in listed.text
        rows = await core.fetch("SELECT k::text AS row FROM identity.api_key k")
        assert key.split("_", 3)[3] not in rows[0]["row"]
        async with clients.program(key) as program:
            assert (await program.get("/api/portal/api-keys")).status_code == 200
            assert (await browser.delete(f"/api/portal/api-keys/{key_id}")).status_code == 204
            refused = await program.get("/api/portal/api-keys")
        assert (refused.status_code, refused.json()["code"]) == (401, "key-refused")
        assert refused.headers["www-authenticate"] == "Bearer"
        assert (await browser.delete(f"/api/portal/api-keys/{key_id}")).status_code == 204


async def test_a_key_with_a_wrong_secret_is_refused(db: None) -> None:
    acme = await clients.organisation()
    async with await clients.with_key("owner", acme, "portal:key:read") as program:
        good = program.headers["authorization"]
        for wrong in (good[:-1] + ("a" if good[-1] != "a" else "b"), "Bearer nonsense", "Bearer "):
            answer = await program.get("/api/portal/api-keys", headers={"authorization": wrong})
            assert answer.status_code == 401


async def test_another_organisations_key_is_not_there(db: None) -> None:
    acme, other = await clients.organisation("acme"), await clients.organisation("other")
    async with (
        await clients.signed_in("owner", acme) as mine,
        await clients.signed_in("owner", other) as theirs,
    ):
        made = await mine.post(
            "/api/portal/api-keys", json={"name": "canary", "scopes": ["portal:key:read"]}
        )
        refused = await theirs.delete(f"/api/portal/api-keys/{made.json()['id']}")
        assert (refused.status_code, refused.json()["code"]) == (404, "key-unknown")
        assert "canary" not in (await theirs.get("/api/portal/api-keys")).text
    async with await clients.signed_in("admin") as admin:
        refused = await admin.delete(f"/api/office/api-keys/{made.json()['id']}")
        assert refused.status_code == 404
        assert (await admin.get("/api/office/api-keys")).json()["items"] == []


async def test_keys_are_listed_in_pages(db: None) -> None:
    async with await clients.signed_in("admin") as admin:
        for number in range(5):
            await admin.post(
                "/api/office/api-keys", json={"name": f"{number}", "scopes": ["office:key:read"]}
            )
        seen: list[str] = []
        after = ""
        for _ in range(3):
            page = (await admin.get(f"/api/office/api-keys?limit=2{after}")).json()
            seen += [item["name"] for item in page["items"]]
            after = f"&after={page['next']}"
        assert page["next"] is None and sorted(seen) == list("01234")


@get("/seen", guards=[web.requires("portal:sale:read")])
async def portal_sees(principal: web.Caller) -> dict[str, Any]:
    return await _seen()


@get("/seen", guards=[web.requires("office:sale:read")])
async def office_sees(principal: web.Caller) -> dict[str, Any]:
    return await _seen()


async def first() -> str:
    return "1"


async def second() -> str:
    return "2"


@get(
    "/with-dependencies",
    guards=[web.requires("portal:sale:read")],
    dependencies={"one": Provide(first), "two": Provide(second)},
)
async def with_dependencies(
    principal: web.Caller, one: NamedDependency[str], two: NamedDependency[str]
) -> dict[str, Any]:
    return await _seen()


async def _seen() -> dict[str, Any]:
    rows = await core.fetch("SELECT reference FROM partners.organisation ORDER BY 1")
    async with core.transaction():
        told = await core.fetch_value("SELECT current_setting('maillage.organisation')")
    return {"told": told, "rows": [row["reference"] for row in rows]}


@pytest.fixture
def seeing() -> Litestar:
    middleware = [Identity(clients.BASE)]
    return Litestar(
        [
            web.mount("portal", [portal_sees, with_dependencies], middleware),
            web.mount("office", [office_sees], middleware),
        ],
        exception_handlers=web.ANSWERS,
        openapi_config=None,
        logging_config=None,
    )


@pytest.mark.parametrize("path", ["seen", "with-dependencies"])
async def test_row_level_security_is_told_who_asks_in_the_task_of_the_handler(
    db: None, seeing: Litestar, path: str
) -> None:
    acme, _ = await clients.organisation("acme"), await clients.organisation("other")
    async with await clients.signed_in("owner", acme) as browser:
        seen = await ask(seeing, f"/api/portal/{path}", browser)
    assert seen == {"told": str(acme), "rows": ["acme"]}


async def test_the_office_sees_every_organisation(db: None, seeing: Litestar) -> None:
    for reference in ("acme", "other"):
        await clients.organisation(reference)
    async with await clients.signed_in("auditor") as browser:
        seen = await ask(seeing, "/api/office/seen", browser)
    assert seen == {"told": "operator", "rows": ["acme", "other"]}


async def ask(app: Litestar, path: str, browser: httpx.AsyncClient) -> dict[str, Any]:
    async with clients.visitor(of=app) as caller:
        caller.cookies = browser.cookies
        return cast(dict[str, Any], (await caller.get(path)).json())


async def test_a_route_that_shows_a_secret_keeps_no_answer(db: None) -> None:
    key = {"idempotency-key": "k-1"}
    async with await clients.signed_in("admin") as admin:
        for path, body in (
            ("office/api-keys", {"name": "a", "scopes": ["office:key:read"]}),
            ("store/session/organisation", {"organisation_id": None}),
            ("store/session/password", {"current": clients.PASSWORD, "new": "n" * 12}),
        ):
            answer = await admin.post(f"/api/{path}", json=body, headers=key)
            assert answer.status_code == 400, path
    assert await core.fetch_value("SELECT count(*) FROM web.idempotency") == 0
