"""A line of a joint sale says so, and with whom: on screen and in each file."""

import csv
from typing import Any

from backend.core import Month
from tests import clients, given
from tests.given import joint


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
