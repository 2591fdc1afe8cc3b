"""The inbox: stored before it is answered, signed or refused, applied once, never dropped."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
import pytest

from backend import core, payments, stripe_sandbox
from backend.payments import Event
from backend.payouts import AmountDiffers
from tests import clients
from tests.given.partners import NOW
from tests.payments.conftest import Watched

SECRET = "whsec_one"


def told(kind: str = "payout.paid", **facts: Any) -> bytes:
    body = {
        "object": "event", "id": "evt_1", "type": kind, "created": 1_790_000_000,
        "livemode": False, "account": "acct_1", "api_version": "2026-10-28.endive",
        "data": {"object": {"id": "po_1", "object": "payout", "status": "paid"}},
    }  # fmt: skip
    return json.dumps({**body, **facts}).encode()


def signed(body: bytes, secret: str = SECRET, at: datetime | None = None) -> str:
    return stripe_sandbox.sign(secret, body, int((at or datetime.now(UTC)).timestamp()))


async def receive(body: bytes, signature: str | None = None, *secrets: str) -> bool:
    return await payments.receive_event(
        body, signature or signed(body), secrets or (SECRET,), datetime.now(UTC)
    )


async def states() -> dict[str, str]:
    rows = await core.fetch("SELECT id, state FROM payments.stripe_event ORDER BY id")
    return {row["id"]: row["state"] for row in rows}


async def test_an_event_is_stored_once(db: None) -> None:
    body = told()
    assert await receive(body)
    assert not await receive(body)
    assert await states() == {"evt_1": "waiting"}


async def test_duplicates_at_the_same_moment_are_one(db: None) -> None:
    body = told()
    new = await asyncio.gather(*(receive(body) for _ in range(16)))
    assert sum(new) == 1


async def test_the_same_id_of_two_accounts_is_two_events(db: None) -> None:
    assert await receive(told(account="acct_1"))
    assert await receive(told(account="acct_2"))


async def test_either_of_several_secrets_will_do(db: None) -> None:
    """A secret is rotated: for a day both are valid."""
    body = told()
    assert await receive(body, signed(body, "whsec_new"), "whsec_old", "whsec_new")


@pytest.mark.parametrize(
    "sign",
    [
        lambda: "",
        lambda: "garbage",
        lambda: "t=1,v1=00",
        lambda: signed(told(), "whsec_wrong"),
        lambda: signed(told(id="evt_2")),
        lambda: signed(told(), at=datetime.now(UTC) - timedelta(minutes=6)),
        lambda: signed(told(), at=datetime.now(UTC) + timedelta(minutes=6)),
        lambda: signed(told()).replace("v1=", "v0="),
        lambda: signed(told()) + ",t=1",
    ],
)
async def test_a_bad_signature_is_refused(db: None, sign: Callable[[], str]) -> None:
    # Signed now and not when the tests were collected: the suite takes longer than five minutes.
    with pytest.raises(payments.BadSignature):
        await payments.receive_event(told(), sign(), [SECRET], datetime.now(UTC))
    assert await states() == {}


async def test_without_a_secret_nothing_is_believed(db: None) -> None:
    body = told()
    for secrets in ([], [""], [" "]):
        with pytest.raises(payments.BadSignature):
            await payments.receive_event(body, signed(body, ""), secrets, datetime.now(UTC))


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"{}",
        b"\xff\xfe",
        b"null",
        told(livemode=True),
        told(object="payout"),
        told(id="evt\u0000"),
        told(id=7),
        told(type="x" * 300),
        told(data={"object": {"id": "po'; --"}}),
    ],
)
async def test_signed_garbage_is_refused(db: None, body: bytes) -> None:
    with pytest.raises((payments.BadEvent, payments.BadSignature)):
        await receive(body, stripe_sandbox.sign(SECRET, body, int(datetime.now(UTC).timestamp())))
    assert await states() == {}


async def test_an_unknown_type_is_stored_and_answered_with_200(db: None) -> None:
    assert await receive(told("issuing_card.created"))
    assert await receive(told("price.created", id="evt_2", data={"object": {"name": "no id"}}))
    assert await states() == {"evt_1": "unknown", "evt_2": "unknown"}


async def test_a_thin_event_is_understood(db: None) -> None:
    body = told("v2.core.account.updated", object="v2.core.event", created="2026-11-23T09:00:00Z",
                related_object={"id": "acct_1", "type": "v2.core.account", "url": "/v2"},
                context=None)  # fmt: skip
    assert await receive(body)
    row = await core.fetch_row("SELECT * FROM payments.stripe_event")
    assert row is not None
    assert (row["payload"], row["object_id"], row["account"]) == ("thin", "acct_1", "")


async def clock() -> datetime:
    return datetime.now(UTC)


def later(by: timedelta) -> Callable[[], Awaitable[datetime]]:
    async def moment() -> datetime:
        return datetime.now(UTC) + by

    return moment


class Reader:
    """Stands for Stripe: counts how often it is asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    async def __call__(self, event: Event) -> str:
        self.asked.append(event.object_id)
        return "as it is now"


