"""The browser that all tests of a process share is closed once, after the last of them."""

from collections.abc import AsyncIterator

import pytest_asyncio

from tests.e2e.desk import SHARED


@pytest_asyncio.fixture(scope="session", autouse=True)
async def closed_browser() -> AsyncIterator[None]:
    yield
    await SHARED.ended()
