"""What levels give begins on announced dates, is given only while held, and never changes."""

from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
import pytest

from backend import core, programmes
from backend.core import connection, fetch, transaction
from backend.programmes import EDITOR, ENVIRONMENTS, RESELLER, Environment
from tests import given
from tests.given.programmes import JANUARY, organisation, reseller
from tests.programmes.test_prices import SHIPPED, TIERS

JULY = datetime(2026, 7, 1, tzinfo=UTC)
LEVELS = ("registered", "certified", "premium")


def rates(**rows: tuple[int, int, int]) -> dict[tuple[str, Environment], int]:
    """The shipped ones, but for `rows`."""
    return {
        (level, environment): rate
        for level, row in {**SHIPPED, **rows}.items()
        for environment, rate in zip(ENVIRONMENTS, row, strict=True)
    }


async def announce(found: dict[tuple[str, Environment], int], at: datetime = JULY) -> None:
    await programmes.announce_matrix("July", found, valid_from=at, now=JANUARY, actor=given.SYSTEM)


async def test_F_10_each_cell_of_the_matrix_prices_and_another_one_begins_on_its_date(
    db: None,
) -> None:
    await announce(rates(premium=(1600, 2300, 3100)))
    before = await programmes.discount_matrix_at(JULY - timedelta(seconds=1))
    after = await programmes.discount_matrix_at(JULY)
    assert before.rates == rates() and after.rates == rates(premium=(1600, 2300, 3100))
    assert (before.cap_bp, before.wholesaler_points_bp, before.isv_rate_bp) == (4000, 500, 2000)
    for (level, environment), rate in after.rates.items():
        line = programmes.at_level(1000_00, level, environment, after)
        assert line.discount_minor == rate * 10
    moments = await programmes.discount_matrices_between(JANUARY, JULY + timedelta(days=1))
    assert [moment for moment, _ in moments] == [JANUARY, JULY]


@pytest.mark.parametrize(
    ("level", "row"),
    [
        ("certified", (1000, 999, 2000)),
        ("certified", (499, 1500, 2000)),
        ("premium", (1500, 2200, 1999)),
        ("registered", (500, 1501, 1501)),
    ],
)
async def test_F_11_a_matrix_that_pays_less_for_more_is_refused_twice(
    db: None, level: str, row: tuple[int, int, int]
) -> None:
    """By the rules, and by PostgreSQL when they are not asked."""
    found = rates(**{level: row})
    with pytest.raises(programmes.BadMatrix, match=level):
        await announce(found)
    with pytest.raises(asyncpg.CheckViolationError, match="too low"):
        await insert(found)
    assert len(await fetch("SELECT 1 FROM programmes.matrix")) == 1


async def test_F_11_a_matrix_with_a_hole_is_refused_twice(db: None) -> None:
    found = rates()
    del found["premium", "critical"]
    with pytest.raises(programmes.BadMatrix, match="premium/critical"):
        await announce(found)
    with pytest.raises(asyncpg.CheckViolationError, match="8 of 9"):
        await insert(found)


async def insert(found: dict[tuple[str, Environment], int]) -> None:
    async with transaction():
        matrix_id = await connection().fetchval(
            "INSERT INTO programmes.matrix (name, valid_from, actor, recorded_at) "
            "VALUES ('x', $1, 'x', $2) RETURNING id",
            JULY,
            JANUARY,
        )
        for (level, environment), rate in found.items():
            await connection().execute(
                "INSERT INTO programmes.matrix_rate (matrix_id, level, environment, rate_bp) "
                "VALUES ($1, $2, $3, $4)",
                matrix_id, level, environment, rate,
            )  # fmt: skip


async def test_F_12_turnover_tiers_begin_on_their_date_and_warn_of_jumps(db: None) -> None:
    shipped = await programmes.tier_table_at(JANUARY)
    assert shipped is not None and shipped.mode == "incremental"
    assert list(shipped.tiers) == TIERS
    assert programmes.rebate(75_000_00, shipped.tiers, shipped.mode) == 2_450_00
    _, warnings = await programmes.announce_tiers(
        "July", TIERS, "retroactive", valid_from=JULY, now=JANUARY, actor=given.SYSTEM
    )
    assert [warning.jump_minor for warning in warnings] == [300_00, 1_000_00, 3_000_00]
    found = await programmes.tier_table_at(JULY)
    assert found is not None and found.mode == "retroactive"
    assert programmes.rebate(75_000_00, found.tiers, found.mode) == 3_750_00
    assert await programmes.tier_table_at(JULY, "USD") is None


@pytest.mark.parametrize(
    "tiers", [[(1, 0)], [(0, 300), (100, 200)], [(0, 0)]], ids=["hole", "falls", "one of two"]
)
async def test_postgresql_refuses_tiers_that_cannot_be(
    db: None, tiers: list[tuple[int, int]]
) -> None:
    with pytest.raises(asyncpg.CheckViolationError, match="tiers"):
        async with transaction():
            table = await connection().fetchval(
                "INSERT INTO programmes.tier_table "
                "(name, mode, currency, tiers, valid_from, actor, recorded_at) "
                "VALUES ('x', 'incremental', 'EUR', $3, $1, 'x', $2) RETURNING id",
                JULY,
                JANUARY,
                max(2, len(tiers)) if tiers == [(0, 0)] else len(tiers),
            )
            await connection().executemany(
                "INSERT INTO programmes.tier VALUES ($1, $2, $3)",
                [(table, *tier) for tier in tiers],
            )


