"""Routes hang in one of four places, each with its wall."""

from typing import Any
from uuid import UUID

import pytest
from litestar import Litestar, get
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, Receive, Scope, Send

from backend import web
from backend.core import uuid7
from tests.web.small import client


@get("/things")
async def open_to_all() -> str:
    return "x"


@get("/things", guards=[web.requires("office:thing:read")])
async def of_the_office() -> str:
    return "x"


@pytest.mark.parametrize("audience", ["portal", "office"])
def test_a_route_without_a_scope_does_not_start(audience: web.Audience) -> None:
    with pytest.raises(AssertionError, match="state its scope"):
        web.mount(audience, [open_to_all])


def test_a_scope_of_another_audience_does_not_start() -> None:
    with pytest.raises(AssertionError, match="scope of portal"):
        web.mount("portal", [of_the_office])


@get("/mine", guards=[web.requires("portal:thing:read")])
async def mine() -> str:
    return "x"


@get("/ours", guards=[web.requires("office:thing:read")])
async def ours() -> str:
    return "x"


@pytest.mark.parametrize(
    ("audience", "route", "organisation_id"),
    [("portal", mine, None), ("office", ours, uuid7())],
)
async def test_the_wall_of_an_audience_stands_even_if_a_scope_was_given_wrongly(
    audience: web.Audience, route: Any, organisation_id: UUID | None
) -> None:
    class Everything(ASGIMiddleware):
        async def handle(
            self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp
        ) -> None:
            scopes = frozenset({"portal:thing:read", "office:thing:read"})
            scope["user"] = web.Principal("key", "1", organisation_id, scopes)
            await next_app(scope, receive, send)

    app = Litestar(
        [web.mount(audience, [route], [Everything()])],
        exception_handlers=web.ANSWERS,
        openapi_config=None,
        logging_config=None,
    )
    async with client(app) as caller:
        for router in app.routes:
            assert (await caller.get(router.path)).status_code == 403


def test_a_store_route_is_open_unless_it_says_otherwise() -> None:
    router = web.mount("store", [open_to_all])
    assert [web.scope_of(handler) for handler in router.routes[0].route_handlers][:1] == [None]  # type: ignore[union-attr]
