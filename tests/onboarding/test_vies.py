"""VAT numbers are asked about at VIES: when supplied, and every 90 days."""

from datetime import datetime, timedelta

from backend import core, onboarding
from backend.onboarding import Claim, NoVies, SimulatedVies, Vies
from tests.given import letters
from tests.given.partners import NOW
from tests.onboarding.files import accept, item, organisation, supply

NUMBER = "FR96552100554"
OTHER = "FR40303265045"


async def ask(vies: Vies, at: datetime = NOW) -> None:
    async def clock() -> datetime:
        return at

    await onboarding.ask_vies(vies, clock)


async def outcomes() -> list[str]:
    rows = await core.fetch("SELECT outcome FROM onboarding.vies_answer ORDER BY answered_at")
    return [row["outcome"] for row in rows]


async def test_a_number_that_vies_knows_is_accepted_with_its_consultation_number(
    db: None,
) -> None:
    of = await organisation()
    await supply(of, Claim("vat_number", NUMBER))
    assert (await item(of, "vat_number")).state == "supplied"
    await ask(SimulatedVies())
    assert (await item(of, "vat_number")).held
    row = await core.fetch_row("SELECT * FROM onboarding.vies_answer")
    assert row is not None and row["consultation_number"].startswith("SIM")
    assert (row["vat_number"], row["source"], row["answered_at"]) == (NUMBER, "simulator", NOW)
    await ask(SimulatedVies(), NOW + timedelta(days=89))
    assert await outcomes() == ["valid"]


async def test_an_unavailable_service_leaves_it_waiting_and_is_asked_again_in_an_hour(
    db: None,
) -> None:
    of = await organisation()
    await supply(of, Claim("vat_number", NUMBER))
    for minutes in (0, 59, 60):
        await ask(NoVies(), NOW + timedelta(minutes=minutes))
    assert await outcomes() == ["unavailable", "unavailable"]
    assert (await item(of, "vat_number", NOW + timedelta(hours=2))).state == "supplied"
    await ask(SimulatedVies(down=["DE"]), NOW + timedelta(hours=3))
    assert (await item(of, "vat_number", NOW + timedelta(hours=3))).held


async def test_an_unknown_number_is_refused_with_reasons(db: None) -> None:
    of = await organisation()
    await supply(of, Claim("vat_number", NUMBER))
    await ask(SimulatedVies(invalid=[NUMBER]))
    found = await item(of, "vat_number")
    assert (found.state, found.held) == ("refused", False)
    assert await letters.kinds("dir@granit.example") == ["evidence_refused"]
    await ask(SimulatedVies(), NOW + timedelta(days=100))
    assert await outcomes() == ["invalid"]
    await supply(of, Claim("vat_number", NUMBER), now=NOW + timedelta(days=101))
    await ask(SimulatedVies(), NOW + timedelta(days=101))
    assert (await item(of, "vat_number", NOW + timedelta(days=101))).held


async def test_a_number_is_asked_about_again_after_ninety_days_and_may_be_lost(db: None) -> None:
    of = await organisation()
    await supply(of, Claim("vat_number", NUMBER))
    await ask(SimulatedVies())
    later, again = NOW + timedelta(days=90), NOW + timedelta(days=180)
    await ask(SimulatedVies(down=["FR"]), later)
    assert (await item(of, "vat_number", later)).held
    later += timedelta(hours=1)
    await ask(SimulatedVies(invalid=[NUMBER]), later)
    lost = await item(of, "vat_number", later)
    assert (lost.state, lost.held, lost.reason) == ("refused", False, "vies")
    assert await letters.kinds("dir@granit.example") == ["evidence_refused"]
    assert (await item(of, "vat_number", later - timedelta(seconds=1))).held
    await ask(SimulatedVies(), again + timedelta(hours=1))
    assert (await item(of, "vat_number", again + timedelta(hours=1))).held


async def test_the_office_may_decide_while_vies_is_away(db: None) -> None:
    of = await organisation()
    made = await supply(of, Claim("vat_number", NUMBER))
    await ask(NoVies())
    await accept(made)
    assert (await item(of, "vat_number")).held


async def test_an_answer_about_a_number_that_was_replaced_decides_nothing(db: None) -> None:
    of = await organisation()
    old = await supply(of, Claim("vat_number", NUMBER))
    await supply(of, Claim("vat_number", OTHER))
    answer = await SimulatedVies().ask(NUMBER)
    await onboarding.record_answer(of, old, NUMBER, answer, NOW)
    found = await item(of, "vat_number")
    assert (found.state, found.held) == ("supplied", False)
    await ask(SimulatedVies())
    assert (await item(of, "vat_number")).held


async def test_the_office_knows_better_than_what_vies_said_before(db: None) -> None:
    of = await organisation()
    await supply(of, Claim("vat_number", NUMBER))
    await ask(SimulatedVies(invalid=[NUMBER]))
    later = NOW + timedelta(days=1)
    await accept(await supply(of, Claim("vat_number", NUMBER), now=later), now=later)
    found = await item(of, "vat_number", later)
    assert (found.state, found.held) == ("accepted", True)
