"""From what happened to the partner's server: signed, in order, again and again, and no further."""

import asyncio
from contextvars import Context
from datetime import UTC, datetime, timedelta

import asyncpg
import pytest

from backend import core, webhooks
from backend.core import transaction
from backend.webhooks import actions, jobs, rules, signing
from backend.webhooks.rules import PAUSES, pause_after
from tests import clients, given
from tests.given.letters import kinds
from tests.webhooks.conftest import Partner, Time, deliver, endpoint_by, partner_with, principal_of
from tests.webhooks.receiver import Message, Receiver, answer, receiving


async def test_what_happened_arrives_signed_and_is_delivered(partner: Partner, time: Time) -> None:
    await partner.tell("payout:7", 7)
    assert await partner.states() == ["pending"]
    assert await deliver(time) == 1
    [message] = partner.box.kept
    assert message.first_line == "POST /hooks?from=maillage HTTP/1.1"
    assert message.headers["host"] == f"127.0.0.1:{partner.box.port}"
    assert message.headers["content-type"] == "application/json"
    assert message.is_signed_with(partner.secret)
    assert not message.is_signed_with(signing.new_secret())
    assert message.event["type"] == "payout.paid" and message.event["data"] == {"number": 7}
    assert abs(int(message.headers["webhook-timestamp"]) - time.now.timestamp()) < 2
    [delivery] = await partner.deliveries()
    assert (delivery.state, str(delivery.event_id)) == ("delivered", message.id)
    assert await deliver(time) == 0


async def test_what_is_rolled_back_is_told_to_nobody(partner: Partner, time: Time) -> None:
    with pytest.raises(ZeroDivisionError):
        async with transaction():
            await webhooks.emit(partner.id, "payout.paid", "payout:1", {}, now=datetime.now(UTC))
            raise ZeroDivisionError
    assert await deliver(time) == 0 and partner.box.kept == []


async def test_nothing_is_written_where_nobody_listens(partner: Partner, time: Time) -> None:
    async with transaction():
        now = datetime.now(UTC)
        await webhooks.emit(await given.partner("Other"), "payout.paid", "payout:1", {}, now=now)
        await webhooks.emit(partner.id, "payout.sent", "payout:1", {}, now=now)
    assert await core.fetch_value("SELECT count(*) FROM webhooks.event") == 0


async def test_it_is_tried_on_the_schedule_and_then_given_up(partner: Partner, time: Time) -> None:
    partner.box.status = 500
    await partner.tell()
    waits = []
    for _ in range(len(PAUSES)):
        assert await deliver(time) == 0
        [delivery] = await partner.deliveries()
        assert delivery.state == "failed" and delivery.next_attempt_at is not None
        waits.append(delivery.next_attempt_at - time.now)
        assert await deliver(time) == 0  # Not before it is due.
        time.now = delivery.next_attempt_at
    hours = [wait / least for wait, least in zip(waits, PAUSES, strict=True)]
    assert all(1 <= factor <= 1.2 for factor in hours) and len(set(hours)) > 1
    await deliver(time)
    assert len(partner.box.kept) == 10 and len({each.id for each in partner.box.kept}) == 1
    assert len({each.body for each in partner.box.kept}) == 1
    assert await partner.states() == ["given_up"]


async def test_an_endpoint_that_took_nothing_for_three_days_is_switched_off_with_a_letter(
    partner: Partner, time: Time
) -> None:
    partner.box.status = 503
    await partner.tell("payout:1")
    await partner.tell("payout:1", 2)
    await exhaust(partner, time)
    [known] = await webhooks.list_endpoints(partner.id)
    assert (known.state, known.disabled_because) == ("disabled", "kept_failing")
    assert await kinds(partner.owner) == ["webhook_disabled"]
    assert [each.given_up_because for each in await partner.deliveries()] == [
        "endpoint_disabled", "tried_enough",
    ]  # fmt: skip
    told = await core.fetch("SELECT action FROM audit.change WHERE actor = 'system:worker'")
    assert [row["action"] for row in told] == ["disable_webhook"]


async def test_one_poisonous_event_does_not_switch_off_an_endpoint_that_takes_the_others(
    partner: Partner, time: Time
) -> None:
    async def choosy(message: Message) -> bytes:
        return answer(422 if message.event["data"]["number"] == 1 else 200)

    partner.box.reply = choosy
    await partner.tell("payout:1")
    await deliver(time)
    await partner.tell("payout:2", 2)
    await exhaust(partner, time)
    assert await partner.states() == ["given_up", "delivered"]
    assert (await webhooks.list_endpoints(partner.id))[0].state == "enabled"


