"""Decisions against an organisation: each with its statement of reasons, and a letter."""

from datetime import datetime, timedelta
from uuid import UUID

import asyncpg

from backend import audit, identity, mail, partners
from backend.core import Problem, connection, fetch_value, transaction
from backend.onboarding import letters
from backend.onboarding.queries import file_of
from backend.onboarding.rules import (
    TERMINATION_DAYS,
    DecisionKind,
    DecisionUnknown,
    FileIncomplete,
    NoticeTooShort,
    OwnRefusal,
    Scope,
    SellingRestricted,
)

COMPLETE = "The file is complete."
"""Why a refusal is lifted when nothing else is said."""


class AlreadyLifted(Problem):
    code = "decision-lifted"
    title = "The restriction was lifted"


async def verify_organisation(
    organisation_id: UUID, *, now: datetime, actor: str, despite: str | None = None
) -> None:
    """Its identity has been checked and its file is complete, or `despite` says why not.

    The account at Stripe may come later: Stripe checks it, and payouts wait for it. An imported
    organisation has no file yet. A refusal is lifted with it, by another person than who decided
    it. Doing it again changes nothing.

    Raises:
        OrganisationUnknown: no organisation has this id.
        FileIncomplete: names what is missing.
        OwnOrganisation: who decides acts for it, too.
        OwnRefusal: who verifies it refused its application.
    """
    async with transaction():
        before = await partners.read_organisation(organisation_id)
        await identity.check_other(actor, organisation_id)
        file = await file_of(organisation_id, now)
        lacking = file.lacking
        if before.verification != "verified" and before.origin == "application" and lacking:
            missing = [item.name for item in lacking]
            if despite is None:
                words = ", ".join(item.word("en") for item in lacking)
                raise FileIncomplete(
                    f"Missing: {words}. Accept what is missing, or say why you verify it all the "
                    "same.",
                    missing=missing,
                )
            after = {"reason": despite, "missing": missing}
            subject = f"organisation:{organisation_id}"
            await audit.write(organisation_id, actor, "verify_despite", subject, None, after)
        if before.verification == "refused":
            await _lift_refusals(organisation_id, despite or COMPLETE, now=now, actor=actor)
        await partners.mark_verified(organisation_id, actor=actor)


async def _lift_refusals(organisation_id: UUID, why: str, *, now: datetime, actor: str) -> None:
    """Raises: OwnRefusal."""
    try:
        async with transaction():
            await connection().execute(
                "INSERT INTO onboarding.lifting SELECT d.id, d.organisation_id, $2, $3, $4 "
                "FROM onboarding.decision d WHERE d.organisation_id = $1 "
                "AND d.kind = 'application_refused' ORDER BY d.id "
                "ON CONFLICT (decision_id) DO NOTHING",
                organisation_id, why, actor, now,
            )  # fmt: skip
    except asyncpg.CheckViolationError as refusal:
        if refusal.constraint_name != "another_person":
            raise
        raise OwnRefusal(
            "You refused its application: have another person of the office look at it again."
        ) from None


async def check_selling(organisation_id: UUID, at: datetime) -> None:
    """Its listings may be on sale at `at` (legal.md 8): its file is complete, nothing restricts it.

    The account at Stripe may come later. An imported organisation has no file yet.

    Raises:
        FileIncomplete: names what is missing.
        SellingRestricted: a decision is in force against it.
    """
    bar = await fetch_value("SELECT onboarding.listing_bar($1, $2)", organisation_id, at)
    if bar == "restricted":
        raise SellingRestricted("A restriction is in force: read the decisions in its file.")
    if bar is not None:
        lacking = (await file_of(organisation_id, at)).lacking
        words = ", ".join(item.word("en") for item in lacking)
        raise FileIncomplete(
            f"Missing: {words}. Its listings can be on sale once the file is complete.",
            missing=[item.name for item in lacking],
        )


async def refuse_application(
    organisation_id: UUID, *, reason: str, rule: str, now: datetime, actor: str
) -> None:
    """It does not become a partner, and reads why; refusing again for the same changes nothing.

    Raises:
        OrganisationUnknown, AlreadyVerified: as `partners.refuse_organisation`.
    """
    async with transaction():
        before = await partners.read_organisation(organisation_id)
        if (before.verification, before.refused_because) == ("refused", reason):
            return
        await partners.refuse_organisation(organisation_id, reason=reason, actor=actor)
        await write_decision(
            organisation_id, kind="application_refused", scope="application",
            what=before.name, why=reason, rule=rule, notice_days=0, now=now, actor=actor,
        )  # fmt: skip


