"""A contract's party reads its terms, takes them away, and finds its use split by its group."""

import csv
import io
import json
import re
from datetime import date
from decimal import Decimal

import pypdf

from backend import charges, core, partners, reports
from backend.charges import actions_refund
from backend.charges.rules_contract import ContractPrice
from backend.core import Month
from tests import clients, given
from tests.charges.test_contracts import sign
from tests.given import charges as made
from tests.given.programmes import organisation


async def test_K_03_what_was_used_is_split_by_the_contracts_group_to_the_cent(db: None) -> None:
    """Two contracts in a month and a day after the last: three groups; a refund joins its own."""
    org = await organisation("buyer")
    await sign(org, ContractPrice("", 1000))
    await sign(
        org, ContractPrice("", 2000), number="CT-2026-8", grouping_reference="Lyon", po_number="",
        starts_on=date(2026, 11, 10), ends_on=date(2026, 11, 19),
    )  # fmt: skip
    used = [
        await made.charge(org, minor, charged_on=date(2026, 11, day))
        for day, minor in ((3, 33_33), (4, 66_67), (12, 10_01), (25, 5_00))
    ]
    await actions_refund.refund_charge(
        used[0]["id"], core.Money(10_00, "EUR"), reference="back", now=given.NOW, actor=given.SYSTEM
    )
    found = await charges.sum_groups(org, date(2026, 11, 1), "EUR")
    assert [tuple(one) for one in found] == [
        ("DSI", "CT-2026-7", "PO 4411", 3, 80_00),
        ("Lyon", "CT-2026-8", "", 1, 8_01),
        ("", "", "", 1, 5_00),
    ]
    reference = (await partners.read_organisation(org)).reference
    month = Month.parse("2026-11")
    told = await reports.statement_report(reference, month, "json", now=given.NOW)
    [head] = json.loads(await told.whole())["statements"]
    assert sum(one["usage"]["amount_minor"] for one in head["iaas_groups"]) == 93_01
    assert head["iaas_usage"]["amount_minor"] == -93_01
    told = await reports.statement_report(reference, month, "csv", now=given.NOW)
    rows = list(csv.DictReader(io.StringIO((await told.whole()).decode())))
    lyon = [row for row in rows if row["group_ref"] == "Lyon"]
    assert [(row["contract_number"], row["partner_amount_ht"]) for row in lyon] == [
        ("CT-2026-8", "-8.01")
    ]
    told = await reports.statement_report(reference, month, now=given.NOW, language="fr")
    pages = pypdf.PdfReader(io.BytesIO(await told.whole())).pages
    text = " ".join(" ".join(page.extract_text() for page in pages).split())
    assert "Infrastructure par groupe" in text
    assert re.search(r"Lyon CT-2026-8 1 8,01", text), text


async def test_K_03_the_party_reads_its_contracts_and_takes_them_away(db: None) -> None:
    org, other = await organisation("buyer"), await organisation("buyer")
    await sign(org, ContractPrice("", 1250), ContractPrice("vm", None, Decimal("0.0110"), "EUR"))
    await sign(org, number="CT-2", starts_on=date(2199, 1, 1))
    async with await clients.signed_in("owner", org) as owner:
        told = (await owner.get("/api/portal/contracts")).json()
        assert [(one["number"], one["state"], one["ends_on"]) for one in told["items"]] == [
            ("CT-2", "to_come", None), ("CT-2026-7", "in_force", "2198-12-31"),
        ]  # fmt: skip
        assert (told["items"][1]["payment_days"], told["items"][1]["po_number"]) == (45, "PO 4411")
        answer = await owner.get("/api/portal/contracts/export?format=csv&locale=fr")
        text = answer.text
        assert "12,50" in text
        lines = (await owner.get("/api/portal/contracts/export?format=json")).json()["lines"]
        assert [(one["resource"], one["unit_price"]) for one in lines[1:]] == [
            ("*", None), ("vm", "0.011"),
        ]  # fmt: skip
    async with await clients.signed_in("owner", other) as owner:
        assert (await owner.get("/api/portal/contracts")).json() == {"items": [], "waits": False}