async def test_an_endpoint_that_is_gone_is_switched_off_at_once(
    partner: Partner, time: Time
) -> None:
    partner.box.status = 410
    await partner.tell()
    await deliver(time)
    [known] = await webhooks.list_endpoints(partner.id)
    assert known.disabled_because == "gone" and await partner.states() == ["given_up"]
    assert await kinds(partner.owner) == ["webhook_disabled"]


async def exhaust(partner: Partner, time: Time) -> None:
    """Everything due is tried, until nothing is."""
    for _ in range(12):
        await deliver(time)
        time.pass_(hours=30)


@pytest.mark.parametrize("status", [100 + 201, 302, 304, 307, 400, 401, 404, 429, 500, 503])
async def test_only_2xx_is_an_arrival_and_no_redirect_is_followed(
    partner: Partner, time: Time, status: int
) -> None:
    async def elsewhere(_: Message) -> bytes:
        return answer(status, "", f"location: {partner.box.url}&followed=1")

    partner.box.reply = elsewhere
    await partner.tell()
    assert await deliver(time) == 0
    assert await partner.states() == ["failed"] and len(partner.box.kept) == 1
    assert (await partner.deliveries())[0].last_status == status


async def test_what_concerns_one_subject_arrives_in_order_and_holds_no_other(
    partner: Partner, time: Time
) -> None:
    partner.box.statuses = [500]
    await partner.tell("payout:1", 1)
    await deliver(time)
    await partner.tell("payout:1", 2)
    await partner.tell("payout:2", 3)
    assert await deliver(time) == 1
    assert [each.event["data"]["number"] for each in partner.box.kept] == [1, 3]
    time.pass_(seconds=7)
    assert await deliver(time) == 2
    assert [each.event["data"]["number"] for each in partner.box.kept] == [1, 3, 1, 2]


