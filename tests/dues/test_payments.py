"""What a partner owes is paid on Stripe's page: once, to the cent, whatever is lost (rule d)."""

import asyncio
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
import msgspec
import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

from backend import (
    core,
    dues,
    ledger,
    orders,
    payments,
    receipts,
    reports,
    settlement,
    stripe_sandbox,
)
from backend.core import Money
from backend.dues import rules
from backend.orders import jobs as orders_jobs
from backend.reports import reconciliation
from backend.settlement.rules import Carried, Owed, Received, draw_statements
from tests import given
from tests.given.letters import kinds
from tests.given.orders import BASE_URL, pay_on_page
from tests.given.payments import minute_passes
from tests.orders.test_webhooks import deliver
from tests.payments.conftest import Watched
from tests.receipts.test_receipts import (
    DECEMBER,
    IN_DECEMBER,
    close,
    editor_owing,
    paid,
    statement,
)


async def clock() -> datetime:
    return IN_DECEMBER


async def page(org: UUID) -> str:
    return await dues.pay(org, "EUR", base_url=BASE_URL, now=IN_DECEMBER, actor=given.SYSTEM)


async def told() -> None:
    """What Stripe tells arrives, and the worker applies it."""
    await deliver()
    taker = dues.payment_taker(clock)
    await orders_jobs.take_payments(clock, hold_days=14, elsewhere=taker)
    await orders_jobs.take_refunds(clock, elsewhere=dues.refund_taker(clock))
    await orders_jobs.take_disputes(clock, elsewhere=dues.dispute_taker(clock))


async def the_payment() -> Any:
    (row,) = await core.fetch("SELECT * FROM dues.payment")
    return row


async def euros(code: str) -> int:
    return (await ledger.balance(code, "EUR")).amount_minor


async def all_is_well() -> None:
    assert await reports.run_checks() == []
    assert (await reconciliation.reconcile(clock)).faults == []


@pytest.fixture(autouse=True)
def no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reconciliation, "PAUSE_S", 0)


async def test_what_is_owed_is_paid_by_card_and_the_next_statement_is_even(hooks: Watched) -> None:
    editor = await editor_owing()
    url = await page(editor)
    assert await page(editor) == url
    await pay_on_page(hooks, url)
    await told()
    await told()
    assert (await the_payment())["state"] == "paid"
    assert await settlement.list_owing() == []
    fee = 25 + 180_00 * 15 // 1000
    assert await euros(ledger.OPERATOR_STRIPE) == -(180_00 - fee)
    assert await euros(ledger.OPERATOR_PSP_FEES) == -fee
    await all_is_well()
    with pytest.raises(dues.NothingOwed):
        await page(editor)
    await close(DECEMBER)
    after = await statement(editor, DECEMBER)
    assert (after["receipts_minor"], after["closing_minor"]) == (180_00, 0)


async def test_a_fee_in_another_currency_is_told_and_not_asked_for_again(hooks: Watched) -> None:
    """The payment counts; nobody guesses what the exchange cost (decision 0017)."""
    editor = await editor_owing()
    await pay_on_page(hooks, await page(editor))
    due = await the_payment()
    seen = await payments.read_checkout(due["session_id"])
    assert seen.payment is not None
    other = msgspec.structs.replace(
        seen, payment=msgspec.structs.replace(seen.payment, fee_currency="USD")
    )
    for _ in range(2):
        assert await dues.settle_payment(due["id"], other, now=IN_DECEMBER) == "paid"
    due = await the_payment()
    assert (due["fee_minor"], due["look_at"]) == (None, None)
    assert await euros(ledger.OPERATOR_PSP_FEES) == 0
    [alarm] = await core.fetch("SELECT subject, kind, detail FROM audit.alarm")
    assert (alarm["subject"], alarm["kind"]) == (f"due:{due['id']}", "fee_in_other_currency")
    assert "settled in USD" in alarm["detail"]


async def test_a_debit_is_with_the_bank_until_it_has_arrived(hooks: Watched) -> None:
    editor = await editor_owing()
    await pay_on_page(hooks, await page(editor), "pm_sepa_success")
    await told()
    assert (await the_payment())["state"] == "processing"
    assert len(await settlement.list_owing()) == 1
    with pytest.raises(dues.PaymentUnderWay):
        await page(editor)
    await stripe_sandbox.advance_clock(8 * 86_400)
    await told()
    (receipt,) = await core.fetch("SELECT * FROM receipts.receipt")
    assert (receipt["means"], receipt["held_at"]) == ("direct_debit", "stripe")
    assert await settlement.list_owing() == []
    await all_is_well()