async def test_events_of_one_object_are_read_once_and_applied_each(db: None) -> None:
    for number in range(3):
        await receive(told(id=f"evt_{number}"))
    read, applied = Reader(), []

    async def apply(event: Event, found: str) -> bool:
        assert core.in_transaction()
        applied.append((event.id, found))
        return True

    assert await payments.take_events(["payout.paid"], read, apply, clock) == 3
    assert read.asked == ["po_1"]
    assert sorted(applied) == [(f"evt_{n}", "as it is now") for n in range(3)]
    assert await payments.take_events(["payout.paid"], read, apply, clock) == 0


async def test_an_event_of_an_unknown_object_stays_and_is_tried_again(db: None) -> None:
    """Incident 11: the webhook comes before our own commit."""
    await receive(told())
    known = False

    async def apply(event: Event, found: str) -> bool:
        return known

    assert await payments.take_events(["payout.paid"], Reader(), apply, clock) == 0
    assert await payments.take_events(["payout.paid"], Reader(), apply, clock) == 0, "it waits"
    known = True
    after = later(timedelta(minutes=1))
    assert await payments.take_events(["payout.paid"], Reader(), apply, after) == 1
    assert await states() == {"evt_1": "done"}


async def test_one_broken_event_holds_no_other_and_comes_again(db: None) -> None:
    await receive(told(id="evt_1"))
    await receive(told(id="evt_2", data={"object": {"id": "po_2"}}))

    async def apply(event: Event, found: str) -> bool:
        if event.id == "evt_1":
            raise ValueError("broken")
        return True

    with pytest.raises(ExceptionGroup):
        await payments.take_events(["payout.paid"], Reader(), apply, clock)
    assert await states() == {"evt_1": "waiting", "evt_2": "done"}

    async def mended(event: Event, found: str) -> bool:
        return True

    after = later(timedelta(minutes=1))
    assert await payments.take_events(["payout.paid"], Reader(), mended, after) == 1


async def alarms() -> list[tuple[str, str]]:
    rows = await core.fetch("SELECT subject, kind FROM audit.alarm ORDER BY id")
    return [(row["subject"], row["kind"]) for row in rows]


async def test_what_a_rule_refuses_is_an_alarm_once_and_holds_no_other(db: None) -> None:
    await receive(told(id="evt_1"))
    await receive(told(id="evt_2", data={"object": {"id": "po_2"}}))

    async def apply(event: Event, found: str) -> bool:
        if event.id == "evt_1":
            raise AmountDiffers("po_1 is of 1 EUR.")
        return True

    for hours in (0, 1, 2):
        moment = later(timedelta(hours=hours))
        await payments.take_events(["payout.paid"], Reader(), apply, moment)
    assert await states() == {"evt_1": "waiting", "evt_2": "done"}
    assert await alarms() == [("stripe_event:evt_1", "payout-amount-differs")]


async def test_what_stripe_does_not_show_is_an_alarm_at_once_and_ends_after_days(
    db: None,
) -> None:
    """An account that was taken away, an object that is gone."""
    await receive(told(id="evt_1"))
    await receive(told(id="evt_2", data={"object": {"id": "po_2"}}))

    async def read(event: Event) -> str:
        if event.id == "evt_1":
            raise payments.StripeRefused("account_invalid", "No such account.")
        return "as it is now"

    async def apply(event: Event, found: str) -> bool:
        return True

    await payments.take_events(["payout.paid"], read, apply, clock)
    assert await states() == {"evt_1": "waiting", "evt_2": "done"}
    assert await alarms() == [("stripe_event:evt_1", "stripe-refused")]
    await payments.take_events(["payout.paid"], read, apply, later(timedelta(hours=80)))
    assert await states() == {"evt_1": "refused", "evt_2": "done"}


