"""A person's decisions: levels rise at once, fall after notice, are held by exception."""

from datetime import datetime, timedelta
from uuid import UUID

from backend import identity
from backend.core import transaction
from backend.programmes import changing, letters
from backend.programmes.queries import read_programme
from backend.programmes.rules import (
    BadOverride,
    DemotionAnnounced,
    NoDemotion,
    NotHigher,
    NoticeNeeded,
    NotLower,
    Overridden,
    Period,
)

LONGEST_OVERRIDE = timedelta(days=3653)


async def promote(
    organisation_id: UUID,
    programme: str,
    level: str,
    *,
    reason: str,
    evidence: str = "",
    now: datetime,
    actor: str,
) -> None:
    """The organisation holds the higher `level` from `now` on; a demotion announced is cancelled.

    Raises:
        ProgrammeUnknown, LevelUnknown, NotIn: there is nothing to promote.
        NotHigher: it holds this level or a higher one.
        Overridden: an exception holds the level until its end.
        OwnOrganisation: who promotes it acts for it, too.
    """
    await identity.check_other(actor, organisation_id)
    found = await read_programme(programme)
    async with transaction():
        period = await _free(organisation_id, programme)
        if found.rank(level) <= found.rank(period.level):
            raise NotHigher(f"It holds {period.level}: name a level above.")
        pending = await changing.pending(organisation_id, programme)
        why = changing.Why(reason, evidence, now, actor)
        await changing.rise(found, period, pending, level, why)


async def announce_demotion(
    organisation_id: UUID,
    programme: str,
    level: str,
    *,
    reason: str,
    evidence: str = "",
    now: datetime,
    actor: str,
) -> UUID:
    """The organisation knows that its level falls to `level`, why, and on which day.

    The day is as many days ahead as the notice and the grace in force at `now` say. Until then
    nothing changes, and facts that are good again cancel it.

    Raises:
        ProgrammeUnknown, LevelUnknown, NotIn, Overridden: as `promote`.
        NotLower: it holds this level or a lower one.
        DemotionAnnounced: one is announced already; cancel it first.
    """
    found = await read_programme(programme)
    async with transaction():
        period = await _free(organisation_id, programme)
        if found.rank(level) >= found.rank(period.level):
            raise NotLower(f"It holds {period.level}: name a level below.")
        before = await changing.pending(organisation_id, programme)
        if before is not None:
            raise DemotionAnnounced(
                f"A fall to {before.to_level} is announced for {before.effective_at:%Y-%m-%d}; "
                "cancel it to announce another."
            )
        why = changing.Why(reason, evidence, now, actor)
        return await changing.announce(found, period, level, why)


async def cancel_demotion(
    organisation_id: UUID, programme: str, *, reason: str, now: datetime, actor: str
) -> None:
    """The level stays; the organisation is told why.

    Raises:
        ProgrammeUnknown: there is no such programme.
        NoDemotion: none is announced.
    """
    found = await read_programme(programme)
    async with transaction():
        await changing.take_turn(organisation_id)
        demotion = await changing.pending(organisation_id, programme)
        if demotion is None:
            raise NoDemotion(f"No demotion in {programme} is announced to it.")
        await changing.call_off(found, demotion, changing.Why(reason, "", now, actor))


async def override_level(
    organisation_id: UUID,
    programme: str,
    level: str,
    *,
    until: datetime,
    reason: str,
    evidence: str = "",
    urgent_reason: str = "",
    now: datetime,
    actor: str,
) -> None:
    """The organisation holds `level` by exception until `until`, whatever the facts say.

    Then it falls back to the one that it held before, or to a higher one evaluated since; a lower
    one is announced then. A demotion announced is cancelled. A new exception replaces the present.
    A level below the one held is a fall without notice: only for an `urgent_reason`, which is kept
    and sent.

    Raises:
        ProgrammeUnknown, LevelUnknown, NotIn: there is nothing to hold.
        BadOverride: it would have ended already, or last more than ten years.
        NoticeNeeded: the level is lower, and nothing urgent is stated.
        OwnOrganisation: who decides it acts for it, too.
    """
    await identity.check_other(actor, organisation_id)
    found = await read_programme(programme)
    found.rank(level)
    if until <= now:
        raise BadOverride(f"It would end at {until:%Y-%m-%d %H:%M} UTC, which is past.")
    if until - now > LONGEST_OVERRIDE:
        raise BadOverride("It would last more than ten years: choose an earlier end.")
    async with transaction():
        period = await changing.held(organisation_id, programme)
        falls = found.rank(level) < found.rank(period.level)
        if falls and not urgent_reason:
            raise NoticeNeeded(
                f"It holds {period.level}. Announce a fall, which gives notice and grace; or state "
                "why it is so urgent that there can be none."
            )
        urgent = urgent_reason if falls else None
        await changing.cancel(
            await changing.pending(organisation_id, programme), reason, now, actor
        )
        await changing.end(period, at=now, now=now)
        await changing.begin(
            organisation_id, programme, level, "override",
            at=now, reason=reason, evidence=evidence, now=now, actor=actor, until=until,
            urgent=urgent,
        )  # fmt: skip
        letter = letters.changed(found, level, reason, until, urgent)
        await changing.write_to(organisation_id, letter, now)


async def _free(organisation_id: UUID, programme: str) -> Period:
    """Locked. Raises: NotIn, Overridden."""
    period = await changing.held(organisation_id, programme)
    if period.override_until is not None:
        raise Overridden(
            f"An exception holds {period.level} until {period.override_until:%Y-%m-%d %H:%M} UTC: "
            "wait for its end, or make another exception."
        )
    return period
