"""Charges over HTTP: found, explained, summed, taken away as a file, refunded; credits."""

import csv
import io
from typing import Any
from uuid import UUID

from httpx import AsyncClient

from backend import network
from tests import clients, given
from tests.given import charges as made
from tests.given.programmes import JANUARY, organisation, reseller

MINE, ALL = "/api/portal/charges", "/api/office/charges"


def eur(minor: int) -> dict[str, Any]:
    return {"amount_minor": minor, "currency": "EUR"}


async def pages(browser: AsyncClient, path: str, **wanted: str) -> list[int]:
    found: list[int] = []
    after: dict[str, str] = {}
    while True:
        answer = await browser.get(path, params={"limit": "2", **wanted, **after})
        assert answer.status_code == 200, answer.text
        page = answer.json()
        found += [item["net"]["amount_minor"] for item in page["items"]]
        if not page.get("next"):
            return found
        after = {"after": page["next"]}


async def used(org: UUID) -> list[Any]:
    environments = ("start", "enterprise", "critical")
    return [await made.charge(org, 100_00, environment=each) for each in environments]


async def test_a_payer_sees_its_own_charges_with_their_totals_and_its_file(db: None) -> None:
    org, other = await reseller("certified"), await reseller("premium")
    lines = await used(org)
    foreign = await made.charge(other)
    async with await clients.signed_in("finance", org) as browser:
        assert await pages(browser, MINE) == [80_00, 85_00, 90_00]
        assert await pages(browser, MINE, environment="critical") == [80_00]
        assert await pages(browser, MINE, month="2026-10") == []
        assert await pages(browser, MINE, since="2026-11-11") == []
        assert await pages(browser, MINE, until="2026-11-10", kind="charge") == [
            80_00,
            85_00,
            90_00,
        ]
        assert await pages(browser, MINE, reference=lines[1]["reference"]) == [85_00]
        (total,) = (await browser.get(f"{MINE}/totals")).json()
        assert (total["lines"], total["list"], total["discount"], total["payable"]) == (
            3, eur(300_00), eur(45_00), eur(255_00),
        )  # fmt: skip
        file = await browser.get(f"{MINE}/export", params={"month": "2026-11"})
        rows = list(csv.DictReader(io.StringIO(file.text.removeprefix("\ufeff"))))
        assert [row["charge_id"] for row in rows] == [line["reference"] for line in lines]
        assert [row["owed_ht"] for row in rows] == ["90.00", "85.00", "80.00"]
        assert 'filename="charges-2026-11.csv"' in file.headers["content-disposition"]
        assert (await browser.get(f"{MINE}/{foreign['id']}")).status_code == 404
        assert (await browser.get(MINE, params={"month": "2026-13"})).status_code == 422


async def test_every_step_from_the_list_price_to_what_is_owed_is_told(db: None) -> None:
    org = await reseller("certified")
    await made.grant(org, 30_00)
    line = await made.charge(org, 200_00, environment="enterprise")
    async with await clients.signed_in("owner", org) as browser:
        told = (await browser.get(f"{MINE}/{line['id']}")).json()
    assert told["charge"]["payable"] == eur(140_00)
    steps = told["steps"]
    assert [(step["kind"], step["amount"]["amount_minor"]) for step in steps] == [
        ("list_price", 200_00),
        ("level_discount", -30_00),
        ("credit", -30_00),
    ]
    discount = steps[1]
    assert (discount["level"], discount["rate_bp"], discount["cap_bp"]) == ("certified", 1500, 4000)
    assert discount["base"] == eur(200_00)
    assert discount["rule_id"] and discount["rule"]


async def test_the_office_lists_filters_and_takes_back(db: None) -> None:
    org = await organisation("isv")
    line = await made.charge(org, 100_00)
    await made.charge(await organisation("startup"), 70_00)
    async with await clients.signed_in("finance") as browser:
        assert await pages(browser, ALL) == [70_00, 100_00]
        assert await pages(browser, ALL, organisation_id=str(org), stream="E2") == [100_00]
        assert await pages(browser, ALL, currency="CHF") == []
        (total,) = (await browser.get(f"{ALL}/totals", params={"organisation_id": str(org)})).json()
        assert total["net"] == eur(100_00)
        file = await browser.get(f"{ALL}/export")
        assert len(file.text.splitlines()) == 3
        refund = {"reference": "back-1", "net": eur(40_00)}
        answer = await browser.post(f"{ALL}/{line['id']}/refunds", json=refund)
        assert answer.status_code == 201, answer.text
        assert await pages(browser, ALL, organisation_id=str(org)) == [-40_00, 100_00]
        refund["net"] = eur(60_01)
        refund["reference"] = "back-2"
        answer = await browser.post(f"{ALL}/{line['id']}/refunds", json=refund)
        assert (answer.status_code, answer.json()["code"]) == (409, "refund-too-large")
        assert (await browser.get(f"{ALL}/{line['id'] + 99}")).status_code == 404


