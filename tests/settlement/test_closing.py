"""A closing that is watched: asked for in the office, run by a worker, told step by step."""

import asyncio
from datetime import UTC, datetime

import msgspec
import pytest

from backend import payouts, settlement
from backend.core import Month, fetch, fetch_value
from backend.settlement import Closed, MonthStillOpen
from backend.settlement.actions import close_month
from tests import clients, given
from tests.reports.history import AUGUST, on

NOW = datetime(2026, 10, 2, 8, tzinfo=UTC)


async def ask(month: Month = AUGUST) -> None:
    await settlement.ask_closing(month, minimum_hundredths=2500, now=NOW, actor="person:x")


async def work() -> int:
    return await settlement.run_closings(payouts.machine_clock)


async def test_a_worker_closes_the_month_and_says_so(db: None) -> None:
    for number in range(3):
        await given.sale(await given.partner(f"p{number}"), 100_00, sold_at=on(8, 12))
    async with await clients.signed_in("finance") as browser:
        asked = await browser.post("/api/office/months/2026-08/closing")
        assert (asked.status_code, asked.json()["state"]) == (202, "asked")
        again = await browser.post("/api/office/months/2026-08/closing")
        assert again.json()["asked_at"] == asked.json()["asked_at"]
        assert await work() == 1
        closing = (await browser.get("/api/office/months/2026-08/closing")).json()
        assert (closing["state"], closing["statement_count"], closing["is_new"]) == (
            "done", 3, True,
        )  # fmt: skip
        assert (closing["phase"], closing["done"], closing["total"]) == ("sealing", 3, 3)
        months = (await browser.get("/api/office/months")).json()["items"]
    assert [(m["month"], m["is_closed"], m["line_count"]) for m in months] == [("2026-08", True, 3)]
    assert months[0]["closing"] == "done"
    assert months[0]["totals"][0]["net_sold"] == {"amount_minor": 300_00, "currency": "EUR"}
    assert await work() == 0


async def test_its_steps_come_as_events(db: None) -> None:
    await given.sale(await given.partner(), 100_00, sold_at=on(8, 12))
    await ask()
    await work()
    async with await clients.signed_in("auditor") as browser:
        answer = await browser.get("/api/office/months/2026-08/closing/events")
    assert answer.headers["content-type"].startswith("text/event-stream")
    lines = answer.text.splitlines()
    assert "event: closing" in lines
    told = [msgspec.json.decode(x.removeprefix("data: ")) for x in lines if x.startswith("data")]
    assert told[-1]["state"] == "done"


async def test_who_watches_sees_it_go_on(db: None) -> None:
    """The reads behind the events are the operator's as well."""
    await given.sale(await given.partner(), 100_00, sold_at=on(8, 12))
    await ask()
    async with await clients.signed_in("finance") as browser:
        watching = asyncio.create_task(browser.get("/api/office/months/2026-08/closing/events"))
        await asyncio.sleep(0.5)
        await work()
        lines = (await watching).text.splitlines()
    told = [msgspec.json.decode(x.removeprefix("data: ")) for x in lines if x.startswith("data")]
    assert (told[0]["state"], told[-1]["state"]) == ("asked", "done")


async def test_a_refusal_is_told_and_may_be_tried_again(db: None) -> None:
    await given.sale(await given.partner(), 100_00, sold_at=on(8, 12))
    await ask(Month.parse("2026-09"))
    await work()
    failed = await settlement.read_closing(Month.parse("2026-09"))
    assert (failed["state"], failed["problem_code"]) == ("failed", "month-skipped")
    await ask()
    await ask(Month.parse("2026-09"))
    assert await work() == 2
    assert (await settlement.read_closing(Month.parse("2026-09")))["state"] == "done"


async def test_what_a_dead_worker_left_is_taken_up(db: None) -> None:
    """It died after the closing's commit and before it said so."""
    await given.sale(await given.partner(), 100_00, sold_at=on(8, 12))
    await ask()
    await fetch(
        "UPDATE settlement.closing SET state = 'running', claimed_until = now() + interval '1 hour'"
    )
    await close_month(AUGUST, minimum_hundredths=2500, now=NOW, actor="person:x")
    assert await work() == 0, "its worker may still live"
    await fetch("UPDATE settlement.closing SET claimed_until = now() - interval '1 second'")
    assert await work() == 1
    assert (await settlement.read_closing(AUGUST))["state"] == "done"
    assert await fetch_value("SELECT count(*) FROM settlement.statement") == 1


async def test_words_of_progress_are_no_part_of_the_closing(db: None) -> None:
    """They come in order, outside its transaction; one that fails undoes nothing."""
    await given.sale(await given.partner(), 100_00, sold_at=on(8, 12))
    told: list[tuple[str, int, int]] = []
    closed = await close_month(
        AUGUST, minimum_hundredths=2500, now=NOW, actor="person:x",
        tell=lambda *words: told.append(words),
    )  # fmt: skip
    assert closed == Closed(AUGUST, 1, 1, new=True)
    assert told == [
        ("waiting", 0, 0), ("drawing", 0, 0), ("writing", 0, 1), ("posting", 0, 1),
        ("sealing", 1, 1),
    ]  # fmt: skip


async def test_a_month_not_over_is_not_even_asked_for(db: None) -> None:
    with pytest.raises(MonthStillOpen):
        await ask(Month.parse("2026-10"))
    async with await clients.signed_in("admin") as browser:
        early = await browser.post("/api/office/months/2999-01/closing")
        assert early.json()["code"] == "month-still-open"
        unknown = await browser.get("/api/office/months/2026-07/closing/events")
        assert (unknown.status_code, unknown.json()["code"]) == (404, "closing-unknown")
