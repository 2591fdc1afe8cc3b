"""An account in a browser: opened, confirmed, recovered, with a second factor and a passkey."""

import asyncio
import os
import re
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, NamedTuple, cast

import pyotp
import pytest
import pytest_asyncio
import uvicorn
from playwright.async_api import Browser, ConsoleMessage, Page

from backend.app import build_app
from tests import clients
from tests.cli.test_run import CHROMIUM
from tests.e2e.desk import profiles

EMAIL = "nolwenn@example.test"
NEW = "a new long password"
AXE = Path(__file__).parents[2] / "frontend" / "desk" / "node_modules" / "axe-core" / "axe.min.js"
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}

pytestmark = pytest.mark.skipif(
    CHROMIUM is None and os.environ.get("CI") != "true",
    reason="Chromium is not installed: apt-get install chromium",
)


class Place(NamedTuple):
    """The served app and a browser; `complaints` is what its console said."""

    url: str
    browser: Browser
    complaints: list[str]

    async def page(self, **options: Any) -> Page:
        context = await self.browser.new_context(**options)
        page = await context.new_page()
        page.set_default_timeout(15_000)

        def hear(said: ConsoleMessage) -> None:
            # A refused form is answered 400 or 401, and the browser says so.
            if said.type == "error" and "status of 4" not in said.text:
                self.complaints.append(said.text)

        page.on("console", hear)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        return page


@asynccontextmanager
async def served() -> AsyncIterator[str]:
    """On a name, not a number: browsers keep no passkeys for 127.0.0.1."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        url = f"http://localhost:{listening.getsockname()[1]}"
        app = build_app(base_url=url, state={"secret_key": "k" * 32, "shows_mail": True})
        config = uvicorn.Config(
            cast(Any, clients.AsDeployed(app)), log_level="warning", lifespan="off"
        )
        server = uvicorn.Server(config)
        serving = asyncio.create_task(server.serve(sockets=[listening]))
        try:
            yield url
        finally:
            server.should_exit = True
            await serving


@pytest_asyncio.fixture
async def place(db: None) -> AsyncIterator[Place]:
    async with served() as url, profiles() as browser:
        made = Place(url, browser, [])
        yield made
    assert made.complaints == []


async def open_account(page: Page, url: str) -> None:
    await page.goto(f"{url}/en/sign-up")
    await page.get_by_label("Company or organisation").fill("Écume & Sel")
    await page.get_by_label("Your name").fill("Nolwenn")
    await page.get_by_label("E-mail address").fill(EMAIL)
    await page.get_by_label("Password").fill(clients.PASSWORD)
    await page.get_by_role("button", name="Open the account").click()
    await page.get_by_role("heading", name="Check your e-mail").wait_for()


async def follow_letter(page: Page, url: str, subject: str) -> None:
    await page.goto(f"{url}/en/mails")
    letter = page.locator("article").filter(has_text=subject).first
    link = await letter.locator("a").get_attribute("href")
    assert link is not None and link.startswith(url)
    await page.goto(link)


async def sign_in(page: Page, url: str, password: str = clients.PASSWORD, query: str = "") -> None:
    await page.goto(f"{url}/en/sign-in{query}")
    await page.get_by_label("E-mail address").fill(EMAIL)
    await page.get_by_label("Password").fill(password)
    await page.get_by_role("button", name="Sign in", exact=True).click()


async def with_account(page: Page, url: str) -> None:
    """Opened, confirmed, signed in, on the account's page."""
    await open_account(page, url)
    await follow_letter(page, url, "Confirm your address")
    await page.get_by_role("button", name="Confirm my address").click()
    await page.get_by_text("Your address is confirmed.").wait_for()
    await sign_in(page, url, query="?next=/en/account")
    await page.get_by_role("heading", name="Your account").wait_for()


