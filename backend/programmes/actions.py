"""Coming into a programme and leaving it. Each function is one transaction."""

from datetime import datetime
from uuid import UUID

import asyncpg

from backend import audit, identity, partners
from backend.core import connection, fetch_row, fetch_value, operators_work, transaction
from backend.programmes import changing, letters
from backend.programmes.queries import read_application, read_programme
from backend.programmes.rules import (
    AlreadyApplied,
    AlreadyIn,
    Application,
    ApplicationDecided,
    ApplicationUnknown,
    CompanyRefused,
    NotEligible,
    Programme,
)


async def apply_to(
    organisation_id: UUID, programme: str, *, message: str = "", now: datetime, actor: str
) -> UUID:
    """The organisation asks to be in the programme; the office decides (R-04).

    Raises:
        ProgrammeUnknown: there is no such programme.
        CompanyRefused: it may be no partner; says why.
        NotEligible: the programme is for organisations that play other parts.
        AlreadyIn: it holds a level there.
        AlreadyApplied: it asked already and has no answer yet.
    """
    found = await read_programme(programme)
    async with transaction():
        await check_may_enter(organisation_id, found)
        try:
            async with transaction():
                application_id: UUID = await connection().fetchval(
                    "INSERT INTO programmes.application "
                    "(organisation_id, programme, message, applied_at, applied_by) "
                    "VALUES ($1, $2, $3, $4, $5) RETURNING id",
                    organisation_id, programme, message, now, actor,
                )  # fmt: skip
        except asyncpg.UniqueViolationError:
            raise AlreadyApplied(
                f"An application for {programme} waits for its answer: withdraw it to write anew."
            ) from None
        after = {"programme": programme, "message": message}
        subject = f"application:{application_id}"
        await audit.write(organisation_id, actor, "apply_to_programme", subject, None, after)
    return application_id


@operators_work
async def withdraw_application(
    application_id: UUID, *, organisation_id: UUID, now: datetime, actor: str
) -> None:
    """The organisation takes its application back.

    Raises:
        ApplicationUnknown: it has no such application.
        ApplicationDecided: it was answered.
    """
    async with transaction():
        application = await _open(application_id)
        if application.organisation_id != organisation_id:
            raise ApplicationUnknown(f"No application of yours has the id {application_id}.")
        await _decide(application, "withdrawn", None, now=now, actor=actor)


async def accept_application(
    application_id: UUID, *, reason: str, now: datetime, actor: str
) -> None:
    """The organisation holds the programme's lowest level from `now` on and is written to.

    Raises:
        ApplicationUnknown, ApplicationDecided: there is nothing to accept.
        AlreadyIn, OtherTrack: it is in this or another distribution programme.
        OwnOrganisation: who accepts acts for it, or did since it applied.
    """
    async with transaction():
        application = await _open(application_id)
        await identity.check_other(actor, application.organisation_id, since=application.applied_at)
        await _decide(application, "accepted", reason, now=now, actor=actor)
        await enter(
            application.organisation_id,
            application.programme,
            reason=reason,
            evidence=f"application:{application_id}",
            now=now,
            actor=actor,
        )


async def refuse_application(
    application_id: UUID, *, reason: str, now: datetime, actor: str
) -> None:
    """The organisation is told why; it may apply again (R-04).

    Raises:
        ApplicationUnknown, ApplicationDecided: there is nothing to refuse.
    """
    async with transaction():
        application = await _open(application_id)
        await _decide(application, "refused", reason, now=now, actor=actor)
        programme = await read_programme(application.programme)
        letter = letters.refused(programme, reason)
        await changing.write_to(application.organisation_id, letter, now)


async def enter(
    organisation_id: UUID,
    programme: str,
    *,
    level: str | None = None,
    reason: str,
    evidence: str = "",
    now: datetime,
    actor: str,
) -> None:
    """The organisation holds `level`, or else the lowest, from `now` on and is written to.

    Raises:
        ProgrammeUnknown, LevelUnknown: there is no such programme or level.
        CompanyRefused, NotEligible, AlreadyIn, OtherTrack: it cannot be in it.
        OwnOrganisation: who decides it acts for it, too.
    """
    await identity.check_other(actor, organisation_id)
    found = await read_programme(programme)
    level = level or found.lowest
    found.rank(level)
    async with transaction():
        await changing.take_turn(organisation_id)
        await check_may_enter(organisation_id, found)
        await changing.begin(
            organisation_id, programme, level, "entry",
            at=now, reason=reason, evidence=evidence, now=now, actor=actor,
        )  # fmt: skip
        await changing.write_to(organisation_id, letters.accepted(found, level, reason), now)


@operators_work
async def leave(
    organisation_id: UUID, programme: str, *, reason: str, now: datetime, actor: str
) -> None:
    """The organisation holds no level there from `now` on; its history stays.

    Raises:
        ProgrammeUnknown, NotIn: there is nothing to leave.
        LevelJustChanged: it began this very moment.
    """
    found = await read_programme(programme)
    async with transaction():
        period = await changing.held(organisation_id, programme)
        demotion = await changing.pending(organisation_id, programme)
        await changing.cancel(demotion, "It left the programme.", now, actor)
        await changing.end(period, at=now, now=now)
        await audit.write(
            organisation_id,
            actor,
            "leave_programme",
            f"organisation:{organisation_id}",
            {"programme": programme, "level": period.level},
            {"reason": reason},
        )
        await changing.write_to(organisation_id, letters.left(found), now)


async def check_may_enter(organisation_id: UUID, programme: Programme) -> None:
    """Raises: CompanyRefused, NotEligible, AlreadyIn, OrganisationUnknown."""
    who = await partners.read_organisation(organisation_id)
    if who.verification == "refused":
        raise CompanyRefused(
            f"Refused: {who.refused_because} Its file says how to contest that; apply once the "
            "refusal is lifted."
        )
    plays = await fetch_value(
        "SELECT count(*) FROM partners.organisation_role "
        "WHERE organisation_id = $1 AND role = ANY ($2)",
        organisation_id,
        list(programme.roles),
    )
    if not plays:
        raise NotEligible(
            f"{programme.code} is for {', '.join(programme.roles)}: the office can add such a part."
        )
    inside = await fetch_row(
        "SELECT level FROM programmes.level_period "
        "WHERE organisation_id = $1 AND programme = $2 AND ended_at IS NULL",
        organisation_id,
        programme.code,
    )
    if inside is not None:
        raise AlreadyIn(f"It holds the level {inside['level']} of {programme.code}.")


async def _open(application_id: UUID) -> Application:
    """Locked. Raises: ApplicationUnknown, ApplicationDecided."""
    application = await read_application(application_id, lock=True)
    if application.state != "open":
        raise ApplicationDecided(
            f"It was {application.state} on {application.decided_at:%Y-%m-%d}."
        )
    return application


async def _decide(
    application: Application, state: str, reason: str | None, *, now: datetime, actor: str
) -> None:
    await connection().execute(
        "UPDATE programmes.application SET state = $2, reason = $3, decided_at = $4, "
        "decided_by = $5 WHERE id = $1",
        application.id, state, reason, now, actor,
    )  # fmt: skip
    await audit.write(
        application.organisation_id,
        actor,
        f"application_{state}",
        f"application:{application.id}",
        {"state": "open"},
        {"state": state, "reason": reason},
    )
