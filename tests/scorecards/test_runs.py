"""Evaluating everybody: what was foreseen is what happens, and the office reads it."""

import asyncio
import csv
import io
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from backend import core, programmes, scorecards
from backend.core import PARIS, uuid7
from backend.payouts import machine_clock
from backend.programmes import RESELLER
from backend.scorecards import actions, requests
from tests import clients, given
from tests.given.programmes import reseller

NOW = datetime(2026, 11, 16, 6, tzinfo=UTC)
ON = date(2026, 11, 16)
PATH = "/api/office/programmes/reseller_integrator"
ASKED: dict[tuple[str, scorecards.Measure], int] = {
    ("certified", "references"): 1,
    ("premium", "references"): 3,
}


async def showing(level: str, references: int, now: datetime = NOW) -> None:
    made = await reseller(level)
    for number in range(references):
        await programmes.record_achievement(
            made, "reference", f"Brest {number}", achieved_on=date(2026, 2, 1), evidence="letter",
            now=now, actor=given.SYSTEM,
        )  # fmt: skip


async def everybody() -> None:
    """Every level with no, one and three references."""
    before = NOW - timedelta(days=2)
    await scorecards.announce_requirements(
        RESELLER, "Light", ASKED, valid_from=NOW - timedelta(days=1), now=before,
        actor=given.SYSTEM,
    )  # fmt: skip
    for level in ("registered", "certified", "premium"):
        for references in (0, 1, 3):
            await showing(level, references)


async def test_what_is_foreseen_is_what_an_evaluation_comes_to(db: None) -> None:
    await everybody()
    seen = await scorecards.foresee(RESELLER, ON, NOW)
    nothing = await scorecards.list_scorecards(seen.moves[0].organisation_id)
    assert nothing == []
    done = await scorecards.evaluate(RESELLER, "quarterly", ON, now=NOW, actor=given.SYSTEM)
    assert seen.follows == done.follows == {"keep": 3, "promote": 3, "announce": 3}
    assert seen.organisations == done.organisations == 9
    for move in seen.moves:
        [card] = await scorecards.list_scorecards(move.organisation_id)
        assert (card.held, card.level, card.follows) == (move.held, move.level, move.follows)
        assert card.points == move.points
    again = await scorecards.foresee(RESELLER, ON, NOW + timedelta(hours=1))
    assert set(again.follows) == {"keep"} and again.moves == []


