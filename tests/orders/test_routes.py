"""Ordering over HTTP: what a buyer may say, and what the office sees."""

from typing import Any
from uuid import UUID

import asyncpg
import httpx
import pytest

from backend import catalogue, core, orders, stripe_sandbox
from backend.core import Money
from backend.orders import jobs
from tests import clients, given
from tests.given.orders import pay_on_page, slug_of
from tests.given.victims import one_deadlock
from tests.orders.test_jobs import at
from tests.payments.conftest import Watched


async def on_sale(price_minor: int = 100_00) -> str:
    return await slug_of(await given.listing(await given.partner(), price_minor))


async def ask(
    browser: httpx.AsyncClient, body: dict[str, Any], key: str | None = None
) -> httpx.Response:
    headers = {} if key is None else {"idempotency-key": key}
    return await browser.post("/api/store/orders", json=body, headers=headers)


async def test_a_buyer_orders_and_is_told_where_to_pay(stripe: Watched) -> None:
    slug = await on_sale()
    async with await clients.signed_in("buyer", await given.buyer()) as browser:
        answer = await ask(browser, {"listing": slug})
        assert answer.status_code == 201, answer.text
        told = answer.json()
        assert told["checkout_url"].startswith("http://stripe.test/checkout/cs_test_")
        order = told["order"]
        assert order["state"] == "checkout_open"
        assert order["gross"] == {"amount_minor": 120_00, "currency": "EUR"}
        assert order["net"]["amount_minor"] == 100_00 and order["vat"]["amount_minor"] == 20_00

        assert (await browser.get(f"/api/store/orders/{order['id']}")).json() == order
        assert (await browser.get("/api/store/orders")).json()["items"] == [order]
        again = await browser.post(f"/api/store/orders/{order['id']}/checkout")
        assert again.json()["checkout_url"] == told["checkout_url"]


@pytest.mark.parametrize(
    "field",
    [
        {"price": 1},
        {"net": {"amount_minor": 1, "currency": "EUR"}},
        {"gross_minor": 1},
        {"currency": "USD"},
        {"vat_rate_bp": 0},
        {"quantity": 2},
        {"buyer_segment": "individual"},
        {"organisation_id": "0190a000-0000-7000-8000-000000000001"},
        {"state": "paid"},
    ],
    ids=str,
)
async def test_nothing_but_the_listing_is_taken_from_the_client(
    stripe: Watched, field: dict[str, Any]
) -> None:
    """Goal G21."""
    slug = await on_sale()
    async with await clients.signed_in("buyer", await given.buyer()) as browser:
        answer = await ask(browser, {"listing": slug, **field})
    assert answer.status_code == 400
    assert await core.fetch("SELECT FROM orders.order") == []


@pytest.mark.parametrize(
    ("verb", "table"),
    [("INSERT", "orders.order"), ("INSERT", "orders.customer"), ("UPDATE", "orders.order")],
)
async def test_a_deadlock_is_not_the_buyers_business(
    stripe: Watched, owner: "asyncpg.Connection[asyncpg.Record]", verb: str, table: str
) -> None:
    slug = await on_sale()
    browser = await clients.signed_in("buyer", await given.buyer())
    async with browser, one_deadlock(owner, verb, table):
        answer = await ask(browser, {"listing": slug})
    assert answer.status_code == 201, answer.text
    assert answer.json()["order"]["state"] == "checkout_open"
    assert len(await core.fetch("SELECT FROM orders.order")) == 1


async def test_the_same_key_buys_once_and_another_order_is_another(stripe: Watched) -> None:
    slug = await on_sale()
    async with await clients.signed_in("buyer", await given.buyer()) as browser:
        first = await ask(browser, {"listing": slug}, "k1")
        again = await ask(browser, {"listing": slug}, "k1")
        other = await ask(browser, {"listing": slug}, "k2")
    assert first.json() == again.json() and again.headers["idempotent-replayed"] == "true"
    assert other.json()["order"]["id"] != first.json()["order"]["id"]


async def test_an_order_interrupted_by_stripe_goes_on_under_its_key(stripe: Watched) -> None:
    slug = await on_sale()
    await stripe_sandbox.add_fault("POST", "/v1/checkout/sessions", "lost")
    async with await clients.signed_in("buyer", await given.buyer()) as browser:
        first = await ask(browser, {"listing": slug}, "k1")
        assert (first.status_code, first.json()["code"]) == (503, "checkout-unavailable")
        again = await ask(browser, {"listing": slug}, "k1")
        assert again.status_code == 201, again.text
        assert len((await browser.get("/api/store/orders")).json()["items"]) == 1
    assert (await stripe_sandbox.describe())["objects"]["checkout.session"] == 1


async def test_a_listing_in_three_decimals_is_refused_with_its_reason(stripe: Watched) -> None:
    listing = await given.listing(await given.partner())
    slug = await slug_of(listing)
    await catalogue.change_price(listing, Money(1_000, "KWD"), actor=given.SYSTEM)
    async with await clients.signed_in("buyer", await given.buyer()) as browser:
        answer = await ask(browser, {"listing": slug})
    assert (answer.status_code, answer.json()["code"]) == (422, "currency-not-sold")


