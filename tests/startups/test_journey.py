"""A start-up applies, has its credit once, grows from 1 to 200,000 servers, and graduates."""

import asyncio
import time
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from hypothesis import given as example
from hypothesis import strategies as st

from backend import charges, checklists, core, partners, programmes, reports, settlement, startups
from backend.core import Month, fetch, fetch_value
from backend.startups.queries import board
from backend.startups.rules import GrowthMonth, Project, reached
from tests import given
from tests.given import charges as used
from tests.given import checklists as gone_through
from tests.given.partners import SYSTEM
from tests.given.programmes import organisation

NOW = datetime(2026, 1, 5, 9, tzinfo=UTC)
DAY = timedelta(days=1)
PROJECT = Project("A sovereign notebook.", "Rust, PostgreSQL.", "Two founders.")


async def applied(organisation_id: UUID, *, now: datetime = NOW) -> UUID:
    with core.acting_for(organisation_id):
        return await startups.apply(organisation_id, PROJECT, now=now, actor="person:x")


async def startup(*, now: datetime = NOW) -> UUID:
    made = await organisation("startup")
    application = await applied(made, now=now)
    await startups.accept_application(application, reason="It fits.", now=now, actor=SYSTEM)
    return made


async def grants(organisation_id: UUID) -> list[tuple[Any, ...]]:
    rows = await fetch(
        "SELECT amount_minor, granted_on, expires_on FROM charges.credit_grant "
        "WHERE organisation_id = $1",
        organisation_id,
    )
    return [tuple(row) for row in rows]


async def kinds() -> list[str]:
    return [row["kind"] for row in await fetch("SELECT kind FROM mail.message ORDER BY id")]


async def test_R_06_a_startup_applies_is_accepted_and_has_credits_milestones_and_a_checklist(
    db: None,
) -> None:
    made = await organisation("startup")
    application = await applied(made)
    [row] = await board(NOW)
    assert (row["application_id"], row["technology"], row["is_member"]) == (
        application, "Rust, PostgreSQL.", False,
    )  # fmt: skip
    await startups.accept_application(application, reason="It fits.", now=NOW, actor=SYSTEM)
    assert await programmes.level_at(made, programmes.STARTUP, NOW) == "member"
    # Money rule j: 10,000.00 for 12 months.
    assert await grants(made) == [(10_000_00, date(2026, 1, 5), date(2027, 1, 4))]
    assert await kinds() == ["programme_accepted", "startup_welcomed"]
    line = await used.charge(made, 450_00, charged_on=date(2026, 2, 3))
    assert (line["credit_minor"], line["payable_minor"]) == (450_00, 0)
    lists = {each.checklist.code: each for each in await checklists.standing(made, NOW)}
    assert set(lists) == {"startup_integration", "startup_milestones"}
    kick_off = lists["startup_milestones"].places[0]
    assert (kick_off.item.code, kick_off.due_at) == ("kick_off", NOW + 14 * DAY)
    for code in lists:
        await gone_through.done(made, code, now=NOW)
    assert [each.missing for each in await checklists.standing(made, NOW)] == [[], []]
    [row] = await board(NOW)
    assert (row["is_member"], row["left_minor"]) == (True, 9_550_00)


async def test_the_credit_is_given_once_however_it_came_in(db: None) -> None:
    made = await organisation("startup")
    await programmes.enter(made, programmes.STARTUP, reason="By the office.", now=NOW, actor=SYSTEM)
    await asyncio.gather(startups.welcome_new(NOW), startups.welcome_new(NOW))
    assert len(await grants(made)) == 1
    await programmes.leave(made, programmes.STARTUP, reason="A pause.", now=NOW + DAY, actor=SYSTEM)
    application = await applied(made, now=NOW + 2 * DAY)
    await startups.accept_application(application, reason="Back.", now=NOW + 2 * DAY, actor=SYSTEM)
    assert await startups.welcome_new(NOW + 2 * DAY) == 0
    assert len(await grants(made)) == 1


async def test_a_level_that_gives_no_credit_gives_none(db: None) -> None:
    await programmes.announce_benefit(
        programmes.STARTUP, "member", "startup_credit",
        is_given=False, valid_from=NOW + DAY, note="", now=NOW, actor=SYSTEM,
    )  # fmt: skip
    assert await grants(await startup(now=NOW + 2 * DAY)) == []
    assert await startups.welcome_new(NOW + 2 * DAY) == 0


