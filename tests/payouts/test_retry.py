"""A partner asks for a refused payout, takes it back, and is written what was decided."""

import asyncpg
import pytest

from backend import identity, payouts
from backend.core import fetch, fetch_row, fetch_value, uuid7
from backend.payouts.rules_approval import OwnPayout
from tests import clients, given
from tests.given.payouts import state_of
from tests.payments.conftest import Watched
from tests.payouts.test_approval import NOW, failed_payout, person

DECIDE = "UPDATE payouts.approval SET state = $2, decided_by = $1, decided_at = now()"


async def test_leaving_the_partner_for_a_minute_makes_no_second_pair_of_eyes(
    stripe: Watched,
) -> None:
    payout = await failed_payout()
    partner = await fetch_value("SELECT organisation_id FROM payouts.payout")
    owed_at = await fetch_value("SELECT created_at FROM payouts.payout")
    nolwenn, yann = await person("Nolwenn"), await person("Yann")
    for one in (nolwenn, yann):
        await identity.add_membership(
            one, organisation_id=partner, role="owner", now=NOW, actor="system:test"
        )
    asked = await payouts.ask_approval(
        payout, "retry", note="", person=yann, now=NOW, organisation=partner
    )
    await identity.end_membership(
        nolwenn, organisation_id=partner, role="owner", now=owed_at, actor="system:test"
    )
    with pytest.raises(OwnPayout):
        await payouts.approve(asked, note="", person=nolwenn, now=NOW, base_url=given.BASE_URL)
    with pytest.raises(asyncpg.InsufficientPrivilegeError, match="approves nothing"):
        await fetch(DECIDE, nolwenn, "approved")


async def test_who_left_the_partner_before_the_payout_was_owed_approves_like_others(
    stripe: Watched,
) -> None:
    nolwenn = await person("Nolwenn")
    payout = await failed_payout()
    row = await fetch_row("SELECT organisation_id, created_at FROM payouts.payout")
    assert row is not None
    await fetch(
        "INSERT INTO identity.membership (person_id, organisation_id, role, created_at, ended_at) "
        "VALUES ($1, $2, 'owner', $3, $3)",
        nolwenn, row["organisation_id"], row["created_at"].replace(year=2020),
    )  # fmt: skip
    asked = await payouts.ask_approval(
        payout, "retry", note="", person=await person("Yann"), now=NOW
    )
    await payouts.approve(asked, note="", person=nolwenn, now=NOW, base_url=given.BASE_URL)
    assert await state_of(payout) == "transferred"


@pytest.mark.parametrize("note", ["\u202eevorppa\u202c", "o\u200bk", "two\nlines"])
async def test_a_note_shows_all_its_characters(stripe: Watched, note: str) -> None:
    payout = await failed_payout()
    partner = await fetch_value("SELECT organisation_id FROM payouts.payout")
    async with (
        await clients.signed_in("owner", partner) as owner,
        await clients.signed_in("finance") as office,
    ):
        for browser, at in (
            (owner, f"/api/portal/payouts/{payout}/retry-requests"),
            (office, f"/api/office/payouts/{payout}/retry"),
        ):
            answer = await browser.post(at, json={"note": note})
            assert answer.status_code == 400, answer.text


async def test_a_partner_asks_five_times_an_hour_whoever_of_it_asks(stripe: Watched) -> None:
    payout = await failed_payout()
    partner = await fetch_value("SELECT organisation_id FROM payouts.payout")
    ask = f"/api/portal/payouts/{payout}/retry-requests"
    async with (
        await clients.signed_in("owner", partner) as owner,
        await clients.signed_in("finance", partner) as colleague,
    ):
        for _ in range(5):
            asked = await owner.post(ask, json={})
            assert asked.status_code == 201, asked.text
            back = await owner.post(f"{ask}/{asked.json()['id']}/take-back")
            assert back.status_code == 200, back.text
        answer = await colleague.post(ask, json={})
    assert (answer.status_code, answer.json()["code"]) == (429, "too-many-requests")


