"""Four eyes: one person asks, another one decides, PostgreSQL watches."""

from datetime import UTC, datetime
from uuid import UUID

import asyncpg
import pytest

from backend import identity, payouts
from backend.core import fetch, fetch_value, uuid7
from tests import clients
from tests.given.payouts import days_pass, run, started, state_of
from tests.payments.conftest import Watched

NOW = datetime(2026, 9, 20, 12, tzinfo=UTC)


async def person(name: str) -> UUID:
    made = await identity.create_person(
        email=f"{name}.{uuid7().hex[-8:]}@example.test", name=name, password=clients.PASSWORD,
        now=NOW, actor="system:test",
    )  # fmt: skip
    await identity.add_membership(
        made, organisation_id=None, role="finance", now=NOW, actor="system:test"
    )
    return made


async def failed_payout() -> UUID:
    _, payout = await started("3001")
    await run()
    await days_pass(2.1)
    await run()
    assert await state_of(payout) == "failed"
    return payout


async def test_a_retry_is_sent_once_another_person_approves_it(stripe: Watched) -> None:
    payout = await failed_payout()
    async with (
        await clients.signed_in("finance") as asker,
        await clients.signed_in("admin") as approver,
    ):
        asked = await asker.post(
            f"/api/office/payouts/{payout}/retry", json={"note": "new bank details"}
        )
        assert asked.status_code == 201, asked.text
        request = asked.json()
        assert (request["state"], request["verb"]) == ("asked", "retry")
        assert await state_of(payout) == "failed", "nothing is sent yet"
        approve = f"/api/office/payout-approvals/{request['id']}/approve"
        own = await asker.post(approve, json={})
        assert (own.status_code, own.json()["code"]) == (403, "own-request")
        twice = await approver.post(f"/api/office/payouts/{payout}/retry", json={})
        assert twice.json()["code"] == "approval-pending"
        done = await approver.post(approve, json={"note": "called them"})
        assert done.status_code == 200, done.text
        assert (done.json()["state"], done.json()["payout_state"]) == ("approved", "transferred")
        again = await approver.post(approve, json={})
        assert again.json()["code"] == "approval-decided"
        listed = await asker.get("/api/office/payout-approvals", params={"payout_id": str(payout)})
        assert [item["state"] for item in listed.json()["items"]] == ["approved"]
        counts = (await asker.get("/api/office/payout-counts")).json()["items"]
        assert [(item["state"], item["number"]) for item in counts] == [("transferred", 1)]
    waiting = await fetch_value("SELECT count(*) FROM jobs.pgqueuer WHERE status = 'queued'")
    assert waiting == 1, "the workers were woken"
    actions = [row["action"] for row in await fetch("SELECT action FROM audit.change")]
    assert {"ask_retry", "decide_retry", "retry_payout"} <= set(actions)


async def test_a_request_is_refused_by_another_or_withdrawn_by_its_maker(stripe: Watched) -> None:
    payout = await failed_payout()
    yann, nolwenn = await person("Yann"), await person("Nolwenn")
    first = await payouts.ask_approval(payout, "retry", note="", person=yann, now=NOW)
    await payouts.refuse(first, note="not yet", person=nolwenn, now=NOW)
    second = await payouts.ask_approval(payout, "retry", note="", person=yann, now=NOW)
    await payouts.refuse(second, note="", person=yann, now=NOW)
    rows = await payouts.list_approvals(state=None, payout_id=payout, after=None, limit=9)
    assert [(row["state"], row["decided_by_name"]) for row in rows] == [
        ("withdrawn", "Yann"), ("refused", "Nolwenn"),
    ]  # fmt: skip
    assert await state_of(payout) == "failed"


async def test_a_cancellation_waits_for_the_second_person_too(stripe: Watched) -> None:
    _, payout = await started()
    yann, nolwenn = await person("Yann"), await person("Nolwenn")
    asked = await payouts.ask_approval(payout, "cancel", note="", person=yann, now=NOW)
    assert await state_of(payout) == "held"
    await payouts.approve(asked, note="", person=nolwenn, now=NOW)
    assert await state_of(payout) == "canceled"


async def test_what_is_too_late_when_approved_stays_asked(stripe: Watched) -> None:
    _, payout = await started()
    yann, nolwenn = await person("Yann"), await person("Nolwenn")
    asked = await payouts.ask_approval(payout, "cancel", note="", person=yann, now=NOW)
    await run()
    with pytest.raises(payouts.TooLateToCancel):
        await payouts.approve(asked, note="", person=nolwenn, now=NOW)
    assert await fetch_value("SELECT state FROM payouts.approval") == "asked"


async def test_postgresql_refuses_the_same_person_and_a_second_decision(stripe: Watched) -> None:
    payout = await failed_payout()
    yann, nolwenn = await person("Yann"), await person("Nolwenn")
    await payouts.ask_approval(payout, "retry", note="", person=yann, now=NOW)
    decide = "UPDATE payouts.approval SET state = 'approved', decided_by = $1, decided_at = now()"
    with pytest.raises(asyncpg.CheckViolationError, match="four_eyes"):
        await fetch(decide, yann)
    await fetch(decide, nolwenn)
    with pytest.raises(asyncpg.ObjectNotInPrerequisiteStateError):
        await fetch("UPDATE payouts.approval SET state = 'refused'")


async def test_a_key_is_nobodys_eyes(stripe: Watched) -> None:
    payout = await failed_payout()
    async with await clients.with_key("admin", None, "office:payout:send") as program:
        answer = await program.post(f"/api/office/payouts/{payout}/retry", json={})
    assert (answer.status_code, answer.json()["code"]) == (403, "person-needed")


async def test_what_cannot_be_done_is_not_asked_for(stripe: Watched) -> None:
    _, payout = await started()
    async with await clients.signed_in("finance") as office:
        answer = await office.post(f"/api/office/payouts/{payout}/retry", json={})
        assert answer.json()["code"] == "payout-not-retriable"
        await run()
        late = await office.post(f"/api/office/payouts/{payout}/cancel", json={})
        assert late.json()["code"] == "payout-sent"
        unknown = await office.post(f"/api/office/payout-approvals/{uuid7()}/approve", json={})
        assert unknown.json()["code"] == "approval-unknown"
