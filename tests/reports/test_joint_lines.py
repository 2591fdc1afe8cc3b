"""A line of a joint sale says so, and with whom: on screen and in each file."""

import csv
from typing import Any

import httpx

from backend.core import Month
from tests import clients, given
from tests.given import joint
from tests.given.orders import order
from tests.sales.test_joint import refund


async def test_R_11_each_owner_reads_on_its_statement_with_whom_it_sold(db: None) -> None:
    first, second, listing_id, _ = await joint.on_sale(6_000)
    await given.sale(first, 99_99, listing_id=listing_id)
    await given.sale(first, 50_00)
    await given.closed(Month.parse("2026-08"))
    for owner, other in ((first, "Coffre SAS"), (second, "Acme Éditions")):
        async with await clients.signed_in("owner", owner) as browser:
            found = (await browser.get("/api/portal/statements")).json()["items"]
            path = f"/api/portal/statements/{found[0]['id']}"
            lines = (await browser.get(f"{path}/lines")).json()["items"]
            assert [line["joint_with"] for line in lines] == [other, None][: len(lines)]
            report = await browser.get(f"{path}/report", params={"format": "csv"})
            rows = list(csv.DictReader(report.text.lstrip("\ufeff").splitlines()))
            told: list[Any] = [row["joint_with"] for row in rows if row["event_type"] == "sale"]
            assert told == [other, ""][: len(lines)]
            assert (await browser.get(f"{path}/report", params={"format": "pdf"})).is_success


async def exported(browser: httpx.AsyncClient) -> list[dict[str, str]]:
    text = (await browser.get("/api/office/sales/export")).text.lstrip("\ufeff")
    return list(csv.DictReader(text.splitlines()))


async def test_O_04_the_office_reads_with_whom_and_under_whose_care_each_sale_was_made(
    db: None,
) -> None:
    """Who managed the buyer is for who may see orders."""
    first, _second, listing_id, _ = await joint.on_sale(6_000)
    await given.sale(first, 99_99, listing_id=listing_id)
    kept = await order(of=await given.buyer(segment="large_account"), editor=first)
    await given.sale(first, 100_00, reference=f"order:{kept.id}", source="order")
    assert await refund(f"order:{kept.id}", 10_00)
    async with await clients.signed_in("finance") as office:
        listed = (await office.get("/api/office/sales?kind=sale")).json()["items"]
        owners = {one["joint"]["owner"] for one in listed if one["joint"]}
        assert owners == {"Coffre SAS", "Acme Éditions"}
        rows = await exported(office)
    async with await clients.with_key("admin", None, "office:sale:read") as program:
        assert all("managed_by" not in row for row in await exported(program))
    assert [row["joint_with"] for row in rows] == ["Coffre SAS", "Acme Éditions", "", ""]
    assert [row["relation"] for row in rows] == ["", "", "account_managed", "account_managed"]
