"""Reads of what levels give, at a moment."""

from collections.abc import Collection, Mapping
from datetime import datetime
from itertools import groupby
from typing import Any
from uuid import UUID

import asyncpg
from msgspec.structs import replace

from backend.core import fetch, fetch_value
from backend.programmes.rules import RESELLER
from backend.programmes.rules_benefit import (
    Benefit,
    BenefitKind,
    Giving,
    Matrix,
    Setting,
    Tier,
    TierTable,
    Withdrawn,
)

SETTINGS = (
    "SELECT DISTINCT ON (name) name, value FROM programmes.setting WHERE valid_from <= $1 "
    "AND withdrawn_at IS NULL ORDER BY name, valid_from DESC"
)
TIERS = (
    "SELECT h.id, h.name, h.mode, h.currency, h.valid_from, t.from_minor, t.rate_bp, "
    "h.withdrawn_at, h.withdrawn_reason "
    "FROM programmes.tier_table h JOIN programmes.tier t ON t.tier_table_id = h.id "
)
EDGES = """
    SELECT valid_from FROM programmes.matrix WHERE valid_from > $1 AND valid_from < $2
      AND withdrawn_at IS NULL
    UNION SELECT valid_from FROM programmes.setting WHERE valid_from > $1 AND valid_from < $2
      AND withdrawn_at IS NULL
      AND name IN ('discount_cap_bp', 'wholesaler_points_bp', 'isv_rate_bp')
    ORDER BY 1
"""


GIVING = """
    WITH gift AS (
      SELECT programme, level, is_given, tstzrange(valid_from, lead(valid_from) OVER
               (PARTITION BY programme, level ORDER BY valid_from)) AS during
      FROM programmes.benefit
      WHERE kind = $1 AND programme = $2 AND withdrawn_at IS NULL)
    SELECT p.organisation_id, p.level, lower(p.during * g.during) AS starts_at,
           upper(p.during * g.during) AS ends_at
    FROM programmes.level_period p JOIN gift g USING (programme, level)
    WHERE g.is_given AND p.organisation_id = ANY ($3) AND p.during && tstzrange($4, $5)
      AND g.during && tstzrange($4, $5) AND p.during && g.during
    ORDER BY p.organisation_id, lower(p.during), lower(g.during)
"""


async def setting_at(name: Setting, at: datetime) -> int:
    """The value in force at a moment (money rule p has what is shipped)."""
    value: int = await fetch_value(
        "SELECT value FROM programmes.setting WHERE name = $1 AND valid_from <= $2 "
        "AND withdrawn_at IS NULL ORDER BY valid_from DESC LIMIT 1",
        name,
        at,
    )
    return value


async def settings_at(at: datetime) -> dict[str, int]:
    """Every setting's value at a moment."""
    return {row["name"]: row["value"] for row in await fetch(SETTINGS, at)}


async def discount_matrix_at(at: datetime) -> Matrix:
    """The matrix in force at a moment, with the cap, points and preferential rate of then."""
    rows = await fetch(
        "SELECT m.id, m.name, m.valid_from, r.level, r.environment, r.rate_bp "
        "FROM programmes.matrix m JOIN programmes.matrix_rate r ON r.matrix_id = m.id "
        "WHERE m.id = (SELECT id FROM programmes.matrix WHERE valid_from <= $1 "
        "AND withdrawn_at IS NULL ORDER BY valid_from DESC LIMIT 1)",
        at,
    )
    return _matrix(rows, await settings_at(at))


async def discount_matrices_between(
    start: datetime, end: datetime
) -> list[tuple[datetime, Matrix]]:
    """What is in force at `start`, then each matrix as of each moment before `end` at which it, its
    cap, points or preferential rate changes: to price many lines at once.
    """
    moments = [start, *[row["valid_from"] for row in await fetch(EDGES, start, end)]]
    return [(moment, await discount_matrix_at(moment)) for moment in moments]


async def list_matrices() -> list[asyncpg.Record]:
    """Every matrix ever announced, the newest beginning first; `rates` by level and environment."""
    return await fetch(
        "SELECT m.*, r.level, r.environment, r.rate_bp FROM programmes.matrix m "
        "JOIN programmes.matrix_rate r ON r.matrix_id = m.id ORDER BY m.valid_from DESC, m.id"
    )


async def list_settings(after: datetime) -> list[asyncpg.Record]:
    """Values announced that begin after a moment, the next one first."""
    return await fetch(
        "SELECT id, name, value, valid_from, note FROM programmes.setting WHERE valid_from > $1 "
        "AND withdrawn_at IS NULL ORDER BY name, valid_from",
        after,
    )


async def tier_table_at(at: datetime, currency: str = "EUR") -> TierTable | None:
    """The turnover rebate in force at a moment, in one currency."""
    rows = await fetch(
        TIERS + "WHERE h.id = (SELECT id FROM programmes.tier_table "  # noqa: S608
        "WHERE valid_from <= $1 AND currency = $2 AND withdrawn_at IS NULL "
        "ORDER BY valid_from DESC LIMIT 1) "
        "ORDER BY t.from_minor",
        at,
        currency,
    )
    return _tier_tables(rows)[0] if rows else None


