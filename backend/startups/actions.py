"""Coming into the start-up programme: applying, acceptance, and the credit given once."""

from datetime import datetime
from uuid import UUID

from backend import audit, charges, mail, partners, programmes
from backend.core import Money, connection, fetch_value, for_each, transaction
from backend.startups import letters
from backend.startups.queries import unwelcomed, welcome_of
from backend.startups.rules import Project

WORKER = "system:worker"
REASON = "Welcome to the start-up programme."


async def apply(organisation_id: UUID, project: Project, *, now: datetime, actor: str) -> UUID:
    """It asks to be in the programme and says what it builds, with what, and who it is (R-06).

    Raises:
        NotEligible, AlreadyIn, AlreadyApplied: as `programmes.apply_to`.
    """
    async with transaction():
        application_id = await programmes.apply_to(
            organisation_id, programmes.STARTUP, message=project.project, now=now, actor=actor
        )
        await connection().execute(
            "INSERT INTO startups.project VALUES ($1, $2, $3, $4, $5, $6)",
            application_id, organisation_id, project.project, project.technology, project.team,
            now,
        )  # fmt: skip
    return application_id


async def accept_application(
    application_id: UUID, *, reason: str, now: datetime, actor: str
) -> None:
    """It is in the programme and has its credit, both or neither; it is written to.

    Raises:
        ApplicationUnknown, ApplicationDecided, NotEligible, AlreadyIn, OtherTrack: as
            `programmes.accept_application`.
    """
    async with transaction():
        await programmes.accept_application(application_id, reason=reason, now=now, actor=actor)
        organisation_id = await fetch_value(
            "SELECT organisation_id FROM programmes.application WHERE id = $1", application_id
        )
        if organisation_id in await unwelcomed(now):
            await _welcome(organisation_id, now=now, actor=actor)


async def welcome_new(now: datetime) -> int:
    """Who came in by another way has its credit too. Answers how many were given one.

    Raises:
        ExceptionGroup: what failed; one holds no other.
    """

    async def one(organisation_id: UUID) -> None:
        async with transaction():
            await _welcome(organisation_id, now=now, actor=WORKER)

    return await for_each(await unwelcomed(now), one)


async def _welcome(organisation_id: UUID, *, now: datetime, actor: str) -> None:
    # Whoever comes second waits here, and then finds the first one's row.
    await connection().execute(
        "SELECT 1 FROM partners.organisation WHERE id = $1 FOR NO KEY UPDATE", organisation_id
    )
    if await welcome_of(organisation_id) is not None:
        return
    grant_id = await charges.grant_startup_credit(
        organisation_id, reason=REASON, now=now, actor=actor
    )
    await connection().execute(
        "INSERT INTO startups.welcome VALUES ($1, $2, $3)", organisation_id, grant_id, now
    )
    subject = f"credit_grant:{grant_id}"
    await audit.write(organisation_id, actor, "welcome_startup", subject, None, {})
    given = await welcome_of(organisation_id)
    organisation = await partners.read_organisation(organisation_id)
    if given is not None and organisation.email is not None:
        language = organisation.language
        credit = Money(given["amount_minor"], given["currency"])
        letter = letters.welcomed(language, credit, given["expires_on"])
        await mail.send(organisation.email, letter, language=language, now=now)
