"""What outlives a session asks for the password first, in front of the form, which goes on then."""

from collections.abc import AsyncIterator

import pytest_asyncio

from backend import core
from tests import clients
from tests.e2e.desk import Place, needs_desk, opened, settled, violations

pytestmark = needs_desk

LONG_AGO = "UPDATE identity.session SET confirmed_at = now() - interval '1 hour'"


@pytest_asyncio.fixture
async def place(db: None) -> AsyncIterator[Place]:
    async with opened() as made:
        yield made


async def test_a_key_is_made_once_the_password_was_given_again(place: Place) -> None:
    email = await clients.person("owner", await clients.organisation("acme", "isv"))
    page = await place.signed_in(email, viewport={"width": 390, "height": 800})
    await core.fetch(LONG_AGO)
    await page.goto(f"{place.url}/portal/keys")
    await settled(page)
    await page.get_by_role("button", name="Nouvelle clé").first.click()
    await page.get_by_label("Nom").fill("Facturation")
    await page.get_by_label("Lire les ventes").check()
    await page.get_by_role("button", name="Créer la clé").click()
    asked = page.get_by_role("dialog", name="Confirmez que c’est bien vous")
    await asked.get_by_label("Mot de passe").fill("not the password")
    for theme in ("light", "dark"):
        await page.evaluate(f"document.documentElement.dataset.mantineColorScheme = '{theme}'")
        assert await violations(page) == []
    await asked.get_by_role("button", name="Confirmer").click()
    await asked.get_by_text("Le mot de passe n’est pas le bon.").wait_for()
    await asked.get_by_role("button", name="Annuler").click()
    await (
        page.get_by_text("Redonnez votre mot de passe")
        .or_(page.get_by_text("Confirmez que c’est bien vous"))
        .first.wait_for()
    )
    assert await core.fetch_value("SELECT count(*) FROM identity.api_key") == 0
    await page.get_by_role("button", name="Créer la clé").click()
    await asked.get_by_label("Mot de passe").fill(clients.PASSWORD)
    await asked.get_by_role("button", name="Confirmer").click()
    await page.get_by_text("mk_test_").wait_for()
    assert await core.fetch_value("SELECT count(*) FROM identity.api_key") == 1


async def test_an_owner_is_invited_once_the_password_was_given_again(place: Place) -> None:
    email = await clients.person("owner", await clients.organisation("acme", "isv"))
    page = await place.signed_in(email)
    await core.fetch(LONG_AGO)
    await page.goto(f"{place.url}/portal/team")
    await settled(page)
    await page.get_by_role("button", name="Inviter quelqu’un").click()
    inviting = page.get_by_role("dialog", name="Inviter quelqu’un")
    await inviting.get_by_label("Adresse e-mail").fill("partner@example.test")
    await inviting.get_by_label("Rôle").select_option("owner")
    await inviting.get_by_role("button", name="Envoyer l’invitation").click()
    asked = page.get_by_role("dialog", name="Confirmez que c’est bien vous")
    await asked.get_by_label("Mot de passe").fill(clients.PASSWORD)
    assert await core.fetch_value("SELECT count(*) FROM identity.invitation") == 0
    await asked.get_by_role("button", name="Confirmer").click()
    await page.get_by_text("L’invitation à partner@example.test est partie").wait_for()
    assert await core.fetch_value("SELECT role FROM identity.invitation") == "owner"