async def test_what_was_sent_before_a_crash_is_sent_again_under_the_same_id(
    partner: Partner, time: Time, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def dies(*_: object, **__: object) -> bool:
        raise RuntimeError("killed")

    await partner.tell()
    with monkeypatch.context() as patched:
        patched.setattr(jobs, "conclude", dies)
        with pytest.raises(ExceptionGroup):
            await deliver(time)
    assert await partner.states() == ["pending"] and await deliver(time) == 0
    time.now += rules.IN_HAND
    assert await deliver(time) == 1
    assert len({each.id for each in partner.box.kept}) == 1 and len(partner.box.kept) == 2


async def test_two_workers_at_once_send_each_event_once(partner: Partner, time: Time) -> None:
    for number in range(30):
        await partner.tell(f"payout:{number}", number)
    arrived = await asyncio.gather(deliver(time), deliver(time))
    assert sum(arrived) == 30
    assert sorted(each.event["data"]["number"] for each in partner.box.kept) == list(range(30))


async def test_what_somebody_else_is_writing_is_passed_by(partner: Partner, time: Time) -> None:
    await partner.tell("payout:1")
    async with transaction():
        await core.connection().execute("SELECT FROM webhooks.delivery FOR UPDATE")
        other = asyncio.create_task(jobs._claim(time.now), context=Context())
        assert await asyncio.wait_for(other, 5) == []


async def test_a_slow_answer_is_none_and_keeps_the_other_partners_from_nothing(
    partner: Partner, time: Time
) -> None:
    async def never(_: Message) -> bytes:
        await asyncio.sleep(30)
        return answer(200)

    partner.box.reply = never
    async with receiving() as quick:
        other = await partner_with(quick)
        for number in range(20):
            await partner.tell(f"payout:{number}")
        await other.tell()
        began = asyncio.get_running_loop().time()
        working = asyncio.create_task(deliver(time))
        while not quick.kept:  # noqa: ASYNC110
            await asyncio.sleep(0.02)
        assert asyncio.get_running_loop().time() - began < 1
        await working
    assert {each.last_problem for each in await partner.deliveries()} == {"time_out"}


async def test_of_a_long_answer_the_beginning_is_kept_as_text(partner: Partner, time: Time) -> None:
    async def long(_: Message) -> bytes:
        return answer(500, "<script>\x00" + "é" * 5_000)

    partner.box.reply = long
    await partner.tell()
    await deliver(time)
    kept = await core.fetch_row("SELECT answer, status, duration_ms FROM webhooks.attempt")
    assert kept is not None and kept["status"] == 500
    assert kept["answer"].startswith("<script>\ufffdéé") and len(kept["answer"]) <= 1024


async def test_what_is_no_http_is_a_bad_answer_and_nobody_there_no_connection(
    partner: Partner, time: Time
) -> None:
    async def noise(_: Message) -> bytes:
        return b"220 mail.example ESMTP\r\n"

    partner.box.reply = noise
    await partner.tell("payout:1")
    await deliver(time)
    with core.acting_for(partner.id):
        await core.fetch("UPDATE webhooks.endpoint SET url = 'http://127.0.0.1:1025/'")
    await partner.tell("payout:2")
    await deliver(time)
    troubles = [each.last_problem for each in await partner.deliveries()]
    assert troubles == ["no_connection", "bad_answer"]


async def test_while_a_secret_rotates_both_sign_and_the_old_one_ends(
    partner: Partner, time: Time
) -> None:
    principal = await principal_of(partner.id, partner.owner)
    now = datetime.now(UTC)
    with core.acting_for(partner.id):
        made = await actions.rotate_secret(
            principal, partner.endpoint, secret_key="k" * 32, now=now
        )
    await partner.tell("payout:1")
    await deliver(time)
    time.now += rules.OLD_SECRET_HOLDS + timedelta(minutes=1)
    await partner.tell("payout:2")
    await deliver(time)
    during, after = partner.box.kept
    assert during.is_signed_with(partner.secret) and during.is_signed_with(made.secret)
    assert after.is_signed_with(made.secret) and not after.is_signed_with(partner.secret)


async def test_what_was_missed_while_switched_off_is_replayed(partner: Partner, time: Time) -> None:
    principal = await principal_of(partner.id, partner.owner)
    since = datetime.now(UTC)
    with core.acting_for(partner.id):
        await actions.disable_endpoint(principal, partner.endpoint, now=since)
        await partner.tell("payout:1", 1)
        await partner.tell("payout:1", 2)
    assert await deliver(time) == 0 and await partner.states() == ["given_up"] * 2
    with core.acting_for(partner.id):
        with pytest.raises(rules.EndpointDisabled):
            await actions.replay_missed(principal, partner.endpoint, since=since, now=time.now)
        await actions.enable_endpoint(principal, partner.endpoint, now=time.now)
        again = await actions.replay_missed(
            principal, partner.endpoint, since=since - timedelta(seconds=1), now=time.now
        )
    assert again == 2 and await deliver(time) == 2
    assert [each.event["data"]["number"] for each in partner.box.kept] == [1, 2]


async def test_what_arrived_is_sent_again_under_its_id_when_asked(
    partner: Partner, time: Time
) -> None:
    await partner.tell()
    await deliver(time)
    principal = await principal_of(partner.id, partner.owner)
    [delivery] = await partner.deliveries()
    with core.acting_for(partner.id):
        await actions.replay(principal, delivery.id, now=time.now)
    assert await deliver(time) == 1
    first, second = partner.box.kept
    assert first.id == second.id and first.body == second.body
    assert await core.fetch_value("SELECT count(*) FROM webhooks.attempt") == 2


async def test_a_deleted_endpoint_is_sent_nothing_and_has_no_secret(
    partner: Partner, time: Time
) -> None:
    await partner.tell()
    principal = await principal_of(partner.id, partner.owner)
    with core.acting_for(partner.id):
        await actions.delete_endpoint(principal, partner.endpoint, now=time.now)
    await partner.tell("payout:2")
    assert await deliver(time) == 0 and partner.box.kept == []
    row = await core.fetch_row("SELECT secret_sealed FROM webhooks.endpoint")
    assert row is not None and row["secret_sealed"] is None
    assert await webhooks.list_endpoints(partner.id) == []
    with pytest.raises(asyncpg.ObjectNotInPrerequisiteStateError):
        await core.fetch("UPDATE webhooks.endpoint SET changed_at = now()")


async def test_an_organisation_has_ten_at_most(box: Receiver, time: Time) -> None:
    organisation = await given.partner()
    owner = await clients.person("owner", organisation)
    principal = await principal_of(organisation, owner)
    for _ in range(rules.MOST_ENDPOINTS):
        await endpoint_by(principal, box.url)
    with pytest.raises(rules.TooManyEndpoints):
        await endpoint_by(principal, box.url)


def test_the_pauses_grow_to_a_day_and_end() -> None:
    assert [pause_after(tries) is None for tries in (1, 9, 10)] == [False, False, True]
    assert sum(PAUSES, timedelta()) > timedelta(days=3)
    with pytest.raises(ValueError, match="nothing was tried"):
        pause_after(0)
