"""What is more than is owed, or much, is recorded by two people, once."""

import asyncio
import io
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import pypdf
import pytest

from backend import core, dues, identity, partners, receipts, reports, settlement
from backend.core import Money
from backend.dues import queries, reminders
from backend.dues.rules import why_two
from tests import clients
from tests.charges.test_contracts import sign
from tests.given.charges import charge
from tests.given.programmes import organisation
from tests.receipts.test_receipts import (
    DECEMBER,
    IN_DECEMBER,
    NOVEMBER,
    close,
    editor_owing,
    paid,
    statement,
)
from tests.receipts.test_routes import OFFICE, owing, said


async def person(role: str = "finance", org: UUID | None = None) -> UUID:
    email = await clients.person(role, org)
    found: UUID = await core.fetch_value("SELECT id FROM identity.person WHERE email = $1", email)
    return found


async def record(org: UUID, minor: int, by: UUID, reference: str = "VIR-1") -> dues.Recorded:
    line = dues.Line(
        org, Money(minor, "EUR"), reference, date(2026, 12, 18), "bank_transfer", ""
    )  # fmt: skip
    return await dues.record_line(line, now=IN_DECEMBER, actor=f"person:{by}")


async def approve(made: dues.Recorded, by: UUID) -> UUID:
    assert made.proposal_id is not None
    return await dues.approve_proposal(made.proposal_id, note="", person=by, now=IN_DECEMBER)


async def test_more_than_is_owed_counts_once_a_second_person_approves(db: None) -> None:
    editor, first, second = await editor_owing(), await person(), await person()
    made = await record(editor, 280_00, first)
    assert (made.state, made.receipt_id) == ("waiting", None)
    assert await record(editor, 280_00, first) == made
    with pytest.raises(receipts.ReceiptConflict, match="waits for a second person"):
        await record(editor, 1_00, first)
    assert (await settlement.list_owing())[0]["left_minor"] == 180_00
    with pytest.raises(dues.OwnProposal):
        await approve(made, first)
    with pytest.raises(identity.OwnOrganisation):
        await approve(made, await person("finance", editor))
    receipt = await approve(made, second)
    assert (await record(editor, 280_00, first))[:2] == ("known", receipt)
    with pytest.raises(dues.ProposalDecided):
        await approve(made, second)
    await close(DECEMBER)
    assert (await statement(editor, DECEMBER))["due_minor"] == 100_00


async def limit_to(minor: int, currency: str = "EUR") -> None:
    """From yesterday on."""
    await dues.announce_limit(
        Money(minor, currency), valid_from=IN_DECEMBER - timedelta(days=1), note="",
        now=IN_DECEMBER - timedelta(days=2), actor="system:test",
    )  # fmt: skip


async def test_a_large_one_waits_though_it_is_owed_by_the_limit_of_its_day(db: None) -> None:
    editor, first = await editor_owing(), await person()
    await limit_to(100_00)
    assert (await record(editor, 150_00, first)).state == "waiting"
    assert (await record(editor, 100_00, first, "VIR-2")).state == "recorded"
    for limit, begins in ((1, IN_DECEMBER), (0, IN_DECEMBER + timedelta(days=1))):
        with pytest.raises(dues.BadDueSetting):
            await dues.announce_limit(
                Money(limit, "EUR"), valid_from=begins, note="", now=IN_DECEMBER,
                actor="system:test",
            )  # fmt: skip


async def test_lines_of_one_payment_are_held_against_the_limit_together(db: None) -> None:
    """Nobody goes below it by halves; what bounced, or two people saw, is not one's alone."""
    editor, first, second = await editor_owing(), await person(), await person()
    await limit_to(100_00)
    half = await record(editor, 60_00, first)
    assert half.state == "recorded"
    assert half.receipt_id is not None
    with pytest.raises(asyncpg.CheckViolationError, match="above the limit"):
        await paid(editor, 60_00, reference="VIR-2")
    waiting = await record(editor, 60_00, first, "VIR-2")
    assert waiting.state == "waiting"
    await approve(waiting, second)
    assert (await record(editor, 40_00, first, "VIR-3")).state == "recorded"
    assert (await record(editor, 1_00, first, "VIR-4")).state == "waiting"
    await receipts.reverse_receipt(
        half.receipt_id, reason="Bounced.", now=IN_DECEMBER, actor="system:test"
    )
    assert (await record(editor, 20_00, first, "VIR-5")).state == "recorded"


