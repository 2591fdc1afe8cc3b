"""Stripe's balances against our books, on the real sandbox: what is not ours is named."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any
from uuid import UUID

import asyncpg
import msgspec
import pytest

from backend import audit, core, ledger, payments, payouts, stripe_sandbox, worker
from backend.cli.sandbox import top_up
from backend.core import Money, Month, fetch, fetch_value, jobs
from backend.orders import Order, place_order, settle_refund
from backend.orders import jobs as orders
from backend.reports import reconciliation
from backend.reports.checks import Fault
from backend.reports.jobs import reconcile_balances
from tests import given
from tests.conftest import Owner
from tests.given import bundles, joint
from tests.given.orders import opened, order, pay_on_page, slug_of
from tests.given.payouts import (
    AUGUST,
    alarms,
    closed_month,
    days_pass,
    payable_partner,
    payout_of,
    run,
    sandbox_time,
    state_of,
)
from tests.orders.test_jobs import paid, refunded
from tests.payments.conftest import Watched
from tests.payouts.test_reversals import reverse
from tests.reports.test_checks import past_the_guards

FEE = 25 + 120_00 * 15 // 1000


@pytest.fixture(autouse=True)
def no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reconciliation, "PAUSE_S", 0)


async def reconciled(**limits: int) -> reconciliation.Reconciled:
    return await reconciliation.reconcile(sandbox_time, **limits)


async def found() -> list[tuple[str, Any]]:
    """What the run names: check, and the entry's type or the fact."""
    return [_named(fault) for fault in (await reconciled()).faults]


def _named(fault: Fault) -> tuple[str, Any]:
    return fault.check, fault.row.get("type") or fault.row.get("fact")


async def funded(minor: int = 10_000_00) -> None:
    await top_up(Money(minor, "EUR"))


async def paid_out(tail: str = "3000") -> UUID:
    """August's payout of a new partner, on its way to the bank; answers it."""
    partner = await payable_partner(tail)
    await closed_month(partner)
    await payouts.pay_month(AUGUST, now=await sandbox_time(), actor=given.SYSTEM)
    await run()
    return await payout_of(partner)


async def unmatched() -> list[str]:
    rows = await fetch("SELECT type FROM payments.balance_entry WHERE matched IS NULL ORDER BY id")
    return [row["type"] for row in rows]


async def asked(question: Callable[[Any], Awaitable[Any]]) -> Any:
    return await payments.gateway().ask(question)


# The whole story


async def test_a_whole_story_reconciles_to_the_cent(stripe: Watched) -> None:
    await funded()
    editor = await given.partner()
    placed = await paid(stripe, editor)
    await refunded(placed, 40_00)
    await refunded(placed, 10_00)
    tails = ("3000", "3001", "3002")
    partners = [await payable_partner(tail) for tail in tails]
    await closed_month(*partners)
    await payouts.pay_month(AUGUST, now=await sandbox_time(), actor=given.SYSTEM)
    await run()
    assert await found() == []
    for days in (2.1, 3.1, 7.1):
        await days_pass(days)
        await run()
        assert await found() == []
    good, failed, late = [await payout_of(partner) for partner in partners]
    assert [await state_of(p) for p in (good, failed, late)] == ["final", "failed", "failed"]
    await reverse(failed, 30_00)
    await reverse(failed, 54_00)
    await reverse(late, 1_00)
    await days_pass(1)

    done = await reconciled()
    assert (done.accounts, done.faults) == (4, [])
    assert await unmatched() == []
    types = await fetch("SELECT account = '' AS ours, type, count(*) FROM payments.balance_entry "
                        "GROUP BY 1, 2")  # fmt: skip
    assert {(row["ours"], row["type"]): row["count"] for row in types} == {
        (True, "topup"): 1,
        (True, "charge"): 1,
        (True, "refund"): 2,
        (True, "transfer"): 3,
        (True, "transfer_refund"): 3,
        (False, "payment"): 3,
        (False, "payment_refund"): 3,
        (False, "payout"): 3,
        (False, "payout_failure"): 2,
    }
    assert [kind for _, kind in await alarms()] == ["transfer_reversed"] * 2
    (balance,) = await payments.read_balance("")
    assert await ledger.balance(ledger.OPERATOR_STRIPE, "EUR") == Money(
        -balance.amount_minor, "EUR"
    )
    again = await reconciled()
    assert (again.new_entries, again.faults) == (0, [])


