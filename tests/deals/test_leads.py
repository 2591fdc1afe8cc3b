"""Leads: routed by the directory, answered in time, never two partners'."""

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import UUID

import asyncpg
import pytest
from hypothesis import given as drawn
from hypothesis import strategies as st

from backend import core, deals
from backend.core import PARIS, uuid7
from backend.deals import queries_lead
from backend.deals.rules_lead import Candidate, Wanted, answer_by, next_in_line, rank
from tests.given import deals as given
from tests.given.partners import NOW, SYSTEM

DAY = timedelta(days=1)


async def offer_of(organisation_id: UUID) -> UUID:
    rows = await queries_lead.offers_to(organisation_id, limit=9)
    found: UUID = rows[0]["id"]
    return found


async def standing(lead_id: UUID) -> tuple[str, UUID | None]:
    row = await queries_lead.read_lead(lead_id)
    return row["state"], row["asked_id"] or row["accepted_by"]


async def test_a_lead_is_offered_accepted_and_becomes_a_draft_of_a_deal(db: None) -> None:
    taker, lead_id = await given.taker("Alpha", "reseller"), await given.lead()
    until = await deals.offer_lead(lead_id, taker, now=NOW, actor=SYSTEM)
    assert until == NOW + 3 * DAY  # From a Monday on.
    deal_id = await deals.accept_lead(
        await offer_of(taker), organisation_id=taker, now=NOW + DAY, actor=SYSTEM
    )
    row = await deals.read_deal(deal_id, taker)
    assert (row["customer_name"], row["review"]) == ("Mairie d’Auray", "draft")
    assert await standing(lead_id) == ("accepted", taker)


async def test_who_to_talk_to_is_told_only_once_the_lead_is_accepted(db: None) -> None:
    taker, lead_id = await given.taker("Alpha"), await given.lead()
    await deals.offer_lead(lead_id, taker, now=NOW, actor=SYSTEM)
    (seen,) = await queries_lead.offers_to(taker, limit=9)
    assert (seen["name"], seen["contact_name"]) == ("Mairie d’Auray", None)
    with core.acting_for(taker):
        assert await core.fetch("SELECT * FROM deals.lead") == []
    await deals.accept_lead(seen["id"], organisation_id=taker, now=NOW, actor=SYSTEM)
    (seen,) = await queries_lead.offers_to(taker, limit=9)
    assert seen["contact_email"] == "yann@auray.example"
    with core.acting_for(uuid7()):
        for table in ("lead", "lead_offer", "profile"):
            assert await core.fetch(f"SELECT * FROM deals.{table}") == []


async def test_who_declines_passes_the_lead_to_the_next_in_line(db: None) -> None:
    first, second = await given.taker("Alpha", "reseller"), await given.taker("Beta")
    lead_id = await given.lead()
    await deals.offer_lead(lead_id, first, now=NOW, actor=SYSTEM)
    await deals.decline_lead(
        await offer_of(first), reason="Trop loin", organisation_id=first, now=NOW, actor=SYSTEM
    )
    assert await standing(lead_id) == ("offered", second)
    await deals.decline_lead(
        await offer_of(second), reason="Complet", organisation_id=second, now=NOW, actor=SYSTEM
    )
    assert await standing(lead_id) == ("open", None)
    (seen,) = await queries_lead.offers_to(first, limit=9)
    assert (seen["state"], seen["name"]) == ("declined", None)


async def test_a_lead_that_does_not_follow_on_waits_for_the_office(db: None) -> None:
    first, _ = await given.taker("Alpha"), await given.taker("Beta")
    lead_id = await given.lead(follows_on=False)
    await deals.offer_lead(lead_id, first, now=NOW, actor=SYSTEM)
    await deals.carry_on(NOW + 3 * DAY)
    assert await standing(lead_id) == ("open", None)


async def test_nobody_answers_in_time_and_the_next_one_is_asked(db: None) -> None:
    first, second = await given.taker("Alpha", "reseller"), await given.taker("Beta")
    lead_id = await given.lead()
    await deals.offer_lead(lead_id, first, now=NOW, actor=SYSTEM)
    await deals.carry_on(NOW + 3 * DAY - timedelta(seconds=1))
    assert await standing(lead_id) == ("offered", first)
    with pytest.raises(deals.LeadTooLate):
        await deals.accept_lead(
            await offer_of(first), organisation_id=first, now=NOW + 3 * DAY, actor=SYSTEM
        )
    await deals.carry_on(NOW + 3 * DAY)
    assert await standing(lead_id) == ("offered", second)
    with pytest.raises(deals.LeadTooLate):
        await deals.accept_lead(
            await offer_of(first), organisation_id=first, now=NOW + DAY, actor=SYSTEM
        )


async def test_an_offer_is_another_partners_to_answer_never(db: None) -> None:
    first, second = await given.taker("Alpha"), await given.taker("Beta")
    await deals.offer_lead(await given.lead(), first, now=NOW, actor=SYSTEM)
    with pytest.raises(deals.LeadUnknown):
        await deals.accept_lead(
            await offer_of(first), organisation_id=second, now=NOW, actor=SYSTEM
        )


async def test_two_people_who_accept_at_once_make_one_deal(db: None) -> None:
    taker, lead_id = await given.taker("Alpha"), await given.lead()
    await deals.offer_lead(lead_id, taker, now=NOW, actor=SYSTEM)
    offer = await offer_of(taker)
    done = await asyncio.gather(
        *(deals.accept_lead(offer, organisation_id=taker, now=NOW, actor=SYSTEM) for _ in range(5)),
        return_exceptions=True,
    )
    assert sum(isinstance(one, UUID) for one in done) == 1
    assert sum(isinstance(one, deals.LeadMovedOn) for one in done) == 4
    assert await core.fetch_value("SELECT count(*) FROM deals.deal") == 1


