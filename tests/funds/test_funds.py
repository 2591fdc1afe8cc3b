"""Co-marketing: asked for, approved within the budget, claimed with proof, reimbursed (R-10)."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

from backend import (
    awards,
    core,
    funds,
    ledger,
    onboarding,
    partners,
    programmes,
    reports,
    settlement,
)
from backend.core import Money, Month, at_rate
from tests import given
from tests.given import charges as made
from tests.given.letters import kinds
from tests.given.programmes import organisation, reseller

NOW = datetime(2026, 10, 10, 9, tzinfo=UTC)
QUARTER = awards.Quarter.parse("2026-Q4")
PDF = b"%PDF-1.7 an invoice"


async def partner(turnover_minor: int = 100_000_00) -> UUID:
    """Certified; so much was invoiced to it, at 10 % off, in the quarter before."""
    org = await reseller("certified")
    await made.charge(org, turnover_minor * 10 // 9, charged_on=date(2026, 8, 20))
    return org


def plan(planned_minor: int = 1_000_00, **facts: Any) -> funds.Plan:
    known: dict[str, Any] = {
        "title": "Breakfast on sovereign clouds",
        "activity": "event",
        "description": "Forty customers, one morning, in Brest.",
        "starts_on": date(2026, 11, 3),
        "ends_on": date(2026, 11, 3),
        "planned": Money(planned_minor, "EUR"),
    }
    return funds.Plan(**{**known, **facts})


async def ask(org: UUID, planned_minor: int = 1_000_00, **facts: Any) -> UUID:
    return await funds.ask_for_funds(org, plan(planned_minor, **facts), now=NOW, actor=given.SYSTEM)


async def approve(request: UUID, minor: int, **facts: Any) -> None:
    await funds.approve_request(
        request, approved_minor=minor, **{"now": NOW, "actor": given.SYSTEM, **facts}
    )


async def claimed(org: UUID, request: UUID, spent_minor: int, now: datetime = NOW) -> None:
    await funds.add_proof(
        org, request, name="facture.pdf", content=PDF, now=now, actor=given.SYSTEM
    )
    await funds.claim(org, request, spent_minor=spent_minor, now=now, actor=given.SYSTEM)


async def reimburse(request: UUID, minor: int, **facts: Any) -> None:
    await funds.reimburse_claim(
        request, accepted_minor=minor, **{"now": NOW, "actor": given.SYSTEM, **facts}
    )


async def state(request: UUID) -> str:
    found: str = (await funds.read_request(request))["state"]
    return found


async def left(org: UUID) -> int:
    return (await funds.budget_of(org, QUARTER)).left_minor


async def test_R_10_co_marketing_goes_from_the_request_to_the_statement(db: None) -> None:
    """Budget 1 % of 100,000.00; half of 1,200.00 spent, at most the 500.00 approved; with VAT."""
    org = await partner()
    assert await left(org) == 1_000_00
    request = await ask(org, 1_000_00)
    assert (await funds.read_request(request))["asked_minor"] == 500_00
    assert await left(org) == 1_000_00
    await approve(request, 500_00)
    assert await left(org) == 500_00
    await claimed(org, request, 1_200_00)
    await reimburse(request, 1_200_00)
    row = await funds.read_request(request)
    assert (row["state"], row["reimbursed_minor"]) == ("reimbursed", 500_00)
    (award,) = await awards.list_awards(organisation_id=org)
    assert (award["document_type"], award["amount_minor"]) == ("389", 500_00)
    assert (await ledger.balance(ledger.OPERATOR_CO_MARKETING, "EUR")).amount_minor == -500_00
    october = Month.parse("2026-10")
    await settlement.close_through(
        october, minimum_hundredths=2500, now=october.end, actor=given.SYSTEM
    )
    (statement,) = await settlement.list_statements(organisation_id=org, month=october)
    assert (statement["awards_minor"], statement["vat_minor"]) == (500_00, 100_00)
    assert await reports.run_checks() == []
    steps = [row["to_state"] for row in await funds.steps_of(request)]
    assert steps == ["requested", "approved", "claimed", "reimbursed"]
    mailbox = (await partners.read_organisation(org)).email
    assert mailbox and (await kinds(mailbox))[-2:] == ["fund_approved", "fund_reimbursed"]


async def test_R_03_co_marketing_is_asked_for_only_while_the_level_gives_it(db: None) -> None:
    org = await partner()
    plain = await reseller("registered")
    with pytest.raises(funds.FundNotGiven):
        await ask(plain)
    request = await ask(org)
    await programmes.leave(
        org, programmes.RESELLER, reason="It stops.", now=NOW, actor=given.SYSTEM
    )
    with pytest.raises(funds.FundNotGiven, match="gave co-marketing when it asked"):
        await approve(request, 100_00)
    with pytest.raises(funds.FundNotGiven):
        await ask(org)


async def test_less_than_the_approved_is_reimbursed_where_less_was_spent(db: None) -> None:
    org = await partner()
    request = await ask(org, 1_000_00)
    await approve(request, 500_00)
    await claimed(org, request, 700_01)
    with pytest.raises(funds.ReasonMissing):
        await reimburse(request, 600_00)
    await reimburse(request, 600_01, reason="The meals are not part of it.")
    row = await funds.read_request(request)
    assert (row["accepted_minor"], row["reimbursed_minor"]) == (600_01, 300_01)
    # What was reserved beyond is free again.
    assert await left(org) == 1_000_00 - 300_01


async def test_approvals_at_the_same_time_never_reserve_more_than_the_budget(db: None) -> None:
    org = await partner()
    requests = [await ask(org, 800_00) for _ in range(6)]  # 400.00 each, of 1,000.00.
    answers = await asyncio.gather(
        *(approve(one, 400_00) for one in requests), return_exceptions=True
    )
    refused = [one for one in answers if isinstance(one, funds.BudgetExceeded)]
    assert (len(refused), answers.count(None)) == (4, 2)
    assert "200.00 EUR" in refused[0].detail
    assert await left(org) == 200_00
    states = sorted([await state(one) for one in requests])
    assert states == ["approved"] * 2 + ["requested"] * 4


async def test_an_adjusted_approval_and_a_refusal_say_why(db: None) -> None:
    org = await partner()
    request = await ask(org)
    with pytest.raises(funds.ReasonMissing):
        await approve(request, 300_00)
    with pytest.raises(funds.FundAmount, match=r"500\.00"):
        await approve(request, 500_01)
    await approve(request, 300_00, reason="Without the drinks.")
    with pytest.raises(funds.FundDecided, match="is approved"):
        await approve(request, 300_00, reason="Again.")
    other = await ask(org)
    with pytest.raises(funds.ReasonMissing):
        await funds.decline_request(other, reason=" ", now=NOW, actor=given.SYSTEM)
    await funds.decline_request(other, reason="No cloud in it.", now=NOW, actor=given.SYSTEM)
    assert [row["reason"] for row in await funds.steps_of(other)] == ["", "No cloud in it."]
    assert await left(org) == 700_00


async def test_a_claim_has_proof_and_comes_in_time(db: None) -> None:
    org = await partner()
    request = await ask(org)
    await approve(request, 500_00)
    with pytest.raises(funds.ProofMissing):
        await funds.claim(org, request, spent_minor=1, now=NOW, actor=given.SYSTEM)
    with pytest.raises(onboarding.EvidenceWrong, match="neither a PDF"):
        await funds.add_proof(
            org, request, name="x.pdf", content=b"MZ", now=NOW, actor=given.SYSTEM
        )
    late = datetime(2027, 1, 2, 23, tzinfo=UTC)  # 3 January in Paris; 60 days end on the 2nd.
    with pytest.raises(funds.ClaimTooLate):
        await claimed(org, request, 900_00, late)
    await claimed(org, request, 900_00, late - timedelta(hours=2))
    with pytest.raises(funds.FundDecided, match="is claimed"):
        await claimed(org, request, 900_00)


async def test_what_was_not_claimed_in_time_is_free_again(db: None) -> None:
    org = await partner()
    request = await ask(org)
    await approve(request, 500_00, claim_due_on=date(2026, 11, 30))
    assert await funds.expire_requests(datetime(2026, 11, 30, 22, tzinfo=UTC), "x") == 0
    assert await funds.expire_requests(datetime(2026, 11, 30, 23, tzinfo=UTC), "x") == 1
    assert (await state(request), await left(org)) == ("expired", 1_000_00)
    assert await funds.expire_requests(datetime(2026, 12, 30, tzinfo=UTC), "x") == 0


async def test_an_incomplete_claim_goes_back_and_comes_again(db: None) -> None:
    org = await partner()
    request = await ask(org)
    await approve(request, 500_00)
    await claimed(org, request, 900_00)
    with pytest.raises(funds.ReasonMissing):
        await funds.return_claim(request, reason="", now=NOW, actor=given.SYSTEM)
    await funds.return_claim(
        request, reason="The invoice has no date.", claim_due_on=date(2027, 2, 1), now=NOW,
        actor=given.SYSTEM,
    )  # fmt: skip
    assert (await state(request), await left(org)) == ("approved", 500_00)
    await claimed(org, request, 900_00)
    await reimburse(request, 900_00)
    assert (await funds.read_request(request))["reimbursed_minor"] == 450_00


async def test_a_partner_withdraws_its_own_request_and_no_other(db: None) -> None:
    org, other = await partner(), await organisation("reseller")
    request = await ask(org)
    await approve(request, 500_00)
    with pytest.raises(funds.FundUnknown):
        await funds.withdraw_request(
            other, request, reason="Not mine.", now=NOW, actor=given.SYSTEM
        )
    await funds.withdraw_request(org, request, reason="The hall.", now=NOW, actor=given.SYSTEM)
    assert (await state(request), await left(org)) == ("withdrawn", 1_000_00)


async def test_a_budget_follows_the_quarter_before_until_that_is_closed(db: None) -> None:
    org = await partner(45_000_00)
    await ask(org)
    assert await left(org) == 450_00
    await made.charge(org, 100_000_00, charged_on=date(2026, 9, 20))
    assert await left(org) == 450_00 + 900_00
    september = Month.parse("2026-09")
    await settlement.close_through(september, minimum_hundredths=2500, now=NOW, actor=given.SYSTEM)
    await ask(org)
    kept = await funds.budget_of(org, QUARTER)
    assert (kept.is_final, kept.turnover_minor, kept.budget_minor) == (True, 135_000_00, 1_350_00)


async def test_plans_of_the_past_or_of_no_money_are_refused(db: None) -> None:
    org = await partner()
    plans: list[dict[str, Any]] = [
        {"starts_on": date(2026, 10, 9)},
        {"starts_on": date(2026, 11, 4)},
        {"ends_on": date(2028, 1, 1)},
    ]
    for wrong in plans:
        with pytest.raises(funds.FundDates):
            await ask(org, **wrong)
    await programmes.announce_setting(
        "co_marketing_share_bp", 1, valid_from=NOW, now=NOW - timedelta(days=1),
        actor=given.SYSTEM,
    )  # fmt: skip
    with pytest.raises(funds.FundAmount):
        await ask(org, 1_00)


async def test_postgresql_refuses_the_wrong_step_and_the_wrong_amount(
    db: None, owner: "asyncpg.Connection[asyncpg.Record]"
) -> None:
    org = await partner()
    request = await ask(org)
    for wrong, error in (
        ("state = 'reimbursed'", asyncpg.ObjectNotInPrerequisiteStateError),
        ("state = 'claimed'", asyncpg.ObjectNotInPrerequisiteStateError),
        ("planned_minor = 1", asyncpg.ObjectNotInPrerequisiteStateError),
        (
            "state = 'approved', approved_minor = 50001, claim_due_on = ends_on",
            asyncpg.CheckViolationError,
        ),
        ("state = 'declined'", asyncpg.CheckViolationError),
    ):
        with pytest.raises(error):
            await owner.execute(f"UPDATE funds.request SET {wrong}")
    await approve(request, 500_00)
    await claimed(org, request, 900_00)
    for minor, part in ((900_00, 500_00), (900_01, 450_00)):
        with pytest.raises(asyncpg.CheckViolationError, match="reimbursed_within"):
            await owner.execute(
                "UPDATE funds.request SET state = 'reimbursed', accepted_minor = $1, "
                "reimbursed_minor = $2, reason = 'x'",
                minor,
                part,
            )
    with pytest.raises(asyncpg.CheckViolationError, match="never_over_reserved"):
        await owner.execute("UPDATE funds.budget SET budget_minor = 100")
    with pytest.raises(asyncpg.ObjectNotInPrerequisiteStateError):
        await owner.execute("DELETE FROM funds.step")
    assert await core.fetch_value("SELECT count(*) FROM funds.step") == 3


@for_all(st.integers(1, 10**9), st.integers(1, 10_000), st.integers(1, 10**9))
def test_a_contribution_is_the_share_and_never_above_the_approval(
    spent: int, share: int, approved: int
) -> None:
    part = funds.contribution(spent, share, approved)
    assert 0 <= part <= approved and part <= spent
    assert part in {approved, at_rate(spent, share)}


async def test_a_claim_that_is_sent_back_after_its_day_has_two_weeks_more(db: None) -> None:
    """Claimed on its last day, looked at five days later: the night's job does not take it."""
    org = await partner()
    request = await ask(org)
    await approve(request, 500_00)
    due_on = (await funds.read_request(request))["claim_due_on"]
    last = datetime(due_on.year, due_on.month, due_on.day, 12, tzinfo=UTC)
    await claimed(org, request, 1_000_00, now=last)
    later = last + timedelta(days=5)
    back: dict[str, Any] = {"reason": "Page 2 is missing.", "now": later, "actor": given.SYSTEM}
    with pytest.raises(funds.FundDates, match=f"from {later.date()} on"):
        await funds.return_claim(request, claim_due_on=due_on, **back)
    await funds.return_claim(request, **back)
    assert await funds.expire_requests(later + timedelta(days=14), given.SYSTEM) == 0
    await claimed(org, request, 1_000_00, now=later + timedelta(days=14))
    await reimburse(request, 1_000_00)
    assert await state(request) == "reimbursed"


async def test_what_is_approved_late_can_still_be_claimed(db: None) -> None:
    org = await partner()
    request = await ask(org)
    late = NOW + timedelta(days=120)  # The activity was 96 days ago.
    with pytest.raises(funds.FundDates):
        await approve(request, 500_00, now=late, claim_due_on=late.date() - timedelta(days=1))
    await approve(request, 500_00, now=late)
    row = await funds.read_request(request)
    assert row["claim_due_on"] == late.date() + timedelta(days=60)
