"""Sales over HTTP: a partner's own, all for the operator, refunds of imported ones."""

from typing import Any

import asyncpg
import httpx

from backend import ledger
from backend.core import fetch_value
from tests import clients, given
from tests.given.victims import one_deadlock
from tests.reports.history import AUGUST, close, on


async def id_of(reference: str) -> int:
    found = await fetch_value("SELECT id FROM sales.sale_line WHERE reference = $1", reference)
    return int(found)


async def give_back(
    browser: httpx.AsyncClient, sale_id: int, reference: str, amount_minor: int
) -> httpx.Response:
    body: dict[str, Any] = {
        "reference": reference,
        "net": {"amount_minor": amount_minor, "currency": "EUR"},
    }
    return await browser.post(f"/api/office/sales/{sale_id}/refunds", json=body)


async def test_a_partner_sees_its_own_sales_with_their_shares(db: None) -> None:
    acme, other = await given.partner(), await given.partner("Autre")
    reference = await given.sale(acme, 100_00, sold_at=on(8, 12))
    await given.sale(other, 50_00, sold_at=on(8, 12))
    async with await clients.signed_in("member", acme) as browser:
        [item] = (await browser.get("/api/portal/sales")).json()["items"]
    assert (item["reference"], item["kind"]) == (reference, "sale")
    assert item["partner"] == {"amount_minor": 7000, "currency": "EUR"}
    assert item["operator"]["amount_minor"] == 3000
    assert (item["share_rule"]["name"], item["share_rule"]["operator_bp"]) == ("30/70", 3000)


async def test_sales_come_newest_first_in_pages_and_by_month(db: None) -> None:
    acme = await given.partner()
    for day in (1, 2, 3):
        await given.sale(acme, 10_00, sold_at=on(8, day))
    async with await clients.signed_in("admin") as browser:
        seen: list[int] = []
        after: str | None = None
        while True:
            params: dict[str, Any] = {"limit": 2} if after is None else {"limit": 2, "after": after}
            answer = (await browser.get("/api/office/sales", params=params)).json()
            seen += [item["id"] for item in answer["items"]]
            after = answer["next"]
            if after is None:
                break
        assert seen == sorted(seen, reverse=True) and len(seen) == 3
        none = await browser.get("/api/office/sales", params={"month": "2026-07"})
        assert none.json()["items"] == []
        bad = await browser.get("/api/office/sales", params={"month": "2026-7"})
        assert (bad.status_code, bad.json()["code"]) == (422, "bad-month")


async def test_an_imported_sale_is_given_back_once_and_never_beyond_it(db: None) -> None:
    acme = await given.partner()
    sale_id = await id_of(await given.sale(acme, 100_00, sold_at=on(8, 12)))
    await close(AUGUST)
    async with await clients.signed_in("finance") as browser:
        made = await give_back(browser, sale_id, "back-1", 40_00)
        assert made.status_code == 201, made.text
        assert made.json()["partner"]["amount_minor"] == -2800
        again = await give_back(browser, sale_id, "back-1", 40_00)
        assert again.json()["id"] == made.json()["id"]
        other = await give_back(browser, sale_id, "back-1", 41_00)
        assert (other.status_code, other.json()["code"]) == (409, "sale-conflict")
        for amount in (60_01, 0):
            refused = await give_back(browser, sale_id, "back-2", amount)
            assert (refused.status_code, refused.json()["code"]) == (409, "refund-too-large")
        one = await browser.get(f"/api/office/sales/{made.json()['id']}")
        assert one.json() == made.json()
    balance = await ledger.balance(ledger.earned(acme), "EUR")
    assert balance.amount_minor == -2800


async def test_a_sale_paid_through_stripe_is_refunded_on_its_order(db: None) -> None:
    acme = await given.partner()
    sale = await given.sale(acme, 100_00, source="order", collected_in="stripe")
    async with await clients.signed_in("finance") as browser:
        answer = await give_back(browser, await id_of(sale), "back-1", 40_00)
    assert (answer.status_code, answer.json()["code"]) == (409, "collected-by-stripe")


async def test_an_unknown_sale_is_not_there(db: None) -> None:
    async with await clients.signed_in("finance") as browser:
        for sale_id in (0, 7):
            answer = (await browser.get(f"/api/office/sales/{sale_id}")).json()
            assert answer["code"] == "sale-unknown"
            assert answer["detail"] == f"No sale has the id {sale_id}."
        assert (await give_back(browser, 7, "back-1", 1)).status_code == 404


async def test_a_deadlock_is_not_the_staffs_business(
    db: None, owner: "asyncpg.Connection[asyncpg.Record]"
) -> None:
    reference = await given.sale(await given.partner(), 100_00, sold_at=on(8, 12))
    staff = await clients.signed_in("finance")
    async with staff, one_deadlock(owner, "INSERT", "sales.sale_line"):
        answer = await give_back(staff, await id_of(reference), "R-1", 40_00)
    assert answer.status_code == 201, answer.text
    assert await fetch_value("SELECT count(*) FROM sales.sale_line") == 2
