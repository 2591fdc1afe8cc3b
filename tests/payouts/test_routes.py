"""Payouts over HTTP: one's own in the portal, all of them in the office."""

from uuid import UUID

from backend import payouts, stripe_sandbox
from backend.core import uuid7
from tests import clients, given
from tests.given.payouts import (
    AUGUST,
    closed_month,
    days_pass,
    payable_partner,
    payout_of,
    run,
    started,
)
from tests.payments.conftest import Watched


async def test_a_partner_sees_why_its_payout_waits(stripe: Watched) -> None:
    partner = await given.partner()
    await closed_month(partner)
    async with await clients.signed_in("finance") as office:
        paid = await office.post(f"/api/office/months/{AUGUST}/pay")
        assert paid.status_code == 200, paid.text
        assert paid.json() == {
            "month": "2026-08", "new": 1, "states": {"held": 1},
            "held": {"organisation_unverified": 1},
        }  # fmt: skip
    async with await clients.signed_in("owner", partner) as owner:
        page = (await owner.get("/api/portal/payouts")).json()
        (item,) = page["items"]
        assert item["amount"] == {"amount_minor": 84_00, "currency": "EUR"}
        assert (item["state"], item["held_reason"]) == ("held", "organisation_unverified")
        assert item["held_because"] == payouts.REASONS["organisation_unverified"]
        assert item["month"] == "2026-08"
        assert "transfer_id" not in item


async def test_a_partner_reads_the_steps_and_attempts_of_its_payout(stripe: Watched) -> None:
    partner, payout = await started("3001")
    await run()
    await days_pass(2.1)
    await run()
    async with await clients.signed_in("owner", partner) as owner:
        found = (await owner.get(f"/api/portal/payouts/{payout}")).json()
    assert [step["state"] for step in found["steps"]] == [
        "held", "planned", "transferred", "payout_pending", "failed",
    ]  # fmt: skip
    assert found["steps"][-1]["reason"] == "no_account"
    assert [attempt["state"] for attempt in found["attempts"]] == ["failed"]
    assert found["payout"]["failure_message"] == "The bank account could not be located."


async def test_the_payout_of_another_partner_is_unknown(stripe: Watched) -> None:
    _, payout = await started()
    async with await clients.signed_in("owner", await given.partner()) as other:
        for address in (payout, uuid7()):
            answer = await other.get(f"/api/portal/payouts/{address}")
            assert (answer.status_code, answer.json()["code"]) == (404, "payout-unknown")
        assert (await other.get("/api/portal/payouts")).json()["items"] == []


async def test_the_office_reads_a_payout_and_an_auditor_only_reads(stripe: Watched) -> None:
    partner, payout = await started("3001")
    await run()
    async with await clients.signed_in("finance") as office:
        history = (await office.get(f"/api/office/payouts/{payout}")).json()
        assert history["payout"]["organisation_id"] == str(partner)
        assert history["payout"]["transfer_id"].startswith("tr_")
        whose = await office.get("/api/office/payouts", params={"organisation_id": str(partner)})
        assert [item["id"] for item in whose.json()["items"]] == [str(payout)]
    async with await clients.signed_in("auditor") as auditor:
        assert (await auditor.get("/api/office/payouts")).status_code == 200
        for verb in ("retry", "cancel"):
            answer = await auditor.post(f"/api/office/payouts/{payout}/{verb}", json={})
            assert answer.status_code == 403
        assert (await auditor.post(f"/api/office/months/{AUGUST}/pay")).status_code == 403


async def test_the_office_lists_by_month_and_state_in_pages(stripe: Watched) -> None:
    made = [await payable_partner() for _ in range(3)]
    await closed_month(*made)
    await stripe_sandbox.fund(1_000_00)
    async with await clients.signed_in("finance") as office:
        await office.post(f"/api/office/months/{AUGUST}/pay")
        seen: list[UUID] = []
        after: dict[str, str] = {}
        while True:
            page = (await office.get("/api/office/payouts", params={"limit": "2", **after})).json()
            seen += [UUID(item["id"]) for item in page["items"]]
            if page["next"] is None:
                break
            after = {"after": page["next"]}
        assert sorted(seen) == sorted([await payout_of(partner) for partner in made])
        none = await office.get("/api/office/payouts", params={"month": "2026-09"})
        assert none.json()["items"] == []
        held = await office.get("/api/office/payouts", params={"payout_state": "held"})
        assert len(held.json()["items"]) == 3
        bad = await office.get("/api/office/payouts", params={"payout_state": "lost"})
        assert bad.status_code == 400


async def test_an_open_month_is_a_problem_with_its_remedy(stripe: Watched) -> None:
    async with await clients.signed_in("finance") as office:
        answer = await office.post("/api/office/months/2026-10/pay")
    assert (answer.status_code, answer.json()["code"]) == (409, "month-not-closed")
    assert "maillage close 2026-10" in answer.json()["detail"]
