"""A partner contests its statement once, in the days of its mandate; the office answers once."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any, Literal
from uuid import UUID

import asyncpg
import pytest

from backend import audit, core, identity, settlement
from backend.core import Month
from tests import clients, given
from tests.given.partners import NOW, SYSTEM

AUGUST = Month.parse("2026-08")
CLOSED = datetime(2026, 10, 20, 21, 30, tzinfo=UTC)
"""23:30 of 20 October in Paris; its 15 days end with 4 November there, in winter time."""
TOO_LATE = datetime(2026, 11, 4, 23, tzinfo=UTC)
LAST = TOO_LATE - timedelta(microseconds=1)
BASE = "https://maillage.example"


async def closed(at: datetime = CLOSED) -> tuple[UUID, UUID]:
    """A partner and its statement of August, closed at `at`."""
    acme = await given.partner()
    await given.sale(acme)
    await settlement.close_month(AUGUST, minimum_hundredths=0, now=at, actor=SYSTEM)
    statement = await core.fetch_value(
        "SELECT id FROM settlement.statement WHERE organisation_id = $1", acme
    )
    return acme, statement


async def contest(of: UUID, statement: UUID, at: datetime = LAST, actor: str = SYSTEM) -> UUID:
    return await settlement.contest_statement(
        of, statement, reason="Une vente manque.", base_url=BASE, now=at, actor=actor
    )


async def answer(contest_id: UUID, actor: str = SYSTEM, **facts: Any) -> None:
    known: dict[str, Any] = {"reason": "Oui.", "means": "sale", **facts}
    verdict: Literal["accepted", "refused"] = "refused" if known["means"] is None else "accepted"
    await settlement.answer_contest(
        contest_id, verdict, base_url=BASE, now=LAST + timedelta(days=2), actor=actor, **known
    )


async def test_it_is_contested_to_the_last_moment_of_its_last_day_in_paris(db: None) -> None:
    acme, statement = await closed()
    for at in (TOO_LATE, CLOSED - timedelta(microseconds=1)):
        with pytest.raises(settlement.ContestTooLate, match="2026-11-04"):
            await contest(acme, statement, at)
    await contest(acme, statement, LAST)
    with pytest.raises(settlement.ContestExists):
        await contest(acme, statement, LAST)
    found = await settlement.contest_of(statement)
    assert found is not None and (found["state"], found["contested_at"]) == ("waiting", LAST)


@pytest.mark.parametrize(("at", "constraint"), [(TOO_LATE, "contest_in_time"), (LAST, None)])
async def test_postgresql_itself_refuses_one_too_late_or_of_another(
    db: None, at: datetime, constraint: str | None
) -> None:
    acme, statement = await closed()
    insert = (
        "INSERT INTO settlement.contest (statement_id, organisation_id, reason, contested_by, "
        "contested_at) VALUES ($1, $2, 'x', 'system:test', $3)"
    )
    if constraint:
        with pytest.raises(asyncpg.CheckViolationError, match="cannot be contested") as refused:
            await core.fetch(insert, statement, acme, at)
        assert refused.value.constraint_name == constraint
        return
    other = await given.partner("Autre")
    with pytest.raises(asyncpg.ForeignKeyViolationError):
        await core.fetch(insert, statement, other, at)
    await core.fetch(insert, statement, acme, at)
    with pytest.raises(asyncpg.UniqueViolationError):
        await core.fetch(insert, statement, acme, at)
    for change in ("UPDATE settlement.contest SET reason = 'y'", "DELETE FROM settlement.contest"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await core.fetch(change)


async def test_the_mandate_that_was_signed_says_for_how_many_days(
    db: None, owner: "asyncpg.Connection[asyncpg.Record]"
) -> None:
    """A version that begins after the closing says nothing of it, nor one that it did not sign."""
    acme, statement = await closed()
    await owner.execute(
        "INSERT INTO onboarding.agreement SELECT uuidv7(), kind, version + 1, text_fr, text_en, "
        "sha256_fr, sha256_en, $1::timestamptz, 15, 30, 'system:test', "
        "$1::timestamptz - interval '60 days' "
        "FROM onboarding.agreement WHERE kind = 'self_billing'",
        CLOSED - timedelta(days=1),
    )
    until = "SELECT settlement.contest_until($1, $2)"
    signed = (
        "INSERT INTO onboarding.acceptance (agreement_id, organisation_id, sha256, language, name, "
        "accepted_by, accepted_at) SELECT id, $1, sha256_fr, 'fr', 'Dir', 'system:test', $2 "
        "FROM onboarding.agreement WHERE kind = 'self_billing' AND version = $3"
    )
    days = {}
    for version in (0, 1, 2):
        of = await given.partner(f"N{version}")
        if version:
            # Nobody signs the old version once the new one holds.
            await owner.execute(signed, of, CLOSED - timedelta(hours=49 - 24 * version), version)
        end = await core.fetch_value(until, of, CLOSED)
        days[version] = (end.astimezone(core.PARIS).date() - CLOSED.date()).days - 1
    assert days == {0: 30, 1: 15, 2: 30}
    early = await core.fetch_value(until, acme, CLOSED - timedelta(days=2))
    assert (early - (CLOSED - timedelta(days=2))).days == 15
    assert statement


async def test_of_two_contests_at_once_and_two_answers_at_once_one_holds(db: None) -> None:
    acme, statement = await closed()
    made = await asyncio.gather(
        *(contest(acme, statement) for _ in range(4)), return_exceptions=True
    )
    (contest_id,) = (one for one in made if isinstance(one, UUID))
    assert sum(isinstance(one, settlement.ContestExists) for one in made) == 3
    answers = await asyncio.gather(
        *(answer(contest_id, means=means) for means in ("sale", None, "refund", "charge")),
        return_exceptions=True,
    )
    assert answers.count(None) == 1
    assert sum(isinstance(one, settlement.ContestAnswered) for one in answers) == 3
    assert await core.fetch_value("SELECT count(*) FROM settlement.contest_answer") == 1


async def test_the_statement_stays_and_everybody_is_written_to(db: None) -> None:
    finance = await clients.person("finance")
    await clients.person("partner_manager")
    acme, statement = await closed()
    before = await core.fetch_row("SELECT * FROM settlement.statement WHERE id = $1", statement)
    contest_id = await contest(acme, statement)
    await answer(contest_id, means="refund", reason="Facturée deux fois.")
    assert before == await core.fetch_row(
        "SELECT * FROM settlement.statement WHERE id = $1", statement
    )
    told = await core.fetch("SELECT kind, recipient, body_text FROM mail.message ORDER BY id")
    assert [row["kind"] for row in told if row["recipient"] == finance] == ["statement_contested"]
    theirs = [row for row in told if row["recipient"] != finance]
    assert [row["kind"] for row in theirs] == ["contest_received", "contest_accepted"]
    assert "Facturée deux fois." in theirs[1]["body_text"]
    assert "remboursée" in theirs[1]["body_text"]
    assert await core.fetch_value("SELECT count(*) FROM mail.notice") == len(told)
    assert await audit.broken_links() == []


async def test_nobody_answers_for_their_own_organisation(db: None) -> None:
    acme, statement = await closed()
    email = await clients.person("finance")
    person = await core.fetch_value("SELECT id FROM identity.person WHERE email = $1", email)
    await identity.add_membership(
        person, organisation_id=acme, role="member", now=NOW, actor=SYSTEM
    )
    contest_id = await contest(acme, statement)
    with pytest.raises(identity.OwnOrganisation):
        await answer(contest_id, actor=f"person:{person}", means=None)


async def test_a_partner_contests_over_http_and_reads_the_answer(db: None) -> None:
    acme, statement = await closed(datetime.now(UTC))
    other = await given.partner("Autre")
    path = f"/api/portal/statements/{statement}/contest"
    async with await clients.signed_in("owner", other) as browser:
        for told in (await browser.get(path), await browser.post(path, json={"reason": "x"})):
            assert (told.status_code, told.json()["code"]) == (404, "statement-unknown")
    async with await clients.signed_in("finance", acme) as browser:
        assert (await browser.get(path)).json()["is_open"] is True
        assert (await browser.post(path, json={"reason": " "})).status_code == 400
        made = await browser.post(path, json={"reason": "Une vente manque."})
        assert made.status_code == 201 and made.json()["is_open"] is False
        again = await browser.post(path, json={"reason": "Encore."})
        assert (again.status_code, again.json()["code"]) == (409, "contest-exists")
        async with await clients.signed_in("finance") as office:
            assert (await office.get("/api/office/overview")).json()["contests_waiting"] == 1
            [item] = (await office.get("/api/office/contests")).json()["items"]
            assert (item["reason"], item["state"]) == ("Une vente manque.", "waiting")
            body = {"reason": "Elle y est."}
            asked = f"/api/office/contests/{item['id']}"
            assert (await office.post(f"{asked}/accept", json=body)).status_code == 400
            done = (await office.post(f"{asked}/refuse", json=body)).json()
            assert (done["state"], done["answer"]) == ("refused", "Elle y est.")
            again = await office.post(f"{asked}/accept", json={**body, "means": "sale"})
            assert (again.status_code, again.json()["code"]) == (409, "contest-answered")
            waiting = await office.get("/api/office/contests?contest_state=waiting")
            assert waiting.json()["items"] == []
        assert (await browser.get(path)).json()["contest"]["answer"] == "Elle y est."
        with core.acting_for(other):
            assert await core.fetch("SELECT FROM settlement.contest") == []
            assert await core.fetch("SELECT FROM settlement.contest_answer") == []