async def test_a_tier_is_never_added_to_what_was_announced(db: None) -> None:
    with pytest.raises(asyncpg.CheckViolationError, match="tiers"):
        await fetch(
            "INSERT INTO programmes.tier SELECT id, 20000000, 900 FROM programmes.tier_table"
        )


async def test_R_03_a_benefit_is_given_only_while_its_level_is_held(db: None) -> None:
    partner, june = await reseller("certified"), datetime(2026, 6, 1, tzinfo=UTC)
    await programmes.promote(partner, RESELLER, "premium", reason="x", now=june, actor=given.SYSTEM)
    await programmes.leave(partner, RESELLER, reason="x", now=JULY, actor=given.SYSTEM)

    async def kinds(at: datetime) -> list[str]:
        return [benefit.kind for benefit in await programmes.benefits_at(partner, at)]

    certified = ["co_marketing", "discount", "turnover_rebate"]
    assert await kinds(JANUARY - timedelta(seconds=1)) == []
    assert await kinds(JANUARY) == await kinds(june - timedelta(seconds=1)) == certified
    assert await kinds(june) == ["co_marketing", "discount", "joint_offers", "turnover_rebate"]
    assert await kinds(JULY) == []


async def test_R_03_a_benefit_ends_for_all_on_an_announced_date(db: None) -> None:
    partner = await reseller("certified")
    await programmes.announce_benefit(
        RESELLER, "certified", "co_marketing", is_given=False, valid_from=JULY, now=JANUARY,
        actor=given.SYSTEM,
    )  # fmt: skip
    before, after = [
        {benefit.kind for benefit in await programmes.benefits_at(partner, at)}
        for at in (JULY - timedelta(seconds=1), JULY)
    ]
    assert before - after == {"co_marketing"}


async def test_R_05_a_selected_editor_has_its_rate_from_entry_to_exit(db: None) -> None:
    """100 hours at 1.00: 40 before the entry, 35 in the programme, 25 after the exit."""
    editor, start = await organisation("isv"), datetime(2026, 3, 2, tzinfo=UTC)
    entry, exit_ = start + timedelta(hours=40), start + timedelta(hours=75)
    await programmes.enter(editor, EDITOR, reason="x", now=entry, actor=given.SYSTEM)
    await programmes.leave(editor, EDITOR, reason="x", now=exit_, actor=given.SYSTEM)
    end = start + timedelta(hours=100)
    held = await programmes.levels_between([editor], EDITOR, start, end)
    matrix = await programmes.discount_matrix_at(start)
    parts = programmes.pieces(start, end, held)
    lines = programmes.priced_for_editor(100_00, matrix, parts)
    assert [(line.level, line.price.net_minor) for line in lines] == [
        (None, 40_00), ("selected", 28_00), (None, 25_00),
    ]  # fmt: skip
    rates_held = [
        benefit.kind
        for at in (entry, exit_)
        for benefit in await programmes.benefits_at(editor, at)
    ]
    assert rates_held == ["featured_place", "isv_rate"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("discount_cap_bp", 10_001),
        ("discount_cap_bp", -1),
        ("demotion_notice_days", 14),
        ("startup_credit_months", 0),
        # No credit is the benefit taken away: a start-up accepted with none would be refused.
        ("startup_credit_minor", 0),
    ],
)
async def test_a_setting_outside_its_limits_is_refused(db: None, name: Any, value: int) -> None:
    with pytest.raises(programmes.BadSetting, match=name):
        await programmes.announce_setting(
            name, value, valid_from=JULY, now=JANUARY, actor=given.SYSTEM
        )


async def test_the_shipped_settings_are_those_of_money_rule_p(db: None) -> None:
    assert await programmes.setting_at("startup_credit_minor", JANUARY) == 10_000_00
    assert await programmes.setting_at("startup_credit_months", JANUARY) == 12
    await programmes.announce_setting(
        "startup_credit_minor", 5_000_00, valid_from=JULY, now=JANUARY, actor=given.SYSTEM
    )
    assert await programmes.setting_at("startup_credit_minor", JULY - timedelta(seconds=1)) == (
        10_000_00
    )
    assert await programmes.setting_at("startup_credit_minor", JULY) == 5_000_00


async def test_what_begins_in_the_past_or_at_anothers_moment_is_refused(db: None) -> None:
    with pytest.raises(programmes.BenefitTooLate):
        await announce(rates(), JANUARY)
    await announce(rates())
    with pytest.raises(programmes.BenefitTaken):
        await announce(rates())


@pytest.mark.parametrize("table", ["setting", "matrix", "matrix_rate", "tier_table", "tier"])
async def test_postgresql_keeps_benefits_as_they_are(
    db: None, owner: "asyncpg.Connection[asyncpg.Record]", table: str
) -> None:
    """Not even the owner of the tables changes or removes one."""
    column = next(iter((await owner.fetch(f"SELECT * FROM programmes.{table} LIMIT 1"))[0].keys()))
    for statement in (
        f"DELETE FROM programmes.{table}",
        f"UPDATE programmes.{table} SET {column} = {column}",
        f"TRUNCATE programmes.{table} CASCADE",
    ):
        with pytest.raises(asyncpg.PostgresError, match="never change"):
            await owner.execute(statement)


async def test_a_partner_announces_nothing(db: None) -> None:
    partner = await reseller()
    with core.acting_for(partner), pytest.raises(asyncpg.InsufficientPrivilegeError):
        await announce(rates())
