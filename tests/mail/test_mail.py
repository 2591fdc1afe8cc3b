"""Letters wait, go to a real SMTP server at least once, and are given up with a reason."""

import ast
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import asyncpg
import pytest
import pytest_asyncio

from backend import core, mail
from backend.mail.rules import PAUSES
from backend.mail.words import catalogue
from tests.mail.smtp import Mailbox, mailbox

NOW = datetime(2026, 10, 1, 12, tzinfo=UTC)
SECRET = "https://maillage.example/fr/reset?token=only-for-its-reader"
LETTER = mail.Letter(
    kind="reset_password",
    subject="Écrivez <b>vite</b>",
    paragraphs=["Une ligne & une autre."],
    button="Choisir",
    link=SECRET,
)
ROOT = Path(__file__).parents[2]
LETTERS = (
    "backend/mail/writing.py",
    "backend/dues/checkout.py",
    *sorted(str(x.relative_to(ROOT)) for x in ROOT.glob("backend/*/letters*.py")),
)


@pytest_asyncio.fixture
async def box() -> AsyncIterator[Mailbox]:
    async with mailbox() as kept:
        yield kept


def post(box: Mailbox) -> mail.Post:
    return mail.read_post(f"smtp://127.0.0.1:{box.port}", "Iroise <no-reply@iroise.example>")


async def sent(useless_at: datetime | None = None) -> UUID:
    return await mail.send("a@example.test", LETTER, language="fr", now=NOW, useless_at=useless_at)


async def row_of(message_id: UUID) -> asyncpg.Record:
    row = await core.fetch_row("SELECT * FROM mail.message WHERE id = $1", message_id)
    assert row is not None
    return row


async def test_a_letter_arrives_in_both_forms_and_its_body_is_erased(
    db: None, box: Mailbox
) -> None:
    message_id = await sent()
    assert await mail.send_due(post(box), NOW) == 1
    (message,) = box.kept
    assert message["Message-ID"] == f"<{message_id}@iroise.example>"
    assert message["Subject"] == LETTER.subject and message["To"] == "a@example.test"
    text, html = message.get_body(("plain",)), message.get_body(("html",))
    assert text is not None and SECRET in text.get_content()
    assert html is not None and "Écrivez &lt;b&gt;vite&lt;/b&gt;" in html.get_content()
    row = await row_of(message_id)
    assert row["sent_at"] == NOW and row["body_text"] is None and row["body_html"] is None
    assert "only-for-its-reader" not in str(row)
    assert await mail.send_due(post(box), NOW + timedelta(days=1)) == 0


async def test_an_address_is_one_mailbox_whatever_stands_in_it(db: None, box: Mailbox) -> None:
    await mail.send("other,a@example.test", LETTER, language="fr", now=NOW)
    assert await mail.send_due(post(box), NOW) == 1
    assert box.recipients == [b'RCPT TO:<"other,a"@example.test>']
    assert box.kept[0]["To"] == '"other,a"@example.test'


async def test_a_letter_of_a_transaction_that_failed_is_never_sent(db: None, box: Mailbox) -> None:
    with pytest.raises(ZeroDivisionError):
        async with core.transaction():
            await sent()
            _ = 1 / 0
    assert await mail.send_due(post(box), NOW) == 0


async def test_a_lost_answer_sends_the_letter_again_under_the_same_id(
    db: None, box: Mailbox
) -> None:
    await sent()
    box.cut = True
    assert await mail.send_due(post(box), NOW) == 0
    box.cut = False
    assert await mail.send_due(post(box), NOW) == 0
    assert await mail.send_due(post(box), NOW + PAUSES[0]) == 1
    first, second = box.kept
    assert first["Message-ID"] == second["Message-ID"]


async def test_a_worker_that_died_with_a_letter_in_hand_leaves_it_to_another(
    db: None, box: Mailbox
) -> None:
    message_id = await sent()
    from backend.mail.jobs import _take_in_hand  # The step before the network.

    assert len(await _take_in_hand(NOW)) == 1
    assert await mail.send_due(post(box), NOW + timedelta(seconds=30)) == 0
    assert await mail.send_due(post(box), NOW + timedelta(minutes=2)) == 1
    assert (await row_of(message_id))["tries"] == 2


