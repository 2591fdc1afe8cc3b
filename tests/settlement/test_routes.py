"""Statements over HTTP: a partner's own, explained; months for the operator."""

from typing import Any
from uuid import UUID

from backend import audit, core
from backend.core import Money, fetch
from tests import clients, given
from tests.reports.history import AUGUST, close, on, refund


async def statement_of(organisation: UUID) -> str:
    rows = await fetch(
        "SELECT id FROM settlement.statement WHERE organisation_id = $1", organisation
    )
    return str(rows[0]["id"])


async def closed_august() -> tuple[UUID, str]:
    acme = await given.partner()
    sale = await given.sale(acme, 100_00, sold_at=on(8, 12))
    await refund(sale, Money(40_00, "EUR"), on(8, 14))
    await close(AUGUST)
    return acme, sale


async def test_a_partner_reads_its_statements(db: None) -> None:
    acme, _ = await closed_august()
    async with await clients.signed_in("finance", acme) as browser:
        [item] = (await browser.get("/api/portal/statements")).json()["items"]
        assert item["due"] == {"amount_minor": 5040, "currency": "EUR"}
        assert (item["month"], item["line_count"]) == ("2026-08", 2)
        detail = (await browser.get(f"/api/portal/statements/{item['id']}")).json()
    assert detail["statement"] == item
    assert detail["vat"] == [
        {
            "category": "S",
            "rate_bp": 2000,
            "base": {"amount_minor": 4200, "currency": "EUR"},
            "vat": {"amount_minor": 840, "currency": "EUR"},
        }
    ]


async def test_each_deduction_explains_itself(db: None) -> None:
    """ "Why this amount?": the rule, its rate, what it was applied to, and the event."""
    acme, sale = await closed_august()
    async with await clients.signed_in("owner", acme) as browser:
        answer = await browser.get(f"/api/portal/statements/{await statement_of(acme)}/lines")
    sold, back = answer.json()["items"]
    [deduction] = sold["deductions"]
    assert (deduction["rule"], deduction["rate_bp"]) == ("30/70", 3000)
    assert deduction["base"]["amount_minor"] == 10000
    assert deduction["amount"]["amount_minor"] == 3000
    assert deduction["entry"] == f"sale:{sale}"
    assert sold["partner"]["amount_minor"] == 7000
    assert back["original_reference"] == sale
    assert back["deductions"][0]["amount"]["amount_minor"] == -1200


async def test_lines_come_in_pages(db: None) -> None:
    acme, _ = await closed_august()
    async with await clients.signed_in("owner", acme) as browser:
        path = f"/api/portal/statements/{await statement_of(acme)}/lines"
        first = (await browser.get(path, params={"limit": 1})).json()
        second = (await browser.get(path, params={"limit": 1, "after": first["next"]})).json()
    assert first["items"][0]["id"] < second["items"][0]["id"] and second["next"] is None


async def test_a_statement_of_another_partner_is_not_there(db: None) -> None:
    acme, _ = await closed_august()
    other = await given.partner("Autre")
    statement = await statement_of(acme)
    async with await clients.signed_in("owner", other) as browser:
        assert (await browser.get("/api/portal/statements")).json()["items"] == []
        for path in ("", "/lines", "/report"):
            answer = await browser.get(f"/api/portal/statements/{statement}{path}")
            assert (answer.status_code, answer.json()["code"]) == (404, "statement-unknown")


async def test_the_operator_closes_a_month_once(db: None) -> None:
    await given.sale(await given.partner(), 100_00, sold_at=on(8, 12))
    async with await clients.signed_in("finance") as browser:
        before = (await browser.get("/api/office/months/2026-08")).json()
        assert before["is_closed"] is False
        first = await browser.post("/api/office/months/2026-08/close")
        again = await browser.post("/api/office/months/2026-08/close")
        after = (await browser.get("/api/office/months/2026-08")).json()
    assert first.status_code == 200 and first.json()["statement_count"] == 1
    assert (first.json()["is_new"], again.json()["is_new"]) == (True, False)
    assert after["is_closed"] is True and after["actor"].startswith("person:")
    assert await audit.broken_links() == []


async def test_a_month_not_over_or_no_month_is_refused(db: None) -> None:
    async with await clients.signed_in("admin") as browser:
        codes: dict[str, Any] = {}
        for month in ("2999-01", "2026-13", "x"):
            answer = await browser.post(f"/api/office/months/{month}/close")
            codes[month] = (answer.status_code, answer.json()["code"])
    assert codes == {
        "2999-01": (409, "month-still-open"),
        "2026-13": (422, "bad-month"),
        "x": (422, "bad-month"),
    }


async def test_the_smallest_payout_is_a_setting(db: None) -> None:
    acme = await given.partner(vat_regime="fr_franchise_293b")
    await given.sale(acme, 30_00, sold_at=on(8, 12))
    async with await clients.signed_in("admin") as browser:
        await browser.post("/api/office/months/2026-08/close")
        [item] = (await browser.get("/api/office/statements")).json()["items"]
    assert item["due"]["amount_minor"] == 0 and item["closing"]["amount_minor"] == 2100


async def test_the_operator_finds_statements_by_partner_and_month(db: None) -> None:
    acme, _ = await closed_august()
    async with await clients.signed_in("auditor") as browser:
        for params, count in (
            ({"organisation_id": str(acme), "month": "2026-08"}, 1),
            ({"month": "2026-07"}, 0),
            ({"organisation_id": str(core.uuid7())}, 0),
        ):
            answer = await browser.get("/api/office/statements", params=params)
            assert len(answer.json()["items"]) == count
        statement = await statement_of(acme)
        lines = await browser.get(f"/api/office/statements/{statement}/lines")
        assert len(lines.json()["items"]) == 2
        assert (await browser.post("/api/office/months/2026-09/close")).status_code == 403
