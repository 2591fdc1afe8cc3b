"""The API is what its document says, whatever is sent (goal G6)."""

import asyncio
import os
from collections.abc import Callable, Iterator
from typing import Any, cast

import httpx
import pytest
import pytest_asyncio
import requests
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis import GenerationMode

from tests import clients

schema: Any = schemathesis.openapi.from_dict(clients.app().openapi_schema.to_schema())
schema.config.generation.update(modes=list(GenerationMode))
# A body too large is refused before its form is looked at.
refused = schema.config.checks.negative_data_rejection
refused.expected_statuses = [*refused.expected_statuses, "413"]

NOT_OURS = ("ignored_auth", "unsupported_method", "positive_data_acceptance")
"""The first two call the app by themselves, in another event loop: tests/test_matrix.py does that.
A generated request may be of the right form and still name what is not there."""

EXAMPLES = 400 if os.environ.get("MAILLAGE_TORTURE") == "full" else 150
"""Cases of each operation in the battery: about 10,000 in all, or four times as many."""

CALLERS = {"store": "buyer", "portal": "owner", "office": "admin"}

SELF = "/api/store/session"
"""Tried by nobody: signing out would end the session that the other cases need."""


@pytest_asyncio.fixture(scope="session")
async def loop() -> asyncio.AbstractEventLoop:
    """The one in which the pool lives; schemathesis tests are plain functions."""
    return asyncio.get_running_loop()


@pytest.fixture
def call(
    stripe: None, loop: asyncio.AbstractEventLoop
) -> Iterator[Callable[[Any], httpx.Response]]:
    """Sends a case as somebody who may do everything of the audience."""
    browsers: dict[str, httpx.AsyncClient] = {}

    async def send(case: Any) -> httpx.Response:
        made = requests.Request(**_request_of(case)).prepare()
        audience = made.path_url.split("/")[2] if made.path_url.startswith("/api/") else ""
        who = "" if made.path_url.startswith(SELF) else CALLERS.get(audience, "")
        if who not in browsers:
            browsers[who] = await _browser(who)
        assert made.url is not None
        headers = [(name, _bytes(value)) for name, value in made.headers.items()]
        return await browsers[who].request(
            made.method or "GET", made.url, headers=cast(Any, headers), content=cast(Any, made.body)
        )

    yield lambda case: loop.run_until_complete(send(case))
    for browser in browsers.values():
        loop.run_until_complete(browser.aclose())


def _bytes(value: str | bytes) -> bytes:
    return value if isinstance(value, bytes) else value.encode("latin-1", "replace")


def _request_of(case: Any) -> dict[str, Any]:
    asked = case.as_transport_kwargs(base_url=clients.BASE)
    known = ("method", "url", "headers", "params", "data", "json", "files", "cookies")
    return {name: asked[name] for name in known if name in asked}


async def _browser(who: str) -> httpx.AsyncClient:
    if not who:
        return clients.visitor()
    acme = None if who == "admin" else await clients.organisation("acme" + who)
    return await clients.signed_in(who, acme)


def _check(case: Any, call: Callable[[Any], httpx.Response]) -> None:
    excluded = [schemathesis.checks.CHECKS.get_one(name) for name in NOT_OURS]
    case.validate_response(call(case), excluded_checks=excluded)


@schema.parametrize()  # type: ignore[untyped-decorator]
@settings(max_examples=6, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
def test_no_request_gets_an_answer_outside_the_document(
    case: Any, call: Callable[[Any], httpx.Response]
) -> None:
    _check(case, call)


@pytest.mark.long
@schema.parametrize()  # type: ignore[untyped-decorator]
@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
def test_no_request_of_many_gets_an_answer_outside_the_document(
    case: Any, call: Callable[[Any], httpx.Response]
) -> None:
    _check(case, call)


def test_every_operation_says_what_it_is_and_how_it_fails() -> None:
    document = clients.app().openapi_schema.to_schema()
    names: list[str] = []
    for path, item in document["paths"].items():
        for method, operation in item.items():
            place = f"{method} {path}"
            names.append(operation["operationId"])
            assert operation.get("description"), f"{place}: its handler needs a docstring"
            for status, answer in operation["responses"].items():
                if status[0] in "45":
                    assert list(answer["content"]) == ["application/problem+json"], place
            if not path.startswith(("/api/store", "/api/hooks", "/health")):
                assert operation["security"] and "401" in operation["responses"], place
            if "requestBody" in operation:
                assert {"413", "415"} <= set(operation["responses"]), place
    assert len(names) == len(set(names))
