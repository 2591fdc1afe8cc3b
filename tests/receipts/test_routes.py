"""Receipts over HTTP: recorded by finance, read by the partner who paid."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from backend.core import PARIS, Month
from tests import clients
from tests.given import charges
from tests.given.programmes import organisation
from tests.receipts.test_receipts import close

OFFICE, PORTAL = "/api/office/receipts", "/api/portal/receipts"


def today() -> str:
    return datetime.now(UTC).astimezone(PARIS).date().isoformat()


def said(org: UUID, **facts: Any) -> dict[str, Any]:
    amount = {"amount_minor": 80_00, "currency": "EUR"}
    body = {"organisation_id": str(org), "amount": amount, "reference": "VIR-7"}
    return {**body, "received_on": today(), **facts}


async def owing() -> UUID:
    """180.00 EUR by the statement of last month."""
    org = await organisation("isv")
    last = Month.of(datetime.now(UTC)).previous
    await charges.charge(org, 150_00, charged_on=last.first_day)
    await close(last)
    return org


async def test_finance_records_a_payment_and_the_partner_sees_it_and_what_is_left(
    db: None,
) -> None:
    org = await owing()
    async with await clients.signed_in("finance") as office:
        (due,) = (await office.get("/api/office/receivables")).json()["items"]
        assert (due["left"]["amount_minor"], due["organisation_id"]) == (180_00, str(org))
        taken = await office.get("/api/office/receivables/export", params={"locale": "fr"})
        head, row = [line.split(";") for line in taken.text.lstrip("\ufeff").splitlines()]
        assert (head[8], row[8], row[9]) == ("left", "180,00", "0")
        answer = await office.post(OFFICE, json=said(org))
        assert answer.status_code == 201, answer.text
        assert answer.json()["state"] == "recorded"
        again = (await office.post(OFFICE, json=said(org))).json()
        assert again == {**answer.json(), "state": "known"}
        refused = await office.post(OFFICE, json=said(org, means="cheque"))
        assert (refused.status_code, refused.json()["code"]) == (409, "receipt-conflict")
        assert refused.json()["facts"]["receipt_id"] == answer.json()["receipt_id"]
        assert "VIR-7 was recorded as 80.00 EUR of Intégra" in refused.json()["detail"]
        (age,) = (await office.get("/api/office/receivables/ages")).json()
        assert age["left"]["amount_minor"] == 100_00
    async with await clients.signed_in("finance", org) as portal:
        (mine,) = (await portal.get(PORTAL)).json()["items"]
        assert (mine["reference"], mine["amount"]["amount_minor"]) == ("VIR-7", 80_00)
        (left,) = (await portal.get("/api/portal/receivables")).json()["items"]
        assert left["left"]["amount_minor"] == 100_00


async def test_what_bounced_is_taken_back_with_its_reason_and_only_once(db: None) -> None:
    org = await owing()
    async with await clients.signed_in("finance") as office:
        made = (await office.post(OFFICE, json=said(org))).json()
        path = f"{OFFICE}/{made['receipt_id']}/reverse"
        back = await office.post(path, json={"reason": "Rejected by its bank"})
        assert back.json()["amount"]["amount_minor"] == -80_00
        again = await office.post(path, json={"reason": "Again"})
        assert (again.status_code, again.json()["code"]) == (409, "receipt-reversed")
        rows = (await office.get(OFFICE)).json()["items"]
        assert [row["kind"] for row in rows] == ["reversal", "receipt"]
        assert [row["reference"] for row in rows] == ["VIR-7", "VIR-7"]


async def test_a_day_to_come_is_refused_by_its_field(db: None) -> None:
    org = await organisation("isv")
    async with await clients.signed_in("finance") as office:
        answer = await office.post(OFFICE, json=said(org, received_on="2999-01-01"))
        assert answer.status_code == 422
        assert answer.json()["detail"].startswith("received_on:")