async def restrict_organisation(
    organisation_id: UUID,
    *,
    kind: DecisionKind,
    scope: Scope,
    what: str,
    why: str,
    rule: str,
    notice_days: int,
    now: datetime,
    actor: str,
) -> UUID:
    """After `notice_days` whole days the scope is closed to it, until that is lifted.

    Raises:
        OrganisationUnknown: no organisation has this id.
        NoticeTooShort: an agreement is ended after `TERMINATION_DAYS` days at the earliest.
    """
    if kind == "termination" and notice_days < TERMINATION_DAYS:
        raise NoticeTooShort(
            f"notice_days: an agreement is ended {TERMINATION_DAYS} days after it was told, at "
            "the earliest. Restrict it meanwhile if it cannot wait.",
            field="notice_days",
        )
    async with transaction():
        made = await write_decision(
            organisation_id, kind=kind, scope=scope, what=what, why=why, rule=rule,
            notice_days=notice_days, now=now, actor=actor,
        )  # fmt: skip
        after = {"kind": kind, "scope": scope, "why": why, "notice_days": notice_days}
        await audit.write(
            organisation_id, actor, "restrict_organisation", f"decision:{made}", None, after
        )
    return made


async def lift_restriction(decision_id: UUID, *, why: str, now: datetime, actor: str) -> None:
    """The restriction is in force no more.

    Raises:
        DecisionUnknown: no restriction has this id.
        AlreadyLifted: somebody lifted it before.
        OwnOrganisation: who lifts it acts for the organisation, or did since it was decided.
    """
    async with transaction():
        found = await connection().fetchrow(
            "SELECT organisation_id, scope, decided_at FROM onboarding.decision WHERE id = $1 "
            "AND kind IN ('restriction', 'termination')",
            decision_id,
        )
        if found is None:
            raise DecisionUnknown(f"No restriction has the id {decision_id}.")
        organisation_id = found["organisation_id"]
        await identity.check_other(actor, organisation_id, since=found["decided_at"])
        try:
            async with transaction():
                await connection().execute(
                    "INSERT INTO onboarding.lifting VALUES ($1, $2, $3, $4, $5)",
                    decision_id, organisation_id, why, actor, now,
                )  # fmt: skip
        except asyncpg.UniqueViolationError:
            raise AlreadyLifted("It is in force no more: read the decisions again.") from None
        await _tell(organisation_id, letters.lifted, found["scope"], why, now=now)
        await audit.write(
            organisation_id, actor, "lift_restriction", f"decision:{decision_id}", None,
            {"why": why},
        )  # fmt: skip


async def write_decision(
    organisation_id: UUID,
    *,
    kind: DecisionKind,
    scope: Scope,
    what: str,
    why: str,
    rule: str,
    notice_days: int,
    now: datetime,
    actor: str,
    evidence_id: UUID | None = None,
) -> UUID:
    """The statement of reasons is written for good, and a letter with it waits (legal.md 6).

    With notice, it takes effect when the last of `notice_days` local days is over.
    """
    of = await partners.read_organisation(organisation_id)
    starts_at = now
    if notice_days:
        starts_at = await connection().fetchval(
            "SELECT onboarding.end_of(onboarding.day_of($1))", now + timedelta(days=notice_days)
        )
    told = letters.decision(of.language, kind, scope, what, why, rule, starts_at)
    letter_id = None
    if of.email is not None:
        letter_id = await mail.send(of.email, told, language=of.language, now=now)
    made: UUID = await connection().fetchval(
        "INSERT INTO onboarding.decision (organisation_id, kind, scope, what, why, rule, contest, "
        "notice_days, starts_at, evidence_id, letter_id, decided_by, decided_at) "
        "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) RETURNING id",
        organisation_id, kind, scope, what, why, rule, letters.contest(of.language), notice_days,
        starts_at, evidence_id, letter_id, actor, now,
    )  # fmt: skip
    return made


async def _tell(
    organisation_id: UUID, write: letters.Lifted, scope: str, why: str, *, now: datetime
) -> None:
    of = await partners.read_organisation(organisation_id)
    if of.email is not None:
        letter = write(of.language, scope, why)
        await mail.send(of.email, letter, language=of.language, now=now)
