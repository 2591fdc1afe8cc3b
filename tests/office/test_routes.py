"""The operator's own screens over HTTP: what needs it, flows, rules, chain check, sandbox."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from backend import ledger, partners, stripe_sandbox
from backend.app import build_app
from backend.core import Money, fetch_value
from tests import clients, given
from tests.given.payouts import closed_month
from tests.payments.conftest import Watched, stripe
from tests.reports.history import on, refund

__all__ = ["stripe"]

SOON = (datetime.now(UTC) + timedelta(days=40)).isoformat()


async def get(browser: httpx.AsyncClient, path: str, **params: Any) -> Any:
    answer = await browser.get(f"/api/office/{path}", params=params)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_the_overview_counts_what_waits(db: None) -> None:
    await given.sale(await given.partner(), 100_00, sold_at=on(8, 12))
    async with await clients.signed_in("partner_manager") as browser:
        seen = await get(browser, "overview")
    assert seen["organisations_unverified"] == 1
    assert seen["months_to_close"] == ["2026-08"]
    assert seen["receipts_to_approve"] == 0
    assert seen["payouts_failed"] == seen["approvals_asked"] == seen["order_alarms"] == 0


async def test_p_13_who_looks_after_editors_counts_what_waits_of_editors(db: None) -> None:
    await given.sale(await given.partner("Éditeur"), 100_00, sold_at=on(8, 12))
    await partners.create_organisation(
        reference="v-1", name="Intégra", country="FR", segment="pme", roles=["vai"],
        now=given.NOW, actor=given.SYSTEM,
    )  # fmt: skip
    async with await clients.signed_in("isv_manager") as browser:
        counts = [
            (await get(browser, "overview", **of))["organisations_unverified"]
            for of in ({}, {"role": "isv"}, {"role": "vai"}, {"role": "startup"})
        ]
        everybody = (await get(browser, "overview"))["sold"]
        sold = [(await get(browser, "overview", role=role))["sold"] for role in ("isv", "vai")]
        wrong = await browser.get("/api/office/overview", params={"role": "friend"})
    assert counts == [2, 1, 1, 0]
    assert sold == [everybody, []]
    assert wrong.status_code == 400


async def test_the_flow_adds_up_and_its_rows_can_be_opened(db: None) -> None:
    acme = await given.partner("Acme")
    sold = await given.sale(acme, 100_00, sold_at=on(8, 12))
    await given.sale(acme, 50_00, sold_at=on(8, 13), channel="direct", buyer_segment="eti")
    await refund(sold, Money(10_00, "EUR"), on(8, 14))
    async with await clients.signed_in("auditor") as browser:
        flow = await get(browser, "flows", month="2026-07", through="2026-08")
        rows = {(row["segment"], row["channel"]): row for row in flow["rows"]}
        assert set(rows) == {("pme", "marketplace"), ("eti", "direct")}
        row = rows["pme", "marketplace"]
        parts = sum(row[name]["amount_minor"] for name in ("partners", "operator", "vat", "fee"))
        assert (row["gross"]["amount_minor"], row["lines"]) == (108_00, 2)
        assert parts == 108_00
        opened = await get(
            browser, "sales", month="2026-07", through="2026-08", channel="marketplace",
            buyer_segment="pme",
        )  # fmt: skip
        assert len(opened["items"]) == row["lines"]
        total = sum(receiver["amount"]["amount_minor"] for receiver in flow["receivers"])
        assert total == sum(each["partners"]["amount_minor"] for each in flow["rows"])
        wrong = await browser.get(
            "/api/office/flows", params={"month": "2026-08", "through": "2026-07"}
        )
        assert (wrong.status_code, wrong.json()["code"]) == (422, "months-reversed")


async def test_sales_are_found_by_what_they_are(db: None) -> None:
    acme = await given.partner("Acme")
    sold = await given.sale(acme, 100_00, sold_at=on(8, 12))
    await refund(sold, Money(10_00, "EUR"), on(8, 14))
    async with await clients.signed_in("finance") as browser:
        for wanted, count in (
            ({"kind": "refund"}, 1), ({"channel": "vai"}, 0), ({"source": "order"}, 0),
            ({"reference": sold}, 1), ({"currency": "USD"}, 0), ({"month": "2026-08"}, 2),
        ):  # fmt: skip
            assert len((await get(browser, "sales", **wanted))["items"]) == count, wanted


async def test_any_total_is_two_steps_from_its_postings(db: None) -> None:
    acme = await given.partner("Acme")
    sold = await given.sale(acme, 100_00, sold_at=on(8, 12))
    async with await clients.signed_in("finance") as browser:
        totals = (await get(browser, "ledger/totals"))["items"]
        assert sum(total["balance"]["amount_minor"] for total in totals) == 0
        [earned] = [total for total in totals if total["kind"] == "earned"]
        assert (earned["owner"], earned["balance"]["amount_minor"]) == ("partner", 70_00)
        [account] = (await get(browser, "ledger/accounts", kind="earned"))["items"]
        postings = await get(browser, f"ledger/accounts/{account['id']}/postings", month="2026-08")
        assert [posting["reference"] for posting in postings["items"]] == [f"sale:{sold}"]
        none = await get(browser, f"ledger/accounts/{account['id']}/postings", month="2026-07")
        assert none["items"] == []
        detail = await get(browser, f"ledger/accounts/{account['id']}")
        assert [month["month"] for month in detail["months"]] == ["2026-08"]
        unknown = await browser.get("/api/office/ledger/accounts/99999")
        assert unknown.json()["code"] == "account-unknown"


async def test_an_organisation_is_refused_with_a_reason_that_it_reads(db: None) -> None:
    acme = await given.partner("Acme")
    async with await clients.signed_in("partner_manager") as office:
        address = f"/api/office/organisations/{acme}"
        refused = await office.post(f"{address}/refuse", json={"reason": "SIREN inconnu"})
        assert refused.json()["verification"] == "refused"
        waiting = await get(office, "organisations", verification="unverified")
        assert waiting["items"] == []
    async with await clients.signed_in("owner", acme) as owner:
        mine = (await owner.get("/api/portal/organisation")).json()
        assert (mine["verification"], mine["refused_because"]) == ("refused", "SIREN inconnu")
    async with await clients.signed_in("admin") as office:
        early = await office.post(f"{address}/verify")
        assert (early.status_code, early.json()["code"]) == (409, "file-incomplete")
        await given.complete_file(acme)
        verified = await office.post(f"{address}/verify")
        assert (verified.json()["verification"], verified.json()["refused_because"]) == (
            "verified", None,
        )  # fmt: skip
        late = await office.post(f"{address}/refuse", json={"reason": "too late"})
        assert late.json()["code"] == "organisation-verified"


async def test_a_partner_without_an_account_at_stripe_has_none(db: None) -> None:
    acme = await given.partner("Acme")
    async with await clients.signed_in("finance") as office:
        assert await get(office, f"organisations/{acme}/account") == {"account": None}


async def test_organisations_are_found_by_name_role_and_id(db: None) -> None:
    acme, other = await given.partner("Acme"), await given.partner("Écume")
    async with await clients.signed_in("auditor") as office:
        for wanted, found in (
            ({"q": "cum"}, [other]), ({"role": "buyer"}, []), ({"id": [str(acme)]}, [acme]),
            ({"role": "isv"}, [acme, other]), ({"sells": "true"}, [acme, other]),
            ({"sells": "false"}, []),
        ):  # fmt: skip
            page = await get(office, "organisations", **wanted)
            assert [item["id"] for item in page["items"]] == [str(each) for each in found]


async def test_rules_are_announced_for_the_future_only(db: None) -> None:
    async with await clients.signed_in("admin") as admin:
        before = await get(admin, "terms")
        assert [(x["name"], x["value"], x["since"]) for x in before["in_force"]] == [
            ("payout_minimum", 2500, None), ("hold_days", 14, None),
        ]  # fmt: skip
        term = {"name": "hold_days", "value": 30, "valid_from": SOON}
        after = await admin.post("/api/office/terms", json=term)
        assert after.json()["announced"][0]["value"] == 30
        assert after.json()["in_force"] == before["in_force"]
        again = await admin.post("/api/office/terms", json=term)
        assert again.json()["code"] == "term-taken"
        rule = {"name": "25/75", "partner_bp": 7500, "valid_from": SOON}
        made = await admin.post("/api/office/share-rules", json=rule)
        assert made.json()["share_rules"][0]["operator_bp"] == 2500
        past = {**rule, "valid_from": "2026-01-01T00:00:00Z"}
        late = await admin.post("/api/office/share-rules", json=past)
        assert late.json()["code"] == "term-too-late"
        twice = await admin.post("/api/office/share-rules", json=rule)
        assert twice.json()["code"] == "term-taken"
    async with await clients.signed_in("finance") as finance:
        assert (await finance.post("/api/office/terms", json=term)).status_code == 403


async def test_the_audit_log_is_checked_on_request(db: None, owner: Any) -> None:
    await given.partner("Acme")
    async with await clients.signed_in("auditor") as browser:
        whole = await get(browser, "audit/check")
        assert whole["is_whole"] and whole["changes"] > 0
        await owner.execute("SET session_replication_role = replica")
        await owner.execute("UPDATE audit.change SET actor = 'nobody' WHERE action LIKE 'create%'")
        await owner.execute("SET session_replication_role = origin")
        broken = await get(browser, "audit/check")
        assert not broken["is_whole"] and broken["broken"][0]["fault"] == "the row was edited"
        names = (await get(browser, "staff"))["items"]
        assert [person["name"] for person in names] == ["auditor"]


@pytest.fixture
async def admin(stripe: Watched) -> httpx.AsyncClient:
    signed_in = await clients.signed_in("admin")
    browser = clients.visitor(of=build_app(base_url=clients.BASE, state={"sandbox": True}))
    browser.cookies = signed_in.cookies
    return browser


async def test_the_sandbox_is_funded_turned_and_broken_from_the_office(
    admin: httpx.AsyncClient,
) -> None:
    await closed_month(await given.partner("Acme"))
    assert (await get(admin, "overview"))["has_sandbox"] is True
    before = await get(admin, "sandbox")
    funded = await admin.post("/api/office/sandbox/funds", json={})
    assert funded.json()["balances"][0]["available"]["amount_minor"] == 84_00
    assert -(await ledger.balance(ledger.OPERATOR_STRIPE, "EUR")).amount_minor == 84_00
    enough = await admin.post("/api/office/sandbox/funds", json={})
    assert enough.json()["code"] == "nothing-to-fund"
    turned = await admin.post("/api/office/sandbox/clock", json={"days": 3})
    assert turned.json()["clock"] > before["clock"]
    fault = {"target": "transfer", "kind": "500_after", "times": 2}
    broken = await admin.post("/api/office/sandbox/faults", json=fault)
    assert broken.json()["faults"][0]["times"] == 2
    mended = await admin.delete("/api/office/sandbox/faults")
    assert mended.json()["faults"] == []
    assert await fetch_value("SELECT count(*) FROM audit.change WHERE action LIKE '%fault%'") == 2


async def test_where_stripe_itself_is_used_there_is_no_sandbox(db: None) -> None:
    async with await clients.signed_in("admin") as browser:
        for answer in (
            await browser.get("/api/office/sandbox"),
            await browser.post("/api/office/sandbox/clock", json={"days": 1}),
        ):
            assert (answer.status_code, answer.json()["code"]) == (404, "sandbox-off")
    assert await stripe_sandbox.clock() > 0
