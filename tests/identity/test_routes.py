"""Signing in and out over HTTP, and API keys."""

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
