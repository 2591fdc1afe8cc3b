"""What follows from the evaluations of many organisations, in one transaction for all of them."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from backend import audit, mail
from backend.core import connection, fetch, transaction, uuid7
from backend.programmes import letters
from backend.programmes.actions_calendar import MILDER
from backend.programmes.queries import DEMOTION, PERIOD, read_programme
from backend.programmes.queries_benefit import settings_at
from backend.programmes.rules import (
    Demotion,
    LevelJustChanged,
    NotIn,
    Period,
    Programme,
    Verdict,
    verdict,
)


class Finding(NamedTuple):
    """What the facts said of one organisation, and why; `evidence` names the scorecard."""

    organisation_id: UUID
    level: str
    reason: str
    evidence: str


class Member(NamedTuple):
    """One organisation at the moment of its turn."""

    finding: Finding
    period: Period
    demotion: Demotion | None
    email: str | None
    language: str


class Steps:
    """What has to be written, gathered over all the members."""

    def __init__(self, programme: Programme, *, days: int, now: datetime, actor: str) -> None:
        self.programme = programme
        self.announced_for = now + timedelta(days=days)
        self.now = now
        self.actor = actor
        self.closed: list[tuple[UUID, str]] = []
        self.risen: list[Finding] = []
        self.announced: list[Demotion] = []
        self.changes: list[audit.Change] = []
        self.letters: list[mail.Addressed] = []

    def follow(self, member: Member, follows: Verdict) -> None:
        """The steps of one verdict, in the order in which `record_evaluation` takes them."""
        finding = member.finding
        if follows in ("promote", "cancel_and_promote"):
            self._cancel(member, finding.reason)
            self._rise(member)
        if follows == "cancel" and member.demotion is not None:
            self._cancel(member, finding.reason)
            self._write(
                member,
                letters.demotion_cancelled(self.programme, member.demotion, finding.reason),
            )
        if follows == "announce_anew":
            self._cancel(member, MILDER)
        if follows in ("announce", "announce_anew"):
            self._announce(member)

    def _cancel(self, member: Member, reason: str) -> None:
        if member.demotion is None:
            return
        self.closed.append((member.demotion.id, reason))
        self._tell(
            member,
            "demotion_cancelled",
            f"demotion:{member.demotion.id}",
            {"state": "announced"},
            {"state": "cancelled", "reason": reason},
        )

    def _rise(self, member: Member) -> None:
        finding, period = member.finding, member.period
        if self.now <= period.starts_at:
            raise LevelJustChanged(
                f"The level of {finding.organisation_id} has been {period.level} since "
                f"{period.starts_at:%Y-%m-%d %H:%M:%S} UTC: a change of it comes later."
            )
        self.risen.append(finding)
        after = {
            "programme": self.programme.code, "level": finding.level, "from": self.now,
            "reason": finding.reason, "evidence": finding.evidence,
        }  # fmt: skip
        subject = f"organisation:{finding.organisation_id}"
        self._tell(member, "level_promotion", subject, None, after)
        self._write(member, letters.changed(self.programme, finding.level, finding.reason, None))

    def _announce(self, member: Member) -> None:
        finding = member.finding
        demotion = Demotion(
            uuid7(), finding.organisation_id, self.programme.code, member.period.level,
            finding.level, self.now, self.announced_for, finding.reason, finding.evidence,
            "announced", None, None,
        )  # fmt: skip
        self.announced.append(demotion)
        self._tell(
            member,
            "demotion_announced",
            f"demotion:{demotion.id}",
            None,
            {"to": finding.level, "effective_at": self.announced_for, "reason": finding.reason},
        )
        self._write(member, letters.demotion_announced(self.programme, demotion))

    def _tell(
        self,
        member: Member,
        action: str,
        subject: str,
        before: dict[str, Any] | None,
        after: dict[str, Any],
    ) -> None:
        chain = member.finding.organisation_id
        self.changes.append(audit.Change(chain, self.actor, action, subject, before, after))

    def _write(self, member: Member, letter: letters.Written) -> None:
        if member.email is not None:
            language = member.language
            self.letters.append(mail.Addressed(member.email, letter(language), language))


async def record_evaluations(
    programme: str, findings: Sequence[Finding], *, now: datetime, actor: str
) -> dict[UUID, Verdict]:
    """As `record_evaluation` of each, for all of them or for none; answers what followed for whom.

    Raises:
        ProgrammeUnknown, LevelUnknown: there is no such programme or level.
        NotIn, LevelJustChanged: one of them cannot change now.
    """
    found = await read_programme(programme)
    ranks = {each.code: each.rank for each in found.levels}
    for level in {each.level for each in findings}:
        found.rank(level)
    async with transaction():
        members = await _take_turns(programme, findings)
        settings = await settings_at(now)
        days = settings["demotion_notice_days"] + settings["demotion_grace_days"]
        steps = Steps(found, days=days, now=now, actor=actor)
        answers: dict[UUID, Verdict] = {}
        for member in members:
            to = None if member.demotion is None else member.demotion.to_level
            overridden = member.period.kind == "override"
            finding = member.finding
            follows = verdict(member.period.level, finding.level, to, ranks, overridden=overridden)
            steps.follow(member, follows)
            answers[finding.organisation_id] = follows
        await _keep(programme, findings, now, actor)
        await _carry_out(programme, steps)
        await audit.write_all(steps.changes)
        await mail.send_all(steps.letters, now=now)
    return answers


async def _take_turns(programme: str, findings: Sequence[Finding]) -> list[Member]:
    """Everybody's present state, by organisation; nobody else changes it meanwhile.

    Raises:
        NotIn: one of them is not in the programme.
    """
    ids = [each.organisation_id for each in findings]
    heads = await fetch(
        "SELECT id, email, language FROM partners.organisation WHERE id = ANY ($1) "
        "ORDER BY id FOR NO KEY UPDATE",
        ids,
    )
    periods = await fetch(
        f"SELECT {PERIOD} FROM programmes.level_period p "  # noqa: S608  (our own words)
        "WHERE p.organisation_id = ANY ($1) AND p.programme = $2 AND p.ended_at IS NULL",
        ids,
        programme,
    )
    demotions = await fetch(
        f"SELECT {DEMOTION} FROM programmes.demotion d "  # noqa: S608
        "WHERE d.organisation_id = ANY ($1) AND d.programme = $2 AND d.state = 'announced' "
        "FOR UPDATE",
        ids,
        programme,
    )
    held = {row["organisation_id"]: Period(*row) for row in periods}
    falling = {row["organisation_id"]: Demotion(*row) for row in demotions}
    wanted = {each.organisation_id: each for each in findings}
    for one in ids:
        if one not in held:
            raise NotIn(f"{one} holds no level of {programme} any more.")
    return [
        Member(wanted[one], held[one], falling.get(one), email, language)
        for one, email, language in heads
    ]


async def _keep(programme: str, findings: Sequence[Finding], now: datetime, actor: str) -> None:
    await connection().execute(
        "INSERT INTO programmes.evaluation "
        "(organisation_id, programme, level, evaluated_at, evidence, actor) "
        "SELECT o, $1, l, $5, e, $6 FROM unnest($2::uuid[], $3::text[], $4::text[]) AS n (o, l, e)",
        programme,
        [each.organisation_id for each in findings],
        [each.level for each in findings],
        [each.evidence for each in findings],
        now,
        actor,
    )


async def _carry_out(programme: str, steps: Steps) -> None:
    """Demotions closed, periods ended and begun, demotions announced."""
    execute, now, actor = connection().execute, steps.now, steps.actor
    await execute(
        "UPDATE programmes.demotion AS d SET state = 'cancelled', closed_at = $3, "
        "closed_reason = n.reason FROM unnest($1::uuid[], $2::text[]) AS n (id, reason) "
        "WHERE d.id = n.id",
        [one for one, _ in steps.closed],
        [reason for _, reason in steps.closed],
        now,
    )
    risen = [each.organisation_id for each in steps.risen]
    await execute(
        "UPDATE programmes.level_period SET during = tstzrange(lower(during), $3), ended_at = $3 "
        "WHERE organisation_id = ANY ($1) AND programme = $2 AND ended_at IS NULL",
        risen,
        programme,
        now,
    )
    await execute(
        "INSERT INTO programmes.level_period (organisation_id, programme, level, during, "
        "is_track, kind, reason, evidence, actor, recorded_at) "
        "SELECT o, $5, l, tstzrange($6, NULL), false, 'promotion', r, e, $7, $6 "
        "FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[]) AS n (o, l, r, e)",
        risen,
        [each.level for each in steps.risen],
        [each.reason for each in steps.risen],
        [each.evidence for each in steps.risen],
        programme,
        now,
        actor,
    )
    falling = steps.announced
    await execute(
        "INSERT INTO programmes.demotion (id, organisation_id, programme, from_level, to_level, "
        "announced_at, effective_at, reason, evidence, actor) "
        "SELECT i, o, $7, f, t, $8, $9, r, e, $10 FROM unnest($1::uuid[], $2::uuid[], "
        "$3::text[], $4::text[], $5::text[], $6::text[]) AS n (i, o, f, t, r, e)",
        [each.id for each in falling],
        [each.organisation_id for each in falling],
        [each.from_level for each in falling],
        [each.to_level for each in falling],
        [each.reason for each in falling],
        [each.evidence for each in falling],
        programme,
        now,
        steps.announced_for,
        actor,
    )
