"""A partner adds a webhook in the portal, and its own server hears a test event, well signed."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from backend import core, payouts, webhooks
from backend.core import transaction
from tests import clients, given
from tests.e2e.desk import Place, in_themes, needs_desk, opened, settled, violations
from tests.webhooks.conftest import KEY
from tests.webhooks.receiver import Receiver, receiving

pytestmark = needs_desk

HOSTILE = '<img src=x onerror="window.ran=1">&amp;<script>window.ran=1</script>'


@pytest_asyncio.fixture
async def place(db: None) -> AsyncIterator[Place]:
    async with opened(local_webhooks=True) as made:
        yield made


@pytest.fixture
def sender(monkeypatch: pytest.MonkeyPatch) -> None:
    """The worker's settings, as `maillage run` gives them."""
    monkeypatch.setattr(webhooks.Sending, "secret_key", KEY)
    monkeypatch.setattr(webhooks.Sending, "loopback", True)
    monkeypatch.setattr(webhooks.Sending, "clock", payouts.machine_clock)


@asynccontextmanager
async def sending() -> AsyncIterator[None]:
    """The worker's job, again and again."""

    async def run() -> None:
        while True:
            await webhooks.deliver_due(payouts.machine_clock)
            await asyncio.sleep(0.2)

    task = asyncio.create_task(run())
    try:
        yield
    finally:
        task.cancel()


async def barriers(page: Page) -> list[str]:
    """What axe finds once windows have faded in and out."""
    await page.wait_for_timeout(700)
    return await violations(page)


async def added(page: Page, place: Place, box: Receiver) -> str:
    """Through the form; answers the secret that was shown."""
    await page.goto(f"{place.url}/portal/webhooks")
    await page.get_by_role("button", name="Nouveau webhook").click()
    dialog = page.get_by_role("dialog", name="Nouveau webhook")
    await dialog.get_by_label("Adresse").fill("https://127.0.0.1:8443/")
    await dialog.get_by_label("À quoi il sert").fill(HOSTILE)
    await dialog.get_by_label("Un versement est arrivé à votre banque").check()
    await dialog.get_by_label("Adresse").fill(box.url)
    await dialog.get_by_role("button", name="Créer le webhook").click()
    kept = page.get_by_role("dialog", name="Conservez ce secret")
    secret = await kept.get_by_text(re.compile("^whsec_")).inner_text()
    assert await barriers(page) == []
    await kept.get_by_role("button", name="TypeScript").click()
    await expect(kept.get_by_text("timingSafeEqual").first).to_be_visible()
    await kept.get_by_role("button", name="J’ai conservé le secret").click()
    return secret


async def test_a_partner_adds_a_webhook_and_a_signed_test_event_arrives(
    place: Place, sender: None
) -> None:
    page = await place.signed_in(await clients.person("owner", await given.partner()))
    async with receiving() as box, sending():
        box.statuses = [500]
        secret = await added(page, place, box)
        assert await barriers(page) == []
        await page.get_by_role("link", name=re.compile("from=maillage")).click()
        side = page.get_by_role("dialog", name="Webhook")
        await expect(side.get_by_text(HOSTILE)).to_be_visible()
        assert await barriers(page) == []
        await side.get_by_role("button", name="Envoyer un événement d’essai").click()
        drawer = page.get_by_role("dialog", name="Envoi")
        await expect(drawer.get_by_text("Sera réessayé")).to_be_visible()
        await expect(drawer.get_by_text("HTTP 500")).to_be_visible()
        await drawer.get_by_role("button", name="Renvoyer").click()
        await expect(drawer.get_by_text("Livré")).to_be_visible()
        assert await barriers(page) == []
        await expect(drawer.get_by_text("HTTP 200")).to_be_visible()
        await expect(drawer.get_by_text("noted").first).to_be_visible()
        refused, taken = box.kept
        assert taken.is_signed_with(secret) and taken.event["type"] == "ping"
        assert refused.id == taken.id
        await expect(drawer.get_by_text(taken.id).first).to_be_visible()
        await drawer.get_by_role("button", name="Fermer").click()
        row = page.get_by_role("row", name=re.compile("Événement d’essai"))
        await expect(row).to_contain_text("Livré")
    assert await page.evaluate("window.ran") is None


async def test_a_webhook_is_switched_off_and_on_and_deleted(place: Place, sender: None) -> None:
    partner = await given.partner()
    page = await place.signed_in(await clients.person("owner", partner))
    async with receiving() as box, sending():
        await added(page, place, box)
        await page.get_by_role("link", name=re.compile("from=maillage")).click()
        side = page.get_by_role("dialog", name="Webhook")
        await side.get_by_role("button", name="Désactiver").click()
        await (
            page.get_by_role("dialog", name="Désactiver")
            .get_by_role("button", name="Désactiver")
            .click()
        )
        await expect(side.get_by_text("Désactivé à la main")).to_be_visible()
        async with transaction():
            now = await payouts.machine_clock()
            await webhooks.emit(partner, "payout.paid", "payout:1", {"x": HOSTILE}, now=now)
        await side.get_by_role("button", name="Réactiver").click()
        await side.get_by_role("button", name="Renvoyer").click()
        await expect(side.get_by_text("En route\u00a0: 1")).to_be_visible()
        while not box.kept:  # noqa: ASYNC110
            await asyncio.sleep(0.1)
        assert box.kept[0].event["data"] == {"x": HOSTILE}
        await side.get_by_role("button", name="Supprimer").click()
        await (
            page.get_by_role("dialog", name="Supprimer")
            .get_by_role("button", name="Supprimer")
            .click()
        )
        await expect(page.get_by_text("Pas encore de webhook")).to_be_visible()
        assert await barriers(page) == []
    assert await core.fetch_value("SELECT count(secret_sealed) FROM webhooks.endpoint") == 0


@in_themes
async def test_the_page_of_webhooks_has_no_barrier(place: Place, sender: None, theme: str) -> None:
    page = await place.signed_in(await clients.person("owner", await given.partner()), "en")
    await page.context.add_init_script(
        f"localStorage.setItem('mantine-color-scheme-value', '{theme}')"
    )
    await page.goto(f"{place.url}/portal/webhooks")
    await settled(page)
    assert await barriers(page) == []
    await page.get_by_role("button", name="New webhook").first.click()
    await expect(page.get_by_role("dialog", name="New webhook")).to_be_visible()
    assert await barriers(page) == []
