"""The main job, over HTTP: a listing is bought, paid, shared, settled and paid out, once."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx

from backend import ledger, payments, payouts, reports, settlement, stripe_sandbox
from backend.core import Month
from backend.orders import jobs as order_jobs
from tests import clients, given
from tests.given.orders import pay_on_page
from tests.orders.test_webhooks import Door
from tests.payments.conftest import Watched

ACME = {
    "reference": "acme",
    "name": "Acme Éditions",
    "country": "FR",
    "segment": "pme",
    "roles": ["isv"],
    "email": "finance@acme.example",
}
LISTING = {
    "reference": "SKU-1",
    "slug": "sauvegarde-sereine",
    "name": "Sauvegarde Sereine",
    "price": {"amount_minor": 100_00, "currency": "EUR"},
    "category": "backup",
    "summary_fr": "Vos données, chaque nuit",
    "summary_en": "Your data, every night",
}
DAY_S = 86_400


async def created(browser: httpx.AsyncClient, path: str, body: Any = None) -> dict[str, Any]:
    answer = await browser.post(path, json=body)
    assert answer.status_code in (200, 201), answer.text
    told: dict[str, Any] = answer.json()
    return told


async def read(browser: httpx.AsyncClient, path: str) -> dict[str, Any]:
    answer = await browser.get(path)
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told


async def euros(code: str) -> int:
    return (await ledger.balance(code, "EUR")).amount_minor


async def deliver() -> None:
    """Webhooks travel, and the worker's jobs see what came."""
    await stripe_sandbox.deliver_due(Door())
    assert list((await stripe_sandbox.describe())["deliveries"]) == ["delivered"]
    await order_jobs.take_payments(payouts.machine_clock, hold_days=14)
    await order_jobs.take_refunds(payouts.machine_clock)


async def test_F_03_F_04_O_03_from_a_sale_to_a_payout(stripe: Watched) -> None:
    await payments.ensure_destinations("http://hooks.test/stripe", datetime.now(UTC))
    async with (
        await clients.signed_in("admin") as office,
        clients.visitor() as anybody,
        await clients.signed_in("buyer", await given.buyer(segment="eti")) as buyer,
    ):
        # An editor joins, and the operator puts its listing on sale.
        editor = (await created(office, "/api/office/organisations", ACME))["id"]
        await given.verified(UUID(editor))
        async with await clients.signed_in("owner", UUID(editor)) as portal:
            draft = await created(portal, "/api/portal/listings", LISTING)
            await created(portal, f"/api/portal/listings/{draft['id']}/submit")
        there = f"/api/office/listings/{draft['id']}"
        seen = await read(office, there)
        decision = {"revision": seen["revision"], "reason": "Complète et claire"}
        await created(office, f"{there}/approve", decision)
        (shown,) = (await read(anybody, "/api/store/listings"))["items"]
        assert shown["slug"] == LISTING["slug"]

        # A buyer orders it and pays on the hosted page; the webhook makes it a sale.
        told = await created(buyer, "/api/store/orders", {"listing": shown["slug"]})
        answer = await pay_on_page(stripe, told["checkout_url"])
        back = f"/fr/purchases/{told['order']['id']}?back=paid"
        assert answer.headers["location"].endswith(back)
        await deliver()
        order = await read(buyer, f"/api/store/orders/{told['order']['id']}")
        assert order["state"] == "paid" and order["gross"]["amount_minor"] == 120_00

        (sale,) = (await read(office, "/api/office/sales"))["items"]
        assert (sale["partner"]["amount_minor"], sale["operator"]["amount_minor"]) == (70_00, 30_00)
        assert (sale["buyer_segment"], sale["channel"]) == ("eti", "marketplace")
        assert await euros(ledger.earned(UUID(editor))) == 70_00

        # The month is over, and closed.
        month = Month.of(datetime.fromisoformat(order["paid_at"]))
        await settlement.close_month(
            month,
            minimum_hundredths=25_00,
            now=month.end + timedelta(days=1),
            actor=given.SYSTEM,
        )
        (statement,) = (await read(office, "/api/office/statements"))["items"]
        assert statement["due"]["amount_minor"] == 84_00
        assert await euros(ledger.payable(UUID(editor))) == 84_00

        await pay_out(month, UUID(editor))
        await give_back(office, order["id"], month.next, UUID(editor))
    assert await reports.run_checks() == []


async def pay_out(month: Month, editor: UUID) -> None:
    """The partner joins Stripe, the hold is over, and the money goes to its bank."""
    await payouts.verify_in_sandbox(editor, now=datetime.now(UTC), actor=given.SYSTEM)
    await stripe_sandbox.advance_clock(20 * DAY_S)
    paid = await payouts.pay(
        month,
        actor=given.SYSTEM,
        wait=True,
        advance_clock=stripe_sandbox.advance_clock,
    )
    assert (paid.new, paid.sent, paid.held, paid.failed) == (1, 1, 0, 0)
    again = await payouts.pay(
        month, actor=given.SYSTEM, wait=True, advance_clock=stripe_sandbox.advance_clock
    )
    assert (again.new, again.sent) == (0, 1)
    (payout,) = await payouts.list_payouts(month=month)
    assert (payout["amount_minor"], payout["state"]) == (84_00, "final")
    for code in (ledger.earned, ledger.payable, ledger.in_transit, ledger.at_stripe):
        assert await euros(code(editor)) == 0
    fee = 25 + 120_00 * 15 // 1000
    assert await euros(ledger.OPERATOR_STRIPE) == -(120_00 - fee - 84_00)
    held = (await stripe_sandbox.describe())["balances"]
    assert sum(one["available_minor"] + one["pending_minor"] for one in held) == 36_00 - fee


async def give_back(office: httpx.AsyncClient, order_id: str, month: Month, editor: UUID) -> None:
    """Money rule f3: refunded after the payout, so the next statement is negative and carried."""
    await stripe_sandbox.fund(100_00)
    refund = await created(office, f"/api/office/orders/{order_id}/refunds", {})
    assert (refund["state"], refund["gross"]["amount_minor"]) == ("done", 120_00)
    await deliver()
    assert await euros(ledger.earned(editor)) == -70_00
    await settlement.close_month(
        month, minimum_hundredths=25_00, now=month.end + timedelta(days=1), actor=given.SYSTEM
    )
    after = (await read(office, f"/api/office/statements?month={month}"))["items"]
    assert [(one["due"]["amount_minor"], one["closing"]["amount_minor"]) for one in after] == [
        (0, -84_00)
    ]
    paid = await payouts.pay(
        month, actor=given.SYSTEM, wait=True, advance_clock=stripe_sandbox.advance_clock
    )
    assert paid.new == 0
