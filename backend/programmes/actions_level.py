"""A person's decisions: levels rise at once, fall after notice, are held by exception."""

from datetime import datetime, timedelta
from uuid import UUID

from backend import audit
from backend.core import connection, transaction
from backend.programmes import changing, letters
from backend.programmes.queries import read_programme
from backend.programmes.queries_benefit import setting_at
from backend.programmes.rules import (
    BadOverride,
    DemotionAnnounced,
    NoDemotion,
    NotHigher,
    NotLower,
    Overridden,
    Period,
)


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
    """
    found = await read_programme(programme)
    async with transaction():
        period = await _free(organisation_id, programme)
        if found.rank(level) <= found.rank(period.level):
            raise NotHigher(f"It holds {period.level}: name a level above.")
        await changing.cancel(
            await changing.pending(organisation_id, programme), reason, now, actor
        )
        await changing.end(period, at=now, now=now)
        await changing.begin(
            organisation_id, programme, level, "promotion",
            at=now, reason=reason, evidence=evidence, now=now, actor=actor,
        )  # fmt: skip
        await changing.write_to(organisation_id, letters.changed(found, level, reason, None), now)


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
        days = await setting_at("demotion_notice_days", now)
        days += await setting_at("demotion_grace_days", now)
        demotion_id: UUID = await connection().fetchval(
            "INSERT INTO programmes.demotion (organisation_id, programme, from_level, to_level, "
            "announced_at, effective_at, reason, evidence, actor) "
            "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) RETURNING id",
            organisation_id, programme, period.level, level, now, now + timedelta(days=days),
            reason, evidence, actor,
        )  # fmt: skip
        demotion = await changing.pending(organisation_id, programme)
        assert demotion is not None
        after = {"to": level, "effective_at": demotion.effective_at, "reason": reason}
        await audit.write(
            organisation_id, actor, "demotion_announced", f"demotion:{demotion_id}", None, after
        )
        letter = letters.demotion_announced(found, demotion)
        await changing.write_to(organisation_id, letter, now)
    return demotion_id


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
        await changing.cancel(demotion, reason, now, actor)
        letter = letters.demotion_cancelled(found, demotion, reason)
        await changing.write_to(organisation_id, letter, now)


async def override_level(
    organisation_id: UUID,
    programme: str,
    level: str,
    *,
    until: datetime,
    reason: str,
    evidence: str = "",
    now: datetime,
    actor: str,
) -> None:
    """The organisation holds `level` by exception until `until`, whatever the facts say.

    Then it falls back to the level last evaluated, or else to the one that it held before. A
    demotion announced is cancelled. A new exception replaces the present one.

    Raises:
        ProgrammeUnknown, LevelUnknown, NotIn: there is nothing to hold.
        BadOverride: it would have ended already.
    """
    found = await read_programme(programme)
    found.rank(level)
    if until <= now:
        raise BadOverride(f"It would end at {until:%Y-%m-%d %H:%M} UTC, which is past.")
    async with transaction():
        period = await changing.held(organisation_id, programme)
        await changing.cancel(
            await changing.pending(organisation_id, programme), reason, now, actor
        )
        await changing.end(period, at=now, now=now)
        await changing.begin(
            organisation_id, programme, level, "override",
            at=now, reason=reason, evidence=evidence, now=now, actor=actor, until=until,
        )  # fmt: skip
        await changing.write_to(organisation_id, letters.changed(found, level, reason, until), now)


async def _free(organisation_id: UUID, programme: str) -> Period:
    """Locked. Raises: NotIn, Overridden."""
    period = await changing.held(organisation_id, programme)
    if period.override_until is not None:
        raise Overridden(
            f"An exception holds {period.level} until {period.override_until:%Y-%m-%d %H:%M} UTC: "
            "wait for its end, or make another exception."
        )
    return period