async def check_accessibility(page: Page) -> None:
    """In both themes, no violation of WCAG 2.2 AA."""
    if not AXE.exists():
        assert os.environ.get("CI") != "true", "axe-core is not installed"
        return
    for theme in ("light", "dark"):
        await page.emulate_media(color_scheme=cast(Any, theme))
        await page.evaluate(AXE.read_text())
        found = await page.evaluate("(rules) => axe.run(document, rules)", RULES)
        told = [(one["id"], [n["html"] for n in one["nodes"]]) for one in found["violations"]]
        assert told == [], f"{page.url} {theme}"


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
async def test_a_buyer_opens_an_account_confirms_it_and_signs_in(
    place: Place, scripts: bool
) -> None:
    page = await place.page(java_script_enabled=scripts)
    await with_account(page, place.url)
    assert await page.get_by_text("not confirmed yet").count() == 0
    await page.get_by_role("button", name="Sign out").last.click()
    await page.get_by_text("You are signed out.").wait_for()
    await page.goto(f"{place.url}/en/account")
    assert "/en/sign-in?next=" in page.url


async def test_wrong_values_are_said_at_their_fields_and_kept(place: Place) -> None:
    page = await place.page(locale="fr-FR")
    await page.goto(f"{place.url}/fr/sign-up")
    await page.evaluate("document.querySelector('.acc form').noValidate = true")
    await page.get_by_label("Votre nom").fill("Nolwenn")
    await page.get_by_label("Adresse e-mail").fill("nobody")
    await page.get_by_label("Mot de passe").fill("court")
    await page.get_by_role("button", name="Ouvrir le compte").click()
    await page.get_by_text("Ce n’est pas une adresse e-mail.").wait_for()
    assert await page.get_by_text("Remplissez ce champ.").count() == 1
    assert await page.get_by_label("Votre nom").input_value() == "Nolwenn"
    assert await page.get_by_label("Mot de passe").input_value() == ""
    assert await page.get_by_label("Adresse e-mail").get_attribute("aria-invalid") == "true"


async def test_an_authenticator_is_set_up_and_asked_for(place: Place) -> None:
    page = await place.page()
    await with_account(page, place.url)
    await page.get_by_role("button", name="Set up an app").click()
    await check_accessibility(page)
    generator = pyotp.TOTP(await page.locator(".secret").inner_text())
    await page.get_by_role("textbox", name="Code").fill("000000")
    await page.get_by_role("button", name="Turn it on").click()
    await page.get_by_text("This code is not right").wait_for()
    await page.get_by_role("textbox", name="Code").fill(generator.now())
    await page.get_by_role("button", name="Turn it on").click()
    await page.get_by_role("heading", name="Recovery codes").wait_for()
    codes = await page.locator(".codes code").all_inner_texts()
    assert len(codes) == 10
    other = await place.page(viewport={"width": 390, "height": 800})
    await sign_in(other, place.url, query="?next=/en/account")
    await other.get_by_role("heading", name="One more step").wait_for()
    await check_accessibility(other)
    await other.get_by_role("textbox", name="Code").fill(codes[0])
    await other.get_by_role("button", name="Continue").click()
    await other.get_by_role("heading", name="Your account").wait_for()
    assert await other.get_by_text("Codes left: 9").count() == 1
    assert await other.evaluate("document.documentElement.scrollWidth") <= 390
    await check_accessibility(other)


async def test_a_passkey_signs_in_without_a_password(place: Place) -> None:
    page = await place.page()
    cdp = await page.context.new_cdp_session(page)
    await cdp.send("WebAuthn.enable")
    device = {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True,
        "hasUserVerification": True, "isUserVerified": True, "automaticPresenceSimulation": True,
    }  # fmt: skip
    await cdp.send("WebAuthn.addVirtualAuthenticator", {"options": device})
    await with_account(page, place.url)
    await page.get_by_label("Name of the new passkey").fill("Téléphone")
    await page.get_by_role("button", name="Add a passkey").click()
    await page.get_by_role("link", name="I have kept them").click()
    await page.get_by_text("Téléphone").wait_for()
    await page.get_by_role("button", name="Sign out").last.click()
    await page.goto(f"{place.url}/en/sign-in?next=/en/account")
    await page.get_by_role("button", name="Sign in with a passkey").click()
    await page.get_by_role("heading", name="Your account").wait_for()
    assert await page.get_by_text(re.compile("with a passkey ·")).count() == 1
    await page.get_by_role("button", name="Sign out").last.click()
    await sign_in(page, place.url, query="?next=/en/account")
    await page.get_by_role("button", name="Use your passkey").click()
    await page.get_by_role("heading", name="Your account").wait_for()
    await page.get_by_role("button", name="Remove the passkey Téléphone").click()
    await page.get_by_text("The passkey is removed.").wait_for()


