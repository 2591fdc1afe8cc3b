"""What the facts and the calendar do to levels."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from backend import audit
from backend.core import connection, fetch, fetch_value, for_each, transaction
from backend.programmes import changing, letters
from backend.programmes.queries import read_programme
from backend.programmes.rules import Period, Verdict, effective, verdict

MILDER = "The conditions of a higher level than announced are met."


async def verdicts(programme: str, levels: Mapping[UUID, str]) -> dict[UUID, Verdict]:
    """What would follow, if the facts said these levels; who is not in the programme is left out.

    Raises:
        ProgrammeUnknown, LevelUnknown: there is no such programme or level.
    """
    ranks = {each.code: each.rank for each in (await read_programme(programme)).levels}
    rows = await fetch(
        "SELECT p.organisation_id, p.level, p.kind, d.to_level FROM programmes.level_period p "
        "LEFT JOIN programmes.demotion d ON d.organisation_id = p.organisation_id "
        "AND d.programme = p.programme AND d.state = 'announced' "
        "WHERE p.organisation_id = ANY ($1) AND p.programme = $2 AND p.ended_at IS NULL",
        list(levels),
        programme,
    )
    return {
        row["organisation_id"]: verdict(
            row["level"],
            levels[row["organisation_id"]],
            row["to_level"],
            ranks,
            overridden=row["kind"] == "override",
        )
        for row in rows
    }


async def keep_evaluations(
    programme: str, levels: Mapping[UUID, str], *, evidence: str, now: datetime, actor: str
) -> None:
    """What the facts said of many is kept, and nothing follows: for those whom `verdicts` keeps.

    `evidence` names the run that measured them.
    """
    async with transaction():
        await connection().execute(
            "INSERT INTO programmes.evaluation "
            "(organisation_id, programme, level, evaluated_at, evidence, actor) "
            "SELECT o, $1, l, $4, $5, $6 FROM unnest($2::uuid[], $3::text[]) AS n (o, l)",
            programme, list(levels), list(levels.values()), now, evidence, actor,
        )  # fmt: skip
        after = {"programme": programme, "organisations": len(levels), "evidence": evidence}
        await audit.write(None, actor, "keep_evaluations", evidence, None, after)


async def record_evaluation(
    organisation_id: UUID,
    programme: str,
    level: str,
    *,
    reason: str,
    evidence: str,
    now: datetime,
    actor: str,
) -> Verdict:
    """What the facts say is kept, and what follows from it happens: see `rules.verdict`.

    `evidence` names the scorecard; the organisation reads `reason`. Answers what followed.

    Raises:
        ProgrammeUnknown, LevelUnknown, NotIn: there is nothing to evaluate.
    """
    found = await read_programme(programme)
    found.rank(level)
    ranks = {each.code: each.rank for each in found.levels}
    async with transaction():
        period = await changing.held(organisation_id, programme)
        demotion = await changing.pending(organisation_id, programme)
        await connection().execute(
            "INSERT INTO programmes.evaluation "
            "(organisation_id, programme, level, evaluated_at, evidence, actor) "
            "VALUES ($1, $2, $3, $4, $5, $6)",
            organisation_id, programme, level, now, evidence, actor,
        )  # fmt: skip
        to = None if demotion is None else demotion.to_level
        overridden = period.kind == "override"
        follows = verdict(period.level, level, to, ranks, overridden=overridden)
        why = changing.Why(reason, evidence, now, actor)
        if follows in ("promote", "cancel_and_promote"):
            await changing.rise(found, period, demotion, level, why)
        if follows == "cancel" and demotion is not None:
            await changing.call_off(found, demotion, why)
        if follows == "announce_anew":
            await changing.cancel(demotion, MILDER, now, actor)
        if follows in ("announce", "announce_anew"):
            await changing.announce(found, period, level, why)
    return follows


async def carry_out_demotions(now: datetime, *, actor: str = "system:worker") -> int:
    """Every demotion whose day has come has happened, as of its day; answers how many.

    Raises:
        ExceptionGroup: what failed; one holds no other.
    """
    rows = await fetch(
        "SELECT organisation_id, programme FROM programmes.demotion "
        "WHERE state = 'announced' AND effective_at <= $1 ORDER BY effective_at, id",
        now,
    )
    return await for_each(
        [(row["organisation_id"], row["programme"]) for row in rows],
        lambda row: _carry_out(row[0], row[1], now, actor),
    )


async def end_overrides(now: datetime, *, actor: str = "system:worker") -> int:
    """Every exception whose end has come has ended, as of its end; answers how many.

    It falls back to the level that it suspended, or to a higher one that the facts said since; if
    they said a lower one, that demotion is announced now: nobody falls without notice (R-01).

    Raises:
        ExceptionGroup: what failed; one holds no other.
    """
    rows = await fetch(
        "SELECT organisation_id, programme FROM programmes.level_period "
        "WHERE kind = 'override' AND ended_at IS NULL AND override_until <= $1 "
        "ORDER BY override_until",
        now,
    )
    return await for_each(
        [(row["organisation_id"], row["programme"]) for row in rows],
        lambda row: _fall_back(row[0], row[1], now, actor),
    )


async def _carry_out(organisation_id: UUID, programme: str, now: datetime, actor: str) -> None:
    found = await read_programme(programme)
    async with transaction():
        period = await changing.held(organisation_id, programme)
        demotion = await changing.pending(organisation_id, programme)
        if demotion is None or demotion.effective_at > now:
            return
        at = effective(demotion.effective_at, now, period.starts_at)
        await changing.close_demotion(demotion, "carried_out", None, now=now, actor=actor)
        await changing.end(period, at=at, now=now)
        await changing.begin(
            organisation_id, programme, demotion.to_level, "demotion",
            at=at, reason=demotion.reason, evidence=demotion.evidence, now=now, actor=actor,
        )  # fmt: skip
        letter = letters.changed(found, demotion.to_level, demotion.reason, None)
        await changing.write_to(organisation_id, letter, now)


async def _fall_back(organisation_id: UUID, programme: str, now: datetime, actor: str) -> None:
    found = await read_programme(programme)
    async with transaction():
        period = await changing.held(organisation_id, programme)
        if period.override_until is None or period.override_until > now:
            return
        before, evaluated = await _before(period), await _evaluated(organisation_id, programme)
        level = max(before, evaluated or before, key=found.rank)
        at = effective(period.override_until, now, period.starts_at)
        reason = f"The exception ended: {period.reason}"[:2000]
        await changing.end(period, at=at, now=now)
        await changing.begin(
            organisation_id, programme, level, "fallback",
            at=at, reason=reason, evidence=period.evidence, now=now, actor=actor,
        )  # fmt: skip
        await changing.write_to(organisation_id, letters.changed(found, level, reason, None), now)
        if evaluated is not None and found.rank(evaluated) < found.rank(level):
            now_held = await changing.held(organisation_id, programme)
            why = changing.Why(reason, period.evidence, now, actor)
            await changing.announce(found, now_held, evaluated, why)


async def _evaluated(organisation_id: UUID, programme: str) -> str | None:
    """What the facts last said since it held the level that it held by no exception."""
    level: str | None = await fetch_value(
        "SELECT level FROM programmes.evaluation WHERE organisation_id = $1 AND programme = $2 "
        "AND evaluated_at >= (SELECT max(lower(during)) FROM programmes.level_period "
        "WHERE organisation_id = $1 AND programme = $2 AND kind <> 'override') "
        "ORDER BY evaluated_at DESC, id DESC LIMIT 1",
        organisation_id,
        programme,
    )
    return level


async def _before(period: Period) -> str:
    """The last level that it held by no exception."""
    level: str = await fetch_value(
        "SELECT level FROM programmes.level_period WHERE organisation_id = $1 AND programme = $2 "
        "AND kind <> 'override' ORDER BY lower(during) DESC LIMIT 1",
        period.organisation_id,
        period.programme,
    )
    return level