async def test_a_partner_takes_its_request_back_and_nobody_elses(stripe: Watched) -> None:
    payout = await failed_payout()
    partner = await fetch_value("SELECT organisation_id FROM payouts.payout")
    ask = f"/api/portal/payouts/{payout}/retry-requests"
    async with (
        await clients.signed_in("owner", partner) as owner,
        await clients.signed_in("finance", partner) as colleague,
        await clients.signed_in("owner", await given.partner("Granit")) as stranger,
    ):
        asked = (await owner.post(ask, json={})).json()["id"]
        for at in (f"{ask}/{uuid7()}", f"/api/portal/payouts/{uuid7()}/retry-requests/{asked}"):
            unknown = await owner.post(f"{at}/take-back")
            assert unknown.json()["code"] == "approval-unknown"
        strange = await stranger.post(f"{ask}/{asked}/take-back")
        assert (strange.status_code, strange.json()["code"]) == (404, "approval-unknown")
        back = await colleague.post(f"{ask}/{asked}/take-back")
        assert (back.status_code, back.json()["state"]) == (200, "withdrawn")
        twice = await owner.post(f"{ask}/{asked}/take-back")
        assert twice.json()["code"] == "approval-decided"
        yann = await person("Yann")
        offices = await payouts.ask_approval(payout, "retry", note="", person=yann, now=NOW)
        unknown = await owner.post(f"{ask}/{offices}/take-back")
        assert unknown.json()["code"] == "approval-unknown", "what the operator asked is its own"
    chain = "SELECT chain FROM audit.change WHERE action = 'decide_retry'"
    assert await fetch_value(chain) == str(partner)
    assert await fetch_value("SELECT count(*) FROM mail.message WHERE kind = 'retry_decided'") == 0


async def test_postgresql_lets_only_who_asked_take_a_request_back(stripe: Watched) -> None:
    payout = await failed_payout()
    partner = await fetch_value("SELECT organisation_id FROM payouts.payout")
    yann, nolwenn = await person("Yann"), await person("Nolwenn")
    await payouts.ask_approval(payout, "retry", note="", person=yann, now=NOW)
    with pytest.raises(asyncpg.InsufficientPrivilegeError, match="takes it back"):
        await fetch(DECIDE, nolwenn, "withdrawn")
    await fetch(DECIDE, yann, "withdrawn")
    await identity.add_membership(
        yann, organisation_id=partner, role="owner", now=NOW, actor="system:test"
    )
    await payouts.ask_approval(payout, "retry", note="", person=yann, now=NOW, organisation=partner)
    with pytest.raises(asyncpg.InsufficientPrivilegeError, match="takes it back"):
        await fetch(DECIDE + " WHERE state = 'asked'", nolwenn, "withdrawn")


@pytest.mark.parametrize(
    ("verb", "subject"),
    [("approve", "Nouvel envoi\u00a0: "), ("refuse", "Pas de nouvel envoi\u00a0: ")],
)
async def test_who_asked_is_written_what_was_decided_and_why(
    stripe: Watched, verb: str, subject: str
) -> None:
    payout = await failed_payout()
    partner = await fetch_value("SELECT organisation_id FROM payouts.payout")
    async with (
        await clients.signed_in("owner", partner) as owner,
        await clients.signed_in("finance") as office,
    ):
        ask = await owner.post(f"/api/portal/payouts/{payout}/retry-requests", json={})
        decided = await office.post(
            f"/api/office/payout-approvals/{ask.json()['id']}/{verb}",
            json={"note": "La banque nous a répondu."},
        )
        assert decided.status_code == 200, decided.text
        email = (await owner.get("/api/store/session")).json()["person"]["email"]
    (letter,) = await fetch("SELECT * FROM mail.message WHERE kind = 'retry_decided'")
    assert (letter["recipient"], letter["language"]) == (email, "fr")
    assert letter["subject"].startswith(subject), letter["subject"]
    assert "La banque nous a répondu." in letter["body_text"]
    assert f"{clients.BASE}/portal/payouts" in letter["body_text"]


async def test_the_partner_itself_is_written_to_once_who_asked_has_left(stripe: Watched) -> None:
    payout = await failed_payout()
    partner = await fetch_value("SELECT organisation_id FROM payouts.payout")
    yann, nolwenn = await person("Yann"), await person("Nolwenn")
    role = {"organisation_id": partner, "role": "owner"}
    await identity.add_membership(yann, **role, now=NOW, actor="system:test")
    asked = await payouts.ask_approval(
        payout, "retry", note="", person=yann, now=NOW, organisation=partner
    )
    await identity.end_membership(yann, **role, now=NOW, actor="system:test")
    await payouts.refuse(asked, note="", person=nolwenn, now=NOW, base_url=given.BASE_URL)
    letters = "SELECT recipient FROM mail.message WHERE kind = 'retry_decided'"
    own = await fetch_value("SELECT email FROM partners.organisation WHERE id = $1", partner)
    assert await fetch_value(letters) == own
