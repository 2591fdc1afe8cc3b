"""Checklists: the partner says what it did, the office decides, a gate holds listings."""

import ast
import asyncio
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from hypothesis import given as example
from hypothesis import strategies as st

from backend import catalogue, checklists, core, programmes
from backend.checklists import letters as letters_written
from backend.checklists import queries
from backend.checklists.rules import AFTER, FOLLOWS, Item, Verb, Waiting, check_link, check_proof
from backend.core import fetch, fetch_value
from backend.mail import translator
from tests import given
from tests.given import checklists as gone_through
from tests.given.partners import NOW, SYSTEM
from tests.given.programmes import organisation

DAY = timedelta(days=1)
TECHNICAL = "technical"


async def member(programme: str = TECHNICAL, role: str = "isv") -> UUID:
    made = await organisation(role)
    await programmes.enter(made, programme, reason="It fits.", now=NOW - 2 * DAY, actor=SYSTEM)
    return made


async def mark(organisation_id: UUID, item: str = "sandbox", proof: str = "") -> None:
    await checklists.mark_done(
        organisation_id, TECHNICAL, item, words="Tried.", proof=proof, now=NOW, actor="person:x"
    )


async def states(organisation_id: UUID) -> dict[str, str]:
    [found] = await checklists.standing(organisation_id, NOW)
    return {each.item.code: each.state for each in found.places}


async def letters() -> list[tuple[str, str]]:
    rows = await fetch(
        "SELECT kind, body_text FROM mail.message WHERE kind LIKE 'checklist%' ORDER BY id"
    )
    return [(row["kind"], row["body_text"]) for row in rows]


async def test_the_partner_marks_the_office_decides_and_the_partner_reads_why(db: None) -> None:
    editor = await member()
    with core.acting_for(editor):
        await mark(editor, proof="https://demo.example/run")
    [waiting] = await checklists_waiting()
    assert (waiting.item, waiting.words, waiting.proof) == (
        "sandbox", "Tried.", "https://demo.example/run",
    )  # fmt: skip
    await checklists.refuse_item(
        editor, TECHNICAL, "sandbox", reason="No refund was tried.", now=NOW, actor=SYSTEM
    )
    assert (await states(editor))["sandbox"] == "refused"
    await mark(editor)
    await checklists.accept_item(editor, TECHNICAL, "sandbox", reason="", now=NOW, actor=SYSTEM)
    assert (await states(editor))["sandbox"] == "accepted"
    assert await checklists_waiting() == []
    (first, why), (second, left) = await letters()
    assert (first, second) == ("checklist_refused", "checklist_accepted")
    assert "Motif : No refund was tried." in why and "restant à faire : 5" in left
    kept = await fetch("SELECT verb FROM checklists.step ORDER BY number")
    assert [row["verb"] for row in kept] == ["done", "refuse", "done", "accept"]


async def checklists_waiting(at: datetime = NOW) -> list[Waiting]:
    return list(await queries.waiting(at, after=None, limit=10))


async def test_nothing_waits_that_nobody_can_decide_on(db: None) -> None:
    """Of who has left, or of an item that is asked for no more; it waits again if that returns."""
    editor = await member()
    await mark(editor)
    await programmes.leave(editor, TECHNICAL, reason="A pause.", now=NOW + DAY, actor=SYSTEM)
    assert await checklists_waiting(NOW + 2 * DAY) == []
    with pytest.raises(checklists.ItemUnknown):
        await checklists.refuse_item(
            editor, TECHNICAL, "sandbox", reason="x", now=NOW + 2 * DAY, actor=SYSTEM
        )
    await programmes.enter(editor, TECHNICAL, reason="Back.", now=NOW + 3 * DAY, actor=SYSTEM)
    assert [each.item for each in await checklists_waiting(NOW + 4 * DAY)] == ["sandbox"]
    await checklists.announce_version(
        TECHNICAL, [Item(code="other", title_fr="Autre", title_en="Other")],
        valid_from=NOW + 5 * DAY, now=NOW + 4 * DAY, actor=SYSTEM,
    )  # fmt: skip
    assert await checklists_waiting(NOW + 5 * DAY) == []


