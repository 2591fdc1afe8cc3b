"""The sandbox in process, contract-checked, and the unmodified stripe library in front of it."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import pytest_asyncio
import stripe

from backend import stripe_sandbox
from tests.stripe_sandbox.contract import Checked
from tests.stripe_sandbox.hooks import Hook

BASE_URL = "http://sandbox.test"


class Plain(httpx.AsyncClient):
    """The library hands bytes over as `data`, which httpx has deprecated."""

    async def request(self, method: str, url: Any, *, data: Any = None, **more: Any) -> Any:
        return await super().request(method, url, content=data or None, **more)


class InProcess(stripe.HTTPXClient):
    """No sockets: the library's requests go straight into the ASGI app."""

    def __init__(self, app: Any) -> None:
        super().__init__(timeout=30)
        self._client_async = Plain(transport=httpx.ASGITransport(app=app))


@pytest.fixture
def app(db: None) -> Checked:
    return Checked(stripe_sandbox.build_app(base_url=BASE_URL))


@pytest_asyncio.fixture
async def client(app: Checked) -> AsyncIterator[stripe.StripeClient]:
    """Stripe's own client; every request and answer is held against Stripe's document."""
    transport = InProcess(app)
    yield stripe.StripeClient(
        "sk_test_sandbox",
        base_addresses={"api": BASE_URL},
        http_client=transport,
        max_network_retries=0,
    )
    await transport._client_async.aclose()


@pytest_asyncio.fixture
async def http(app: Checked) -> AsyncIterator[httpx.AsyncClient]:
    """A plain client, for what the library would not send and for the pages."""
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(
        transport=transport,
        base_url=BASE_URL,
        headers={"Authorization": "Bearer sk_test_sandbox"},
    ) as plain:
        yield plain


@pytest.fixture
def hook() -> Hook:
    return Hook()


@pytest_asyncio.fixture
async def send(hook: Hook) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=hook)) as sender:
        yield sender
