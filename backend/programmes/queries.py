"""Reads: the level at a moment, and who is in a programme."""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg

from backend.core import fetch, fetch_row, fetch_value
from backend.programmes.rules import (
    Application,
    ApplicationUnknown,
    Demotion,
    Level,
    Period,
    Programme,
    ProgrammeUnknown,
)

PERIOD = (
    "p.organisation_id, p.programme, p.level, lower(p.during) AS starts_at, "
    "upper(p.during) AS ends_at, p.kind, p.reason, p.evidence, p.override_until"
)
DEMOTION = ", ".join(f"d.{name}" for name in Demotion.__struct_fields__)
APPLICATION = ", ".join(f"a.{name}" for name in Application.__struct_fields__)
NAMED = (
    f"SELECT {APPLICATION}, o.name AS organisation_name "  # noqa: S608  (our own words)
    "FROM programmes.application a JOIN partners.organisation o ON o.id = a.organisation_id"
)


_known: list[Programme] = []


async def list_programmes() -> list[Programme]:
    """Every programme with its levels, the lowest first.

    Only a migration changes them, so a process reads them once.
    """
    if not _known:
        heads = await fetch("SELECT * FROM programmes.programme ORDER BY position")
        levels = await fetch("SELECT * FROM programmes.level ORDER BY programme, rank")
        _known[:] = [_programme(head, levels) for head in heads]
    return list(_known)


def _programme(head: asyncpg.Record, levels: list[asyncpg.Record]) -> Programme:
    return Programme(
        code=head["code"],
        name_fr=head["name_fr"],
        name_en=head["name_en"],
        summary_fr=head["summary_fr"],
        summary_en=head["summary_en"],
        is_track=head["is_track"],
        roles=head["roles"],
        levels=[
            Level(row["code"], row["rank"], row["name_fr"], row["name_en"])
            for row in levels
            if row["programme"] == head["code"]
        ],
    )


async def read_programme(code: str) -> Programme:
    """Raises: ProgrammeUnknown."""
    programmes = await list_programmes()
    for programme in programmes:
        if programme.code == code:
            return programme
    names = ", ".join(each.code for each in programmes)
    raise ProgrammeUnknown(f"The programmes are {names}; {code!r} is none of them.")


async def level_at(organisation_id: UUID, programme: str, at: datetime) -> str | None:
    """The level that the organisation held at a moment, past or present; None: it was not in."""
    level: str | None = await fetch_value(
        "SELECT level FROM programmes.level_period "
        "WHERE organisation_id = $1 AND programme = $2 AND during @> $3::timestamptz",
        organisation_id,
        programme,
        at,
    )
    return level


async def levels_between(
    organisation_ids: Collection[UUID], programme: str, start: datetime, end: datetime
) -> list[Period]:
    """Every level that any of these organisations held within `[start, end)`, by organisation and
    time. The periods are whole: they may begin before and end after.
    """
    rows = await fetch(
        f"SELECT {PERIOD} FROM programmes.level_period p "  # noqa: S608  (our own words)
        "WHERE p.organisation_id = ANY ($1) AND p.programme = $2 "
        "AND p.during && tstzrange($3, $4) ORDER BY p.organisation_id, lower(p.during)",
        list(organisation_ids),
        programme,
        start,
        end,
    )
    return [Period(*row) for row in rows]


async def level_history(organisation_id: UUID, programme: str | None = None) -> list[Period]:
    """All levels ever held, newest first; of one programme if told."""
    rows = await fetch(
        f"SELECT {PERIOD} FROM programmes.level_period p "  # noqa: S608  (our own words)
        "WHERE p.organisation_id = $1 AND ($2::text IS NULL OR p.programme = $2) "
        "ORDER BY lower(p.during) DESC, p.programme",
        organisation_id,
        programme,
    )
    return [Period(*row) for row in rows]


async def levels_held(organisation_id: UUID, at: datetime) -> list[Period]:
    """What it held at a moment, one period for each programme that it was in."""
    rows = await fetch(
        f"SELECT {PERIOD} FROM programmes.level_period p "  # noqa: S608  (our own words)
        "WHERE p.organisation_id = $1 AND p.during @> $2::timestamptz ORDER BY p.programme",
        organisation_id,
        at,
    )
    return [Period(*row) for row in rows]


async def list_members(
    programme: str, at: datetime, *, level: str | None, after: UUID | None, limit: int
) -> list[asyncpg.Record]:
    """Who holds a level of the programme at a moment, with the demotion announced, if any."""
    return await fetch(
        f"SELECT {PERIOD}, o.name AS organisation_name, d.to_level AS demotion_to, "  # noqa: S608
        "d.effective_at AS demotion_at FROM programmes.level_period p "
        "JOIN partners.organisation o ON o.id = p.organisation_id "
        "LEFT JOIN programmes.demotion d ON d.organisation_id = p.organisation_id "
        "AND d.programme = p.programme AND d.state = 'announced' "
        "WHERE p.programme = $1 AND p.during @> $2::timestamptz "
        "AND ($3::text IS NULL OR p.level = $3) "
        "AND ($4::uuid IS NULL OR p.organisation_id > $4) ORDER BY p.organisation_id LIMIT $5",
        programme,
        at,
        level,
        after,
        limit,
    )


async def list_demotions(organisation_id: UUID) -> list[Demotion]:
    """Every demotion announced to it, newest first."""
    rows = await fetch(
        f"SELECT {DEMOTION} FROM programmes.demotion d "  # noqa: S608  (our own words)
        "WHERE d.organisation_id = $1 ORDER BY d.id DESC",
        organisation_id,
    )
    return [Demotion(*row) for row in rows]


async def pending_demotion(organisation_id: UUID, programme: str) -> Demotion | None:
    """The one that is announced and not yet carried out."""
    row = await fetch_row(
        f"SELECT {DEMOTION} FROM programmes.demotion d WHERE d.organisation_id = $1 "  # noqa: S608
        "AND d.programme = $2 AND d.state = 'announced'",
        organisation_id,
        programme,
    )
    return None if row is None else Demotion(*row)


async def read_application(application_id: UUID, *, lock: bool = False) -> Application:
    """One application.

    Raises:
        ApplicationUnknown: none has this id, or the session may not see it.
    """
    row = await fetch_row(
        f"SELECT {APPLICATION} FROM programmes.application a WHERE a.id = $1"  # noqa: S608
        + (" FOR UPDATE" if lock else ""),
        application_id,
    )
    if row is None:
        raise ApplicationUnknown(f"No application has the id {application_id}.")
    return Application(*row)


async def application_with_name(application_id: UUID) -> asyncpg.Record:
    """One application with the organisation's name.

    Raises:
        ApplicationUnknown: as `read_application`.
    """
    row = await fetch_row(f"{NAMED} WHERE a.id = $1", application_id)
    if row is None:
        raise ApplicationUnknown(f"No application has the id {application_id}.")
    return row


async def list_applications(
    *,
    organisation_id: UUID | None = None,
    state: str | None = None,
    programme: str | None = None,
    after: UUID | None = None,
    limit: int = 200,
) -> list[asyncpg.Record]:
    """Applications with the organisation's name, newest first, from behind `after`."""
    conditions: list[Any] = [organisation_id, state, programme, after, limit]
    return await fetch(
        f"{NAMED} WHERE ($1::uuid IS NULL OR a.organisation_id = $1) "
        "AND ($2::text IS NULL OR a.state = $2) AND ($3::text IS NULL OR a.programme = $3) "
        "AND ($4::uuid IS NULL OR a.id < $4) ORDER BY a.id DESC LIMIT $5",
        *conditions,
    )
