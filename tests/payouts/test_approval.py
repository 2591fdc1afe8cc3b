"""Four eyes: one person asks, another one decides, PostgreSQL watches."""

from datetime import UTC, datetime
from uuid import UUID

import asyncpg
import pytest

from backend import identity, payouts
from backend.core import acting_for, fetch, fetch_value, uuid7
from backend.payouts.rules_approval import OwnPayout
from tests import clients, given
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
    await payouts.refuse(first, note="not yet", person=nolwenn, now=NOW, base_url=given.BASE_URL)
    second = await payouts.ask_approval(payout, "retry", note="", person=yann, now=NOW)
    await payouts.refuse(second, note="", person=yann, now=NOW, base_url=given.BASE_URL)
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
    await payouts.approve(asked, note="", person=nolwenn, now=NOW, base_url=given.BASE_URL)
    assert await state_of(payout) == "canceled"


async def test_what_is_too_late_when_approved_stays_asked(stripe: Watched) -> None:
    _, payout = await started()
    yann, nolwenn = await person("Yann"), await person("Nolwenn")
    asked = await payouts.ask_approval(payout, "cancel", note="", person=yann, now=NOW)
    await run()
    with pytest.raises(payouts.TooLateToCancel):
        await payouts.approve(asked, note="", person=nolwenn, now=NOW, base_url=given.BASE_URL)
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


async def test_a_partner_asks_for_its_refused_payout_and_one_person_of_finance_approves(
    stripe: Watched,
) -> None:
    payout = await failed_payout()
    partner = await fetch_value("SELECT organisation_id FROM payouts.payout")
    ask = f"/api/portal/payouts/{payout}/retry-requests"
    async with (
        await clients.signed_in("owner", partner) as owner,
        await clients.signed_in("finance", partner) as colleague,
        await clients.signed_in("finance") as office,
    ):
        asked = await owner.post(ask, json={"note": "the IBAN is right now"})
        assert asked.status_code == 201, asked.text
        assert (asked.json()["state"], asked.json()["note"]) == ("asked", "the IBAN is right now")
        name = asked.json()["asked_by_name"]
        twice = await colleague.post(ask, json={})
        assert twice.json()["code"] == "approval-pending"
        assert twice.json()["facts"]["asked_by"] == f"{name} (Acme Éditions)"
        assert (await office.post(f"/api/office/payouts/{payout}/retry", json={})).json()[
            "facts"
        ] == twice.json()["facts"]
        (request,) = (await office.get("/api/office/payout-approvals")).json()["items"]
        assert (request["asked_for"], request["asked_for_name"]) == (str(partner), "Acme Éditions")
        assert await state_of(payout) == "failed", "nothing is sent yet"
        done = await office.post(
            f"/api/office/payout-approvals/{request['id']}/approve", json={"note": "we called"}
        )
        assert done.status_code == 200, done.text
        (told,) = (await colleague.get(ask)).json()["items"]
        assert (told["state"], told["answer"]) == ("approved", "we called")
        late = await owner.post(ask, json={})
        assert late.json()["code"] == "payout-not-retriable"
    assert await state_of(payout) == "transferred"
    chain = "SELECT chain FROM audit.change WHERE action = 'ask_retry'"
    assert await fetch_value(chain) == str(partner)


async def test_a_partner_does_not_learn_who_of_the_operator_asked(stripe: Watched) -> None:
    payout = await failed_payout()
    partner = await fetch_value("SELECT organisation_id FROM payouts.payout")
    yann = await person("Yann")
    await payouts.ask_approval(payout, "retry", note="between us", person=yann, now=NOW)
    ask = f"/api/portal/payouts/{payout}/retry-requests"
    async with await clients.signed_in("owner", partner) as owner:
        twice = await owner.post(ask, json={})
        assert twice.json()["facts"]["asked_by"] == "the operator"
        assert (await owner.get(ask)).json()["items"] == []


async def test_nobody_of_the_partner_asks_about_anothers_payout_nor_with_a_key(
    stripe: Watched,
) -> None:
    payout = await failed_payout()
    partner = await fetch_value("SELECT organisation_id FROM payouts.payout")
    other = await given.partner("Granit")
    ask = f"/api/portal/payouts/{payout}/retry-requests"
    async with await clients.signed_in("owner", other) as stranger:
        assert (await stranger.post(ask, json={})).json()["code"] == "payout-unknown"
    async with await clients.signed_in("member", partner) as member:
        assert (await member.post(ask, json={})).status_code == 403
    async with await clients.with_key("owner", partner, "portal:account:write") as program:
        assert (await program.post(ask, json={})).json()["code"] == "person-needed"
    assert await fetch_value("SELECT count(*) FROM payouts.approval") == 0


async def test_whoever_acts_for_the_partner_too_approves_nothing_that_is_paid_to_it(
    stripe: Watched,
) -> None:
    payout = await failed_payout()
    partner = await fetch_value("SELECT organisation_id FROM payouts.payout")
    yann, nolwenn = await person("Yann"), await person("Nolwenn")
    await identity.add_membership(
        nolwenn, organisation_id=partner, role="owner", now=NOW, actor="system:test"
    )
    asked = await payouts.ask_approval(payout, "retry", note="", person=yann, now=NOW)
    with pytest.raises(OwnPayout):
        await payouts.approve(asked, note="", person=nolwenn, now=NOW, base_url=given.BASE_URL)
    decide = "UPDATE payouts.approval SET state = 'approved', decided_by = $1, decided_at = now()"
    with pytest.raises(asyncpg.InsufficientPrivilegeError, match="approves nothing"):
        await fetch(decide, nolwenn)


async def test_a_tenants_session_asks_to_retry_its_own_payout_and_does_nothing_more(
    stripe: Watched,
) -> None:
    payout = await failed_payout()
    partner = await fetch_value("SELECT organisation_id FROM payouts.payout")
    other, yann, iris = await given.partner("Granit"), await person("Yann"), uuid7()
    nolwenn = await person("Nolwenn")
    await identity.add_membership(
        nolwenn, organisation_id=partner, role="owner", now=NOW, actor="system:test"
    )
    insert = (
        "INSERT INTO payouts.approval (payout_id, organisation_id, verb, asked_by, asked_at, "
        "state, decided_by, decided_at) VALUES ($1, $2, $3, $4, now(), $5, $6, $7)"
    )
    refused: tuple[tuple[UUID, list[object], type[Exception]], ...] = (
        (partner, [None, "retry", yann, "asked", None, None], asyncpg.InsufficientPrivilegeError),
        (
            partner,
            [partner, "retry", iris, "asked", None, None],
            asyncpg.InsufficientPrivilegeError,
        ),
        (partner, [partner, "cancel", nolwenn, "asked", None, None], asyncpg.CheckViolationError),
        (
            partner,
            [partner, "retry", nolwenn, "approved", yann, NOW],
            asyncpg.InsufficientPrivilegeError,
        ),
        (other, [other, "retry", nolwenn, "asked", None, None], asyncpg.InsufficientPrivilegeError),
    )
    for session, values, error in refused:
        with acting_for(session), pytest.raises(error):
            await fetch(insert, payout, *values)
    await payouts.ask_approval(
        payout, "retry", note="", person=nolwenn, now=NOW, organisation=partner
    )
    with acting_for(partner):
        decide = "UPDATE payouts.approval SET state = 'refused', decided_by = $1 RETURNING 1"
        assert await fetch(decide, yann) == []
    with acting_for(other):
        assert await fetch("SELECT FROM payouts.approval") == []
