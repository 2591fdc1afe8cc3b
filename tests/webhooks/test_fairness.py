"""Who is slow, or has much, keeps nobody else waiting; and what waits costs little to look at."""

import asyncio
from datetime import UTC, datetime

import pytest

from backend import webhooks
from backend.core import transaction
from backend.webhooks import jobs
from tests.conftest import Owner
from tests.webhooks.conftest import Partner, Time, deliver, endpoint_by, partner_with, principal_of
from tests.webhooks.receiver import Message, answer, receiving


async def tell_many(partner: Partner, number: int, subject: str = "payout:{}") -> None:
    async with transaction():
        told = [(partner.id, subject.format(each), {"number": each}) for each in range(number)]
        await webhooks.emit_all("payout.paid", told, now=datetime.now(UTC))


async def look_at(owner: Owner) -> None:
    """PostgreSQL knows how much there is, and plans as it does in use."""
    for table in ("delivery", "event", "endpoint"):
        await owner.execute(f"ANALYZE webhooks.{table}")


async def test_one_claim_takes_no_more_than_its_limits(
    partner: Partner, time: Time, owner: Owner
) -> None:
    await tell_many(partner, 300)
    await look_at(owner)
    assert len(await jobs._claim(time.now)) == jobs.OF_ONE_ENDPOINT
    assert len(await jobs._claim(time.now)) == 0  # Those are in hand.


async def test_an_organisation_has_eight_in_hand_at_most(partner: Partner, time: Time) -> None:
    principal = await principal_of(partner.id, partner.owner)
    for _ in range(4):
        await endpoint_by(principal, partner.box.url)
    await tell_many(partner, 20)
    async with receiving() as box:
        other = await partner_with(box)
        await other.tell()
        assert len(await jobs._claim(time.now, 5)) == 5
        rest = await jobs._claim(time.now)
    assert len(rest) == 4
    assert [row["organisation_id"] for row in rest].count(other.id) <= 1
    assert await jobs._claim(time.now) == []


async def test_ten_slow_endpoints_of_one_partner_keep_no_other_waiting(
    partner: Partner, time: Time
) -> None:
    async def never(_: Message) -> bytes:
        await asyncio.sleep(30)
        return answer(200)

    partner.box.reply = never
    principal = await principal_of(partner.id, partner.owner)
    for _ in range(9):
        await endpoint_by(principal, partner.box.url)
    await tell_many(partner, 20)
    async with receiving() as quick:
        other = await partner_with(quick)
        await tell_many(other, 12)
        began = asyncio.get_running_loop().time()
        working = asyncio.create_task(deliver(time))
        while len(quick.kept) < 12:
            await asyncio.sleep(0.02)
            assert asyncio.get_running_loop().time() - began < 2
        working.cancel()
        await asyncio.gather(working, return_exceptions=True)


@pytest.mark.parametrize(("subject", "first"), [("payout:same", 1), ("payout:{}", 4)])
async def test_what_waits_costs_little_to_look_at(
    partner: Partner, time: Time, subject: str, first: int
) -> None:
    """Each one is looked at once, not against each other one, also before anything was counted."""
    await tell_many(partner, 4_000, subject)
    began = asyncio.get_running_loop().time()
    assert len(await jobs._claim(time.now)) == first
    assert asyncio.get_running_loop().time() - began < 1


async def test_told_to_stop_it_takes_nothing_more_in_hand(partner: Partner, time: Time) -> None:
    await tell_many(partner, 20)
    stop = webhooks.Sending.stop = asyncio.Event()

    async def last(_: Message) -> bytes:
        stop.set()
        return answer(200)

    partner.box.reply = last
    try:
        assert await deliver(time) == len(partner.box.kept) <= jobs.OF_ONE_ENDPOINT
    finally:
        webhooks.Sending.stop = None