@pytest.mark.parametrize("listing", ["nothing-like-it", "x' OR 1=1 --", "../orders"])
async def test_what_is_not_on_sale_is_not_found(stripe: Watched, listing: str) -> None:
    async with await clients.signed_in("buyer", await given.buyer()) as browser:
        answer = await ask(browser, {"listing": listing})
    assert (answer.status_code, answer.json()["code"]) == (404, "listing-unknown")


async def test_nobody_orders_its_own_listing(stripe: Watched) -> None:
    """A commission on what one sells to oneself would be a wash sale."""
    acme = await given.partner()
    slug = await slug_of(await given.listing(acme))
    async with await clients.signed_in("owner", acme) as browser:
        answer = await ask(browser, {"listing": slug})
    assert (answer.status_code, answer.json()["code"]) == (409, "own-listing")
    assert await core.fetch("SELECT FROM orders.order") == []


async def test_another_buyers_order_is_not_found(stripe: Watched) -> None:
    slug = await on_sale()
    async with await clients.signed_in("buyer", await given.buyer()) as browser:
        order = (await ask(browser, {"listing": slug})).json()["order"]
    async with await clients.signed_in("owner", await given.buyer()) as other:
        for answer in (
            await other.get(f"/api/store/orders/{order['id']}"),
            await other.post(f"/api/store/orders/{order['id']}/checkout"),
        ):
            assert (answer.status_code, answer.json()["code"]) == (404, "order-unknown")
        assert (await other.get("/api/store/orders")).json()["items"] == []


async def test_lists_have_pages(stripe: Watched) -> None:
    slug = await on_sale()
    async with await clients.signed_in("buyer", await given.buyer()) as browser:
        made = [(await ask(browser, {"listing": slug})).json()["order"]["id"] for _ in range(3)]
        first = (await browser.get("/api/store/orders?limit=2")).json()
        rest = (await browser.get(f"/api/store/orders?limit=2&after={first['next']}")).json()
    assert [order["id"] for order in first["items"] + rest["items"]] == made
    assert rest["next"] is None


async def test_the_office_refunds_in_part_and_whole(stripe: Watched) -> None:
    slug = await on_sale()
    async with await clients.signed_in("buyer", await given.buyer()) as browser:
        told = (await ask(browser, {"listing": slug})).json()
    order_id = told["order"]["id"]
    path = f"/api/office/orders/{order_id}/refunds"
    async with await clients.signed_in("finance") as staff:
        early = await staff.post(path, json={})
        assert (early.status_code, early.json()["code"]) == (409, "order-not-paid")
        await pay_on_page(stripe, told["checkout_url"])
        await jobs.look_at_order(at(), UUID(order_id), hold_days=14)

        part = {"net": {"amount_minor": 40_00, "currency": "EUR"}}
        first = await staff.post(path, json=part)
        assert first.status_code == 201, first.text
        assert (first.json()["state"], first.json()["gross"]["amount_minor"]) == ("done", 48_00)
        rest = await staff.post(path, json={"reason": "duplicate"})
        assert rest.json()["net"]["amount_minor"] == 60_00
        over = await staff.post(path, json={})
        assert (over.status_code, over.json()["code"]) == (409, "order-refund-too-large")
        dollars = {"net": {"amount_minor": 1, "currency": "USD"}}
        other = await staff.post(path, json=dollars)
        assert (other.status_code, other.json()["code"]) == (422, "order-in-other-currency")
        assert len((await staff.get(path)).json()) == 2

        seen = (await staff.get(f"/api/office/orders/{order_id}")).json()
        assert seen["fee"] == {"amount_minor": 25 + 180, "currency": "EUR"}
        assert seen["order"]["state"] == "paid"
        listed = (await staff.get("/api/office/orders")).json()["items"]
        assert [one["order"]["id"] for one in listed] == [order_id]


async def test_the_office_sees_what_does_not_fit(stripe: Watched) -> None:
    slug = await on_sale()
    async with await clients.signed_in("buyer", await given.buyer()) as browser:
        order = (await ask(browser, {"listing": slug})).json()["order"]
    placed = await orders.read_order(UUID(order["id"]))
    await core.fetch(
        "UPDATE stripe_sandbox.object SET body = jsonb_set(body, '{amount_total}', '1') "
        "WHERE id = $1",
        placed.session_id,
    )
    await jobs.look_at_order(at(), placed.id, hold_days=14)
    async with await clients.signed_in("auditor") as staff:
        (alarm,) = (await staff.get("/api/office/alarms")).json()["items"]
    assert (alarm["subject"], alarm["kind"]) == (f"order:{order['id']}", "payment_differs")
    assert "amount of the session: 1 instead of 12000" in alarm["detail"]
