"""The app has every part in its place: each of these is tested alone under tests/web."""

import json

import pytest

from backend import core
from backend.app import build_app
from backend.postgres import Server
from tests import clients

CREDENTIALS = {"email": "a@example.test", "password": "x"}


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (json.dumps(CREDENTIALS).replace('"x"', '"x", "email": "b@example.test"'), 400),
        (json.dumps({**CREDENTIALS, "admin": True}), 400),
        (json.dumps({**CREDENTIALS, "password": "x" * 1_000_000}), 413),
        (json.dumps(CREDENTIALS), 401),
    ],
)
async def test_bodies_are_read_strictly(db: None, body: str, status: int) -> None:
    async with clients.visitor() as caller:
        answer = await caller.post(
            "/api/store/session", content=body, headers={"content-type": "application/json"}
        )
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"


async def test_addresses_are_read_strictly(db: None) -> None:
    async with await clients.signed_in("admin") as admin:
        for query, status in (("limit=1e2", 400), ("x=%00", 400), ("limit=2", 200)):
            answer = await admin.get(f"/api/office/api-keys?{query}")
            assert answer.status_code == status, query


@pytest.mark.parametrize("audience", ["store", "portal", "office"])
def test_idempotency_keys_work_for_every_audience_of_people(audience: str) -> None:
    names = {
        type(layer).__name__
        for route in clients.app().routes
        if route.path.startswith(f"/api/{audience}/")
        for handler in getattr(route, "route_handlers", [])
        for layer in handler.resolve_middleware()
    }
    assert {"Identity", "Idempotency", "PlainAddress"} <= names


async def test_it_opens_and_closes_its_own_pool_when_told(server: Server, schema: None) -> None:
    before, settings = core.engine().pool, core.engine().config
    shown = core.engine().pool_organisation
    core.engine().pool = None
    try:
        app = build_app(database_url=server.url())
        async with app.lifespan(), clients.visitor(of=app) as caller:
            assert (await caller.get("/health/ready")).status_code == 200
            assert await core.fetch_value("SELECT current_user") == "maillage_app"
            assert await core.fetch_value("SELECT current_setting('maillage.organisation')") == ""
        assert core.engine().pool is None
    finally:
        core.engine().pool, core.engine().config = before, settings
        core.engine().pool_organisation = shown