@pytest.mark.parametrize("turn", range(4))
async def test_accepting_while_it_expires_leaves_one_owner(db: None, turn: int) -> None:
    """Whoever comes first wins; the other finds what has become of it."""
    first, second = await given.taker("Alpha", "reseller"), await given.taker("Beta")
    lead_id = await given.lead()
    await deals.offer_lead(lead_id, first, now=NOW, actor=SYSTEM)
    offer = await offer_of(first)
    late = NOW + 3 * DAY
    accepting = deals.accept_lead(
        offer, organisation_id=first, now=late - timedelta(milliseconds=1), actor=SYSTEM
    )
    expiring = deals.expire_offer(offer, now=late, actor=SYSTEM)
    both = [accepting, expiring] if turn % 2 else [expiring, accepting]
    done = await asyncio.gather(*both, return_exceptions=True)
    accepted = any(isinstance(one, UUID) for one in done)
    assert await standing(lead_id) == (("accepted", first) if accepted else ("offered", second))
    open_offers = await core.fetch_value(
        "SELECT count(*) FROM deals.lead_offer WHERE state IN ('offered', 'accepted')"
    )
    assert open_offers == 1


async def test_postgresql_lets_nobody_answer_late_or_two_hold_one_lead(db: None) -> None:
    first, second = await given.taker("Alpha"), await given.taker("Beta")
    lead_id = await given.lead()
    await deals.offer_lead(lead_id, first, now=NOW, actor=SYSTEM)
    with pytest.raises(asyncpg.UniqueViolationError):
        await core.fetch(
            "INSERT INTO deals.lead_offer (lead_id, organisation_id, score, offered_at, "
            "respond_by, actor) VALUES ($1, $2, 1, $3, $4, 'x')",
            lead_id, second, NOW, NOW + DAY,
        )  # fmt: skip
    with pytest.raises(asyncpg.CheckViolationError):
        await core.fetch("UPDATE deals.lead_offer SET state = 'accepted', answered_at = respond_by")


async def test_only_verified_partners_that_take_leads_are_suggested(db: None) -> None:
    fits = await given.taker("Alpha")
    await given.taker("Refuse", takes_leads=False)
    silent = await given.integrator("Muette")
    lead_id = await given.lead()
    lead = await queries_lead.read_lead(lead_id)
    assert [one.organisation_id for one in await queries_lead.suggestions_for(lead, NOW)] == [fits]
    with pytest.raises(deals.NotRoutable):
        await deals.offer_lead(lead_id, silent, now=NOW, actor=SYSTEM)


async def test_a_closed_lead_is_nobodys(db: None) -> None:
    taker, lead_id = await given.taker("Alpha"), await given.lead()
    await deals.offer_lead(lead_id, taker, now=NOW, actor=SYSTEM)
    await deals.close_lead(lead_id, reason="Doublon", now=NOW, actor=SYSTEM)
    with pytest.raises(deals.LeadMovedOn):
        await deals.accept_lead(await offer_of(taker), organisation_id=taker, now=NOW, actor=SYSTEM)


@drawn(
    st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31)),  # noqa: DTZ001
    st.integers(1, 30),
)
def test_an_answer_is_due_after_so_many_working_days_at_the_same_hour(
    naive: datetime, days: int
) -> None:
    offered = naive.replace(tzinfo=UTC)
    local, until = offered.astimezone(PARIS), answer_by(offered, days).astimezone(PARIS)
    between = [
        local.date() + timedelta(days=n) for n in range(1, (until.date() - local.date()).days + 1)
    ]
    assert sum(day.weekday() < 5 for day in between) == days
    assert until.weekday() < 5
    # The hour of a night in spring does not exist: it is the one after.
    assert abs((until.hour * 60 + until.minute) - (local.hour * 60 + local.minute)) in (0, 60)


kinds = st.sampled_from(["infrastructure", "listing", "integration"])
candidates = st.lists(
    st.builds(
        Candidate,
        organisation_id=st.uuids(),
        name=st.text(min_size=1, max_size=4),
        roles=st.lists(st.sampled_from(["vai", "reseller", "isv"]), max_size=2),
        segments=st.lists(st.sampled_from(["pme", "eti"]), max_size=2),
        countries=st.lists(st.sampled_from(["FR", "BE"]), max_size=2),
        regions=st.lists(st.sampled_from(["FR-BRE"]), max_size=1),
        kinds=st.lists(kinds, max_size=2),
        level=st.sampled_from([None, "registered", "certified", "premium"]),
        load=st.integers(0, 9),
        asked=st.booleans(),
    ),
    max_size=8,
)


@drawn(candidates, kinds, st.sampled_from([None, "FR-BRE"]))
def test_the_order_follows_from_points_that_are_told(
    among: list[Candidate], kind: str, region: str | None
) -> None:
    wanted = Wanted("pme", "FR", region, kind)  # type: ignore[arg-type]
    found = rank(wanted, among)
    assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)
    assert all(one.score == sum(points for _, points in one.why) for one in found)
    assert rank(wanted, list(reversed(among))) == found
    best = next_in_line(found)
    assert best is None or (not best.asked and best.score > 0)