async def test_a_debit_that_the_bank_refuses_leaves_it_owed_and_is_told(hooks: Watched) -> None:
    editor = await editor_owing()
    first = await page(editor)
    await pay_on_page(hooks, first, "pm_sepa_fail")
    await told()
    await stripe_sandbox.advance_clock(8 * 86_400)
    await told()
    assert (await the_payment())["state"] == "failed"
    assert (await settlement.list_owing())[0]["left_minor"] == 180_00
    address = await core.fetch_value(
        "SELECT email FROM partners.organisation WHERE id = $1", editor
    )
    assert await kinds(address) == ["due_failed"]
    assert await page(editor) != first
    await all_is_well()


async def test_a_debit_taken_back_later_is_owed_again_and_the_books_say_so(
    hooks: Watched,
) -> None:
    editor = await editor_owing()
    await pay_on_page(hooks, await page(editor), "pm_sepa_dispute")
    await told()
    await stripe_sandbox.advance_clock(8 * 86_400)
    for _ in range(2):
        await told()
        await minute_passes()
    (owing,) = await settlement.list_owing()
    assert owing["left_minor"] == 180_00
    rows = await core.fetch("SELECT kind, amount_minor FROM receipts.receipt ORDER BY id")
    assert [tuple(row) for row in rows] == [("receipt", 180_00), ("reversal", -180_00)]
    await all_is_well()
    with pytest.raises(receipts.ReceiptAtStripe):
        first = await core.fetch_value("SELECT id FROM receipts.receipt WHERE kind = 'receipt'")
        await receipts.reverse_receipt(first, reason="By hand", now=IN_DECEMBER, actor="system:x")


async def test_given_back_in_stripes_dashboard_is_owed_again_a_part_is_an_alarm(
    hooks: Watched,
) -> None:
    editor = await editor_owing()
    await pay_on_page(hooks, await page(editor))
    await told()
    due = await the_payment()
    lost = payments.DisputeMade(
        dispute_id="dp_1", status="lost", reason="fraudulent", intent_id=due["intent_id"],
        order_id=None, amount_minor=50_00, currency="EUR",
    )  # fmt: skip
    assert await dues.dispute_taker(clock)(lost)
    assert await settlement.list_owing() == [], "of a part nothing is taken off the receipt"
    await payments.gateway().ask(
        lambda client: client.v1.refunds.create_async({"payment_intent": due["intent_id"]})
    )
    for _ in range(2):
        await told()
    (owing,) = await settlement.list_owing()
    assert owing["left_minor"] == 180_00
    assert await core.fetch_value("SELECT count(*) FROM receipts.receipt") == 2
    await all_is_well()


async def test_eight_at_once_open_one_page_and_eight_workers_make_one_receipt(
    hooks: Watched,
) -> None:
    editor = await editor_owing()
    found = await asyncio.gather(*(page_or_nothing(editor) for _ in range(8)))
    url = await page(editor)
    assert {*found} <= {None, url}
    await pay_on_page(hooks, url)
    await deliver()
    await asyncio.gather(*(told() for _ in range(4)), *(page_or_nothing(editor) for _ in range(4)))
    await told()
    assert await core.fetch_value("SELECT count(*) FROM receipts.receipt") == 1
    await all_is_well()


async def page_or_nothing(org: UUID) -> str | None:
    try:
        return await page(org)
    except (dues.NothingOwed, dues.PaymentPageUnavailable):
        return None


async def test_paid_online_while_the_same_is_recorded_by_hand_loses_nothing(
    hooks: Watched,
) -> None:
    """Both count; what is then too much goes back with the next payout."""
    editor = await editor_owing()
    await pay_on_page(hooks, await page(editor))
    await deliver()
    await asyncio.gather(told(), paid(editor))
    assert await core.fetch_value("SELECT sum(amount_minor) FROM receipts.receipt") == 360_00
    await all_is_well()
    await close(DECEMBER)
    assert (await statement(editor, DECEMBER))["due_minor"] == 180_00


async def test_a_page_of_an_older_amount_is_closed_and_a_new_one_asks_for_the_rest(
    hooks: Watched,
) -> None:
    editor = await editor_owing()
    old = await page(editor)
    await paid(editor, 80_00)
    new = await page(editor)
    assert new != old
    assert (await pay_on_page(hooks, old)).status_code != 303
    await pay_on_page(hooks, new)
    await told()
    rows = await core.fetch("SELECT state, amount_minor FROM dues.payment ORDER BY id")
    assert [tuple(row) for row in rows] == [("expired", 180_00), ("paid", 100_00)]
    assert await settlement.list_owing() == []


