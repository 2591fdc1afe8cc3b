"""Checklists gone through, to test with."""

from datetime import datetime
from uuid import UUID

from backend import checklists
from tests.given.partners import NOW, SYSTEM


async def done(organisation_id: UUID, checklist: str, *, now: datetime = NOW) -> None:
    """Every item of the list is accepted."""
    found = await checklists.standing(organisation_id, now)
    for each in found:
        if each.checklist.code == checklist:
            for item in each.missing:
                await accepted(organisation_id, checklist, item.code, now=now)


async def accepted(
    organisation_id: UUID, checklist: str, item: str, *, now: datetime = NOW
) -> None:
    await checklists.mark_done(
        organisation_id, checklist, item, words="It runs.", now=now, actor=SYSTEM
    )
    await checklists.accept_item(organisation_id, checklist, item, reason="", now=now, actor=SYSTEM)