async def bought(stripe: Watched, listing_id: UUID) -> Order:
    placed = await opened(
        await place_order(
            organisation_id=await given.buyer(), person_id=None, slug=await slug_of(listing_id),
            now=given.NOW, actor=given.SYSTEM,
        )
    )  # fmt: skip
    await pay_on_page(stripe, placed.checkout_url)
    assert await orders.look_at_order(sandbox_time, placed.id, hold_days=14) == "paid"
    return placed


@pytest.mark.parametrize("others", [1, 2])
async def test_an_order_of_several_is_one_payment_and_one_refund_at_stripe(
    stripe: Watched, others: int
) -> None:
    parts = [await given.listing(await given.partner(), 89_00 + n) for n in range(others)]
    placed = await bought(stripe, await bundles.on_sale(parts))
    assert await found() == []
    await refunded(placed)
    assert await found() == []
    assert (await unmatched(), await alarms()) == ([], [])


async def test_a_joint_offer_is_one_payment_and_one_refund_at_stripe(stripe: Watched) -> None:
    placed = await bought(stripe, (await joint.on_sale())[2])
    await refunded(placed, 10_00)
    assert await found() == []
    assert (await unmatched(), await alarms()) == ([], [])


async def test_a_payout_paid_again_after_a_reversal_is_matched_transfer_by_transfer(
    stripe: Watched,
) -> None:
    await funded()
    payout = await paid_out("3001")
    await days_pass(2.1)
    await run()
    await reverse(payout, 84_00)
    await payouts.retry_payout(payout, now=await sandbox_time(), actor=given.SYSTEM)
    await run()
    await days_pass(1)
    assert await found() == []
    assert await unmatched() == []


async def test_a_debit_and_its_refund_are_matched_too(stripe: Watched) -> None:
    placed = await opened(await order())
    await pay_on_page(stripe, placed.checkout_url, "pm_sepa_success")
    await days_pass(6)
    await orders.look_at_order(sandbox_time, placed.id, hold_days=14)
    await refunded(placed, 10_00)
    await days_pass(1)
    assert await found() == []
    assert await unmatched() == []


@pytest.mark.parametrize("told_minor", [48_00, 47_99])
async def test_a_refund_that_stripe_sent_back_is_matched_to_the_cent(
    stripe: Watched, told_minor: int
) -> None:
    placed = await paid(stripe, await given.partner())
    refund = await refunded(placed, 40_00)
    name = refund.stripe_refund_id
    await stripe_sandbox.book_entry("refund_failure", told_minor, source=name)
    await days_pass(0.1)
    assert await found() == [(reconciliation.ENTRIES, "refund_failure")], "nobody was told of it"
    made = await payments.read_refund_at_stripe(name)
    back = msgspec.structs.replace(made, status="failed")
    await settle_refund(back, now=given.NOW)
    right = told_minor == 48_00
    assert await found() == ([] if right else [(reconciliation.ENTRIES, "refund_failure")])
    assert await unmatched() == ([] if right else ["refund_failure"])


# What is not ours


async def foreign_transfer() -> None:
    await funded()
    destination = await fetch_value("SELECT stripe_account FROM payments.connected_account")
    await asked(
        lambda client: client.v1.transfers.create_async(
            {"amount": 5_00, "currency": "eur", "destination": destination}
        )
    )


async def foreign_charge() -> None:
    await asked(
        lambda client: client.v1.payment_intents.create_async(
            {
                "amount": 33_00,
                "currency": "eur",
                "payment_method": "pm_card_visa",
                "off_session": True,
                "confirm": True,
            }
        )
    )


async def stripe_fee() -> None:
    await stripe_sandbox.book_entry("stripe_fee", -2_00)


async def new_type() -> None:
    await stripe_sandbox.book_entry("reserved_funds", -7_00)


async def fee_in_yen() -> None:
    await stripe_sandbox.book_entry("stripe_fee", -7, "jpy")


async def own_payout() -> None:
    await funded()
    await asked(lambda client: client.v1.payouts.create_async({"amount": 9_00, "currency": "eur"}))


async def partners_payout() -> None:
    await foreign_transfer()
    account = await fetch_value("SELECT stripe_account FROM payments.connected_account")
    await asked(
        lambda client: client.v1.payouts.create_async(
            {"amount": 5_00, "currency": "eur"}, {"stripe_account": account}
        )
    )


async def unbooked_topup() -> None:
    await stripe_sandbox.fund(50_00)


async def dispute() -> None:
    charge = await fetch_value("SELECT id FROM stripe_sandbox.object WHERE kind = 'charge'")
    await stripe_sandbox.dispute(charge)


