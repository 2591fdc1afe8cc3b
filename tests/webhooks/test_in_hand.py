"""What happens to a delivery while it is in hand, and what is not its partner's fault."""

import asyncio
from contextvars import Context
from datetime import timedelta

import pytest

from backend import core, webhooks
from backend.webhooks import actions
from tests.conftest import Owner
from tests.webhooks.conftest import KEY, Partner, Time, deliver, principal_of
from tests.webhooks.receiver import Message, answer


async def test_what_is_replayed_while_an_attempt_runs_is_sent_anew_whatever_that_one_says(
    partner: Partner, time: Time
) -> None:
    principal = await principal_of(partner.id, partner.owner)
    gate = asyncio.Event()

    async def slow(_: Message) -> bytes:
        await gate.wait()
        return answer(500)

    partner.box.reply = slow
    await partner.tell()
    working = asyncio.create_task(deliver(time))
    while not partner.box.kept:  # noqa: ASYNC110
        await asyncio.sleep(0.02)
    [delivery] = await partner.deliveries()

    async def again() -> None:
        with core.acting_for(partner.id):
            await actions.replay(principal, delivery.id, now=time.now + timedelta(seconds=30))

    await asyncio.create_task(again(), context=Context())
    gate.set()
    await working
    [delivery] = await partner.deliveries()
    assert (delivery.state, delivery.tries) == ("pending", 0)
    assert delivery.next_attempt_at == time.now + timedelta(seconds=30)
    assert await core.fetch_value("SELECT count(*) FROM webhooks.attempt") == 1
    partner.box.reply = partner.box.by_status
    time.pass_(seconds=30)
    assert await deliver(time) == 1


async def test_a_secret_that_our_key_does_not_open_is_our_alarm_and_no_try(
    partner: Partner, time: Time, monkeypatch: pytest.MonkeyPatch
) -> None:
    await partner.tell()
    with monkeypatch.context() as wrong:
        wrong.setattr(webhooks.Sending, "secret_key", "x" * 32)
        for _ in range(12):
            assert await deliver(time) == 0
            time.pass_(minutes=16)
    [delivery] = await partner.deliveries()
    assert (delivery.state, delivery.tries, delivery.last_problem) == ("pending", 0, None)
    [alarm] = await core.fetch("SELECT subject, kind FROM audit.alarm")
    assert tuple(alarm) == (f"webhook:{partner.endpoint}", "webhook_secret_unreadable")
    assert webhooks.Sending.secret_key == KEY and await deliver(time) == 1


async def test_what_was_told_while_its_endpoint_was_switched_off_is_given_up(
    partner: Partner, time: Time, owner: Owner
) -> None:
    """Whoever told it saw the endpoint as it was before."""
    principal = await principal_of(partner.id, partner.owner)
    await partner.tell()
    await owner.execute("ALTER TABLE webhooks.delivery DISABLE TRIGGER guard")
    with core.acting_for(partner.id):
        await actions.disable_endpoint(principal, partner.endpoint, now=time.now)
    await owner.execute("UPDATE webhooks.delivery SET state = 'pending', given_up_because = NULL")
    await owner.execute("ALTER TABLE webhooks.delivery ENABLE TRIGGER guard")
    assert await deliver(time) == 0 and partner.box.kept == []
    [delivery] = await partner.deliveries()
    assert (delivery.state, delivery.given_up_because) == ("given_up", "endpoint_disabled")