async def test_a_forgotten_password_is_chosen_anew(place: Place) -> None:
    page = await place.page()
    await with_account(page, place.url)
    other = await place.page()
    await other.goto(f"{place.url}/en/sign-in")
    await other.get_by_role("link", name="Forgot your password?").click()
    await other.get_by_label("E-mail address").fill(EMAIL)
    await other.get_by_role("button", name="Send the link").click()
    await other.get_by_role("heading", name="Check your e-mail").wait_for()
    await follow_letter(other, place.url, "Choose a new password")
    await other.get_by_label("New password").fill(NEW)
    await other.get_by_role("button", name="Use this password").click()
    await other.get_by_text("Your new password is set.").wait_for()
    await sign_in(other, place.url)
    await other.get_by_text("The e-mail address or the password is not right.").wait_for()
    await sign_in(other, place.url, NEW, "?next=/en/account")
    await other.get_by_role("heading", name="Your account").wait_for()
    await page.reload()
    assert "/en/sign-in" in page.url


@pytest.mark.parametrize("language", ["fr", pytest.param("en", marks=pytest.mark.long)])
async def test_every_page_is_accessible_in_both_themes(place: Place, language: str) -> None:
    page = await place.page(viewport={"width": 390, "height": 800})
    for path in (
        "sign-in", "sign-up?kind=isv&next=/fr", "letter", "letter?what=reset", "verify?token=x",
        "verify/resend", "forgot", "reset?token=x", "invitation?token=x", "mails",
    ):  # fmt: skip
        await page.goto(f"{place.url}/{language}/{path}")
        assert await page.locator("h1").count() == 1
        wide = await page.evaluate("document.documentElement.scrollWidth")
        assert wide <= 390, path
        await check_accessibility(page)


async def test_another_browser_makes_an_unconfirmed_account_its_own(place: Place) -> None:
    stranger = await place.page()
    await open_account(stranger, place.url)
    await sign_in(stranger, place.url, query="?next=/en/account")
    await stranger.get_by_text("not confirmed yet").wait_for()
    owner = await place.page(viewport={"width": 390, "height": 800})
    await follow_letter(owner, place.url, "Confirm your address")
    await check_accessibility(owner)
    assert await owner.evaluate("document.documentElement.scrollWidth") <= 390
    await owner.get_by_label("Password", exact=True).fill("not the password")
    await owner.get_by_role("button", name="Confirm my address").click()
    await owner.get_by_text("The password is not right.").wait_for()
    await owner.get_by_label("New password").fill(NEW)
    await owner.get_by_role("button", name="Confirm with this password").click()
    await owner.get_by_text("Your new password is set.").wait_for()
    await stranger.reload()
    assert "/en/sign-in" in stranger.url
    await sign_in(owner, place.url, NEW)
    await owner.get_by_role("heading", name="Purchases").wait_for()


async def test_one_never_leaves_this_site_after_signing_in(place: Place) -> None:
    page = await place.page()
    await with_account(page, place.url)
    await page.get_by_role("button", name="Sign out").last.click()
    await sign_in(page, place.url, query="?next=//evil.example/")
    await page.wait_for_url(f"{place.url}/**")
    assert not page.url.startswith(f"{place.url}/en/sign-in")