async def test_a_credit_is_granted_by_the_office_and_seen_by_its_holder(db: None) -> None:
    org = await organisation("startup")
    wanted = {
        "organisation_id": str(org),
        "amount": eur(10_000_00),
        "granted_on": "2026-11-01",
        "expires_on": "2099-10-31",
        "reason": "Bienvenue",
    }
    async with await clients.signed_in("finance") as browser:
        answer = await browser.post("/api/office/credits", json=wanted)
        assert (answer.status_code, answer.json()["code"]) == (422, "bad-credit-grant")
        wanted["expires_on"] = "2031-10-31"
        answer = await browser.post("/api/office/credits", json=wanted)
        assert answer.status_code == 201, answer.text
        unknown = {**wanted, "organisation_id": "00000000-0000-7000-8000-000000000000"}
        assert (await browser.post("/api/office/credits", json=unknown)).status_code == 404
        listed = (await browser.get("/api/office/credits")).json()["items"]
        assert [item["left"] for item in listed] == [eur(10_000_00)]
    await made.charge(org, 100_00)
    async with await clients.signed_in("owner", org) as browser:
        (credit,) = (await browser.get("/api/portal/credits")).json()["items"]
        assert (credit["left"], credit["expires_on"]) == (eur(9_900_00), "2031-10-31")
    async with await clients.signed_in("owner", await organisation("startup")) as browser:
        assert (await browser.get("/api/portal/credits")).json()["items"] == []


async def test_a_wholesaler_sees_its_margins_and_not_its_resellers_charges(db: None) -> None:
    wholesaler, sub = await organisation("wholesaler"), await reseller("certified")
    await network.join(sub, wholesaler, "operator", now=JANUARY, actor=given.SYSTEM)
    await made.charge(sub, 1000_00, environment="enterprise")
    async with await clients.signed_in("owner", wholesaler) as browser:
        (margin,) = (await browser.get("/api/portal/margins")).json()["items"]
        assert (margin["margin"], margin["points_bp"]) == (eur(50_00), 500)
        assert await pages(browser, MINE) == []
    async with await clients.signed_in("owner", sub) as browser:
        assert (await browser.get("/api/portal/margins")).json()["items"] == []
        assert await pages(browser, MINE) == [850_00]
    async with await clients.signed_in("auditor") as browser:
        assert len((await browser.get("/api/office/margins")).json()["items"]) == 1


async def test_charges_are_found_by_resource_customer_and_currency(db: None) -> None:
    org = await reseller("certified")
    await made.charge(org, 100_00, resource="disk", end_customer="")
    await made.charge(org, 200_00, resource="vm", end_customer="port")
    await made.charge(await reseller("premium"), 300_00, resource="gpu")
    async with await clients.signed_in("finance", org) as browser:
        assert await pages(browser, MINE, resource="disk") == [90_00]
        assert await pages(browser, MINE, end_customer="port") == [180_00]
        assert await pages(browser, MINE, end_customer="") == [90_00]
        assert await pages(browser, MINE, currency="CHF") == []
        (total,) = (await browser.get(f"{MINE}/totals", params={"resource": "vm"})).json()
        assert total["net"] == eur(180_00)
        file = await browser.get(f"{MINE}/export", params={"end_customer": "port"})
        assert file.text.count("\r\n") == 2
        choices = (await browser.get(f"{MINE}/choices")).json()
        assert choices == {"resources": ["disk", "vm"], "end_customers": ["port"]}
    async with await clients.signed_in("finance") as browser:
        assert len(await pages(browser, ALL, month="2026-10", through="2026-12")) == 3
        assert await pages(browser, ALL, month="2026-12", through="2027-01") == []
        assert await pages(browser, ALL, resource="disk") == [90_00]


async def test_what_a_credit_paid_is_told_to_its_holder_alone(db: None) -> None:
    org, other = await organisation("startup"), await organisation("startup")
    grant = await made.grant(org, 300_00)
    line = await made.charge(org, 100_00)
    async with await clients.signed_in("finance", org) as browser:
        (use,) = (await browser.get(f"/api/portal/credits/{grant}/uses")).json()["items"]
        assert (use["charge_id"], use["kind"], use["amount"]) == (line["id"], "use", eur(100_00))
        file = await browser.get("/api/portal/credits/export")
        (row,) = csv.DictReader(io.StringIO(file.text.removeprefix("\ufeff")))
        assert (row["amount"], row["left"]) == ("300.00", "200.00")
    async with await clients.signed_in("finance", other) as browser:
        answer = await browser.get(f"/api/portal/credits/{grant}/uses")
        assert (answer.status_code, answer.json()["code"]) == (404, "credit-grant-unknown")
        assert (await browser.get("/api/portal/credits/export")).text.count("\r\n") == 1
    async with await clients.signed_in("finance") as browser:
        found = await browser.get(f"/api/office/credits/{grant}/uses")
        assert len(found.json()["items"]) == 1


async def test_margins_are_summed_and_taken_away_as_a_file(db: None) -> None:
    gros, sub = await organisation("wholesaler"), await reseller("certified")
    await network.join(sub, gros, "operator", now=JANUARY, actor=given.SYSTEM)
    for _ in range(2):
        await made.charge(sub, 1000_00, environment="enterprise")
    async with await clients.signed_in("finance", gros) as browser:
        (total,) = (await browser.get("/api/portal/margins/totals")).json()
        assert total == {"lines": 2, "margin": eur(100_00)}
        params = {"month": "2026-11"}
        file = await browser.get("/api/portal/margins/export", params=params)
        rows = list(csv.DictReader(io.StringIO(file.text.removeprefix("\ufeff"))))
        assert [row["margin_ht"] for row in rows] == ["50.00", "50.00"]
        assert (
            await browser.get("/api/portal/margins/totals", params={"month": "2026-10"})
        ).json() == []
    async with await clients.signed_in("finance", sub) as browser:
        assert (await browser.get("/api/portal/margins/totals")).json() == []
    async with await clients.signed_in("finance") as browser:
        wanted = {"organisation_id": str(gros)}
        assert len((await browser.get("/api/office/margins/totals", params=wanted)).json()) == 1
        assert (await browser.get("/api/office/margins/export")).text.count("\r\n") == 3
