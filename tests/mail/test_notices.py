"""Letters inside the application: the same ones, for whoever they were written to."""

from datetime import UTC, datetime, timedelta

import pytest

from backend import core, mail, partners
from tests import clients, given

NOW = datetime.now(UTC)


def letter(subject: str, link: str | None = None) -> mail.Letter:
    return mail.Letter(kind="statement", subject=subject, paragraphs=["One.", "Two."], link=link)


async def sent(to: str, subject: str, link: str | None = None) -> None:
    await mail.send(to, letter(subject, link), language="fr", now=NOW)


async def test_a_letter_to_the_organisation_is_a_notice_for_those_who_keep_its_money(
    db: None,
) -> None:
    acme = await clients.organisation("acme")
    await core.fetch(
        "UPDATE partners.organisation SET email = 'Finance@acme.example' WHERE id = $1", acme
    )
    await sent("finance@acme.example", "Votre relevé", "https://m.example/portal/statements")
    other = await clients.organisation("other")
    async with await clients.signed_in("finance", acme) as finance:
        [notice] = (await finance.get("/api/portal/notices")).json()["items"]
        assert (notice["subject"], notice["said"]) == ("Votre relevé", "One.\n\nTwo.")
        assert notice["link"] == "https://m.example/portal/statements"
        assert notice["read_at"] is None
        assert (await finance.get("/api/portal/notices/unread")).json() == {"count": 1}
        read = await finance.post(f"/api/portal/notices/{notice['id']}/read")
        assert read.json() == {"count": 0}
        [notice] = (await finance.get("/api/portal/notices")).json()["items"]
        assert notice["read_at"] is not None
    async with await clients.signed_in("owner", acme) as owner:
        # What one has read another has not.
        assert (await owner.get("/api/portal/notices/unread")).json() == {"count": 1}
        assert (await owner.post("/api/portal/notices/read")).json() == {"count": 0}
    for role, org in (("member", acme), ("owner", other)):
        async with await clients.signed_in(role, org) as stranger:
            assert (await stranger.get("/api/portal/notices")).json()["items"] == []
            await stranger.post(f"/api/portal/notices/{notice['id']}/read")
    assert await core.fetch_value("SELECT count(*) FROM mail.notice_read") == 2


async def test_a_letter_to_a_person_is_theirs_in_office_and_portal(db: None) -> None:
    email = await clients.person("finance")
    await sent(email, "À vous")
    async with clients.visitor() as browser:
        known = {"email": email, "password": clients.PASSWORD}
        assert (await browser.post("/api/store/session", json=known)).status_code == 200
        [notice] = (await browser.get("/api/office/notices")).json()["items"]
        assert notice["subject"] == "À vous"


@pytest.mark.parametrize("how", ["ends", "lets in"])
async def test_what_lets_its_reader_in_is_for_the_mailbox_alone(db: None, how: str) -> None:
    link = "https://m.example/fr/reset?token=secret" if how == "lets in" else "https://m.example"
    useless_at = NOW + timedelta(hours=1) if how == "ends" else None
    await mail.send("a@b.example", letter("x", link), language="fr", now=NOW, useless_at=useless_at)
    assert await core.fetch_value("SELECT count(*) FROM mail.notice") == 0
    assert await core.fetch_value("SELECT count(*) FROM mail.message") == 1


async def test_many_letters_at_once_are_many_notices(db: None) -> None:
    await mail.send_all(
        [
            mail.Addressed("a@b.example", letter("1"), "fr"),
            mail.Addressed("c@d.example", letter("2"), "en"),
        ],
        now=NOW,
    )
    rows = await core.fetch(
        "SELECT n.subject FROM mail.notice n JOIN mail.message m USING (id, kind, language) "
        "WHERE n.recipient = m.recipient ORDER BY n.subject"
    )
    assert [row["subject"] for row in rows] == ["1", "2"]


async def test_nobody_elses_notices_can_be_read_whoever_asks_the_tables(db: None) -> None:
    await sent("a@b.example", "x")
    acme = await partners.create_organisation(
        reference="acme", name="A", country="FR", segment="pme", roles=["isv"], now=given.NOW,
        actor=given.SYSTEM,
    )  # fmt: skip
    with core.acting_for(acme):
        assert await core.fetch("SELECT * FROM mail.notice") == []


async def test_notices_are_kept_a_year(db: None) -> None:
    await sent("a@b.example", "x")
    assert await mail.forget_notices(NOW + timedelta(days=364)) == 0
    assert await mail.forget_notices(NOW + timedelta(days=366)) == 1


async def test_an_address_that_nobody_confirmed_opens_no_letters(db: None) -> None:
    """Whoever typed finance@acme.example into the sign-up is not who reads that mailbox."""
    acme = await clients.organisation("acme")
    await core.fetch(
        "UPDATE partners.organisation SET email = 'finance@acme.example' WHERE id = $1", acme
    )
    await sent("finance@acme.example", "Votre relevé")
    account = {
        "email": "finance@acme.example", "password": clients.PASSWORD, "name": "Mallory",
        "company": "Evil", "country": "FR", "segment": "pme", "language": "fr",
    }  # fmt: skip
    async with clients.visitor() as stranger:
        opened = await stranger.post("/api/store/account", json=account)
        assert opened.status_code < 300, opened.text
        known = {"email": "finance@acme.example", "password": clients.PASSWORD}
        assert (await stranger.post("/api/store/session", json=known)).status_code == 200
        assert (await stranger.get("/api/portal/notices/unread")).json() == {"count": 0}
        assert (await stranger.get("/api/portal/notices")).json()["items"] == []
    async with await clients.signed_in("finance", acme) as finance:
        assert (await finance.get("/api/portal/notices/unread")).json() == {"count": 1}


async def test_a_mailbox_of_two_organisations_shows_neither_the_others_letters(db: None) -> None:
    """Its accountant's mailbox: who signs in with that address reads them, their clients do not."""
    acme, other = await clients.organisation("acme"), await clients.organisation("other")
    await core.fetch("UPDATE partners.organisation SET email = 'books@accountant.example'")
    await sent("Books@accountant.example", "Votre relevé")
    for one in (acme, other):
        async with await clients.signed_in("finance", one) as finance:
            assert (await finance.get("/api/portal/notices")).json()["items"] == []