async def test_R_08_a_listing_goes_into_review_once_the_technical_checklist_is_done(
    db: None,
) -> None:
    editor = await given.partner()
    await programmes.enter(editor, TECHNICAL, reason="It fits.", now=NOW, actor=SYSTEM)
    await given.verified(editor)
    listing = await given.listing(editor, published=False)
    facts = catalogue.Facts(category="backup", summary_fr="Un clic.", summary_en="One click.")
    await catalogue.describe_listing(listing, facts, now=NOW, actor=SYSTEM)
    for item in ("sandbox", "sign_on", "data_location", "reversibility", "support"):
        await gone_through.accepted(editor, TECHNICAL, item)
    with core.acting_for(editor):
        with pytest.raises(checklists.ChecklistOpen, match="Migration kit reviewed") as refusal:
            await catalogue.submit_listing(
                listing, now=NOW, actor="person:x", organisation_id=editor
            )
        assert refusal.value.facts["items"] == ["migration_kit"]
        await mark(editor, "migration_kit")
        with pytest.raises(checklists.ChecklistOpen):
            await catalogue.submit_listing(listing, now=NOW, actor="person:x")
    await checklists.accept_item(
        editor, TECHNICAL, "migration_kit", reason="", now=NOW, actor=SYSTEM
    )
    await catalogue.submit_listing(listing, now=NOW, actor="person:x", organisation_id=editor)
    await checklists.refuse_item(
        editor, TECHNICAL, "migration_kit", reason="It lost rows.", now=NOW, actor=SYSTEM
    )
    revision = await fetch_value("SELECT revision FROM catalogue.listing WHERE id = $1", listing)
    approve: Any = {
        "revision": revision, "reason": "It fits.", "now": NOW, "actor": SYSTEM,
        "base_url": "https://store.example",
    }  # fmt: skip
    with pytest.raises(checklists.ChecklistOpen):
        await catalogue.approve_listing(listing, **approve)
    with pytest.raises(asyncpg.CheckViolationError, match="lacks migration_kit"):
        await core.fetch("UPDATE catalogue.listing SET status = 'published' WHERE id = $1", listing)
    await gone_through.accepted(editor, TECHNICAL, "migration_kit")
    await catalogue.approve_listing(listing, **approve)
    status = "SELECT status FROM catalogue.listing WHERE id = $1"
    assert await fetch_value(status, listing) == "published"


async def test_who_is_not_in_the_technical_programme_has_no_gate(db: None) -> None:
    editor = await organisation("isv")
    assert await checklists.standing(editor, NOW) == []
    assert await checklists.open_gates(editor, NOW) == []
    startup = await member(programmes.STARTUP, "startup")
    assert [each.checklist.code for each in await checklists.standing(startup, NOW)] == [
        "startup_integration", "startup_milestones",
    ]  # fmt: skip
    assert await checklists.open_gates(startup, NOW) == []
    with pytest.raises(checklists.ItemUnknown):
        await mark(editor)
    with pytest.raises(checklists.ItemUnknown):
        await mark(await member(), "kick_off")


async def test_a_new_version_begins_on_its_day_and_keeps_what_was_accepted(db: None) -> None:
    editor = await member()
    await gone_through.accepted(editor, TECHNICAL, "sandbox")
    items = [
        Item(code="sandbox", title_fr="Bac à sable", title_en="Sandbox"),
        Item(code="audit", title_fr="Audit", title_en="Audit", due_days=10),
    ]
    number = await checklists.announce_version(
        TECHNICAL, items, valid_from=NOW + DAY, now=NOW, actor=SYSTEM
    )
    assert number == 2
    assert len((await checklists.standing(editor, NOW))[0].places) == 6
    [later] = await checklists.standing(editor, NOW + DAY)
    assert [(each.item.code, each.state) for each in later.places] == [
        ("sandbox", "accepted"), ("audit", "open"),
    ]  # fmt: skip
    assert later.places[1].due_at == NOW + 8 * DAY
    with pytest.raises(checklists.VersionTooLate):
        await checklists.announce_version(TECHNICAL, items, valid_from=NOW, now=NOW, actor=SYSTEM)
    with pytest.raises(checklists.BadVersion, match="twice there: audit"):
        await checklists.announce_version(
            TECHNICAL, [items[1], items[1]], valid_from=NOW + 2 * DAY, now=NOW, actor=SYSTEM
        )


