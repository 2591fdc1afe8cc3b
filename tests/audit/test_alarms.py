"""Alarms: told once, closed once, the operator's own."""

import asyncio
from datetime import UTC, datetime
from uuid import UUID, uuid4

import asyncpg
import pytest

from backend import audit, core
from tests import clients

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)


async def raised(detail: str = "tr_1 of 10.00 EUR", kind: str = "transfer_reversed") -> bool:
    with core.acting_for(None):
        async with core.transaction():
            return await audit.raise_alarm("payout:1", kind, detail, NOW)


async def test_an_alarm_is_told_once_however_often_it_is_seen(db: None) -> None:
    assert [await raised(), await raised(), await raised("another")] == [True, False, True]
    assert sorted(await asyncio.gather(*[raised("at once") for _ in range(8)]))[-2:] == [
        False,
        True,
    ]
    actions = await core.fetch("SELECT action FROM audit.change WHERE action = 'raise_alarm'")
    assert len(actions) == 3


async def test_finance_closes_it_with_a_note_and_once(db: None) -> None:
    await raised()
    async with await clients.signed_in("finance", None) as office:
        [alarm] = (await office.get("/api/office/alarms")).json()["items"]
        assert (alarm["subject"], alarm["kind"]) == ("payout:1", "transfer_reversed")
        address = f"/api/office/alarms/{alarm['id']}/close"
        done = await office.post(address, json={"note": "Asked Stripe; it was a test."})
        assert done.status_code == 204
        again = await office.post(address, json={"note": "Me too."})
        assert (again.status_code, again.json()["code"]) == (409, "alarm-closed")
        assert (await office.get("/api/office/alarms")).json()["items"] == []
        everything = await office.get("/api/office/alarms?only_open=false")
        [closed] = everything.json()["items"]
        assert closed["note"] == "Asked Stripe; it was a test."
        assert closed["closed_by"].startswith("person:")
        unknown = await office.post(
            f"/api/office/alarms/{uuid4()}/close", json={"note": "Which one?"}
        )
        assert (unknown.status_code, unknown.json()["code"]) == (404, "alarm-unknown")
    assert not await raised(), "the same facts are not told again"


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE audit.alarm SET detail = 'nothing happened'",
        "UPDATE audit.alarm SET closed_at = now(), closed_by = 'person:1'",
        "DELETE FROM audit.alarm",
    ],
)
async def test_postgresql_lets_an_alarm_only_be_closed(db: None, change: str) -> None:
    await raised()
    with core.acting_for(None), pytest.raises(asyncpg.PostgresError):
        await core.fetch(change)


async def test_no_organisation_sees_alarms(db: None) -> None:
    await raised()
    with core.acting_for(UUID(int=7)):
        assert await core.fetch("SELECT * FROM audit.alarm") == []
