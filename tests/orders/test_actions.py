"""Placing an order, and payments that are not as ordered."""

import asyncio
from datetime import timedelta
from typing import Any

import msgspec
import pytest

from backend import catalogue, core, ledger, orders
from backend.catalogue import ListingUnknown
from backend.core import Money, Month
from backend.orders import Order, actions
from backend.orders.rules import LEAST_ANSWER, LONGEST_PAUSE
from backend.payments import Checkout, Payment
from tests import given
from tests.given.orders import order, slug_of


def seen_of(placed: Order, **change: Any) -> Checkout:
    """A payment exactly as ordered, but for `change`."""
    payment = Payment(
        intent_id="pi_1",
        status="succeeded",
        order_id=str(placed.id),
        amount_minor=placed.gross_minor,
        received_minor=placed.gross_minor,
        currency=placed.currency,
        booked_at=given.NOW,
        fee_minor=205,
        fee_currency=placed.currency,
    )
    seen = Checkout(
        session_id="cs_1",
        status="complete",
        order_id=str(placed.id),
        amount_minor=placed.gross_minor,
        currency=placed.currency,
        url="http://stripe.test/checkout/cs_1",
        payment=msgspec.structs.replace(payment, **change.pop("payment", {})),
    )
    return msgspec.structs.replace(seen, **change)


async def settle(placed: Order, seen: Checkout) -> str:
    return await orders.settle_checkout(placed.id, seen, hold_days=14, now=given.NOW)


async def alarms() -> list[str]:
    return [row["kind"] for row in await core.fetch("SELECT kind FROM audit.alarm ORDER BY id")]


async def test_an_order_copies_what_it_costs_and_who_buys(db: None) -> None:
    buyer = await given.buyer(segment="eti")
    placed = await order(of=buyer, price_minor=99_99)
    assert (placed.net_minor, placed.vat_minor, placed.gross_minor) == (99_99, 20_00, 119_99)
    assert (placed.buyer_segment, placed.buyer_country) == ("eti", "FR")
    assert (placed.channel, placed.brought_by, placed.state) == (
        "marketplace",
        "operator",
        "placed",
    )


async def test_a_price_changed_between_view_and_order_is_the_one_of_the_order(db: None) -> None:
    listing = await given.listing(await given.partner(), 100_00)
    slug = await slug_of(listing)
    await catalogue.change_price(listing, Money(110_00, "EUR"), actor=given.SYSTEM)
    placed = await orders.place_order(
        organisation_id=await given.buyer(),
        person_id=None,
        slug=slug,
        now=given.NOW,
        actor=given.SYSTEM,
    )
    await catalogue.change_price(listing, Money(1, "EUR"), actor=given.SYSTEM)
    assert (await orders.read_order(placed.id)).net_minor == 110_00


@pytest.mark.parametrize("status", ["draft", "imported"])
async def test_what_is_not_published_cannot_be_ordered(db: None, status: str) -> None:
    editor = await given.partner()
    listing = await given.listing(editor, published=False)
    if status == "imported":
        made = await catalogue.import_listings([(editor, "old")], now=given.NOW)
        listing = made[(editor, "old")]
    with pytest.raises(ListingUnknown):
        await orders.place_order(
            organisation_id=await given.buyer(),
            person_id=None,
            slug=await slug_of(listing),
            now=given.NOW,
            actor=given.SYSTEM,
        )


async def test_an_open_order_is_found_again_by_its_key(db: None) -> None:
    listing = await given.listing(await given.partner())
    other = await given.listing(await given.partner())
    buyer = await given.buyer()

    async def place(of: Any) -> Order:
        return await orders.place_order(
            organisation_id=buyer,
            person_id=None,
            slug=await slug_of(of),
            request_key="k1",
            now=given.NOW,
            actor=given.SYSTEM,
        )

    first = await place(listing)
    assert (await place(listing)).id == first.id
    with pytest.raises(orders.RequestKeyReused):
        await place(other)
    await settle(first, seen_of(first))
    assert (await place(listing)).id != first.id


