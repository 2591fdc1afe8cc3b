"""The portal and the office as a browser has them: the built desk, our API, Stripe's sandbox."""

import asyncio
import os
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, NamedTuple, cast

import pytest
import uvicorn
from playwright.async_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Playwright,
    TimeoutError,
    async_playwright,
)

from backend import payments, stripe_sandbox
from backend.app import build_app
from backend.desk import DIST
from tests import clients
from tests.cli.test_run import CHROMIUM, FLAGS

AXE = Path(__file__).parents[2] / "frontend" / "desk" / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
PATIENCE_MS = 20_000

MISSING = (
    "Chromium is not installed: apt-get install chromium"
    if CHROMIUM is None
    else "The desk is not built: make desk"
    if not (DIST / "index.html").exists()
    else None
)
AT_REST = """
() => document.getAnimations().every(
  one => one.playState !== "running" || one.effect?.getComputedTiming().endTime === Infinity)
"""
"""Half faded in, words have less contrast than they are going to have."""

in_themes = pytest.mark.parametrize(
    "theme", ["light", pytest.param("dark", marks=pytest.mark.long, id="dark")]
)
"""What differs in the dark is contrast only: the battery looks at it."""

walks_every_page = pytest.mark.long
"""A journey looks for barriers where it comes by; the battery on all pages, in every state."""

needs_desk = pytest.mark.skipif(
    MISSING is not None and os.environ.get("CI") != "true", reason=MISSING or ""
)
"""Skips with a sentence; with CI=true it does not skip, and so fails."""


class Place(NamedTuple):
    """Our server, Stripe's pages, and a browser; `complaints` is what its console said."""

    url: str
    browser: Browser
    complaints: list[str]

    async def visitor(self, language: str = "fr", **options: Any) -> Page:
        """A fresh browser profile in that language."""
        context = await self.browser.new_context(**options)
        await context.add_cookies([{"name": "language", "value": language, "url": self.url}])
        page = await context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        page.on("console", lambda said: self._hear(said))  # noqa: PLW0108
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        return page

    async def signed_in(self, email: str, language: str = "fr", **options: Any) -> Page:
        page = await self.visitor(language, **options)
        await sign_in(page.context, self.url, email)
        return page

    def _hear(self, said: ConsoleMessage) -> None:
        # What the API refuses, the browser says too: 401, 404, 409 are part of the play.
        if said.type == "error" and "status of 4" not in said.text:
            self.complaints.append(said.text)


async def sign_in(context: BrowserContext, url: str, email: str) -> None:
    answer = await context.request.post(
        f"{url}/api/store/session",
        data={"email": email, "password": clients.PASSWORD},
        headers={"origin": url},
    )
    assert answer.ok, await answer.text()


@asynccontextmanager
async def serving(app: Any, listening: socket.socket) -> AsyncIterator[None]:
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", lifespan="off"))
    task = asyncio.create_task(server.serve(sockets=[listening]))
    try:
        yield
    finally:
        server.should_exit = True
        await task


class Shared:
    """One browser for all tests of a process, as it takes a second to start."""

    playwright: Playwright | None = None
    browser: Browser | None = None

    async def started(self) -> Browser:
        if self.playwright is None:
            self.playwright = await async_playwright().start()
        if self.browser is None or not self.browser.is_connected():
            launch = self.playwright.chromium.launch
            self.browser = await launch(executable_path=CHROMIUM, args=FLAGS)
        return self.browser

    async def ended(self) -> None:
        if self.browser is not None:
            await self.browser.close()
        if self.playwright is not None:
            await self.playwright.stop()


SHARED = Shared()


@asynccontextmanager
async def profiles() -> AsyncIterator[Browser]:
    """The browser; afterwards each profile that was made in it is gone."""
    browser = await SHARED.started()
    try:
        yield browser
    finally:
        for context in browser.contexts:
            await context.close()


@asynccontextmanager
async def opened(**state: Any) -> AsyncIterator[Place]:
    """Everything runs, with more `state` of the app; afterwards the console has said nothing."""
    with (
        socket.create_server(("127.0.0.1", 0)) as ours,
        socket.create_server(("127.0.0.1", 0)) as stripes,
    ):
        url, stripe_url = (f"http://127.0.0.1:{one.getsockname()[1]}" for one in (ours, stripes))
        sandbox = stripe_sandbox.build_app(base_url=stripe_url)
        app = build_app(base_url=url, state={"secret_key": "k" * 32, "shows_mail": True, **state})
        payments.open_gateway(api_key="sk_test_sandbox", rate_per_s=10_000, app=sandbox)
        complaints: list[str] = []
        try:
            async with (
                serving(sandbox, stripes),
                serving(cast(Any, clients.AsDeployed(app)), ours),
                profiles() as browser,
            ):
                yield Place(url, browser, complaints)
        finally:
            await payments.close_gateway()
    assert complaints == [], complaints


async def violations(page: Page) -> list[str]:
    """What axe finds on the page as it stands, once what moves has come to rest."""
    await page.wait_for_timeout(100)
    await page.wait_for_function(AT_REST)
    devtools = await page.context.new_cdp_session(page)
    await devtools.send("Runtime.evaluate", {"expression": AXE.read_text()})
    found: list[str] = await page.evaluate(
        "async rules => (await axe.run(document, {runOnly: rules})).violations"
        ".map(v => `${v.id}: ${v.nodes.map(n => n.target.join(' ')).join(', ')}`)",
        RULES,
    )
    return found


async def settled(page: Page) -> None:
    """Everything asked for has been answered and shown."""
    await page.wait_for_load_state("networkidle")
    await page.locator("h1").first.wait_for()
    await page.locator(".mantine-Skeleton-root").first.wait_for(state="detached")


async def fits(page: Page, path: str) -> None:
    """Nothing is wider than the window, once what was drawn for another width is drawn anew."""
    try:
        await page.wait_for_function(
            "() => document.documentElement.scrollWidth <= innerWidth", timeout=PATIENCE_MS
        )
    except TimeoutError:
        wide = await page.evaluate("document.documentElement.scrollWidth - innerWidth")
        raise AssertionError(f"{path} is {wide} px too wide") from None