async def test_P_06_a_startup_graduates_and_its_prices_follow_from_the_day(db: None) -> None:
    """R-07, F-06: list price before, the editors' 20 % from the day on, one account."""
    made = await startup()
    with core.acting_for(made):
        asked = await startups.ask_graduation(
            made, words="We sell it now.", now=NOW + DAY, actor="person:x"
        )
        with pytest.raises(startups.AlreadyAsked):
            await startups.ask_graduation(made, words="x", now=NOW + DAY, actor="person:x")
    await startups.accept_graduation(
        asked, reason="Ten customers.", effective_on=date(2026, 2, 1), now=NOW + DAY, actor=SYSTEM
    )
    first = datetime(2026, 1, 31, 23, tzinfo=UTC)
    assert await startups.graduate_due(first - timedelta(seconds=1)) == 0
    assert await programmes.level_at(made, programmes.STARTUP, first) == "member"
    late = first + timedelta(hours=5)
    assert await startups.graduate_due(late) == 1
    assert await startups.graduate_due(late) == 0
    assert await programmes.level_at(made, programmes.STARTUP, first) is None
    assert await programmes.level_at(made, programmes.EDITOR, first) == "selected"
    just_before = first - timedelta(microseconds=1)
    assert await programmes.level_at(made, programmes.STARTUP, just_before) == "member"
    assert set((await partners.organisation_with_roles(made))["roles"]) == {"isv", "startup"}
    before = await used.charge(made, 100_00, charged_on=date(2026, 1, 31))
    after = await used.charge(made, 100_00, charged_on=date(2026, 2, 1))
    assert [(each["net_minor"], each["credit_minor"]) for each in (before, after)] == [
        (100_00, 100_00), (80_00, 80_00),
    ]  # fmt: skip
    history = await programmes.level_history(made)
    assert [each.programme for each in history] == [programmes.EDITOR, programmes.STARTUP]
    assert history[0].evidence == f"graduation:{asked}"
    assert (await kinds())[-2:] == ["graduation_accepted", "startup_graduated"]


async def test_a_graduation_is_answered_once_and_by_the_office(db: None) -> None:
    made, other = await startup(), await startup()
    answer: Any = {"reason": "Not yet.", "now": NOW + 2 * DAY, "actor": SYSTEM}
    with core.acting_for(made):
        asked = await startups.ask_graduation(made, words="Us!", now=NOW + DAY, actor="person:x")
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await startups.accept_graduation(asked, effective_on=date(2026, 1, 7), **answer)
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await fetch(
                "INSERT INTO startups.graduation (organisation_id, words, asked_at, asked_by, "
                "state, reason, decided_at, decided_by) "
                "VALUES ($1, 'x', now(), 'x', 'refused', 'x', now(), 'x')",
                made,
            )
    with core.acting_for(other), pytest.raises(startups.GraduationUnknown):
        await startups.withdraw_graduation(
            asked, organisation_id=other, now=NOW + DAY, actor="person:x"
        )
    with pytest.raises(startups.BadGraduation):
        await startups.accept_graduation(asked, effective_on=date(2026, 1, 6), **answer)
    await startups.refuse_graduation(asked, **answer)
    with pytest.raises(startups.GraduationDecided):
        await startups.accept_graduation(asked, effective_on=date(2026, 1, 7), **answer)
    with pytest.raises(asyncpg.PostgresError, match="may not go"):
        await fetch("UPDATE startups.graduation SET state = 'asked', reason = NULL")
    with core.acting_for(made):
        again = await startups.ask_graduation(made, words="Now?", now=NOW + DAY, actor="person:x")
        await startups.withdraw_graduation(
            again, organisation_id=made, now=NOW + DAY, actor="person:x"
        )
    assert await programmes.level_at(made, programmes.STARTUP, NOW + 3 * DAY) == "member"
    with pytest.raises(startups.NoStartup):
        await startups.ask_graduation(
            await organisation("isv"), words="x", now=NOW, actor="person:x"
        )


async def test_who_left_meanwhile_does_not_graduate(db: None) -> None:
    made = await startup()
    asked = await startups.ask_graduation(made, words="Us!", now=NOW + DAY, actor="person:x")
    await startups.accept_graduation(
        asked, reason="Yes.", effective_on=date(2026, 1, 10), now=NOW + DAY, actor=SYSTEM
    )
    await programmes.leave(
        made, programmes.STARTUP, reason="We closed.", now=NOW + 2 * DAY, actor=SYSTEM
    )
    await startups.graduate_due(NOW + 6 * DAY)
    assert await fetch_value("SELECT state FROM startups.graduation") == "cancelled"
    assert (await kinds())[-1] == "graduation_cancelled"
    assert await startups.graduate_due(NOW + 7 * DAY) == 0
    assert set((await partners.organisation_with_roles(made))["roles"]) == {"startup"}


