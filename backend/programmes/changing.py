"""The steps that every change of a level is made of; each inside an open transaction."""

from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

import asyncpg

from backend import audit, mail, partners
from backend.core import connection, fetch, fetch_row, transaction
from backend.programmes import letters
from backend.programmes.queries import DEMOTION, PERIOD
from backend.programmes.queries_benefit import settings_at
from backend.programmes.rules import (
    Demotion,
    LevelJustChanged,
    NotIn,
    OtherTrack,
    Period,
    PeriodKind,
    Programme,
)


class Why(NamedTuple):
    """What every change says of itself: the organisation reads the reason."""

    reason: str
    evidence: str
    now: datetime
    actor: str


async def take_turn(organisation_id: UUID) -> None:
    """Changes to one organisation's levels wait for each other until the transaction's end.

    A lock on the present period would not do: whoever waited for it finds it ended, and does not
    see the one that came after.
    """
    await fetch(
        "SELECT 1 FROM partners.organisation WHERE id = $1 FOR NO KEY UPDATE", organisation_id
    )


async def held(organisation_id: UUID, programme: str) -> Period:
    """The present period; it is this transaction's turn to change it.

    Raises:
        NotIn: it is not in the programme.
    """
    await take_turn(organisation_id)
    row = await fetch_row(
        f"SELECT {PERIOD} FROM programmes.level_period p "  # noqa: S608  (our own words)
        "WHERE p.organisation_id = $1 AND p.programme = $2 AND p.ended_at IS NULL",
        organisation_id,
        programme,
    )
    if row is None:
        raise NotIn("It holds no level there: it has to apply first, or be entered by the office.")
    return Period(*row)


async def pending(organisation_id: UUID, programme: str) -> Demotion | None:
    """The announced demotion, locked."""
    row = await fetch_row(
        f"SELECT {DEMOTION} FROM programmes.demotion d WHERE d.organisation_id = $1 "  # noqa: S608
        "AND d.programme = $2 AND d.state = 'announced' FOR UPDATE",
        organisation_id,
        programme,
    )
    return None if row is None else Demotion(*row)


async def begin(
    organisation_id: UUID,
    programme: str,
    level: str,
    kind: PeriodKind,
    *,
    at: datetime,
    reason: str,
    evidence: str,
    now: datetime,
    actor: str,
    until: datetime | None = None,
    urgent: str | None = None,
) -> None:
    """The organisation holds the level from `at` on; the audit log says why.

    Raises:
        OtherTrack: it is in another distribution programme (D-07).
    """
    try:
        async with transaction():
            await connection().execute(
                "INSERT INTO programmes.level_period (organisation_id, programme, level, during, "
                "is_track, kind, override_until, reason, evidence, actor, recorded_at, "
                "urgent_reason) "
                "VALUES ($1, $2, $3, tstzrange($4, NULL), false, $5, $6, $7, $8, $9, $10, $11)",
                organisation_id, programme, level, at, kind, until, reason, evidence, actor, now,
                urgent,
            )  # fmt: skip
    except asyncpg.ExclusionViolationError as refusal:
        if refusal.constraint_name != "one_track_at_a_time":
            raise LevelJustChanged(
                "Another change came first: look at it, then try anew."
            ) from None
        rows = await fetch(
            "SELECT programme FROM programmes.level_period "
            "WHERE organisation_id = $1 AND is_track AND ended_at IS NULL",
            organisation_id,
        )
        there = ", ".join(row["programme"] for row in rows) or "another one"
        raise OtherTrack(
            f"It is in {there}: a partner is in one distribution programme at a time. "
            "Let it leave that one first."
        ) from None
    after: dict[str, Any] = {"programme": programme, "level": level, "from": at, "reason": reason}
    if evidence:
        after["evidence"] = evidence
    if until is not None:
        after["until"] = until
    if urgent is not None:
        after["urgent_reason"] = urgent
    await audit.write(
        organisation_id, actor, f"level_{kind}", f"organisation:{organisation_id}", None, after
    )