async def test_a_partner_accepts_nothing_itself_and_sees_no_others_steps(db: None) -> None:
    mine, other = await member(), await member()
    await mark(other)
    with core.acting_for(mine):
        await mark(mine)
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await checklists.accept_item(
                mine, TECHNICAL, "sandbox", reason="", now=NOW, actor="person:x"
            )
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await checklists.announce_version(
                TECHNICAL,
                [Item(code="none", title_fr="x", title_en="x")],
                valid_from=NOW + DAY, now=NOW, actor="person:x",
            )  # fmt: skip
        with pytest.raises(checklists.ItemUnknown):
            await mark(other, "support")
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await fetch(
                "INSERT INTO checklists.step (organisation_id, checklist, item, number, verb, "
                "words, actor, at) VALUES ($1, 'technical', 'support', 1, 'done', 'x', 'x', now())",
                other,
            )
        assert await fetch_value("SELECT count(*) FROM checklists.step") == 1


async def test_of_two_decisions_at_once_one_counts(db: None) -> None:
    editor = await member()
    await mark(editor)
    decide: Any = {"reason": "x", "now": NOW, "actor": SYSTEM}
    answers = await asyncio.gather(
        checklists.accept_item(editor, TECHNICAL, "sandbox", **decide),
        checklists.accept_item(editor, TECHNICAL, "sandbox", **decide),
        return_exceptions=True,
    )
    assert sorted(type(each).__name__ for each in answers) == ["NoneType", "StepWrong"]
    assert await fetch_value("SELECT count(*) FROM checklists.step") == 2


async def test_a_step_never_changes_and_words_go_with_it(db: None) -> None:
    editor = await member()
    await mark(editor)
    with pytest.raises(asyncpg.PostgresError, match="permission denied"):
        await fetch("UPDATE checklists.step SET words = 'y'")
    with pytest.raises(asyncpg.CheckViolationError, match="done_and_refused_have_words"):
        await fetch(
            "INSERT INTO checklists.step (organisation_id, checklist, item, number, verb, actor, "
            "at) VALUES ($1, 'technical', 'sandbox', 2, 'refuse', 'x', now())",
            editor,
        )


@example(st.lists(st.sampled_from(list(AFTER)), max_size=8))
def test_a_state_is_what_the_last_step_says(verbs: list[Verb]) -> None:
    """The plain machine: whatever is tried, only what may follow does."""
    state = "open"
    for verb in verbs:
        if state in FOLLOWS[verb]:
            state = AFTER[verb]
    assert (state == "accepted") == (bool(walked := [*_walked(verbs)]) and walked[-1] == "accept")


def _walked(verbs: list[Verb]) -> list[Verb]:
    kept: list[Verb] = []
    for verb in verbs:
        if (AFTER[kept[-1]] if kept else "open") in FOLLOWS[verb]:
            kept.append(verb)
    return kept


async def test_postgresql_knows_the_same_steps(db: None) -> None:
    editor = await member()
    insert = (
        "INSERT INTO checklists.step (organisation_id, checklist, item, number, verb, words, "
        "actor, at) VALUES ($1, 'technical', $2, $3, $4, 'x', 'x', now())"
    )
    to_state: dict[str, list[Verb]] = {
        "open": [], "waiting": ["done"], "accepted": ["done", "accept"],
        "refused": ["done", "refuse"],
    }  # fmt: skip
    for state, path in to_state.items():
        for verb, allowed in FOLLOWS.items():
            item = f"{state}_{verb}"
            for number, step in enumerate(path, start=1):
                await fetch(insert, editor, item, number, step)
            if state in allowed:
                await fetch(insert, editor, item, len(path) + 1, verb)
            else:
                with pytest.raises(asyncpg.PostgresError, match="does not follow"):
                    await fetch(insert, editor, item, len(path) + 1, verb)


@pytest.mark.parametrize("link", ["javascript:alert(1)", "http://x.example", "//x.example", "a b"])
def test_a_link_leads_to_a_page(link: str) -> None:
    for check in (check_link, check_proof):
        with pytest.raises(checklists.BadLink):
            check(link)
    check_link("/{lang}/technical-programme#sandbox")
    check_proof("https://demo.example/run")
    with pytest.raises(checklists.BadLink):
        check_proof("/portal")


def test_every_word_of_a_letter_is_known_in_french() -> None:
    tree = ast.parse(Path(letters_written.__file__).read_text())
    said = [
        ast.literal_eval(node.args[0])
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "_"
    ]
    assert len(said) > 7
    assert [text for text in said if translator("fr")(text) == text] == []
