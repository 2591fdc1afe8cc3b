"""Announcing what levels give from a moment to come on. What began is never changed."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

import asyncpg

from backend import audit
from backend.core import connection, fetch_value, transaction
from backend.programmes.queries import read_programme
from backend.programmes.rules import RESELLER
from backend.programmes.rules_benefit import (
    BenefitKind,
    BenefitTaken,
    Cell,
    Mode,
    Setting,
    Tier,
    check_beginning,
    check_matrix,
    check_place,
    check_setting,
    check_tiers,
)
from backend.programmes.rules_tier import Jump, jumps


async def announce_matrix(
    name: str,
    rates: Mapping[Cell, int],
    *,
    valid_from: datetime,
    note: str = "",
    now: datetime,
    actor: str,
) -> UUID:
    """From `valid_from` on lines are priced by this matrix; earlier ones keep theirs (F-10).

    Raises:
        BadMatrix: a cell is missing, or less than one before it (F-11).
        BenefitTooLate: it would begin in the past.
        BenefitTaken: another one begins at that very moment.
    """
    levels = [level.code for level in (await read_programme(RESELLER)).levels]
    check_matrix(rates, levels)
    check_beginning(valid_from, now)
    async with transaction():
        matrix_id = await insert_rule(
            "INSERT INTO programmes.matrix (name, valid_from, note, actor, recorded_at) "
            "VALUES ($1, $2, $3, $4, $5) RETURNING id",
            name, valid_from, note, actor, now,
        )  # fmt: skip
        await connection().execute(
            "INSERT INTO programmes.matrix_rate (matrix_id, level, environment, rate_bp) "
            "SELECT $1, * FROM unnest($2::text[], $3::text[], $4::int[])",
            matrix_id,
            [level for level, _ in rates],
            [environment for _, environment in rates],
            list(rates.values()),
        )
        after = {
            "name": name,
            "valid_from": valid_from,
            "note": note,
            "rates": {
                f"{level}/{environment}": rate for (level, environment), rate in rates.items()
            },
        }
        await audit.write(None, actor, "announce_matrix", f"matrix:{matrix_id}", None, after)
    return matrix_id


async def announce_setting(
    name: Setting, value: int, *, valid_from: datetime, note: str = "", now: datetime, actor: str
) -> UUID:
    """From `valid_from` on the setting has this value; what is past keeps the one before.

    Raises:
        BadSetting: outside its limits.
        BenefitTooLate, BenefitTaken: as `announce_matrix`.
    """
    check_setting(name, value)
    check_beginning(valid_from, now)
    async with transaction():
        setting_id = await insert_rule(
            "INSERT INTO programmes.setting (name, value, valid_from, note, actor, recorded_at) "
            "VALUES ($1, $2, $3, $4, $5, $6) RETURNING id",
            name, value, valid_from, note, actor, now,
        )  # fmt: skip
        after = {"name": name, "value": value, "valid_from": valid_from, "note": note}
        await audit.write(
            None, actor, "announce_programme_setting", f"setting:{setting_id}", None, after
        )
    return setting_id


async def announce_tiers(
    name: str,
    tiers: Sequence[Tier],
    mode: Mode,
    *,
    currency: str = "EUR",
    valid_from: datetime,
    note: str = "",
    now: datetime,
    actor: str,
) -> tuple[UUID, list[Jump]]:
    """From `valid_from` on turnover is rebated so; answers its id, and where a retroactive table
    jumps: not refused, to be shown as a warning (money rule k).

    Raises:
        BadTiers: not from 0, not rising.
        BenefitTooLate, BenefitTaken: as `announce_matrix`.
    """
    check_tiers(tiers)
    check_beginning(valid_from, now)
    async with transaction():
        table_id = await insert_rule(
            "INSERT INTO programmes.tier_table "
            "(name, mode, currency, tiers, valid_from, note, actor, recorded_at) "
            "VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING id",
            name, mode, currency, len(tiers), valid_from, note, actor, now,
        )  # fmt: skip
        await connection().execute(
            "INSERT INTO programmes.tier SELECT $1, * FROM unnest($2::bigint[], $3::int[])",
            table_id,
            [tier.from_minor for tier in tiers],
            [tier.rate_bp for tier in tiers],
        )
        after = {"name": name, "mode": mode, "valid_from": valid_from, "tiers": list(tiers)}
        await audit.write(None, actor, "announce_tiers", f"tier_table:{table_id}", None, after)
    return table_id, jumps(tiers, mode)


async def announce_benefit(
    programme: str,
    level: str,
    kind: BenefitKind,
    *,
    is_given: bool,
    valid_from: datetime,
    note: str = "",
    now: datetime,
    actor: str,
) -> UUID:
    """From `valid_from` on whoever holds the level has the benefit, or has it no more (R-03).

    Raises:
        ProgrammeUnknown, LevelUnknown: there is no such level.
        BenefitElsewhere: only another programme's members have it.
        BenefitTooLate, BenefitTaken: as `announce_matrix`.
    """
    (await read_programme(programme)).rank(level)
    if is_given:
        check_place(programme, kind)
    check_beginning(valid_from, now)
    async with transaction():
        benefit_id = await insert_rule(
            "INSERT INTO programmes.benefit "
            "(programme, level, kind, is_given, valid_from, note, actor, recorded_at) "
            "VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING id",
            programme, level, kind, is_given, valid_from, note, actor, now,
        )  # fmt: skip
        after = {"level": f"{programme}/{level}", "kind": kind, "is_given": is_given}
        await audit.write(
            None, actor, "announce_benefit", f"benefit:{benefit_id}", None,
            {**after, "valid_from": valid_from, "note": note},
        )  # fmt: skip
    return benefit_id


async def insert_rule(sql: str, *values: object) -> UUID:
    """The id of a rule that is announced now.

    Raises:
        BenefitTaken: another one begins at that moment.
    """
    try:
        async with transaction():
            made: UUID = await fetch_value(sql, *values)
    except asyncpg.UniqueViolationError:
        raise BenefitTaken(
            "Another one begins at that moment: choose another. A later one replaces it."
        ) from None
    return made
