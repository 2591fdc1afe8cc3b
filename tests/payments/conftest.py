"""The gateway in front of the sandbox, in process, held against Stripe's document."""

from collections.abc import AsyncIterator
from typing import Any

import pytest_asyncio

from backend import payments, stripe_sandbox
from tests.stripe_sandbox.contract import Checked, ContractBroken


class Watched(Checked):
    """The library turns every exception into a connection error: kept, to be raised at the end."""

    def __init__(self, app: Any) -> None:
        super().__init__(app)
        self.broken: list[ContractBroken] = []

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        try:
            await super().__call__(scope, receive, send)
        except ContractBroken as error:
            self.broken.append(error)
            raise


@pytest_asyncio.fixture
async def stripe(db: None) -> AsyncIterator[Watched]:
    """Stripe as this test's process sees it."""
    app = Watched(stripe_sandbox.build_app(base_url="http://stripe.test"))
    payments.open_gateway(api_key="sk_test_sandbox", app=app, rate_per_s=10_000, timeout_s=20)
    yield app
    await payments.close_gateway()
    assert not app.broken, app.broken
