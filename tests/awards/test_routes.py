"""Rebates and shares over HTTP: the dry run, the posting, the file, one's own."""

import csv
import io
from datetime import date
from typing import Any

from backend import settlement
from backend.core import Month
from tests import clients, given
from tests.awards.test_rebates import NOW, at_list, invoiced
from tests.awards.test_supplier_shares import supplier, use
from tests.given.programmes import reseller


def eur(minor: int) -> dict[str, Any]:
    return {"amount_minor": minor, "currency": "EUR"}


async def test_the_office_looks_at_a_quarter_then_posts_it_and_takes_it_as_a_file(
    db: None,
) -> None:
    await at_list()
    org = await reseller("certified")
    await invoiced(org, 75_000_00)
    await invoiced(await reseller("certified"), 9_999_99)
    path = "/api/office/rebates/2026-Q3"
    async with await clients.signed_in("finance") as browser:
        seen = (await browser.get(path)).json()
        assert (seen["state"], seen["close_first"], seen["new"]) == ("open", "2026-09", 2)
        assert (await browser.post(path)).json()["code"] == "quarter-open"
        await settlement.close_through(
            Month.parse("2026-09"), minimum_hundredths=2500, now=NOW, actor=given.SYSTEM
        )
        seen = (await browser.get(path)).json()
        first = seen["items"][0]
        assert (seen["state"], seen["totals"]) == ("ready", [eur(2_450_00)])
        assert (first["turnover"], first["to_post"]) == (eur(75_000_00), eur(2_450_00))
        assert [(step["part"]["amount_minor"], step["rate_bp"]) for step in first["steps"]] == [
            (10_000_00, 0),
            (40_000_00, 300),
            (25_000_00, 500),
        ]
        posted = (await browser.post(path)).json()
        assert (posted["state"], posted["new"]) == ("posted", 0)
        assert posted["items"][0]["posted"] == eur(2_450_00)
        assert (await browser.post(path)).status_code == 200
        file = await browser.get(f"{path}/export")
        rows = list(csv.DictReader(io.StringIO(file.text.removeprefix("\ufeff"))))
        assert [row["part"] for row in rows[:3]] == ["10000.00", "40000.00", "25000.00"]
        (award,) = (await browser.get("/api/office/awards")).json()["items"]
        assert (award["amount"], award["document_type"]) == (eur(2_450_00), "262")
        assert (await browser.get("/api/office/rebates/2026-Q9")).json()["code"] == "bad-quarter"
    async with await clients.signed_in("finance", org) as browser:
        mine = (await browser.get("/api/portal/rebates")).json()
        assert mine["has_benefit"] is True
        assert [row["amount"] for row in mine["postings"]] == [eur(2_450_00)]


async def test_a_partner_sees_its_quarter_so_far_and_the_next_rate(db: None) -> None:
    await at_list()
    org, other = await reseller("certified"), await reseller("registered")
    await invoiced(org, 20_000_00, charged_on=date(2026, 11, 10))
    async with await clients.signed_in("finance", org) as browser:
        seen = (await browser.get("/api/portal/rebates")).json()
        (running,) = seen["running"]
        assert (running["turnover"], running["rebate"]) == (eur(20_000_00), eur(300_00))
        assert (running["next_from"], running["next_rate_bp"]) == (eur(50_000_00), 500)
        assert (await browser.get("/api/portal/supplier-shares")).json()["items"] == []
    async with await clients.signed_in("finance", other) as browser:
        seen = (await browser.get("/api/portal/rebates")).json()
        assert (seen["has_benefit"], seen["running"], seen["postings"]) == (False, [], [])


async def test_shares_of_suppliers_are_looked_at_then_posted(db: None) -> None:
    org, _ = await supplier()
    await use(50_000_00)
    path = "/api/office/supplier-shares"
    async with await clients.signed_in("finance") as browser:
        assert (await browser.post(f"{path}/2026-08")).json()["code"] == "month-open"
        (coming,) = (await browser.get(path, params={"month": "2026-08"})).json()["items"]
        assert (coming["share"], coming["posted_at"]) == (eur(6_000_00), None)
        await settlement.close_through(
            Month.parse("2026-08"), minimum_hundredths=2500, now=NOW, actor=given.SYSTEM
        )
        (posted,) = (await browser.post(f"{path}/2026-08")).json()["items"]
        assert posted["posted_at"] is not None
        assert len((await browser.get(path)).json()["items"]) == 1
    async with await clients.signed_in("finance", org) as browser:
        (mine,) = (await browser.get("/api/portal/supplier-shares")).json()["items"]
        assert (mine["revenue"], mine["share"]) == (eur(50_000_00), eur(6_000_00))
        assert len((await browser.get("/api/portal/awards")).json()["items"]) == 1