async def end(period: Period, *, at: datetime, now: datetime) -> None:
    """The present period ends at `at`; it never changes afterwards.

    Raises:
        LevelJustChanged: it would end before, or when, it began.
        NotIn: this session may not end it.
    """
    if at <= period.starts_at:
        raise LevelJustChanged(
            f"The level has been {period.level} since {period.starts_at:%Y-%m-%d %H:%M:%S} UTC: "
            "a change of it comes later."
        )
    ended = await fetch_row(
        "UPDATE programmes.level_period SET during = tstzrange(lower(during), $3), ended_at = $4 "
        "WHERE organisation_id = $1 AND programme = $2 AND ended_at IS NULL RETURNING 1",
        period.organisation_id,
        period.programme,
        at,
        now,
    )
    if ended is None:
        raise NotIn("Only the operator's own work ends a level.")


async def close_demotion(
    demotion: Demotion, state: str, reason: str | None, *, now: datetime, actor: str
) -> None:
    """It was carried out, or is cancelled for a reason."""
    await connection().execute(
        "UPDATE programmes.demotion SET state = $2, closed_at = $3, closed_reason = $4 "
        "WHERE id = $1",
        demotion.id,
        state,
        now,
        reason,
    )
    await audit.write(
        demotion.organisation_id,
        actor,
        f"demotion_{state}",
        f"demotion:{demotion.id}",
        {"state": "announced"},
        {"state": state, "reason": reason},
    )


async def cancel(demotion: Demotion | None, reason: str, now: datetime, actor: str) -> None:
    """What was announced, if anything was, does not happen."""
    if demotion is not None:
        await close_demotion(demotion, "cancelled", reason, now=now, actor=actor)


async def write_to(organisation_id: UUID, letter: Any, now: datetime) -> None:
    """`letter(language)` goes to the organisation's address, if it gave one."""
    organisation = await partners.read_organisation(organisation_id)
    if organisation.email is not None:
        language = organisation.language
        await mail.send(organisation.email, letter(language), language=language, now=now)


async def rise(
    programme: Programme, period: Period, pending: Demotion | None, level: str, why: Why
) -> None:
    """The organisation holds the higher level at once, and nothing lowers it any more."""
    organisation_id, now = period.organisation_id, why.now
    await cancel(pending, why.reason, now, why.actor)
    await end(period, at=now, now=now)
    await begin(
        organisation_id, programme.code, level, "promotion",
        at=now, reason=why.reason, evidence=why.evidence, now=now, actor=why.actor,
    )  # fmt: skip
    await write_to(organisation_id, letters.changed(programme, level, why.reason, None), now)


async def announce(programme: Programme, period: Period, level: str, why: Why) -> UUID:
    """The organisation reads on which day its level falls: after notice and grace."""
    settings = await settings_at(why.now)
    days = settings["demotion_notice_days"] + settings["demotion_grace_days"]
    row = await connection().fetchrow(
        "INSERT INTO programmes.demotion AS d "  # noqa: S608  (our own words)
        "(organisation_id, programme, from_level, to_level, "
        "announced_at, effective_at, reason, evidence, actor) "
        f"VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) RETURNING {DEMOTION}",
        period.organisation_id, programme.code, period.level, level, why.now,
        why.now + timedelta(days=days), why.reason, why.evidence, why.actor,
    )  # fmt: skip
    assert row is not None
    demotion = Demotion(*row)
    await audit.write(
        period.organisation_id,
        why.actor,
        "demotion_announced",
        f"demotion:{demotion.id}",
        None,
        {"to": level, "effective_at": demotion.effective_at, "reason": why.reason},
    )
    letter = letters.demotion_announced(programme, demotion)
    await write_to(period.organisation_id, letter, why.now)
    return demotion.id


async def call_off(programme: Programme, demotion: Demotion, why: Why) -> None:
    """The level stays, and the organisation reads why."""
    await cancel(demotion, why.reason, why.now, why.actor)
    letter = letters.demotion_cancelled(programme, demotion, why.reason)
    await write_to(demotion.organisation_id, letter, why.now)
