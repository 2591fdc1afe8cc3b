"""A partner's way through the levels by its facts, and what each line then costs."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from hypothesis import given as over
from hypothesis import strategies as st

from backend import charges, programmes, scorecards
from backend.core import fetch_value
from backend.programmes import RESELLER
from backend.scorecards.rules import Point, level_of
from tests import given
from tests.given.charges import a_charge
from tests.given.letters import kinds
from tests.given.programmes import organisation

DAY = timedelta(days=1)
MARCH = datetime(2026, 3, 2, 9, tzinfo=UTC)
LEVELS = ("registered", "certified", "premium")


async def at(now: datetime, kind: scorecards.RunKind = "promotions") -> dict[str, int]:
    run = await scorecards.evaluate(RESELLER, kind, now.date(), now=now, actor=given.SYSTEM)
    return dict(run.follows)


async def price_of(partner: UUID, on: date) -> int:
    """What 100 euros at list price in a critical environment cost on that day."""
    made = a_charge(partner, 100_00, charged_on=on, environment="critical", end_customer="mairie")
    await charges.record_charge(
        made, now=datetime(on.year, on.month, on.day, 20, tzinfo=UTC), actor=given.SYSTEM
    )
    minor: int = await fetch_value(
        "SELECT net_minor FROM charges.charge_line WHERE reference = $1", made.reference
    )
    return minor


async def certify(partner: UUID, name: str, until: date) -> None:
    """The partner declares, the office accepts."""
    declared = await programmes.declare_certificate(
        partner, email=f"{name}@integra.example", name=name, works_from=date(2026, 3, 1),
        kind="cloud", issued_on=date(2026, 3, 1), expires_on=until, evidence="No 1",
        now=MARCH, actor="person:a",
    )  # fmt: skip
    await programmes.accept_declaration(
        declared, reason="Looked up.", now=MARCH, actor=given.SYSTEM
    )


async def test_R_01_R_02_a_partner_climbs_and_falls_by_its_facts_and_prices_follow(
    db: None,
) -> None:
    partner = await organisation("reseller")
    applied = await programmes.apply_to(partner, RESELLER, now=MARCH, actor="person:a")
    assert await price_of(partner, MARCH.date()) == 100_00
    await programmes.accept_application(
        applied, reason="Two integrators.", now=MARCH + timedelta(hours=12), actor=given.SYSTEM
    )
    assert await price_of(partner, date(2026, 3, 3)) == 90_00

    # Everything but one certificate: just under.
    for kind in ("reference", "training"):
        declared = await programmes.declare_achievement(
            partner, kind, "Brest", achieved_on=date(2026, 3, 1), expires_on=None, evidence="x",
            now=MARCH, actor="person:a",
        )  # fmt: skip
        await programmes.accept_declaration(declared, reason="Read.", now=MARCH, actor=given.SYSTEM)
    await certify(partner, "ada", date(2028, 1, 1))
    big = a_charge(partner, 60_000_00, charged_on=date(2026, 3, 4), end_customer="mairie")
    await charges.record_charge(big, now=MARCH + 3 * DAY, actor=given.SYSTEM)
    april = datetime(2026, 4, 1, 4, tzinfo=UTC)
    assert await at(april, "quarterly") == {"keep": 1}
    points = await scorecards.progress(partner, RESELLER, april.date(), april)
    missing = {each.measure: each.missing for each in points if each.level == "certified"}
    assert {name for name, left in missing.items() if left} == {"certified_people"}
    assert missing["certified_people"] == 1
    assert await price_of(partner, date(2026, 4, 1)) == 90_00

    # One more: promoted the night after, and the price follows from that day on.
    await certify(partner, "bob", date(2026, 9, 15))
    night = datetime(2026, 4, 11, 3, tzinfo=UTC)
    assert await at(night) == {"promote": 1}
    assert await price_of(partner, date(2026, 4, 12)) == 80_00
    assert await price_of(partner, date(2026, 4, 10)) == 90_00

    # Bob's certificate is over: told first, a quarter's evaluation announces, the level waits.
    assert await programmes.warn_of_expiry(datetime(2026, 7, 20, 4, tzinfo=UTC)) == 1
    assert await at(datetime(2026, 7, 1, 4, tzinfo=UTC), "quarterly") == {"keep": 1}
    october = datetime(2026, 10, 1, 4, tzinfo=UTC)
    assert await at(october, "quarterly") == {"announce": 1}
    pending = await programmes.pending_demotion(partner, RESELLER)
    assert pending is not None
    assert pending.effective_at == october + timedelta(days=90)
    assert "Personnes certifiées : 1 / 2" in pending.reason
    falls = pending.effective_at
    assert await programmes.carry_out_demotions(falls - timedelta(seconds=1)) == 0
    assert await price_of(partner, date(2026, 12, 20)) == 80_00
    assert await programmes.carry_out_demotions(falls + timedelta(hours=1)) == 1
    assert await programmes.level_at(partner, RESELLER, falls) == "registered"
    assert await price_of(partner, date(2027, 1, 2)) == 90_00
    address = await fetch_value("SELECT email FROM partners.organisation WHERE id = $1", partner)
    assert [each for each in await kinds(address) if each != "declaration_accepted"] == [
        "programme_accepted", "level_changed", "expires_soon", "demotion_announced",
        "level_changed",
    ]  # fmt: skip


async def test_a_certificate_renewed_in_time_keeps_the_level(db: None) -> None:
    partner = await organisation("reseller")
    await programmes.enter(
        partner, RESELLER, level="certified", reason="x", now=MARCH, actor=given.SYSTEM
    )
    await scorecards.announce_requirements(
        RESELLER, "People", {("certified", "certified_people"): 1, ("premium", "references"): 9,
                             ("premium", "certified_people"): 1},
        valid_from=MARCH + DAY, now=MARCH, actor=given.SYSTEM,
    )  # fmt: skip
    await certify(partner, "ada", date(2026, 9, 30))
    october = datetime(2026, 10, 1, 4, tzinfo=UTC)
    assert await at(october, "quarterly") == {"announce": 1}
    declared = await programmes.declare_certificate(
        partner, email="ada@integra.example", name="ada", works_from=date(2026, 3, 1),
        kind="cloud", issued_on=date(2026, 9, 30), expires_on=date(2028, 9, 30), evidence="No 2",
        now=october, actor="person:a",
    )  # fmt: skip
    await programmes.accept_declaration(
        declared, reason="Looked up.", now=october + DAY, actor=given.SYSTEM
    )
    assert await at(october + 2 * DAY) == {"cancel": 1}
    assert await programmes.pending_demotion(partner, RESELLER) is None


POINTS = st.lists(
    st.builds(
        Point,
        level=st.sampled_from(LEVELS[1:]),
        measure=st.sampled_from(["references", "training_done", "certified_people"]),
        at_least=st.integers(1, 5),
        value=st.none() | st.integers(0, 6),
    ),
    max_size=6,
)


@over(POINTS)
def test_R_02_more_of_anything_never_lowers_the_level(points: list[Point]) -> None:
    more = [Point(p.level, p.measure, p.at_least, (p.value or 0) + 1) for p in points]
    assert LEVELS.index(level_of(more, LEVELS)) >= LEVELS.index(level_of(points, LEVELS))