async def list_tier_tables() -> list[TierTable]:
    """Every one ever announced, the newest beginning first."""
    return _tier_tables(await fetch(TIERS + "ORDER BY h.valid_from DESC, h.id, t.from_minor"))


def _tier_tables(rows: list[asyncpg.Record]) -> list[TierTable]:
    tables = [list(group) for _, group in groupby(rows, lambda row: row["id"])]
    return [
        TierTable(
            id=parts[0]["id"],
            name=parts[0]["name"],
            mode=parts[0]["mode"],
            currency=parts[0]["currency"],
            valid_from=parts[0]["valid_from"],
            tiers=[Tier(row["from_minor"], row["rate_bp"]) for row in parts],
            withdrawn=withdrawn_of(parts[0]),
        )
        for parts in tables
    ]


async def list_benefits() -> list[Benefit]:
    """Every one ever announced, the newest beginning first."""
    rows = await fetch(
        "SELECT id, programme, level, kind, is_given, valid_from, note, withdrawn_at, "
        "withdrawn_reason FROM programmes.benefit ORDER BY valid_from DESC, programme, level, kind"
    )
    return [replace(Benefit(*tuple(row)[:7]), withdrawn=withdrawn_of(row)) for row in rows]


def withdrawn_of(row: asyncpg.Record) -> Withdrawn | None:
    """When and why the rule was withdrawn; None: it was not."""
    at = row["withdrawn_at"]
    return None if at is None else Withdrawn(at, row["withdrawn_reason"])


async def benefits_at(organisation_id: UUID, at: datetime) -> list[Benefit]:
    """What the organisation had at a moment by the levels that it held then, and by no other
    (seed row R-03).
    """
    rows = await fetch(
        "SELECT b.* FROM (SELECT DISTINCT ON (programme, level, kind) id, programme, level, kind, "
        "is_given, valid_from, note FROM programmes.benefit WHERE valid_from <= $2 "
        "AND withdrawn_at IS NULL ORDER BY programme, level, kind, valid_from DESC) AS b "
        "JOIN programmes.level_period p USING (programme, level) "
        "WHERE b.is_given AND p.organisation_id = $1 AND p.during @> $2::timestamptz "
        "ORDER BY b.programme, b.kind",
        organisation_id,
        at,
    )
    return [Benefit(*row) for row in rows]


async def levels_giving(
    kind: BenefitKind,
    programme: str,
    organisation_ids: Collection[UUID],
    start: datetime,
    end: datetime,
) -> list[Giving]:
    """When any of these organisations held a level that gave the benefit within `[start, end)`, by
    organisation and time. The stretches are whole: they may begin before and end after (R-03).
    """
    rows = await fetch(GIVING, kind, programme, list(organisation_ids), start, end)
    return [Giving(*row) for row in rows]


async def benefits_of(programme: str, at: datetime) -> list[Benefit]:
    """What each level of the programme gives at a moment, whoever holds it."""
    rows = await fetch(
        "SELECT * FROM (SELECT DISTINCT ON (level, kind) id, programme, level, kind, is_given, "
        "valid_from, note FROM programmes.benefit WHERE programme = $1 AND valid_from <= $2 "
        "AND withdrawn_at IS NULL ORDER BY level, kind, valid_from DESC) AS b "
        "WHERE is_given ORDER BY kind",
        programme,
        at,
    )
    return [Benefit(*row) for row in rows]


async def changes_after(programme: str, at: datetime) -> list[datetime]:
    """The announced moments at which what the programme's levels give will change."""
    rows = await fetch(
        "SELECT valid_from FROM programmes.benefit WHERE programme = $1 AND valid_from > $2 "
        "AND withdrawn_at IS NULL UNION SELECT valid_from FROM programmes.setting "
        "WHERE valid_from > $2 AND withdrawn_at IS NULL AND name NOT LIKE 'demotion%' "
        "UNION SELECT valid_from FROM programmes.matrix "
        "WHERE valid_from > $2 AND withdrawn_at IS NULL AND $1 = $3 "
        "UNION SELECT valid_from FROM programmes.tier_table "
        "WHERE valid_from > $2 AND withdrawn_at IS NULL AND $1 = $3 ORDER BY 1 LIMIT 20",
        programme,
        at,
        RESELLER,
    )
    return [row["valid_from"] for row in rows]


def _matrix(rows: list[asyncpg.Record], settings: Mapping[str, int]) -> Matrix:
    head: Any = rows[0]
    return Matrix(
        id=head["id"],
        name=head["name"],
        valid_from=head["valid_from"],
        rates={(row["level"], row["environment"]): row["rate_bp"] for row in rows},
        cap_bp=settings["discount_cap_bp"],
        wholesaler_points_bp=settings["wholesaler_points_bp"],
        isv_rate_bp=settings["isv_rate_bp"],
    )