async def test_lines_of_one_payment_at_once_are_held_against_the_limit_together(db: None) -> None:
    """PostgreSQL by itself: whoever writes past the action waits for the other's line."""
    editor = await editor_owing()
    await limit_to(100_00)
    answers = await asyncio.gather(
        *(paid(editor, 60_00, reference=f"VIR-{place}") for place in range(4)),
        return_exceptions=True,
    )
    assert sum(isinstance(one, asyncpg.CheckViolationError) for one in answers) == 3


async def test_a_limit_is_of_its_currency_and_none_is_two_people(db: None) -> None:
    euros, yen = Money(1, "EUR"), Money(1, "JPY")
    assert why_two(yen, yen, Money(0, "JPY"), await queries.limit_at("JPY", IN_DECEMBER))
    assert not why_two(euros, euros, Money(0, "EUR"), await queries.limit_at("EUR", IN_DECEMBER))
    await limit_to(1_000_000, "JPY")
    assert await queries.limit_at("JPY", IN_DECEMBER) == Money(1_000_000, "JPY")
    assert await queries.limit_at("EUR", IN_DECEMBER) == Money(10_000_00, "EUR")
    editor = await editor_owing()
    with pytest.raises(asyncpg.CheckViolationError, match="above the limit"):
        await receipts.record_receipt(
            editor, Money(1_00, "USD"), reference="VIR-US", received_on=date(2026, 12, 18),
            means="bank_transfer", now=IN_DECEMBER, actor="system:test",
        )  # fmt: skip


async def test_the_days_of_letters_follow_each_other_and_say_who_set_them(db: None) -> None:
    begins = (datetime.now(UTC) + timedelta(days=9)).isoformat()
    path = "/api/office/receivable-settings"

    def days(first: int, second: int, last: int) -> dict[str, Any]:
        wanted = {"first_days": first, "second_days": second, "last_days": last}
        return {**wanted, "valid_from": begins, "note": "Asked for by the board."}

    async with await clients.signed_in("finance") as office:
        for wrong, field in ((days(30, 30, 90), "second_days"), (days(30, 60, 59), "last_days")):
            refused = await office.post(f"{path}/letters", json=wrong)
            assert refused.status_code == 422
            assert refused.json()["detail"].startswith(f"{field}:")
        made = (await office.post(f"{path}/letters", json=days(100, 130, 160))).json()
        assert [one["state"] for one in made["letters"]] == ["to_come", "in_force"]
        assert made["letters"][0]["by"]
        assert made["letters"][1]["by"] is None
        again = await office.post(f"{path}/letters", json=days(15, 30, 60))
        assert "Another value begins then" in again.json()["detail"]
        limit = {"limit": {"amount_minor": 5_000, "currency": "JPY"}, "valid_from": begins}
        made = (await office.post(f"{path}/limits", json=limit)).json()
        assert [(one["limit"]["currency"], one["state"]) for one in made["limits"]] == [
            ("EUR", "in_force"), ("JPY", "to_come"),
        ]  # fmt: skip
    with pytest.raises(asyncpg.CheckViolationError, match="follow each other"):
        await core.fetch(
            "INSERT INTO dues.setting (name, value, valid_from, actor, recorded_at) "
            "VALUES ('first_reminder_days', 60, now() + interval '1 day', 'x', now())"
        )


async def test_two_colleagues_at_once_cannot_record_more_than_is_owed(db: None) -> None:
    """Each line is within the debt; both together are not."""
    editor, people = await editor_owing(), [await person() for _ in range(5)]
    made = await asyncio.gather(
        *(record(editor, 100_00, one, f"VIR-{one}") for one in people)
    )  # fmt: skip
    assert sorted(each.state for each in made) == ["recorded"] + ["waiting"] * 4


async def test_two_approve_at_once_and_it_counts_once(db: None) -> None:
    editor, first = await editor_owing(), await person()
    made = await record(editor, 280_00, first)
    others = [await person() for _ in range(4)]
    answers = await asyncio.gather(
        *(approve(made, each) for each in others), return_exceptions=True
    )  # fmt: skip
    assert sum(isinstance(answer, UUID) for answer in answers) == 1
    assert await core.fetch_value("SELECT count(*) FROM receipts.receipt") == 1