async def test_the_key_of_one_colleague_is_not_that_of_another(db: None) -> None:
    slug = await slug_of(await given.listing(await given.partner()))
    buyer = await given.buyer()
    placed = [
        await orders.place_order(
            organisation_id=buyer,
            person_id=None,
            slug=slug,
            request_key="k1",
            now=given.NOW,
            actor=actor,
        )
        for actor in ("person:a", "person:b")
    ]
    assert placed[0].id != placed[1].id


async def test_two_that_buy_from_each_other_at_once_do_not_wait_crosswise(db: None) -> None:
    one, other = await given.partner(), await given.partner()
    placed = [await order(editor=one, of=other) for _ in range(8)]
    placed += [await order(editor=other, of=one) for _ in range(8)]
    payment = [
        seen_of(each, session_id=f"cs_{each.id}", payment={"intent_id": f"pi_{each.id}"})
        for each in placed
    ]
    states = await asyncio.gather(*map(settle, placed, payment))
    assert set(states) == {"paid"}


CHANGED: list[dict[str, Any]] = [
    {"order_id": None},
    {"order_id": "0190a000-0000-7000-8000-000000000001"},
    {"amount_minor": 1},
    {"amount_minor": 12_001},
    {"currency": "USD"},
    {"payment": {"order_id": "0190a000-0000-7000-8000-000000000001"}},
    {"payment": {"amount_minor": 119_99}},
    {"payment": {"received_minor": 119_99}},
    {"payment": {"currency": "JPY"}},
]


@pytest.mark.parametrize("change", CHANGED, ids=str)
async def test_a_payment_that_is_not_as_ordered_is_never_fulfilled(
    db: None, change: dict[str, Any]
) -> None:
    """Goal G21: an alarm, no sale, no posting; told twice, one alarm."""
    placed = await order()
    for _ in range(2):
        assert await settle(placed, seen_of(placed, **dict(change))) == "placed"
    assert await alarms() == ["payment_differs"]
    assert await core.fetch("SELECT FROM sales.sale_line") == []
    assert await core.fetch("SELECT FROM ledger.entry") == []


async def test_another_session_of_the_same_order_is_an_alarm(db: None) -> None:
    placed = await order()
    await actions.open_checkout(placed.id, seen_of(placed), now=given.NOW)
    assert await settle(placed, seen_of(placed, session_id="cs_2")) == "checkout_open"
    assert await alarms() == ["payment_differs"]


async def test_one_reading_that_differs_does_not_end_the_looking(db: None) -> None:
    placed = await order()
    await actions.open_checkout(placed.id, seen_of(placed), now=given.NOW)
    wrong = seen_of(placed, session_id="cs_2")
    for later, pause in ((timedelta(), LEAST_ANSWER), (timedelta(days=2), LONGEST_PAUSE)):
        now = given.NOW + later
        await orders.settle_checkout(placed.id, wrong, hold_days=14, now=now)
        assert (await orders.read_order(placed.id)).look_at == now + pause
    (due,) = await actions.claim_due(now + pause, limit=9)
    assert due["id"] == placed.id
    assert await settle(placed, seen_of(placed)) == "paid"


async def test_a_page_that_differs_for_a_month_is_left_to_people(db: None) -> None:
    placed = await order()
    await actions.open_checkout(placed.id, seen_of(placed), now=given.NOW)
    now = given.NOW + timedelta(days=31)
    await orders.settle_checkout(
        placed.id, seen_of(placed, session_id="cs_2"), hold_days=14, now=now
    )
    assert (await orders.read_order(placed.id)).look_at is None


async def test_an_alarm_does_not_keep_a_fee_from_being_fetched(db: None) -> None:
    placed = await order()
    unknown = {"booked_at": None, "fee_minor": None, "fee_currency": None}
    await settle(placed, seen_of(placed, payment=unknown))
    await settle(placed, seen_of(placed, payment={"intent_id": "pi_2", **unknown}))
    assert await alarms() == ["payment_differs"]
    assert (await orders.read_order(placed.id)).look_at is not None
    await settle(placed, seen_of(placed))
    found = await orders.read_order(placed.id)
    assert (found.fee_minor, found.look_at) == (205, None)
    await settle(placed, seen_of(placed, payment={"intent_id": "pi_3"}))
    assert (await orders.read_order(placed.id)).look_at is None, "there is nothing left to fetch"


