"""Coming in: an organisation applies, the office decides, and the partner reads the reasons."""

import ast
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import asyncpg
import pytest

from backend import core, partners, programmes
from backend.core import fetch, fetch_value
from backend.mail import translator
from backend.programmes import EDITOR, RESELLER
from backend.programmes import letters as letters_written
from tests import given
from tests.given.programmes import JANUARY, organisation

DAY = timedelta(days=1)


async def apply_to(organisation_id: UUID, programme: str = EDITOR) -> UUID:
    with core.acting_for(organisation_id):
        return await programmes.apply_to(
            organisation_id, programme, message="We fit.", now=JANUARY, actor="person:x"
        )


async def letters(organisation_id: UUID) -> list[tuple[str, str, str]]:
    rows = await fetch(
        "SELECT m.kind, m.subject, m.body_text FROM mail.message m JOIN partners.organisation o "
        "ON o.email = m.recipient WHERE o.id = $1 ORDER BY m.id",
        organisation_id,
    )
    return [tuple(row) for row in rows]


async def test_a_company_that_was_refused_applies_to_no_programme(db: None) -> None:
    org = await organisation("isv")
    await fetch("UPDATE partners.organisation SET verification = 'unverified' WHERE id = $1", org)
    await partners.refuse_organisation(org, reason="SIREN radié", actor="person:office")
    with pytest.raises(programmes.CompanyRefused, match="SIREN radié"):
        await apply_to(org)


async def test_R_04_an_editor_is_selected_or_refused_and_reads_why(db: None) -> None:
    selected, refused = await organisation("isv"), await organisation("isv", language="en")
    one, two = await apply_to(selected), await apply_to(refused)
    await programmes.accept_application(
        one, reason="A sovereign back-up.", now=JANUARY + DAY, actor="person:office"
    )
    await programmes.refuse_application(
        two, reason="No French support.", now=JANUARY + DAY, actor="person:office"
    )
    assert await programmes.level_at(selected, EDITOR, JANUARY) is None
    assert await programmes.level_at(selected, EDITOR, JANUARY + DAY) == "selected"
    assert await programmes.level_at(refused, EDITOR, JANUARY + DAY) is None
    [(kind, subject, text)] = await letters(selected)
    assert kind == "programme_accepted" and "Éditeurs de logiciels" in subject
    assert "Motif : A sovereign back-up." in text and "Sélectionné" in text
    [(kind, _, text)] = await letters(refused)
    assert kind == "programme_refused" and "Reason: No French support." in text
    assert "contest" in text
    entry = (await programmes.level_history(selected))[0]
    assert entry.evidence == f"application:{one}"
    kept = await fetch("SELECT state, reason, decided_by FROM programmes.application ORDER BY id")
    assert [tuple(row) for row in kept] == [
        ("accepted", "A sovereign back-up.", "person:office"),
        ("refused", "No French support.", "person:office"),
    ]
    await apply_to(refused)


async def test_an_application_is_answered_once(db: None) -> None:
    editor = await organisation("isv")
    application = await apply_to(editor)
    with pytest.raises(programmes.AlreadyApplied):
        await apply_to(editor)
    await programmes.accept_application(application, reason="x", now=JANUARY, actor="person:o")
    for decide in (programmes.accept_application, programmes.refuse_application):
        with pytest.raises(programmes.ApplicationDecided, match="accepted"):
            await decide(application, reason="x", now=JANUARY, actor="person:o")
    with pytest.raises(programmes.AlreadyIn):
        await apply_to(editor)
    with pytest.raises(programmes.ApplicationUnknown):
        await programmes.accept_application(editor, reason="x", now=JANUARY, actor="person:o")


async def test_a_programme_is_for_those_who_play_its_parts(db: None) -> None:
    editor = await organisation("isv", "buyer")
    with pytest.raises(programmes.NotEligible, match="reseller"):
        await apply_to(editor, RESELLER)
    with pytest.raises(programmes.ProgrammeUnknown, match="software_editor"):
        await apply_to(editor, "gold_club")


async def test_only_its_own_application_may_an_organisation_withdraw(db: None) -> None:
    mine, other = await organisation("isv"), await organisation("isv")
    application = await apply_to(mine)
    with core.acting_for(other), pytest.raises(programmes.ApplicationUnknown):
        await programmes.withdraw_application(
            application, organisation_id=other, now=JANUARY, actor="person:x"
        )
    with core.acting_for(mine):
        await programmes.withdraw_application(
            application, organisation_id=mine, now=JANUARY, actor="person:x"
        )
    assert await fetch_value("SELECT state FROM programmes.application") == "withdrawn"
    await apply_to(mine)


async def test_a_partner_does_not_answer_its_own_application(db: None) -> None:
    mine = await organisation("isv")
    application = await apply_to(mine)
    with core.acting_for(mine):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await programmes.accept_application(
                application, reason="x", now=JANUARY, actor="person:x"
            )
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await fetch(
                "INSERT INTO programmes.application (organisation_id, programme, applied_at, "
                "applied_by, state, reason, decided_at, decided_by) "
                "VALUES ($1, 'technical', now(), 'x', 'accepted', 'x', now(), 'x')",
                mine,
            )
    other = await organisation("isv")
    with core.acting_for(other):
        assert await fetch("SELECT * FROM programmes.application") == []


@pytest.mark.parametrize(
    "change",
    [
        "state = 'open', reason = 'y', decided_at = NULL, decided_by = NULL",
        "state = 'refused'",
        "reason = 'other'",
    ],
)
async def test_an_answer_never_changes(db: None, change: str) -> None:
    application = await apply_to(await organisation("isv"))
    await programmes.accept_application(application, reason="x", now=JANUARY, actor="person:o")
    with pytest.raises(asyncpg.PostgresError, match="may not go"):
        await fetch(f"UPDATE programmes.application SET {change}")


async def test_a_refusal_without_a_reason_is_refused(db: None) -> None:
    await apply_to(await organisation("isv"))
    with pytest.raises(asyncpg.CheckViolationError, match="decided_says_why"):
        await fetch(
            "UPDATE programmes.application SET state = 'refused', decided_at = applied_at, "
            "decided_by = $1",
            given.SYSTEM,
        )


def test_every_word_of_a_letter_is_known_in_french() -> None:
    tree = ast.parse(Path(letters_written.__file__).read_text())
    said = [
        ast.literal_eval(node.args[0])
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "_"
    ]
    assert len(said) > 15
    assert [text for text in said if translator("fr")(text) == text] == []
