"""Before evidence expires its organisation is written to: 30 and 7 days, once each."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from backend import onboarding
from tests import given
from tests.given.letters import kinds
from tests.given.partners import SYSTEM
from tests.onboarding.files import PDF, accept, missing, organisation, supply

TO = "dir@granit.example"
BEGUN = datetime(2026, 11, 23, 9, tzinfo=UTC)


async def with_extract(days: int) -> UUID:
    """A partner whose extract holds for so many days."""
    granit = await organisation("isv")
    claim = onboarding.Claim("register_extract", issued_on=BEGUN.date())
    made = await supply(granit, claim, content=PDF, now=BEGUN)
    await accept(made, until=BEGUN.date() + timedelta(days=days), now=BEGUN)
    return granit


async def after(days: int) -> list[str]:
    await onboarding.remind(BEGUN + timedelta(days=days))
    return await kinds(TO)


async def test_letters_go_thirty_and_seven_days_before_and_once_each(db: None) -> None:
    await with_extract(100)
    assert await after(69) == []
    assert await after(70) == ["evidence_expiring"]
    assert await after(71) == ["evidence_expiring"]
    assert await after(92) == ["evidence_expiring"]
    assert await after(93) == ["evidence_expiring"] * 2
    assert await after(99) == ["evidence_expiring"] * 2
    assert await after(101) == ["evidence_expiring"] * 2


async def test_what_holds_for_a_few_days_only_has_one_letter(db: None) -> None:
    await with_extract(5)
    assert await after(0) == ["evidence_expiring"]
    assert await after(1) == ["evidence_expiring"]


async def test_a_renewal_that_waits_needs_no_letter_and_a_refused_one_does(db: None) -> None:
    granit = await with_extract(20)
    claim = onboarding.Claim("register_extract", issued_on=BEGUN.date())
    renewed = await supply(granit, claim, content=PDF, now=BEGUN + timedelta(hours=1))
    assert await after(1) == []
    await onboarding.refuse_evidence(
        renewed, reason="illisible", rule="x", now=BEGUN + timedelta(days=2), actor=SYSTEM
    )
    assert await after(3) == ["evidence_refused", "evidence_expiring"]


async def test_what_is_not_required_is_not_asked_for_again(db: None) -> None:
    buyer = await organisation("buyer")
    made = await supply(buyer, now=BEGUN)
    await accept(made, until=BEGUN.date() + timedelta(days=5), now=BEGUN)
    assert await missing(buyer) == []
    assert await after(1) == []


async def test_the_worker_reminds_and_renews(db: None) -> None:
    acme = await given.partner()
    await given.complete_file(acme)

    async def clock() -> datetime:
        return datetime.now(UTC)

    await onboarding.follow_files(clock)
    assert await onboarding.file_of(acme, await clock())