async def test_a_fee_that_cannot_be_booked_is_not_asked_for_again(db: None) -> None:
    placed = await order()
    unknown = {"booked_at": None, "fee_minor": None, "fee_currency": None}
    await settle(placed, seen_of(placed, payment=unknown))
    await settle(placed, seen_of(placed, payment={"fee_currency": "USD"}))
    assert (await orders.read_order(placed.id)).look_at is None


async def test_only_the_first_page_is_ever_told(db: None) -> None:
    placed = await order()
    made = [
        msgspec.structs.replace(seen_of(placed), session_id=name, url=f"http://stripe.test/{name}")
        for name in ("cs_1", "cs_2", "cs_3")
    ]
    told = await asyncio.gather(
        *[actions.open_checkout(placed.id, one, now=given.NOW) for one in made]
    )
    assert len(set(told)) == 1


async def test_a_second_payment_of_a_paid_order_is_an_alarm(db: None) -> None:
    placed = await order()
    assert await settle(placed, seen_of(placed)) == "paid"
    assert await settle(placed, seen_of(placed, payment={"intent_id": "pi_2"})) == "paid"
    assert await alarms() == ["payment_differs"]
    assert len(await core.fetch("SELECT FROM sales.sale_line")) == 1


@pytest.mark.parametrize("state", ["expired", "failed"])
async def test_money_for_an_ended_order_is_an_alarm(db: None, state: str) -> None:
    placed = await order()
    await actions.end_order(placed.id, state, why="test")
    assert await settle(placed, seen_of(placed)) == state
    assert await alarms() == ["paid_after_end"]
    assert await core.fetch("SELECT FROM sales.sale_line") == []


async def test_a_fee_known_later_is_booked_once_and_by_itself(db: None) -> None:
    placed = await order()
    unknown = {"booked_at": None, "fee_minor": None, "fee_currency": None}
    await settle(placed, seen_of(placed, payment=unknown))
    assert await ledger.balance(ledger.OPERATOR_PSP_FEES, "EUR") == Money(0, "EUR")
    for _ in range(3):
        await settle(placed, seen_of(placed))
    assert await ledger.balance(ledger.OPERATOR_PSP_FEES, "EUR") == Money(-2_05, "EUR")
    assert await ledger.balance(ledger.OPERATOR_STRIPE, "EUR") == Money(-117_95, "EUR")


async def test_a_fee_in_another_currency_is_an_alarm_beside_the_sale(db: None) -> None:
    placed = await order()
    assert await settle(placed, seen_of(placed, payment={"fee_currency": "USD"})) == "paid"
    assert await alarms() == ["fee_in_other_currency"]
    assert len(await core.fetch("SELECT FROM sales.sale_line")) == 1


async def test_a_payment_in_a_closed_month_goes_into_the_open_one(db: None) -> None:
    placed = await order()
    await given.closed(Month.of(given.NOW))
    assert await settle(placed, seen_of(placed)) == "paid"
    row = await core.fetch_row("SELECT is_late, month FROM sales.sale_line")
    assert row is not None and row["is_late"]


async def test_a_clock_ahead_of_ours_dates_no_sale_into_the_future(db: None) -> None:
    placed = await order()
    ahead = given.NOW.replace(year=2027)
    await settle(placed, seen_of(placed, payment={"booked_at": ahead}))
    assert await core.fetch_value("SELECT sold_at FROM sales.sale_line") == given.NOW


async def test_every_step_is_in_the_audit_trail(db: None) -> None:
    placed = await order()
    await actions.open_checkout(placed.id, seen_of(placed), now=given.NOW)
    await settle(placed, seen_of(placed))
    rows = await core.fetch(
        "SELECT action FROM audit.change WHERE chain = $1 AND subject = $2 ORDER BY number",
        str(placed.organisation_id),
        f"order:{placed.id}",
    )
    assert [row["action"] for row in rows] == ["place_order", "open_checkout", "take_payment"]
