"""The books over HTTP: from a balance to its postings to their entry."""

from typing import Any

import pytest

from tests import clients, given
from tests.reports.history import on


async def test_from_an_account_to_the_entry_in_two_steps(db: None) -> None:
    acme = await given.partner()
    sale = await given.sale(acme, 100_00, sold_at=on(8, 12))
    async with await clients.signed_in("auditor") as browser:
        found = await browser.get("/api/office/ledger/accounts", params={"code": "operator:rev"})
        [account] = found.json()["items"]
        assert account["code"] == "operator:revenue"
        assert account["balance"] == {"amount_minor": 3000, "currency": "EUR"}
        [posting] = (
            await browser.get(f"/api/office/ledger/accounts/{account['id']}/postings")
        ).json()["items"]
        assert (posting["debit"], posting["credit"]) == ("operator:bank", "operator:revenue")
        entry = (await browser.get(f"/api/office/ledger/entries/{posting['entry_id']}")).json()
        named = await browser.get(
            "/api/office/ledger/entries", params={"reference": f"sale:{sale}"}
        )
    assert entry == named.json()
    assert [line["amount"]["amount_minor"] for line in entry["postings"]] == [7000, 3000, 2000]
    assert (entry["reference"], entry["month"]) == (f"sale:{sale}", "2026-08")


async def test_a_month_is_shown_with_what_it_moved_and_where_it_ended(db: None) -> None:
    acme = await given.partner()
    await given.sale(acme, 100_00, sold_at=on(7, 12))
    await given.sale(acme, 200_00, sold_at=on(8, 12))
    async with await clients.signed_in("finance") as browser:
        answer = await browser.get(
            "/api/office/ledger/balances/2026-08", params={"code": "operator:revenue"}
        )
        [row] = answer.json()["items"]
        bad = await browser.get("/api/office/ledger/balances/2026-8")
    assert (row["debit"]["amount_minor"], row["credit"]["amount_minor"]) == (0, 6000)
    assert row["closing"]["amount_minor"] == 9000
    assert (bad.status_code, bad.json()["code"]) == (422, "bad-month")


async def test_accounts_and_postings_come_in_pages(db: None) -> None:
    acme = await given.partner()
    for day in range(1, 6):
        await given.sale(acme, 100_00, sold_at=on(8, day))
    async with await clients.signed_in("admin") as browser:
        codes = await walk(browser, "/api/office/ledger/accounts", "code")
        assert codes == sorted(codes) and len(codes) == 4
        found = await browser.get("/api/office/ledger/accounts", params={"code": "operator:bank"})
        account_id = found.json()["items"][0]["id"]
        seen = await walk(browser, f"/api/office/ledger/accounts/{account_id}/postings", "entry_id")
    assert len(seen) == 15 and seen == sorted(seen, reverse=True)


async def walk(browser: Any, path: str, name: str) -> list[Any]:
    seen: list[Any] = []
    params: dict[str, Any] = {"limit": 2}
    while True:
        answer = (await browser.get(path, params=params)).json()
        seen += [item[name] for item in answer["items"]]
        if answer["next"] is None:
            return seen
        params["after"] = answer["next"]


async def test_what_is_not_in_the_books_is_not_there(db: None) -> None:
    async with await clients.signed_in("admin") as browser:
        for path, code in (
            ("/api/office/ledger/accounts/9/postings", "account-unknown"),
            ("/api/office/ledger/entries/9", "entry-unknown"),
            ("/api/office/ledger/entries?reference=x", "entry-unknown"),
        ):
            answer = await browser.get(path)
            assert (answer.status_code, answer.json()["code"]) == (404, code)


@pytest.mark.parametrize("number", [2**63, -(2**63) - 1, 10**22])
@pytest.mark.parametrize(
    "path", ["ledger/accounts/{}/postings", "ledger/entries/{}", "sales/{}"], ids=str
)
async def test_an_id_that_no_row_can_have_is_not_there(db: None, path: str, number: int) -> None:
    async with await clients.signed_in("admin") as browser:
        answer = await browser.get(f"/api/office/{path.format(number)}")
    assert (answer.status_code, answer.json()["code"]) == (404, "not-found")


async def test_a_search_without_its_reference_is_told_what_is_missing(db: None) -> None:
    async with await clients.signed_in("admin") as browser:
        answer = await browser.get("/api/office/ledger/entries")
    assert answer.status_code == 400
    assert answer.json()["errors"] == [
        {"message": "It is missing", "field": "reference", "source": "query"}
    ]


async def test_a_partner_manager_does_not_read_the_books(db: None) -> None:
    async with await clients.signed_in("partner_manager") as browser:
        assert (await browser.get("/api/office/ledger/accounts")).status_code == 403
