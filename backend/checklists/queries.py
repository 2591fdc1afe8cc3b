"""Reads: what lists ask for, and where organisations stand in them."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import asyncpg

from backend.checklists.rules import (
    AFTER,
    Checklist,
    ChecklistUnknown,
    Item,
    Place,
    Standing,
    State,
    Version,
    Waiting,
    due,
)
from backend.core import fetch, fetch_row

CHECKLIST = "c.code, c.programme, c.name_fr, c.name_en, c.is_gate"
ITEM = ", ".join(f"i.{name}" for name in Item.__struct_fields__)

# The version in force of each list whose programme the organisation is in, and the last step.
STANDING = f"""
    SELECT {CHECKLIST}, v.number AS version, lower(p.during) AS since,
           i.code AS item, i.title_fr, i.title_en, i.help_fr, i.help_en, i.link, i.due_days,
           i.is_required, s.verb, s.words, s.at, d.words AS said, d.proof
    FROM checklists.checklist c
    JOIN programmes.level_period p ON p.organisation_id = $1 AND p.programme = c.programme
      AND p.during @> $2::timestamptz
    JOIN LATERAL (SELECT number FROM checklists.version v WHERE v.checklist = c.code
          AND v.valid_from <= $2 ORDER BY v.valid_from DESC LIMIT 1) v ON true
    JOIN checklists.item i ON i.checklist = c.code AND i.number = v.number
    LEFT JOIN LATERAL (SELECT * FROM checklists.step s WHERE s.organisation_id = $1
          AND s.checklist = c.code AND s.item = i.code AND s.at <= $2
          ORDER BY s.number DESC LIMIT 1) s ON true
    LEFT JOIN LATERAL (SELECT d.words, d.proof FROM checklists.step d
          WHERE d.organisation_id = $1 AND d.checklist = c.code AND d.item = i.code
            AND d.verb = 'done' AND d.at <= $2 ORDER BY d.number DESC LIMIT 1) d ON true
    ORDER BY c.position, i.position
"""  # noqa: S608  (our own words)


async def standing(organisation_id: UUID, at: datetime) -> list[Standing]:
    """Where it stood at a moment in the lists of the programmes that it was in."""
    found: dict[str, list[asyncpg.Record]] = {}
    for row in await fetch(STANDING, organisation_id, at):
        found.setdefault(row["code"], []).append(row)
    return [
        Standing(
            checklist=_checklist(rows[0]),
            version=rows[0]["version"],
            since=rows[0]["since"],
            places=[_place(row) for row in rows],
        )
        for rows in found.values()
    ]


async def open_gates(organisation_id: UUID, at: datetime) -> list[Item]:
    """What it still has to have accepted before a listing of it goes into review (R-08)."""
    return [
        item
        for each in await standing(organisation_id, at)
        if each.checklist.is_gate
        for item in each.missing
    ]


async def state_of(organisation_id: UUID, checklist: str, item: str) -> tuple[int, State]:
    """How many steps the item has behind it, and where it stands."""
    row = await fetch_row(
        "SELECT number, verb FROM checklists.step WHERE organisation_id = $1 AND checklist = $2 "
        "AND item = $3 ORDER BY number DESC LIMIT 1",
        organisation_id,
        checklist,
        item,
    )
    return (0, "open") if row is None else (row["number"], AFTER[row["verb"]])


async def list_checklists() -> list[tuple[Checklist, list[Version]]]:
    """Every list with its versions, the newest first."""
    lists = await fetch(
        f"SELECT {CHECKLIST} FROM checklists.checklist c ORDER BY position"  # noqa: S608
    )
    versions = await fetch("SELECT * FROM checklists.version ORDER BY checklist, number DESC")
    items = await fetch(
        f"SELECT i.checklist, i.number, {ITEM} FROM checklists.item i ORDER BY i.position"  # noqa: S608
    )
    return [
        (
            _checklist(one),
            [
                Version(
                    row["number"],
                    row["valid_from"],
                    row["note"],
                    [
                        _item(item, item["code"])
                        for item in items
                        if (item["checklist"], item["number"]) == (one["code"], row["number"])
                    ],
                )
                for row in versions
                if row["checklist"] == one["code"]
            ],
        )
        for one in lists
    ]


async def read_checklist(code: str) -> Checklist:
    """Raises: ChecklistUnknown."""
    row = await fetch_row(
        f"SELECT {CHECKLIST} FROM checklists.checklist c WHERE c.code = $1",  # noqa: S608
        code,
    )
    if row is None:
        raise ChecklistUnknown(f"No checklist is called {code!r}: load the list again.")
    return _checklist(row)


async def waiting(at: datetime, *, after: UUID | None, limit: int) -> Sequence[Waiting]:
    """What partners say is done and nobody has decided on, the oldest first.

    Only what can be decided on at this moment: of members, and asked for by the version in force.
    """
    rows = await fetch(
        "SELECT s.id, s.organisation_id, o.name AS organisation_name, s.checklist, s.item, "
        "i.title_fr, i.title_en, s.words, s.proof, s.at FROM checklists.step s "
        "JOIN partners.organisation o ON o.id = s.organisation_id "
        "JOIN checklists.checklist c ON c.code = s.checklist "
        "JOIN programmes.level_period p ON p.organisation_id = s.organisation_id "
        "AND p.programme = c.programme AND p.during @> $3::timestamptz "
        "JOIN checklists.item i ON i.checklist = s.checklist AND i.code = s.item "
        "AND i.number = (SELECT v.number FROM checklists.version v WHERE v.checklist = s.checklist "
        "AND v.valid_from <= $3 ORDER BY v.valid_from DESC LIMIT 1) "
        "WHERE s.verb = 'done' AND ($1::uuid IS NULL OR s.id > $1) AND NOT EXISTS "
        "(SELECT FROM checklists.step n WHERE n.organisation_id = s.organisation_id "
        "AND n.checklist = s.checklist AND n.item = s.item AND n.number > s.number) "
        "ORDER BY s.id LIMIT $2",
        after,
        limit,
        at,
    )
    return [Waiting(*row) for row in rows]


def _checklist(row: asyncpg.Record) -> Checklist:
    return Checklist(row["code"], row["programme"], row["name_fr"], row["name_en"], row["is_gate"])


def _item(row: asyncpg.Record, code: str) -> Item:
    facts = {name: row[name] for name in Item.__struct_fields__ if name != "code"}
    return Item(code=code, **facts)


def _place(row: asyncpg.Record) -> Place:
    item = _item(row, row["item"])
    decided = row["verb"] in ("accept", "refuse")
    return Place(
        item=item,
        state="open" if row["verb"] is None else AFTER[row["verb"]],
        words=row["said"] or "",
        proof=row["proof"] or "",
        reason=row["words"] if decided else "",
        at=row["at"],
        due_at=due(row["since"], item),
    )
