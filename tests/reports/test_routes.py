"""Reports over HTTP: the same bytes for partner and operator, refusals before the first byte."""

import csv
import io
from decimal import Decimal

import pytest

from backend import reports, settlement
from backend.reports import rules, sheets
from tests import clients
from tests.reports.history import AUGUST, NOW, history


async def test_the_operator_downloads_every_report_in_every_form(db: None) -> None:
    made = await history()
    async with await clients.signed_in("auditor") as browser:
        for kind, forms in reports.KINDS.items():
            for form in forms:
                answer = await browser.get(
                    f"/api/office/reports/{kind}/2026-08",
                    params={"format": form, "partner": made.acme_reference},
                )
                assert answer.status_code == 200, answer.text
                named = answer.headers["content-disposition"]
                assert named.startswith('attachment; filename="') and f".{form}" in named
                assert answer.content


async def test_partner_and_operator_get_the_same_bytes(db: None) -> None:
    made = await history()
    rows = await settlement.list_statements(organisation_id=made.debtor, month=AUGUST)
    path = f"/api/portal/statements/{rows[0]['id']}/report"
    for form in reports.KINDS["statement"]:
        expected = await reports.statement_report_of(rows[0]["id"], form, now=NOW)
        async with await clients.signed_in("finance", made.debtor) as browser:
            answer = await browser.get(path, params={"format": form})
        assert answer.content == await expected.whole()


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("nothing/2026-08", 404, "report-unknown"),
        ("sales/2026-8", 422, "bad-month"),
        ("sales/2026-08?format=pdf", 422, "report-format-unknown"),
        ("sales/2026-08?format=doc", 400, "bad-request"),
        ("statement/2026-08?partner=nobody", 404, "organisation-unknown"),
    ],
)
async def test_what_there_is_not_is_refused(db: None, path: str, status: int, code: str) -> None:
    async with await clients.signed_in("admin") as browser:
        answer = await browser.get(f"/api/office/reports/{path}")
    assert (answer.status_code, answer.json()["code"]) == (status, code)


@pytest.mark.parametrize("query", ["", "?partner="])
async def test_a_statement_of_nobody_is_told_what_is_missing(db: None, query: str) -> None:
    async with await clients.signed_in("admin") as browser:
        answer = await browser.get(f"/api/office/reports/statement/2026-08{query}")
    assert (answer.status_code, answer.json()["code"]) == (400, "bad-request")
    assert answer.json()["errors"][0]["field"] == "partner"


async def test_a_refusal_comes_before_the_first_byte(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    await history()
    monkeypatch.setattr(sheets, "MOST_ROWS", 7)
    async with await clients.signed_in("admin") as browser:
        answer = await browser.get("/api/office/reports/sales/2026-08?format=xlsx")
    assert (answer.status_code, answer.json()["code"]) == (422, "too-many-rows")


async def test_the_office_exports_the_sales_that_it_looks_at(db: None) -> None:
    """The columns of the month's report; moments in ISO, decimals with a point, currency beside."""
    made = await history()
    async with await clients.signed_in("auditor") as browser:
        whole = await browser.get("/api/office/reports/sales/2026-08")
        same = await browser.get("/api/office/sales/export", params={"month": "2026-08"})
        assert same.status_code == 200, same.text
        cut = [line.rsplit(",", 3)[0] for line in same.text.splitlines()]
        assert cut == whole.text.splitlines(), "and with whom, and who managed the buyer"
        listed = (await browser.get("/api/office/sales", params={"kind": "refund"})).json()["items"]
        refunds = await browser.get("/api/office/sales/export", params={"kind": "refund"})
        lines = refunds.text.splitlines()
        assert len(lines) == len(listed) + 1 > 1
        of_one = await browser.get(
            "/api/office/sales/export", params={"organisation_id": str(made.acme)}
        )
        assert {line.split(",")[2] for line in of_one.text.splitlines()[1:]} == {
            made.acme_reference
        }
        assert "-" in refunds.headers["content-disposition"]


async def test_a_ledger_account_is_exported_to_its_last_posting(db: None) -> None:
    await history()
    async with await clients.signed_in("auditor") as browser:
        account, *_ = (
            await browser.get("/api/office/ledger/accounts", params={"code": "operator:revenue"})
        ).json()["items"]
        path = f"/api/office/ledger/accounts/{account['id']}/export"
        answer = await browser.get(path)
        assert answer.status_code == 200, answer.text
        rows = list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))
        assert rows and list(rows[0]) == [column.name for column in rules.ACCOUNT]
        total = sum(Decimal(row["credit_amount"] or 0) for row in rows) - sum(
            Decimal(row["debit_amount"] or 0) for row in rows
        )
        assert total * 100 == account["balance"]["amount_minor"]
        assert (await browser.get(path, params={"month": "2026-08"})).text.count("\r\n") <= (
            len(rows) + 1
        )
        unknown = await browser.get("/api/office/ledger/accounts/999999/export")
        assert (unknown.status_code, unknown.json()["code"]) == (404, "account-unknown")