@pytest.mark.parametrize(
    ("happens", "kind", "types"),
    [
        (foreign_transfer, "balance_entry_unbooked", ["payment", "transfer"]),
        (foreign_charge, "balance_entry_unbooked", ["charge"]),
        (stripe_fee, "balance_entry_unbooked", ["stripe_fee"]),
        (fee_in_yen, "balance_entry_unbooked", ["stripe_fee"]),
        (own_payout, "balance_entry_unbooked", ["payout"]),
        (partners_payout, "balance_entry_unbooked", ["payment", "payout", "transfer"]),
        (unbooked_topup, "balance_entry_unbooked", ["topup"]),
        (dispute, "balance_entry_unbooked", ["adjustment"]),
        (new_type, "balance_entry_unknown", ["reserved_funds"]),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
async def test_what_nothing_books_is_an_alarm_once_and_a_fault_until_it_is_closed(
    stripe: Watched, happens: Callable[[], Awaitable[None]], kind: str, types: list[str]
) -> None:
    await payable_partner()
    await paid(stripe, await given.partner())
    await happens()
    await days_pass(0.1)
    for _ in range(2):
        assert sorted(await found()) == [(reconciliation.ENTRIES, name) for name in types]
        assert {told for _, told in await alarms()} == {kind}
        assert len(await alarms()) == len(types)
    assert sorted(await unmatched()) == types
    rows = await audit.list_alarms(open_only=True, before=None, limit=10)
    assert len(rows) == len(types)
    assert all(row["subject"].startswith("balance_entry:txn_") for row in rows)
    for row in rows:
        await audit.close_alarm(row["id"], "posted by hand", now=given.NOW, actor=given.SYSTEM)
    assert await found() == []


async def test_what_is_under_way_is_no_alarm_and_what_stays_so_is_one(stripe: Watched) -> None:
    placed = await opened(await order())
    await pay_on_page(stripe, placed.checkout_url)
    assert await found() == []
    await days_pass(0.1)
    assert await found() == [(reconciliation.ENTRIES, "charge")]
    await orders.look_at_order(sandbox_time, placed.id, hold_days=14)
    assert await found() == []
    assert await unmatched() == []


# What differs


STRIPE_SIDE = (
    "UPDATE ledger.posting p SET amount_minor = amount_minor - 1 "
    "FROM ledger.account a, ledger.entry e WHERE a.id IN (p.debit_id, p.credit_id) "
    "AND a.code = 'operator:stripe' AND e.id = p.entry_id AND e.reference LIKE "
)
TAMPERED = {
    "a sale's posting": (STRIPE_SIDE + "'sale:order:%'", "charge"),
    "a fee's posting": (STRIPE_SIDE + "'psp_fee:%'", "charge"),
    "a sale's entry": ("DELETE FROM ledger.entry WHERE reference LIKE 'sale:order:%'", "charge"),
    "an order": (
        "UPDATE orders.order SET gross_minor = gross_minor - 1, vat_minor = vat_minor - 1",
        "charge",
    ),
    "an order's fee": ("UPDATE orders.order SET fee_minor = fee_minor + 1", "charge"),
    "a refund": (
        "UPDATE orders.refund SET gross_minor = gross_minor + 1, vat_minor = vat_minor + 1",
        "refund",
    ),
    "a refund's posting": (STRIPE_SIDE + "'refund:%'", "refund"),
    "a transfer's posting": (STRIPE_SIDE + "'payout:%:transferred:%'", "transfer"),
    "a top-up's posting": (STRIPE_SIDE + "'topup:%'", "topup"),
    "a transfer": (
        "UPDATE payments.operation SET params = jsonb_set(params::jsonb, '{amount}', '8401')::text "
        "WHERE kind = 'transfer'",
        "transfer",
    ),
    "a transfer, seen by its partner": (
        "UPDATE payments.operation SET params = jsonb_set(params::jsonb, '{amount}', '8401')::text "
        "WHERE kind = 'transfer'",
        "payment",
    ),
    "a transfer's destination": (
        "UPDATE payments.operation SET params = jsonb_set(params::jsonb, '{destination}', "
        "'\"acct_x\"')::text WHERE kind = 'transfer'",
        "payment",
    ),
    "a payout": ("UPDATE payouts.payout SET amount_minor = amount_minor + 1", "payout"),
    "a payout's account": ("UPDATE payouts.payout SET stripe_account = 'acct_x'", "payout"),
    "a bank payout": ("UPDATE payouts.payout_attempt SET stripe_payout_id = 'po_x'", "payout"),
}


@pytest.mark.parametrize("tampered", TAMPERED)
@pytest.mark.parametrize("when", ["before it was matched", "afterwards"])
async def test_a_booked_amount_that_was_tampered_with_is_named(
    stripe: Watched, owner: Owner, tampered: str, when: str
) -> None:
    change, type_ = TAMPERED[tampered]
    await funded()
    placed = await paid(stripe, await given.partner())
    await refunded(placed, 40_00)
    await paid_out()
    if when == "afterwards":
        assert await found() == []
        assert await unmatched() == []
    async with past_the_guards(owner):
        assert not (await owner.execute(change)).endswith(" 0")
    await days_pass(0.1)
    named = await found()
    assert (reconciliation.ENTRIES, type_) in named
    assert {check for check, _ in named} == {reconciliation.ENTRIES}, "nothing is said twice"
    kinds = {kind for _, kind in await alarms()}
    assert kinds & {"balance_entry_differs", "balance_entry_unbooked"}


async def post_topup(reference: str, minor: int) -> None:
    async with core.transaction():
        line = ledger.Line(ledger.OPERATOR_STRIPE, ledger.OPERATOR_BANK, Money(minor, "EUR"))
        month = await ledger.open_month(Month.of(given.NOW))
        await ledger.post(reference, line, month=month, effective_at=given.NOW)


async def test_a_booking_of_which_stripe_knows_nothing_is_named(stripe: Watched) -> None:
    await funded()
    await post_topup("topup:tu_nobody", 70_00)
    for _ in range(2):
        assert await found() == [(reconciliation.BALANCES, "topup:tu_nobody")]
        assert await alarms() == [("balance:platform:EUR", "booked_not_moved")]
    detail = await fetch_value("SELECT detail FROM audit.alarm")
    assert "70.00 EUR more than Stripe moved: topup:tu_nobody" in detail

    await post_topup("topup:tu_nobody_either", 5_00)
    for _ in range(2):
        await reconciled()
        [detail] = await open_alarms()
        assert "75.00 EUR more than Stripe moved: topup:tu_nobody, topup:tu_nobody_e" in detail


async def open_alarms() -> list[str]:
    rows = await fetch("SELECT detail FROM audit.alarm WHERE closed_at IS NULL ORDER BY id")
    return [row["detail"] for row in rows]


async def test_what_is_as_it_was_before_is_told_again_unless_a_person_closed_it(db: None) -> None:
    async def renew(detail: str) -> bool:
        async with core.transaction():
            return await audit.renew_alarm("balance:x:EUR", "balance_differs", detail, given.NOW)

    assert [await renew(detail) for detail in ("one", "one", "two", "one")] == [
        True, False, True, True,
    ]  # fmt: skip
    [detail] = await open_alarms()
    assert detail.startswith("one Again, ")
    alarm = await fetch_value("SELECT id FROM audit.alarm WHERE closed_at IS NULL")
    await audit.close_alarm(alarm, "Looked at.", now=given.NOW, actor=given.SYSTEM)
    assert (await renew("one"), await open_alarms()) == (False, [])


async def test_what_is_booked_after_stripe_was_asked_is_not_missed_there(stripe: Watched) -> None:
    await funded()
    before = await reconciliation._snapshot()
    await reconciled()
    await post_topup("topup:tu_later", 70_00)
    assert await reconciliation._compare_books(before, given.NOW) == []
    after = await reconciliation._snapshot()
    assert len(await reconciliation._compare_books(after, given.NOW)) == 1


@pytest.mark.parametrize("of", ["acct_platform", "a partner"])
async def test_a_balance_that_is_not_the_sum_of_its_entries_is_named(
    stripe: Watched, of: str
) -> None:
    await funded()
    await paid_out()
    account = await fetch_value("SELECT stripe_account FROM payments.connected_account")
    await fetch(
        "UPDATE stripe_sandbox.balance SET available_minor = available_minor + 3 "
        "WHERE account = $1",
        of if of == "acct_platform" else account,
    )
    (fault,) = (await reconciled()).faults
    assert fault.check == reconciliation.BALANCES
    assert fault.row["at_stripe_minor"] == fault.row["entries_minor"] + 3
    name = "platform" if of == "acct_platform" else account
    assert await alarms() == [(f"balance:{name}:EUR", "balance_differs")]


# Many, at once, again, broken off


async def test_entries_of_many_pages_are_all_taken_once_each(stripe: Watched) -> None:
    for number in range(1, 231):
        await stripe_sandbox.book_entry("stripe_fee", -number)
    assert (await reconciled()).new_entries == 230
    assert (await reconciled()).new_entries == 0
    total = await fetch_value("SELECT sum(net_minor)::bigint FROM payments.balance_entry")
    assert total == -230 * 231 // 2


async def test_a_listing_that_broke_off_is_made_again_from_where_it_began(
    stripe: Watched,
) -> None:
    for _ in range(120):
        await stripe_sandbox.book_entry("stripe_fee", -1)
    await days_pass(3)
    await stripe_sandbox.book_entry("stripe_fee", -1)
    await stripe_sandbox.add_fault("GET", "/v1/balance_transactions", "500_before", nth=2)
    with pytest.raises(ExceptionGroup, match="1 of 1 failed"):
        await reconciled()
    assert (await fetch("SELECT * FROM payments.balance_listing")) == []
    assert (await reconciled()).faults != []
    assert await fetch_value("SELECT count(*) FROM payments.balance_entry") == 121


async def test_only_what_came_since_the_day_before_the_last_entry_is_asked_for(
    stripe: Watched,
) -> None:
    for days in (3, 0.5):
        await stripe_sandbox.book_entry("stripe_fee", -1)
        await days_pass(days)
    last = await stripe_sandbox.book_entry("stripe_fee", -1)
    assert len((await payments.take_balance_entries("")).entries) == 3
    listed = await payments.take_balance_entries("")
    assert (len(listed.entries), listed.entries[0].id, listed.new) == (2, last, 0)


async def test_four_runs_at_once_find_what_one_finds(stripe: Watched) -> None:
    await funded()
    await paid(stripe, await given.partner())
    await paid_out()
    await stripe_fee()
    runs = await asyncio.gather(*[reconciled() for _ in range(4)])
    assert [[_named(fault) for fault in done.faults] for done in runs] == [
        [(reconciliation.ENTRIES, "stripe_fee")]
    ] * 4
    assert len(await alarms()) == 1
    assert await unmatched() == ["stripe_fee"]


async def sell_on(stripe: Watched, stop: asyncio.Event, sold: list[UUID]) -> None:
    editor = await given.partner()
    while not stop.is_set():
        sold.append((await paid(stripe, editor)).id)


@pytest.mark.parametrize("wrong", [False, True])
async def test_while_sales_go_on_nothing_false_is_told_and_nothing_true_is_missed(
    stripe: Watched, *, wrong: bool
) -> None:
    await funded()
    if wrong:
        await post_topup("topup:tu_nobody", 120_00 - FEE)  # As much as one more sale.
    stop, sold = asyncio.Event(), list[UUID]()
    selling = [asyncio.create_task(sell_on(stripe, stop, sold)) for _ in range(3)]
    expected: Sequence[Any] = [(reconciliation.BALANCES, "topup:tu_nobody")] if wrong else []
    try:
        for _ in range(12):
            before = len(sold)
            assert await found() == expected
            while len(sold) == before:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
    finally:
        stop.set()
        await asyncio.gather(*selling)
    assert len(sold) >= 12
    assert len(await alarms()) == len(expected)
    assert await found() == expected
    assert await unmatched() == []


async def test_connected_accounts_take_turns_the_longest_unreconciled_first(
    stripe: Watched,
) -> None:
    for _ in range(5):
        await payable_partner()
    seen = set()
    for number in (1, 2, 3):
        assert (await reconciled(most_accounts=2)).accounts == 3
        rows = await fetch("SELECT account FROM payments.balance_listing WHERE account <> ''")
        seen |= {row["account"] for row in rows}
        assert len(seen) == min(2 * number, 5)


async def test_an_account_about_which_stripe_does_not_answer_holds_no_other(
    stripe: Watched,
) -> None:
    for _ in range(3):
        await payable_partner()
    await stripe_sandbox.add_fault("GET", "/v1/balance", "500_before")
    with pytest.raises(ExceptionGroup, match="1 of 4 failed"):
        await reconciled()
    done = await fetch_value(
        "SELECT count(*) FROM payments.balance_listing WHERE reconciled_at IS NOT NULL"
    )
    assert done == 3


async def test_it_is_done_night_by_night(stripe: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "_schedules", {})
    stop = asyncio.Event()
    stop.set()
    await worker.work(stop=stop)
    job, cron = jobs._schedules[jobs.name_of(reconcile_balances)]
    assert cron == "43 3 * * *"
    await stripe_fee()
    await job(sandbox_time)
    assert [kind for _, kind in await alarms()] == ["balance_entry_unbooked"]


async def test_what_stripe_moved_is_kept_as_it_was(stripe: Watched) -> None:
    await funded()
    await reconciled()
    for change in (
        "UPDATE payments.balance_entry SET net_minor = 1",
        "UPDATE payments.balance_entry SET matched = 'topup:x'",
        "DELETE FROM payments.balance_entry",
    ):
        with pytest.raises(asyncpg.PostgresError):
            await fetch(change)
