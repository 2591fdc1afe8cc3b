"""A partner's own sales: found, sorted, summed and taken away as a file."""

import csv
import io
from uuid import UUID

from httpx import AsyncClient

from backend import sales
from backend.core import Money
from tests import clients, given
from tests.given.sales import a_sale, sale

SALES = "/api/portal/sales"


async def sold(partner: UUID) -> list[str]:
    amounts = (30_00, 10_00, 20_00, 20_00)
    return [await sale(partner, amount) for amount in amounts]


async def pages(browser: AsyncClient, **wanted: str) -> list[int]:
    found: list[int] = []
    after: dict[str, str] = {}
    while True:
        answer = await browser.get(SALES, params={"limit": "3", **wanted, **after})
        assert answer.status_code == 200, answer.text
        page = answer.json()
        found += [item["net"]["amount_minor"] for item in page["items"]]
        if not page.get("next"):
            return found
        after = {"after": page["next"]}


async def test_every_order_pages_through_every_line_once(db: None) -> None:
    partner = await given.partner()
    await sold(partner)
    await sold(await given.partner("Autre"))
    async with await clients.signed_in("owner", partner) as owner:
        assert await pages(owner) == [20_00, 20_00, 10_00, 30_00]
        assert await pages(owner, sort="oldest") == [30_00, 10_00, 20_00, 20_00]
        assert await pages(owner, sort="largest") == [30_00, 20_00, 20_00, 10_00]
        assert await pages(owner, sort="smallest") == [10_00, 20_00, 20_00, 30_00]


async def test_the_totals_and_the_file_are_those_of_the_same_filters(db: None) -> None:
    partner = await given.partner()
    references = await sold(partner)
    await sold(await given.partner("Autre"))
    one = await a_sale(partner)
    await sales.refund_sale(
        references[0], Money(30_00, "EUR"), reference="back-1", refunded_at=one.sold_at,
        now=one.sold_at, actor="system:test",
    )  # fmt: skip
    async with await clients.signed_in("owner", partner) as owner:
        (everything,) = (await owner.get(f"{SALES}/totals")).json()
        assert everything["lines"] == 5
        assert everything["net"] == {"amount_minor": 50_00, "currency": "EUR"}
        assert (
            everything["partner"]["amount_minor"] + everything["operator"]["amount_minor"] == 50_00
        )
        (refunds,) = (await owner.get(f"{SALES}/totals", params={"kind": "refund"})).json()
        assert refunds["net"]["amount_minor"] == -30_00
        assert (await owner.get(f"{SALES}/totals", params={"reference": "nothing"})).json() == []
        assert await pages(owner, reference="back") == [-30_00]
        file = await owner.get(f"{SALES}/export", params={"kind": "sale"})
        rows = list(csv.DictReader(io.StringIO(file.text.removeprefix("\ufeff"))))
        assert [row["sale_id"] for row in rows] == references
        assert {row["status"] for row in rows} == {"accrued"}
        assert 'filename="sales-all.csv"' in file.headers["content-disposition"]


async def test_the_french_file_reads_in_french_excel(db: None) -> None:
    partner = await given.partner()
    await sale(partner, 1234_50)
    async with await clients.signed_in("owner", partner) as owner:
        file = await owner.get(f"{SALES}/export", params={"locale": "fr"})
    assert ";1234,50;" in file.text
