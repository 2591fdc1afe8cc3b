"""VAT numbers are asked about at VIES: when supplied, and every 90 days."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from backend import core, onboarding, worker
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


async def test_an_answer_dated_ahead_holds_back_nobody_who_supplies_the_number_again(
    db: None,
) -> None:
    of = await organisation()
    await supply(of, Claim("vat_number", NUMBER))
    await ask(SimulatedVies(), NOW + timedelta(days=153))
    assert (await item(of, "vat_number")).state == "supplied"
    await supply(of, Claim("vat_number", NUMBER))
    await ask(SimulatedVies())
    assert (await item(of, "vat_number")).held


async def test_the_worker_dates_what_vies_says_by_the_clock_of_the_file(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def months_ahead() -> datetime:
        return datetime.now(UTC) + timedelta(days=153)

    monkeypatch.setattr(worker.Registers, "vies", SimulatedVies())
    of = await organisation()
    await supply(of, Claim("vat_number", NUMBER), now=datetime.now(UTC))
    await worker.ask_vies(months_ahead)
    assert (await item(of, "vat_number", datetime.now(UTC))).held
    assert len(await outcomes()) == 1
    await worker.ask_vies(months_ahead)
    assert len(await outcomes()) == 1


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


async def check(of: Any) -> Any:
    """What is shown of its newest evidence."""
    found = (await onboarding.evidence_of(of))[0].check
    assert found is not None
    return found.outcome, found.source, found.consultation_number, found.answered_at


async def test_who_said_it_when_and_with_which_number_is_shown(db: None) -> None:
    of = await organisation()
    first = await supply(of, Claim("vat_number", NUMBER))
    assert (await onboarding.evidence_of(of))[0].check is None
    await ask(NoVies())
    assert await check(of) == ("unavailable", "none", None, NOW)
    later = NOW + timedelta(hours=1)
    await accept(first, now=later)
    assert await check(of) == ("valid", "office", None, later)
    again = await supply(of, Claim("vat_number", NUMBER), now=later)
    await onboarding.accept_evidence(
        again, now=later, actor="system:cli", consultation_number="WAPIAAAAB1"
    )
    assert await check(of) == ("valid", "office", "WAPIAAAAB1", later)
    rechecked = later + timedelta(days=90)
    await ask(SimulatedVies(), rechecked)
    outcome, source, number, at = await check(of)
    assert (outcome, source, at) == ("valid", "simulator", rechecked) and number.startswith("SIM")
    assert (await onboarding.evidence_of(of))[1].check.source == "office"  # type: ignore[union-attr]


async def test_a_consultation_number_is_of_a_vat_number_only(db: None) -> None:
    of = await organisation()
    made = await supply(of, Claim("directors", people=[onboarding.Person("Nolwenn Le Bihan")]))
    with pytest.raises(onboarding.EvidenceWrong, match="consultation_number"):
        await onboarding.accept_evidence(
            made, now=NOW, actor="system:cli", consultation_number="WAPIAAAAB1"
        )


TOLD: dict[str, Any] = {
    "countryCode": "FR", "vatNumber": NUMBER[2:], "requestDate": "2026-11-23T09:00:00.000Z",
    "valid": True, "requestIdentifier": "WAPIAAAAB1cdEFgh", "name": "GRANIT SAS",
    "address": "1 RUE DU PORT\n29200 BREST", "traderName": "---", "traderStreet": "---",
    "traderNameMatch": "NOT_PROCESSED",
}  # fmt: skip
"""As the REST service of VIES answers a question that names who asks."""


async def answered(body: Any, status: int = 200, of: str = NUMBER) -> tuple[Any, Any]:
    """What the adapter makes of it, and what it had asked."""
    asked: list[Any] = []

    def reply(request: httpx.Request) -> httpx.Response:
        asked.append((str(request.url), json.loads(request.content)))
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        return httpx.Response(status, content=content)

    vies = onboarding.EuropeanVies(OTHER, transport=httpx.MockTransport(reply))
    return await vies.ask(of), asked


async def test_vies_is_asked_in_the_operators_name_and_gives_its_consultation_number() -> None:
    answer, asked = await answered(TOLD)
    address = "https://ec.europa.eu/taxation_customs/vies/rest-api/check-vat-number"
    assert asked == [(address, {
        "countryCode": "FR", "vatNumber": NUMBER[2:],
        "requesterMemberStateCode": "FR", "requesterNumber": OTHER[2:],
    })]  # fmt: skip
    assert answer == onboarding.Answer(
        "valid", "vies", "WAPIAAAAB1cdEFgh", "GRANIT SAS", "1 RUE DU PORT\n29200 BREST"
    )
    silent = {**TOLD, "countryCode": "EL", "requestIdentifier": "", "name": "---", "address": "---"}
    answer, _ = await answered(silent, of=f"GR{NUMBER[2:]}")
    assert answer == onboarding.Answer("valid", "vies")
    answer, _ = await answered({**TOLD, "valid": False, "name": "---", "requestIdentifier": ""})
    assert answer == onboarding.Answer("invalid", "vies")


REFUSED = {"actionSucceed": False, "errorWrappers": [{"error": "MS_UNAVAILABLE"}]}


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (REFUSED, 200),
        ({**TOLD, **REFUSED, "valid": False}, 200),
        ({**TOLD, "errorWrappers": [{"error": "INVALID_REQUESTER_INFO"}]}, 200),
        ({**TOLD, "valid": False}, 503),
        ({**TOLD, "valid": False, "vatNumber": "1"}, 200),
        ({**TOLD, "valid": "no"}, 200),
        ({}, 200),
        (b"<html>gateway</html>", 502),
    ],
)
async def test_what_is_not_plainly_a_yes_or_a_no_is_no_answer(body: Any, status: int) -> None:
    answer, _ = await answered(body, status)
    assert answer == onboarding.Answer("unavailable", "vies")


async def test_a_vies_that_is_away_is_no_answer() -> None:
    def away(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectTimeout("away", request=request)

    vies = onboarding.EuropeanVies(OTHER, transport=httpx.MockTransport(away))
    assert await vies.ask(NUMBER) == onboarding.Answer("unavailable", "vies")
