"""Certificates belong to people and move with them; what an organisation shows expires."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import asyncpg
import pytest

from backend import core, programmes
from backend.core import fetch
from tests import given
from tests.given.programmes import organisation

NOW = datetime(2026, 6, 1, tzinfo=UTC)
MAY, JUNE, JULY = date(2026, 5, 1), date(2026, 6, 1), date(2026, 7, 1)
DAY = timedelta(days=1)


async def employ(organisation_id: UUID, from_on: date = MAY, email: str = "Ada@x.example") -> UUID:
    return await programmes.employ_person(
        organisation_id, email=email, name="Ada", from_on=from_on, now=NOW, actor=given.SYSTEM
    )


async def certify(
    person_id: UUID, kind: str = "cloud-architect", expires_on: date = JULY, issued_on: date = MAY
) -> None:
    await programmes.certify_person(
        person_id, kind, issued_on=issued_on, expires_on=expires_on, now=NOW, actor=given.SYSTEM
    )


async def counted(*organisations: UUID, on: date) -> list[int]:
    found = await programmes.certified_people(organisations, on)
    return [found.get(each, 0) for each in organisations]


async def test_certificates_move_with_the_person(db: None) -> None:
    one, two = await organisation("vai"), await organisation("reseller")
    ada = await employ(one)
    await certify(ada)
    await certify(ada, "security")
    assert await employ(two, JUNE, email="ada@X.example") == ada
    assert await counted(one, two, on=JUNE - DAY) == [1, 0]
    assert await counted(one, two, on=JUNE) == [0, 1]
    assert await counted(one, two, on=MAY - DAY) == [0, 0]
    assert [each.kind for each in await programmes.people_at(two, JUNE)] == [
        "cloud-architect", "security",
    ]  # fmt: skip


async def test_a_certificate_counts_to_its_last_day(db: None) -> None:
    one = await organisation("vai")
    ada = await employ(one)
    await certify(ada, expires_on=JUNE)
    assert await counted(one, on=JUNE) == [1]
    assert await counted(one, on=JUNE + DAY) == [0]
    assert [each.kind for each in await programmes.people_at(one, JUNE + DAY)] == [None]


async def test_who_has_left_counts_no_more(db: None) -> None:
    one = await organisation("vai")
    ada = await employ(one)
    await certify(ada)
    await programmes.end_employment(one, ada, last_on=JUNE, now=NOW, actor=given.SYSTEM)
    assert await counted(one, on=JUNE) == [1]
    assert await counted(one, on=JUNE + DAY) == [0]
    with pytest.raises(programmes.PersonUnknown):
        await programmes.end_employment(one, ada, last_on=JULY, now=NOW, actor=given.SYSTEM)
    await employ(one, JULY)
    assert await counted(one, on=JULY) == [1]


async def test_a_person_works_for_one_organisation_at_a_time(db: None) -> None:
    one, two = await organisation("vai"), await organisation("reseller")
    ada = await employ(one, JUNE)
    with pytest.raises(programmes.WorksThere):
        await employ(one, JULY)
    for day in (MAY, JUNE):
        with pytest.raises(programmes.MovedBefore):
            await employ(two, day)
    with pytest.raises(asyncpg.ExclusionViolationError):
        await fetch(
            "INSERT INTO programmes.employment VALUES ($1, $2, '[2026-06-10,)', 'x', now())",
            ada,
            two,
        )
    with pytest.raises(asyncpg.PostgresError, match="past employment"):
        await fetch("UPDATE programmes.employment SET during = '[2026-01-01,2026-02-01)'")


async def test_what_was_shown_counts_until_it_expires(db: None) -> None:
    one = await organisation("vai")

    async def show(title: str, expires_on: date | None) -> None:
        await programmes.record_achievement(
            one, "reference", title, achieved_on=MAY, expires_on=expires_on,
            evidence="contract 7", now=NOW, actor=given.SYSTEM,
        )  # fmt: skip

    await show("City of Brest", None)
    await show("Port of Lorient", JUNE)
    with pytest.raises(programmes.AchievementTaken):
        await show("Port of Lorient", JULY)
    with pytest.raises(programmes.BadPeriod):
        await show("Rennes", MAY - DAY)
    for on, found in ((MAY - DAY, 0), (MAY, 2), (JUNE, 2), (JUNE + DAY, 1)):
        assert (await programmes.achievements_at([one], on)).get((one, "reference"), 0) == found
    assert [each.title for each in await programmes.list_achievements(one)] == [
        "Port of Lorient", "City of Brest",
    ]  # fmt: skip


async def test_an_organisation_sees_its_own_people_while_they_work_there(db: None) -> None:
    one, two = await organisation("vai"), await organisation("reseller")
    ada = await employ(one)
    await certify(ada)
    with core.acting_for(one):
        assert len(await programmes.people_at(one, JUNE)) == 1
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await certify(ada, "forged")
    with core.acting_for(two):
        assert await fetch("SELECT * FROM programmes.person") == []
        assert await fetch("SELECT * FROM programmes.certificate") == []
    await employ(two, JUNE)
    with core.acting_for(one):
        assert await fetch("SELECT * FROM programmes.certificate") == []


async def test_who_will_leave_is_seen_to_the_last_day(db: None) -> None:
    one = await organisation("vai")
    ada = await employ(one)
    await certify(ada)
    today = datetime.now(UTC).astimezone(core.PARIS).date()
    await programmes.end_employment(one, ada, last_on=today + 90 * DAY, now=NOW, actor=given.SYSTEM)
    with core.acting_for(one):
        assert len(await programmes.people_at(one, today)) == 1
        assert len(await fetch("SELECT * FROM programmes.certificate")) == 1


NEVER, ONCE = date(9999, 12, 31), date(1, 1, 1)


async def test_a_day_that_is_none_of_our_time_is_refused_twice(db: None) -> None:
    """The last day of a calendar is PostgreSQL's infinity, which no page can show."""
    one = await organisation("vai")
    ada = await employ(one)
    with pytest.raises(programmes.BadPeriod, match="of our time"):
        await certify(ada, expires_on=NEVER)
    with pytest.raises(programmes.BadPeriod, match="of our time"):
        await certify(ada, issued_on=ONCE)
    with pytest.raises(programmes.BadPeriod):
        await programmes.end_employment(one, ada, last_on=NEVER, now=NOW, actor=given.SYSTEM)
    with pytest.raises(programmes.BadPeriod):
        await employ(await organisation("reseller"), ONCE)
    with pytest.raises(programmes.BadPeriod):
        await programmes.record_achievement(
            one, "training", "x", achieved_on=MAY, expires_on=NEVER, evidence="x",
            now=NOW, actor=given.SYSTEM,
        )  # fmt: skip
    with pytest.raises(asyncpg.CheckViolationError, match="days_of_our_time"):
        await fetch(
            "INSERT INTO programmes.certificate (person_id, kind, issued_on, expires_on, actor, "
            "recorded_at) VALUES ($1, 'x', '2026-01-01', 'infinity', 'x', now())", ada,
        )  # fmt: skip
    with pytest.raises(asyncpg.CheckViolationError, match="days_of_our_time"):
        await fetch(
            "UPDATE programmes.employment SET during = daterange(lower(during), 'infinity')"
        )


async def test_what_cannot_be_certified_is_refused(db: None) -> None:
    ada = await employ(await organisation("vai"))
    with pytest.raises(programmes.BadPeriod):
        await certify(ada, expires_on=MAY - DAY)
    with pytest.raises(programmes.PersonUnknown):
        await certify(core.uuid7())
    await certify(ada)
    with pytest.raises(programmes.CertificateTaken):
        await certify(ada)
