"""Routes hang in one of four places, each with its wall."""

import pytest
from litestar import get

from backend import web


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


def test_a_store_route_is_open_unless_it_says_otherwise() -> None:
    router = web.mount("store", [open_to_all])
    assert [web.scope_of(handler) for handler in router.routes[0].route_handlers][:1] == [None]  # type: ignore[union-attr]