@pytest.mark.parametrize(
    ("kind", "account", "told_of"),
    [
        ("payout.paid", "", True),
        ("payout.paid", "acct_of_nobody", False),
        ("v2.core.account.updated", "", False),
    ],
)
async def test_an_event_that_nobody_claims_for_days_ends_and_is_told_if_it_is_of_our_account(
    db: None, kind: str, account: str, told_of: bool
) -> None:
    await receive(told(kind, account=account))

    async def apply(event: Event, found: str) -> bool:
        return False

    for hours in (0, 71):
        await payments.take_events([kind], Reader(), apply, later(timedelta(hours=hours)))
        assert await states() == {"evt_1": "waiting"}
    for hours in (80, 90):
        await payments.take_events([kind], Reader(), apply, later(timedelta(hours=hours)))
        assert await states() == {"evt_1": "foreign"}
    assert await alarms() == ([("stripe_event:evt_1", "event_unclaimed")] if told_of else [])


async def test_other_types_are_left_alone(db: None) -> None:
    await receive(told())
    assert await payments.take_events(["payout.failed"], Reader(), _never, clock) == 0


async def _never(event: Event, found: str) -> bool:
    raise AssertionError("not this one")


async def test_an_event_that_is_done_stays_done(db: None) -> None:
    await receive(told())
    with pytest.raises(asyncpg.CheckViolationError):
        await core.fetch("UPDATE payments.stripe_event SET state = 'done'")


async def test_lost_webhooks_are_found(stripe: Watched) -> None:
    """Case 9: our address was down, and Stripe has given up."""
    await payments.ensure_destinations("http://127.0.0.1:1/api/hooks/stripe", NOW)
    await stripe_sandbox.fund(100)
    assert await payments.fetch_missed_events(clock) == 0, "nobody wants topup.succeeded"
    await stripe_sandbox.set_delivery(drop_every=1)
    from tests import given
    from tests.given.payments import account, funds, perform, transfer_operation

    partner = await given.partner()
    destination = await account(partner)
    await funds()
    await perform(await transfer_operation(partner, destination))
    await stripe_sandbox.deliver_due(_Nobody())
    assert await payments.fetch_missed_events(clock) >= 2
    rows = await core.fetch("SELECT type, account, source FROM payments.stripe_event ORDER BY type")
    assert ("transfer.created", "", "backfill") in [tuple(row) for row in rows]
    assert ("account.external_account.created", destination, "backfill") in [
        tuple(row) for row in rows
    ]
    assert await payments.fetch_missed_events(clock) == 0


async def test_every_account_has_its_turn_and_a_lost_event_is_found_weeks_later(
    stripe: Watched,
) -> None:
    await payments.ensure_destinations("http://127.0.0.1:1/api/hooks/stripe", NOW)
    await stripe_sandbox.set_delivery(drop_every=1)
    from tests import given
    from tests.given.payments import account

    accounts = {await account(await given.partner(name)) for name in ("one", "two", "three")}
    await stripe_sandbox.deliver_due(_Nobody())
    for _ in range(3):
        await payments.fetch_missed_events(later(timedelta(days=25)), limit=1)
    found = await core.fetch("SELECT DISTINCT account FROM payments.stripe_event")
    assert {row["account"] for row in found} == accounts
    asked = await core.fetch("SELECT account FROM payments.event_backfill")
    assert {row["account"] for row in asked} == {"", *accounts}


class _Nobody:
    async def post(self, url: str, *, content: bytes, headers: dict[str, str]) -> Any:
        raise OSError("nobody there")


async def test_the_hook_stores_what_the_sandbox_sends(stripe: Watched) -> None:
    assert await payments.ensure_destinations(f"{clients.BASE}/api/hooks/stripe", NOW) == 3
    assert await payments.ensure_destinations(f"{clients.BASE}/api/hooks/stripe", NOW) == 0
    from tests import given
    from tests.given.payments import account

    await account(await given.partner())
    async with clients.visitor() as browser:
        assert await stripe_sandbox.deliver_due(browser) > 3
    deliveries = await core.fetch("SELECT status, last_answer FROM stripe_sandbox.delivery")
    assert {(row["status"], row["last_answer"]) for row in deliveries} == {("delivered", "200")}
    kinds = await core.fetch("SELECT DISTINCT payload FROM payments.stripe_event")
    assert {row["payload"] for row in kinds} == {"thin", "snapshot"}


@pytest.mark.parametrize("body", [b"", b"{", told(), b"\xff"])
async def test_the_hook_refuses_what_is_not_signed(db: None, body: bytes) -> None:
    async with clients.visitor() as browser:
        answer = await browser.post(
            "/api/hooks/stripe", content=body, headers={"stripe-signature": "t=1,v1=2"}
        )
    assert (answer.status_code, answer.json()["code"]) == (400, "bad-signature")
    assert await states() == {}


async def test_the_hook_reads_no_more_than_half_a_megabyte(db: None) -> None:
    async with clients.visitor() as browser:
        answer = await browser.post("/api/hooks/stripe", content=b"x" * 600_000)
    assert answer.status_code == 413