async def test_a_server_that_stays_away_is_tried_seven_times_then_given_up(
    db: None, box: Mailbox
) -> None:
    message_id = await sent()
    nowhere = mail.read_post("smtp://127.0.0.1:1", "no-reply@iroise.example")
    now = NOW
    for pause in (*PAUSES, timedelta(0)):
        assert await mail.send_due(nowhere, now) == 0
        now += pause
    row = await row_of(message_id)
    assert row["tries"] == 7 and row["given_up_at"] is not None and row["body_text"] is None
    assert "Connect" in row["reason"]
    assert await mail.send_due(post(box), now + timedelta(days=9)) == 0


async def test_a_mailbox_that_does_not_exist_is_given_up_at_once(db: None, box: Mailbox) -> None:
    message_id = await sent()
    box.refuse = b"550 no such mailbox\r\n"
    await mail.send_due(post(box), NOW)
    row = await row_of(message_id)
    assert row["given_up_at"] == NOW and "no such mailbox" in row["reason"]


async def test_a_full_mailbox_is_tried_again(db: None, box: Mailbox) -> None:
    message_id = await sent()
    box.refuse = b"452 full\r\n"
    await mail.send_due(post(box), NOW)
    assert (await row_of(message_id))["given_up_at"] is None
    box.refuse = None
    assert await mail.send_due(post(box), NOW + PAUSES[0]) == 1


async def test_a_letter_whose_link_has_expired_is_not_sent(db: None, box: Mailbox) -> None:
    message_id = await sent(useless_at=NOW + timedelta(hours=1))
    assert await mail.send_due(post(box), NOW + timedelta(hours=1)) == 0
    row = await row_of(message_id)
    assert box.kept == [] and "expired" in row["reason"] and row["body_text"] is None


async def test_an_auditor_never_reads_what_letters_say(
    db: None, owner: "asyncpg.Connection[asyncpg.Record]"
) -> None:
    await sent()
    await owner.execute("SET ROLE maillage_audit")
    try:
        rows = await owner.fetch("SELECT id, recipient, kind, tries FROM mail.message")
        assert len(rows) == 1
        for column in ("body_text", "body_html", "subject", "*"):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await owner.fetch(f"SELECT {column} FROM mail.message")
    finally:
        await owner.execute("RESET ROLE")


async def test_a_tenant_writes_letters_and_reads_none(db: None) -> None:
    with core.acting_for(UUID(int=1)):
        await sent()
        assert await core.fetch("SELECT id FROM mail.message") == []
    assert len(await core.fetch("SELECT id FROM mail.message")) == 1


async def test_what_was_sent_is_forgotten_after_a_month_and_what_waits_is_not(
    db: None, box: Mailbox
) -> None:
    await sent()
    await mail.send_due(post(box), NOW)
    await sent()
    assert await mail.forget_old(NOW + timedelta(days=30)) == 0
    assert await mail.forget_old(NOW + timedelta(days=31)) == 1


@pytest.mark.parametrize(
    ("url", "sender"),
    [
        ("http://mail.example", "a@b.example"),
        ("smtp://", "a@b.example"),
        ("smtp://[broken", "a@b.example"),
        ("smtp://mail.example:99999", "a@b.example"),
        ("smtp://mail.example", "nobody"),
        ("smtp://mail.example", ""),
    ],
)
def test_a_server_that_cannot_be_used_is_refused(url: str, sender: str) -> None:
    with pytest.raises(mail.BadPost):
        mail.read_post(url, sender)


def test_only_this_machine_gets_letters_in_clear() -> None:
    there = mail.read_post("smtp://u:p%40@mail.example", "A <a@b.example>")
    assert there.start_tls and not there.tls and (there.user, there.password) == ("u", "p@")
    assert there.port == 587
    assert mail.read_post("smtps://mail.example", "a@b.example").port == 465
    here = mail.read_post("smtp://127.0.0.1:2525", "a@b.example")
    assert not here.start_tls and not here.tls


def test_every_word_of_a_letter_has_its_french() -> None:
    said: set[str] = set()
    for file in LETTERS:
        for node in ast.walk(ast.parse((ROOT / file).read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name | ast.Call):
                of = node.func
                is_mark = isinstance(of, ast.Name) and of.id in {"_", "say"}
                is_call = isinstance(of, ast.Call) and getattr(of.func, "id", "") == "translator"
                if is_mark or is_call:
                    said.add(ast.literal_eval(node.args[0]))
    known = catalogue("fr")
    assert said - set(known) == set() and set(known) - said == set()
    assert all(known.values())
