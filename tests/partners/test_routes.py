"""Organisations over HTTP: all of them in the office, one's own in the portal."""

from typing import Any
from uuid import UUID

import pytest

from backend import core
from tests import clients, given

NEW: dict[str, Any] = {
    "reference": "acme",
    "name": "Acme Éditions",
    "country": "FR",
    "segment": "pme",
    "roles": ["isv", "buyer", "isv"],
    "siren": "552100554",
    "vat_number": "FR96552100554",
    "email": "finance@acme.example",
}


async def test_the_office_takes_in_and_verifies_an_organisation(db: None) -> None:
    async with await clients.signed_in("partner_manager") as staff:
        made = await staff.post("/api/office/organisations", json=NEW)
        assert made.status_code == 201, made.text
        acme = made.json()
        assert (acme["roles"], acme["verification"]) == (["buyer", "isv"], "unverified")
        path = f"/api/office/organisations/{acme['id']}"
        assert (await staff.get(path)).json() == acme
        await given.complete_file(UUID(acme["id"]))
        for _ in range(2):
            verified = await staff.post(f"{path}/verify")
            assert (verified.status_code, verified.json()["verification"]) == (200, "verified")
        twice = await staff.post("/api/office/organisations", json=NEW)
        assert (twice.status_code, twice.json()["code"]) == (409, "organisation-reference-taken")
    rows = await core.fetch("SELECT actor FROM audit.change WHERE action = 'mark_verified'")
    assert len(rows) == 1 and rows[0]["actor"].startswith("person:")


@pytest.mark.parametrize(
    "change",
    [
        {"country": "fr"},
        {"country": "FRA"},
        {"country": "ZZ"},
        {"country": "XK"},
        {"country": "UK"},
        {"segment": "huge"},
        {"roles": []},
        {"roles": ["admin"]},
        {"siren": "55210055"},
        {"vat_number": "96552100554 FR"},
        {"email": "nobody"},
        {"verification": "verified"},
        {"origin": "import"},
        {"reference": "a b"},
        {"name": "Acme \u202egpj.exe"},
    ],
    ids=str,
)
async def test_an_organisation_that_cannot_be_is_refused(db: None, change: dict[str, Any]) -> None:
    async with await clients.signed_in("admin") as staff:
        answer = await staff.post("/api/office/organisations", json={**NEW, **change})
    assert (answer.status_code, answer.json()["code"]) == (400, "bad-request")


async def test_the_list_has_pages_by_key(db: None) -> None:
    made = [str(await given.partner(f"P{number}")) for number in range(3)]
    async with await clients.signed_in("auditor") as staff:
        first = (await staff.get("/api/office/organisations?limit=2")).json()
        rest = (await staff.get(f"/api/office/organisations?after={first['next']}")).json()
    assert [item["id"] for item in first["items"] + rest["items"]] == made


async def test_a_partner_reads_its_own_organisation_only(db: None) -> None:
    acme, _ = await given.partner("Acme"), await given.partner("Other")
    async with await clients.signed_in("member", acme) as browser:
        mine = (await browser.get("/api/portal/organisation")).json()
        assert (mine["id"], mine["name"]) == (str(acme), "Acme")
        refused = await browser.get("/api/office/organisations")
    assert refused.status_code == 403
