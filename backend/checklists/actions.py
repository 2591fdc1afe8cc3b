"""Steps through checklists, and new versions of them. Each function is one transaction."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import asyncpg
from msgspec import structs

from backend import audit, identity, mail, partners
from backend.checklists import letters
from backend.checklists.queries import read_checklist, standing, state_of
from backend.checklists.rules import (
    Item,
    ItemUnknown,
    Standing,
    StepWrong,
    Verb,
    VersionTooLate,
    check_proof,
    check_step,
    check_version,
)
from backend.core import connection, transaction


async def announce_version(
    checklist: str,
    items: Sequence[Item],
    *,
    valid_from: datetime,
    note: str = "",
    now: datetime,
    actor: str,
) -> int:
    """From `valid_from` on the list asks for these; what was accepted by its code stays accepted.

    Raises:
        ChecklistUnknown: there is no such list.
        BadVersion, BadLink: it is empty, too long, or names an item twice; a link leads nowhere.
        VersionTooLate: it would begin in the past, or when another one does.
    """
    check_version(items)
    if valid_from <= now:
        raise VersionTooLate("Choose a day still to come: what was asked for until now stays.")
    async with transaction():
        await read_checklist(checklist)
        await connection().execute(
            "SELECT pg_advisory_xact_lock(hashtextextended('checklist:' || $1, 0))", checklist
        )
        number: int = await connection().fetchval(
            "SELECT coalesce(max(number), 0) + 1 FROM checklists.version WHERE checklist = $1",
            checklist,
        )
        try:
            async with transaction():
                await connection().execute(
                    "INSERT INTO checklists.version (checklist, number, items, valid_from, note, "
                    "actor, recorded_at) VALUES ($1, $2, $3, $4, $5, $6, $7)",
                    checklist, number, len(items), valid_from, note, actor, now,
                )  # fmt: skip
        except asyncpg.UniqueViolationError:
            raise VersionTooLate("Another version begins at this very moment.") from None
        for position, item in enumerate(items, start=1):
            await connection().execute(
                "INSERT INTO checklists.item (checklist, number, position, code, title_fr, "
                "title_en, help_fr, help_en, link, due_days, is_required) "
                "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
                checklist, number, position, *structs.astuple(item),
            )  # fmt: skip
        after = {"valid_from": valid_from, "items": [each.code for each in items]}
        subject = f"checklist:{checklist}:{number}"
        await audit.write(None, actor, "announce_checklist", subject, None, after)
    return number


async def mark_done(
    organisation_id: UUID,
    checklist: str,
    item: str,
    *,
    words: str,
    proof: str = "",
    now: datetime,
    actor: str,
) -> None:
    """The item waits for the office, with what the partner says of it and where it is shown.

    Raises:
        ChecklistUnknown, ItemUnknown: nothing of the kind is asked of it today.
        StepWrong: it waits, or is accepted, already.
        BadLink: the proof is no https address.
    """
    check_proof(proof)
    async with transaction():
        await _step(organisation_id, checklist, item, "done", words, now, actor, proof)


async def take_back(
    organisation_id: UUID, checklist: str, item: str, *, now: datetime, actor: str
) -> None:
    """The item is open again, and nobody decides on it.

    Raises:
        ChecklistUnknown, ItemUnknown, StepWrong: it does not wait (any more).
    """
    async with transaction():
        await _step(organisation_id, checklist, item, "take_back", "", now, actor)


async def accept_item(
    organisation_id: UUID, checklist: str, item: str, *, reason: str, now: datetime, actor: str
) -> None:
    """The item counts as done, and the partner reads so.

    Raises:
        OwnOrganisation: whoever accepts acts for the partner.
        ChecklistUnknown, ItemUnknown, StepWrong: it does not wait (any more).
    """
    async with transaction():
        await identity.check_other(actor, organisation_id)
        found = await _step(organisation_id, checklist, item, "accept", reason, now, actor)
        left = len([each for each in found.missing if each.code != item])
        organisation = await partners.read_organisation(organisation_id)
        if organisation.email is not None:
            language = organisation.language
            letter = letters.accepted(language, found.checklist, _item(found, item), reason, left)
            await mail.send(organisation.email, letter, language=language, now=now)


async def refuse_item(
    organisation_id: UUID, checklist: str, item: str, *, reason: str, now: datetime, actor: str
) -> None:
    """The item does not count (any more), and the partner reads why (seed row R-04).

    Raises:
        ChecklistUnknown, ItemUnknown, StepWrong: nothing was said of it.
    """
    async with transaction():
        found = await _step(organisation_id, checklist, item, "refuse", reason, now, actor)
        organisation = await partners.read_organisation(organisation_id)
        if organisation.email is not None:
            language = organisation.language
            letter = letters.refused(language, found.checklist, _item(found, item), reason)
            await mail.send(organisation.email, letter, language=language, now=now)


async def _step(
    organisation_id: UUID,
    checklist: str,
    item: str,
    verb: Verb,
    words: str,
    now: datetime,
    actor: str,
    proof: str = "",
) -> Standing:
    """Written down; answers the standing before it."""
    await read_checklist(checklist)
    standings = await standing(organisation_id, now)
    found = next((each for each in standings if each.checklist.code == checklist), None)
    if found is None or item not in [each.item.code for each in found.places]:
        raise ItemUnknown(f"{checklist} asks nothing called {item!r} of it: load the list again.")
    number, state = await state_of(organisation_id, checklist, item)
    check_step(state, verb, item)
    try:
        async with transaction():
            await connection().execute(
                "INSERT INTO checklists.step (organisation_id, checklist, item, number, verb, "
                "words, proof, actor, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
                organisation_id, checklist, item, number + 1, verb, words, proof, actor, now,
            )  # fmt: skip
    except (asyncpg.UniqueViolationError, asyncpg.ObjectNotInPrerequisiteStateError):
        raise StepWrong("Somebody else came first: load the checklist again.") from None
    await audit.write(
        organisation_id,
        actor,
        f"checklist_{verb}",
        f"checklist:{checklist}:{item}",
        {"state": state},
        {"words": words, **({"proof": proof} if proof else {})},
    )
    return found


def _item(found: Standing, code: str) -> Item:
    return next(each.item for each in found.places if each.item.code == code)
