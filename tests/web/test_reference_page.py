"""The reference in a real browser: it draws itself, and asks nobody else for anything."""

import asyncio
import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, cast

import pytest
import uvicorn
from playwright.async_api import async_playwright

from tests import clients


@asynccontextmanager
async def served() -> AsyncIterator[str]:
    config = uvicorn.Config(
        cast(Any, clients.app()), port=0, log_config=None, lifespan="off", ws="none"
    )
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110  (uvicorn has no event for it)
        await asyncio.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    await serving


async def test_the_page_draws_itself_under_its_policy_without_another_host() -> None:
    chromium = shutil.which("chromium")
    if chromium is None:
        assert os.environ.get("CI") != "true", "CI needs chromium"
        pytest.skip("no chromium on this machine: apt-get install chromium")
    asked: list[str] = []
    complaints: list[str] = []
    async with served() as base, async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--disable-gpu"]
        )
        page = await browser.new_page()
        page.on("request", lambda request: asked.append(request.url))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on(
            "console",
            lambda said: complaints.append(said.text) if said.type == "error" else None,
        )
        await page.goto(f"{base}/api/docs")
        await page.get_by_text("/api/store/session", exact=True).first.wait_for(timeout=20_000)
        await browser.close()
    assert complaints == []
    assert {address.partition("/api/")[0] for address in asked} == {base}
