"""HTTP callers for the tests of routes: a visitor, and people and keys in any role."""

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from typing import Any, cast
from uuid import UUID

import httpx
from litestar import Litestar

from backend import identity, partners
from backend.app import build_app
from backend.core import uuid7
from backend.core.tenancy import acting_organisation

BASE = "http://127.0.0.1:8010"
PASSWORD = "correct horse battery"


@cache
def app() -> Litestar:
    """The API over the open pool, built once."""
    return build_app(base_url=BASE)


def visitor(
    headers: Mapping[str, str] | None = None, of: Litestar | None = None
) -> httpx.AsyncClient:
    """Nobody, in a browser on our own pages. The transport runs the app in the test's own task."""
    told = {"origin": BASE, **(headers or {})}
    return httpx.AsyncClient(transport=transport(of), base_url=BASE, headers=told)


def transport(of: Litestar | None = None) -> httpx.ASGITransport:
    return httpx.ASGITransport(cast(Any, AsDeployed(of or app())), raise_app_exceptions=False)


class AsDeployed:
    """The tests' pool shows every row; behind this, as in the API's own pool, none is shown until
    identity says whose.
    """

    def __init__(self, api: Litestar) -> None:
        self.api = api

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        before = acting_organisation.set("")
        try:
            await self.api(scope, receive, send)
        finally:
            acting_organisation.reset(before)


async def organisation(reference: str = "acme", *roles: str) -> UUID:
    return await partners.create_organisation(
        reference=reference, name=f"{reference} SAS", country="FR", segment="pme",
        roles=roles or ("isv",), now=datetime.now(UTC), actor="system:test",
    )  # fmt: skip


async def person(role: str, organisation_id: UUID | None = None) -> str:
    """A new person with one role; answers the address to sign in with and `PASSWORD`."""
    now = datetime.now(UTC)
    email = f"{role}.{uuid7().hex[-12:]}@example.test"
    person_id = await identity.create_person(
        email=email, name=role, password=PASSWORD, now=now, actor="system:test"
    )
    await identity.add_membership(
        person_id, organisation_id=organisation_id, role=role, now=now, actor="system:test"
    )
    return email


async def signed_in(role: str, organisation_id: UUID | None = None) -> httpx.AsyncClient:
    """A browser in which a new person of this role has signed in; close it, or use `async with`."""
    credentials = {"email": await person(role, organisation_id), "password": PASSWORD}
    async with visitor() as entrance:
        answer = await entrance.post("/api/store/session", json=credentials)
        assert answer.status_code == 200, answer.text
        browser = visitor()
        browser.cookies = entrance.cookies
    return browser


async def with_key(role: str, organisation_id: UUID | None, *scopes: str) -> httpx.AsyncClient:
    """A program with an API key that a person of this role made."""
    audience = "office" if organisation_id is None else "portal"
    async with await signed_in(role, organisation_id) as maker:
        answer = await maker.post(
            f"/api/{audience}/api-keys", json={"name": "program", "scopes": list(scopes)}
        )
    assert answer.status_code == 201, answer.text
    return program(answer.json()["key"])


def program(key: str) -> httpx.AsyncClient:
    """A program that sends an API key and no cookie."""
    bearer = {"authorization": f"Bearer {key}"}
    return httpx.AsyncClient(transport=transport(), base_url=BASE, headers=bearer)