async def test_the_office_tries_an_evaluation_then_does_it_and_takes_the_file(db: None) -> None:
    today = datetime.now(UTC)
    await scorecards.announce_requirements(
        RESELLER, "=Light", ASKED, valid_from=today - timedelta(hours=1),
        now=today - timedelta(days=1), actor=given.SYSTEM,
    )  # fmt: skip
    await showing("registered", 1)
    await showing("premium", 0)
    async with await clients.signed_in("partner_manager") as office:
        tried = (await office.post(f"{PATH}/evaluations/preview")).json()
        assert (tried["on"], tried["organisations"]) == (
            today.astimezone(PARIS).date().isoformat(), 2
        )  # fmt: skip
        assert sorted((x["held"], x["level"], x["follows"]) for x in tried["moves"]) == [
            ("premium", "registered", "announce"), ("registered", "certified", "promote"),
        ]  # fmt: skip
        assert (await office.get(f"{PATH}/evaluations")).json()["items"] == []

        assert (await office.get(f"{PATH}/evaluations/last-asked")).json() == {"request": None}
        made = await office.post(f"{PATH}/evaluations", json={})
        assert made.status_code == 202, made.text
        # Asked again while it waits, it is the same one.
        assert (await office.post(f"{PATH}/evaluations", json={})).json() == made.json()
        assert await scorecards.run_requests(machine_clock) == 1
        asked = (await office.get(f"{PATH}/evaluations/last-asked")).json()["request"]
        assert (asked["state"], asked["organisations"], asked["settled"]) == ("done", 2, 2)
        [run] = (await office.get(f"{PATH}/evaluations")).json()["items"]
        assert run["id"] == asked["run_id"]
        assert run["follows"] == [
            {"follows": one, "organisations": 1} for one in ("announce", "promote")
        ]
        assert sorted(tried["follows"], key=lambda x: str(x["follows"])) == run["follows"]
        again = await office.post(f"{PATH}/evaluations", json={})
        assert again.json()["id"] != asked["id"]
        await scorecards.run_requests(machine_clock)
        assert (await office.get(f"{PATH}/evaluations")).json()["items"] == [run]
        assert (await office.get(f"/api/office/evaluations/{run['id']}")).json() == run

        cards = f"/api/office/evaluations/{run['id']}/scorecards"
        [risen] = (await office.get(cards, params={"follows": "promote"})).json()["items"]
        assert (risen["held"], risen["level"]) == ("registered", "certified")
        assert [point["missing"] for point in risen["points"]] == [0, 2]
        assert (await office.get(cards, params={"follows": "open"})).json()["items"] == []

        file = await office.get(f"/api/office/evaluations/{run['id']}/export")
        rows = list(csv.DictReader(io.StringIO(file.text.lstrip("\ufeff"))))
        assert [
            (row["of_level"], row["at_least"], row["value"], row["is_met"])
            for row in rows
            if row["follows"] == "promote"
        ] == [("certified", "1", "1", "yes"), ("premium", "3", "1", "no")]
        assert {row["follows"] for row in rows} == {"announce", "promote"}
        members = await office.get(f"{PATH}/members/export", params={"level": "premium"})
        [member] = csv.DictReader(io.StringIO(members.text.lstrip("\ufeff")))
        assert (member["level"], member["falls_to"]) == ("premium", "registered")

        unknown = await office.get(f"/api/office/evaluations/{uuid7()}/export")
        assert (unknown.status_code, unknown.json()["code"]) == (404, "evaluation-unknown")
        none = await office.post("/api/office/programmes/technical/evaluations", json={})
        assert (none.status_code, none.json()["code"]) == (409, "no-requirements")


async def test_an_evaluation_whose_worker_died_is_finished_by_another(db: None) -> None:
    """It was measured and claimed, and nothing settled; what stopped three times says so."""
    await everybody()
    await requests.ask_evaluation(RESELLER, "quarterly", ON, now=NOW, actor=given.SYSTEM)
    await actions.measure_everybody(RESELLER, "quarterly", ON, NOW, given.SYSTEM)
    await core.fetch(
        "UPDATE scorecards.request SET state = 'measuring', claimed_until = now() + '1 hour'"
    )
    assert await scorecards.run_requests(machine_clock) == 0
    await core.fetch("UPDATE scorecards.request SET claimed_until = now() - interval '1 s'")
    assert await scorecards.run_requests(machine_clock) == 1
    done = await requests.last_request(RESELLER)
    assert done is not None
    assert (done.state, done.organisations, done.settled) == ("done", 9, 9)
    await requests.ask_evaluation(RESELLER, "quarterly", ON, now=NOW, actor=given.SYSTEM)
    await core.fetch("UPDATE scorecards.request SET tries = 3 WHERE state = 'waiting'")
    await scorecards.run_requests(machine_clock)
    failed = await requests.last_request(RESELLER)
    assert failed is not None
    assert (failed.state, failed.reason) == ("failed", requests.GAVE_UP)


async def test_an_evaluation_that_lasts_is_taken_up_by_no_other_worker(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its worker is heard of while it measures, longer than a claim."""
    await everybody()
    await requests.ask_evaluation(RESELLER, "quarterly", ON, now=NOW, actor=given.SYSTEM)

    async def slowly(*facts: Any) -> UUID:
        await asyncio.sleep(1.2)
        return await actions.measure_everybody(*facts)

    monkeypatch.setattr(requests, "CLAIM_S", 0.6)
    monkeypatch.setattr(requests, "measure_everybody", slowly)
    first = asyncio.create_task(scorecards.run_requests(machine_clock))
    await asyncio.sleep(0.9)
    assert await scorecards.run_requests(machine_clock) == 0
    assert await first == 1