async def test_postgresql_refuses_the_same_person_and_who_acts_for_the_partner(db: None) -> None:
    editor, first = await editor_owing(), await person()
    await record(editor, 280_00, first)
    theirs = await person("finance", editor)
    for who in (first, theirs):
        with pytest.raises((asyncpg.CheckViolationError, asyncpg.InsufficientPrivilegeError)):
            await core.fetch(
                "UPDATE dues.proposal SET state = 'approved', decided_by = $1, decided_at = now(), "
                "receipt_id = id",
                who,
            )
    with core.acting_for(editor):
        assert await core.fetch("SELECT FROM dues.proposal") == []
    with pytest.raises(asyncpg.CheckViolationError, match="above the limit"):
        await paid(editor, 10_000_01, reference="VIR-9")
    large = await record(editor, 10_000_01, first, "VIR-9")
    assert await approve(large, await person())


async def test_over_http_one_records_another_approves_and_a_program_may_not(db: None) -> None:
    org = await owing()
    much: dict[str, Any] = {"amount": {"amount_minor": 500_00, "currency": "EUR"}}
    async with await clients.signed_in("finance") as first:
        made = (await first.post(OFFICE, json=said(org, **much))).json()
        assert (made["state"], made["proposal"]["why"]) == ("waiting", "above_debt")
        path = f"{OFFICE}/proposals/{made['proposal']['id']}"
        own = await first.post(f"{path}/approve", json={})
        assert (own.status_code, own.json()["code"]) == (403, "own-receipt-proposal")
    async with await clients.with_key("admin", None, "office:charge:write") as program:
        told = await program.post(OFFICE, json=said(org, **much, reference="VIR-8"))
        assert (told.status_code, told.json()["code"]) == (403, "receipt-needs-person")
    async with await clients.signed_in("finance") as second:
        (waiting,) = (await second.get(f"{OFFICE}/proposals?status=asked")).json()["items"]
        assert waiting["owed"]["amount_minor"] == 180_00
        done = await second.post(f"{path}/approve", json={"note": "As the bank says"})
        assert (done.status_code, done.json()["state"]) == (200, "approved")
        again = await second.post(f"{path}/refuse", json={"note": "Twice"})
        assert (again.status_code, again.json()["code"]) == (409, "receipt-proposal-decided")


async def test_a_refusal_says_why_and_is_not_for_who_acts_for_the_partner(db: None) -> None:
    org, first = await editor_owing(), await person()
    made = await record(org, 280_00, first)
    theirs = await person("finance", org)
    assert made.proposal_id is not None
    with pytest.raises(identity.OwnOrganisation):
        await dues.refuse_proposal(made.proposal_id, note="No", person=theirs, now=IN_DECEMBER)
    path = f"{OFFICE}/proposals/{made.proposal_id}/refuse"
    async with await clients.signed_in("finance") as second:
        overview = "/api/office/overview"
        assert (await second.get(overview)).json()["receipts_to_approve"] == 1
        assert [(await second.post(path, json=no)).status_code for no in ({}, {"note": ""})] == [
            400,
            400,
        ]
        done = (await second.post(path, json={"note": "Not at the bank"})).json()
        assert (done["state"], done["decided_note"]) == ("refused", "Not at the bank")
        assert (await second.get(overview)).json()["receipts_to_approve"] == 0


async def test_what_stripe_collected_is_not_recorded_by_hand(db: None) -> None:
    """Its reference, taken by hand, would keep Stripe's own payment from counting."""
    org = await owing()
    async with await clients.signed_in("finance") as office:
        no = await office.post(OFFICE, json=said(org, reference="pi_3Q"))
    assert (no.status_code, no.json()["code"]) == (422, "reference-of-stripe")
    assert no.json()["facts"]["field"] == "reference"
    assert "under payments received" in no.json()["detail"]


