"""Browsers and programs of an installation that can keep secrets."""

from functools import cache
from uuid import UUID

import httpx
from litestar import Litestar

from backend.app import build_app
from tests import clients

KEY = "cdcd" * 16


@cache
def app() -> Litestar:
    return build_app(base_url=clients.BASE, state={"secret_key": KEY})


async def signed_in(role: str, organisation_id: UUID | None = None) -> httpx.AsyncClient:
    email = await clients.person(role, organisation_id)
    browser = clients.visitor(of=app())
    known = {"email": email, "password": clients.PASSWORD}
    answer = await browser.post("/api/store/session", json=known)
    assert answer.status_code == 200, answer.text
    return browser


async def key(owner: httpx.AsyncClient, scopes: list[str], **more: str) -> tuple[str, str]:
    """A new key of the organisation: its id and what a program sends."""
    said = {"name": "program", "scopes": scopes, **more}
    answer = await owner.post("/api/portal/api-keys", json=said)
    assert answer.status_code == 201, answer.text
    return answer.json()["id"], answer.json()["key"]


def program(secret: str) -> httpx.AsyncClient:
    bearer = {"authorization": f"Bearer {secret}"}
    return httpx.AsyncClient(
        transport=clients.transport(app()), base_url=clients.BASE, headers=bearer
    )


def visitor() -> httpx.AsyncClient:
    return clients.visitor(of=app())