MONTHS = [Month(date(2026, month, 1)) for month in range(1, 9)]
SERVERS = [1, 2, 10, 150, 1_000, 12_500, 100_000, 200_000]
PRICE = Decimal("1.207301")
"""A server's day, with more digits than cents have."""


def cents(exact: Decimal) -> int:
    return int((exact * 100 + Decimal("0.5")) // 1)


async def test_R_07_one_account_grows_from_1_to_200000_servers_and_every_cent_is_right(
    db: None, tmp_path: Path
) -> None:
    """Eight months, two lines a day; graduates on 1 May; the credit runs out on the way."""
    made = await startup()
    reference = (await partners.read_organisation(made)).reference
    asked = await startups.ask_graduation(made, words="Us!", now=NOW + DAY, actor="person:x")
    await startups.accept_graduation(
        asked, reason="Yes.", effective_on=date(2026, 5, 1), now=NOW + DAY, actor=SYSTEM
    )
    await startups.graduate_due(Month.parse("2026-05").start + timedelta(minutes=4))
    file = tmp_path / "charges.csv"
    rows = ["reference,organisation,end_customer,day,environment,resource,quantity,list_price"]
    left, expected = 10_000_00, {}
    for month, servers in zip(MONTHS, SERVERS, strict=True):
        owed = 0
        first = 6 if month.first_day.month == 1 else 1
        for day in range(first, month.last_day.day + 1):
            for half, quantity in enumerate((servers - servers // 2, servers // 2)):
                if quantity == 0:
                    continue
                rows.append(
                    f"{month}-{day}-{half},{reference},clients,{month}-{day:02},start,"
                    f"vm.{'large' if half else 'small'},{quantity},{PRICE}"
                )
                listed = cents(quantity * PRICE)
                saved = (2 * listed * 2000 + 10_000) // 20_000 if month >= MONTHS[4] else 0
                paid = min(left, listed - saved)
                left -= paid
                owed += listed - saved - paid
        expected[month] = owed
    file.write_text("\n".join(rows) + "\n")
    began = time.perf_counter()
    done = await charges.import_charges(file, now=given.NOW, actor=SYSTEM)
    took = time.perf_counter() - began
    assert (done.refused, done.recorded) == (0, len(rows) - 1)
    grown = await startups.growth(made)
    assert [each.servers for each in grown] == SERVERS
    assert [each.payable_minor for each in grown] == list(expected.values())
    assert sum(each.credit_minor for each in grown) == 10_000_00 and left == 0
    assert [each.size for each in reached(grown)] == list(startups.SIZES)
    for month in MONTHS:
        await settlement.close_month(month, minimum_hundredths=2500, now=given.NOW, actor=SYSTEM)
    billed = {
        core.Month(row["month"]): row["charges_minor"]
        for row in await settlement.list_statements(organisation_id=made)
    }
    assert billed == expected
    assert sum(billed.values()) == sum(expected.values())
    assert await reports.run_checks() == []
    assert await fetch_value("SELECT count(DISTINCT consumer_id) FROM charges.charge_line") == 1
    print(f"{done.recorded} charges of one account in {took:.1f} s")


@example(st.lists(st.integers(0, 400_000), max_size=24))
def test_a_size_that_was_reached_stays_reached(servers: list[int]) -> None:
    month, months = date(2026, 1, 1), []
    for number in servers:
        months.append(GrowthMonth(month, "EUR", number, 0, 0, 0, 0))
        month = Month(month).next.first_day
    found = {each.size: each.month for each in reached(months)}
    for size in startups.SIZES:
        plain = [each.month for each in months if each.servers >= size]
        assert found.get(size) == (min(plain) if plain else None)
    assert all(startups.size_of(each.servers) in {0, *found} for each in months)


async def test_only_servers_count_and_on_the_fullest_day(db: None) -> None:
    made = await startup()
    for day, resource, quantity in (
        (10, "vm.large", 3), (10, "vm", 1), (10, "storage", 900), (11, "vm.large", 2),
        (11, "vmware-licence", 50),
    ):  # fmt: skip
        await used.charge(
            made, charged_on=date(2026, 2, day), resource=resource, quantity=Decimal(quantity)
        )
    [month] = await startups.growth(made)
    assert month.servers == 4
    with core.acting_for(await startup()):
        assert await startups.growth(made) == []