async def test_K_03_letters_wait_for_the_days_to_pay_of_a_contract(db: None) -> None:
    """Forty-five days: the first letter on the day that the statement names, the second later."""
    org = await organisation("buyer")
    await sign(org)
    await charge(org, 150_00)
    await close(NOVEMBER)
    begin = datetime(2026, 12, 1, 8, tzinfo=UTC)
    days = (30, 44, 45, 60, 74, 75)
    written = [await dues.write_reminders(begin + timedelta(days=each)) for each in days]
    assert written == [0, 0, 1, 0, 0, 1]
    reference = (await partners.read_organisation(org)).reference
    report = await reports.statement_report(reference, NOVEMBER, now=begin, language="en")
    text = pypdf.PdfReader(io.BytesIO(await report.whole())).pages[0].extract_text()
    assert "To be paid before 15 Jan 2027" in " ".join(text.split())


@pytest.mark.parametrize(("days", "day"), [(45, "2027-01-15"), (None, "2026-12-31")])
async def test_the_statement_its_pdf_and_the_payments_to_us_name_one_day(
    db: None, days: int | None, day: str
) -> None:
    """By the contract's forty-five days; without one on the day of the first letter."""
    org = await organisation("buyer")
    if days is not None:
        await sign(org)
    await charge(org, 150_00)
    await close(NOVEMBER)
    (row,) = await settlement.list_owing()
    path = f"statements/{row['statement_id']}"
    async with await clients.signed_in("owner", org) as mine:
        seen = [(await mine.get(f"/api/portal/{path}")).json()["pay_before"]]
        (owed,) = (await mine.get("/api/portal/receivables")).json()["items"]
        report = await mine.get(f"/api/portal/{path}/report?format=pdf&language=en")
    async with await clients.signed_in("finance") as office:
        seen.append((await office.get(f"/api/office/{path}")).json()["pay_before"])
    assert [*seen, owed["pay_before"]] == [day] * 3
    assert owed["is_asked_later"] is False
    text = " ".join(pypdf.PdfReader(io.BytesIO(report.content)).pages[0].extract_text().split())
    assert f"To be paid before {date.fromisoformat(day):%d %b %Y}" in text


async def test_each_letter_is_written_once_at_its_age_and_seen_in_the_office(db: None) -> None:
    """Owed since 1 December: 30, 60 and 90 days on; one that was missed is not written late."""
    editor = await editor_owing()
    begin = datetime(2026, 12, 1, 8, tzinfo=UTC)
    written = [
        await dues.write_reminders(begin + timedelta(days=days))
        for days in (29, 30, 31, 60, 60, 89, 90, 200)
    ]
    assert written == [0, 1, 0, 1, 0, 0, 1, 0]
    await asyncio.gather(*(dues.write_reminders(begin + timedelta(days=95)) for _ in range(3)))
    rows = await core.fetch("SELECT number, age_days, left_minor FROM dues.reminder ORDER BY 1")
    assert [tuple(row) for row in rows] == [(1, 30, 180_00), (2, 60, 180_00), (3, 90, 180_00)]
    subjects = await core.fetch("SELECT subject FROM mail.message ORDER BY id")
    assert [row["subject"] for row in subjects] == [
        "Rappel : 180,00 EUR sont dus",
        "Deuxième rappel : 180,00 EUR sont dus",
        "Dernier rappel : 180,00 EUR sont dus",
    ]
    async with await clients.signed_in("finance") as office:
        (row,) = (await office.get("/api/office/receivables")).json()["items"]
        assert [each["number"] for each in row["reminders"]] == [1, 2, 3]
    with core.acting_for(editor):
        assert len(await core.fetch("SELECT FROM dues.reminder")) == 3


async def test_a_debt_whose_letter_fails_holds_no_other(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also those behind it that are read later."""
    debtors = [await editor_owing(), await organisation("buyer")]
    await charge(debtors[1], 150_00)
    await close(DECEMBER)
    first, second = [row["statement_id"] for row in await settlement.list_owing()]
    really = reminders._remind

    async def failing(debt: asyncpg.Record, *facts: Any) -> bool:
        if debt["statement_id"] == first:
            raise RuntimeError
        return await really(debt, *facts)

    monkeypatch.setattr(reminders, "BATCH", 1)
    monkeypatch.setattr(reminders, "_remind", failing)
    with pytest.raises(ExceptionGroup):
        await dues.write_reminders(datetime(2027, 2, 1, 8, tzinfo=UTC))
    assert await core.fetch_value("SELECT statement_id FROM dues.reminder") == second