@pytest.mark.parametrize("fault", ["lost", "500_after"])
async def test_who_dies_between_stripes_answer_and_ours_finds_one_page_again(
    hooks: Watched, fault: str
) -> None:
    editor = await editor_owing()
    await stripe_sandbox.add_fault("POST", "/v1/checkout/sessions$", fault, times=3)
    url = None
    for _ in range(8):
        url = url or await page_or_nothing(editor)
    assert url is not None
    await pay_on_page(hooks, url)
    await told()
    assert (await the_payment())["state"] == "paid"
    assert await core.fetch_value("SELECT count(*) FROM receipts.receipt") == 1
    await all_is_well()


async def test_a_webhook_that_never_comes_is_found_by_asking(stripe: Watched) -> None:
    async def later() -> datetime:
        return IN_DECEMBER + orders.RESEND

    editor = await editor_owing()
    await pay_on_page(stripe, await page(editor))
    assert await dues.look_for_lost_payments(clock) == 0
    assert await dues.look_for_lost_payments(later) == 1
    assert (await the_payment())["state"] == "paid"


async def test_postgresql_keeps_one_page_at_a_time_and_what_was_paid(hooks: Watched) -> None:
    editor = await editor_owing()
    await page(editor)
    with pytest.raises(asyncpg.UniqueViolationError):
        await core.fetch(
            "INSERT INTO dues.payment (id, organisation_id, statement_id, currency, amount_minor, "
            "actor, asked_at, changed_at) SELECT uuidv7(), organisation_id, statement_id, "
            "currency, 1, actor, asked_at, asked_at FROM dues.payment"
        )
    for change in ("amount_minor = 1", "state = 'paid', receipt_id = id, intent_id = 'pi'"):
        with pytest.raises(asyncpg.PostgresError):
            await core.fetch(f"UPDATE dues.payment SET {change}")
    with core.acting_for(await given.partner()):
        assert await core.fetch("SELECT FROM dues.payment") == []


MONTHS = st.lists(
    st.tuples(st.integers(0, 10**7), st.lists(st.integers(-(10**7), 10**7), max_size=4)),
    min_size=1, max_size=12,
)  # fmt: skip


@for_all(MONTHS)
def test_what_is_used_and_what_is_received_never_lose_a_cent(
    months: list[tuple[int, list[int]]],
) -> None:
    """Whatever was paid, bounced or paid twice: it is paid out again, or stands carried."""
    org, key = core.uuid7(), "EUR"
    carried: dict[tuple[UUID, str], Carried] = {}
    used = received = paid_out = 0
    for charges_minor, receipts_minor in months:
        (drawn,) = draw_statements(
            [], carried, 2500,
            charges=[Owed(org, key, "S", 2000, charges_minor, 1)],
            receipts=[Received(org, key, each) for each in receipts_minor],
        )  # fmt: skip
        used += drawn.charges_minor + drawn.charges_vat_minor
        received += sum(receipts_minor)
        paid_out += drawn.due_minor
        carried = {(org, key): Carried(drawn.closing_minor, None)}
    assert received - used == paid_out + carried[org, key].closing_minor


@for_all(
    owed=st.integers(0, 10**6),
    amount=st.integers(1, 2 * 10**6),
    before=st.integers(0, 10**6),
    limit=st.none() | st.integers(1, 2 * 10**6),
)
def test_one_person_never_records_more_than_is_owed_or_allowed(
    owed: int, amount: int, before: int, limit: int | None
) -> None:
    most = None if limit is None else Money(limit, "EUR")
    alone = rules.why_two(Money(amount, "EUR"), Money(owed, "EUR"), Money(before, "EUR"), most)
    allowed = limit is not None and before + amount <= limit
    assert (alone is None) == (amount <= owed and allowed)


@for_all(st.lists(st.integers(0, 400), max_size=40).map(sorted))
def test_each_of_three_letters_is_written_once_and_in_order(ages: list[int]) -> None:
    written = [0]
    for age in ages:
        number = rules.next_reminder(age, (30, 60, 90), written[-1])
        if number is not None:
            assert age >= 30 * number
            written.append(number)
    assert written == sorted(set(written))
    assert (ages[-1] if ages else 0) < 30 or written[-1] == min(ages[-1] // 30, 3)
