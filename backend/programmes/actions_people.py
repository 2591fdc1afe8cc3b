"""People come, go and are certified; organisations show references, training, support."""

from datetime import date, datetime, timedelta
from uuid import UUID

import asyncpg

from backend import audit, partners
from backend.core import connection, fetch_row, fetch_value, transaction
from backend.programmes.rules_people import (
    AchievementKind,
    AchievementTaken,
    BadPeriod,
    CertificateTaken,
    MovedBefore,
    PersonUnknown,
    WorksThere,
    check_days,
)


async def employ_person(
    organisation_id: UUID, *, email: str, name: str, from_on: date, now: datetime, actor: str
) -> UUID:
    """The person works for the organisation from that day on, and no longer where it did before;
    its certificates come with it. Answers its id, which it keeps for life.

    Raises:
        OrganisationUnknown: no organisation has this id.
        WorksThere: it works there already.
        MovedBefore: it began its present employment on that day or later.
        BadPeriod: that is no day of our time.
    """
    check_days(from_on)
    await partners.read_organisation(organisation_id)
    async with transaction():
        await connection().execute(
            "INSERT INTO programmes.person (email, name, recorded_at) VALUES ($1, $2, $3) "
            "ON CONFLICT (email) DO NOTHING",
            email.lower(), name, now,
        )  # fmt: skip
        person_id: UUID = await fetch_value(
            "SELECT id FROM programmes.person WHERE email = $1", email.lower()
        )
        before = await _present(person_id)
        if before is not None:
            if before["organisation_id"] == organisation_id:
                raise WorksThere(f"{email} works there since {before['from_on']}.")
            await _end(person_id, before, from_on)
        try:
            async with transaction():
                await connection().execute(
                    "INSERT INTO programmes.employment VALUES "
                    "($1, $2, daterange($3, NULL), $4, $5)",
                    person_id, organisation_id, from_on, actor, now,
                )  # fmt: skip
        except asyncpg.ExclusionViolationError:
            raise MovedBefore("It worked elsewhere on that day: choose a later one.") from None
        after = {"organisation": organisation_id, "from": from_on}
        subject = f"certified_person:{person_id}"
        if before is not None:
            lost = {"organisation": before["organisation_id"]}
            gone = {"until": from_on}
            await audit.write(
                before["organisation_id"], actor, "person_leaves", subject, lost, gone
            )
        await audit.write(organisation_id, actor, "employ_person", subject, None, after)
    return person_id


async def end_employment(
    organisation_id: UUID, person_id: UUID, *, last_on: date, now: datetime, actor: str
) -> None:
    """The person works there until that day, and from the next on for nobody.

    Raises:
        PersonUnknown: it does not work there.
        MovedBefore: it began after that day.
        BadPeriod: that is no day of our time.
    """
    check_days(last_on)
    async with transaction():
        present = await _present(person_id)
        if present is None or present["organisation_id"] != organisation_id:
            raise PersonUnknown(f"Nobody with the id {person_id} works there.")
        await _end(person_id, present, last_on + timedelta(days=1))
        await audit.write(
            organisation_id,
            actor,
            "person_leaves",
            f"certified_person:{person_id}",
            {"organisation": organisation_id},
            {"until": last_on},
        )


async def certify_person(
    person_id: UUID,
    kind: str,
    *,
    issued_on: date,
    expires_on: date,
    number: str = "",
    now: datetime,
    actor: str,
) -> UUID:
    """The certificate is the person's, wherever it works, to its last day included.

    Raises:
        PersonUnknown: nobody has this id.
        BadPeriod: it would end before it begins, or a day is none of our time.
        CertificateTaken: one of this kind and day is recorded.
    """
    check_days(issued_on, expires_on)
    if expires_on < issued_on:
        raise BadPeriod(f"It is issued on {issued_on} and expires on {expires_on}.")
    async with transaction():
        known = await fetch_value("SELECT 1 FROM programmes.person WHERE id = $1", person_id)
        if known is None:
            raise PersonUnknown(f"Nobody has the id {person_id}.")
        try:
            async with transaction():
                certificate_id: UUID = await connection().fetchval(
                    "INSERT INTO programmes.certificate "
                    "(person_id, kind, issued_on, expires_on, number, actor, recorded_at) "
                    "VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING id",
                    person_id, kind, issued_on, expires_on, number, actor, now,
                )  # fmt: skip
        except asyncpg.UniqueViolationError:
            raise CertificateTaken(f"It has {kind} of {issued_on} already.") from None
        present = await _present(person_id)
        chain = None if present is None else present["organisation_id"]
        after = {"kind": kind, "issued_on": issued_on, "expires_on": expires_on}
        subject = f"certified_person:{person_id}"
        await audit.write(chain, actor, "certify_person", subject, None, after)
    return certificate_id


async def record_achievement(
    organisation_id: UUID,
    kind: AchievementKind,
    title: str,
    *,
    achieved_on: date,
    expires_on: date | None = None,
    evidence: str,
    now: datetime,
    actor: str,
) -> UUID:
    """A customer's reference, a training done, a contract of support: the scorecard counts it.

    Raises:
        OrganisationUnknown: no organisation has this id.
        BadPeriod: it would end before it begins, or a day is none of our time.
        AchievementTaken: the same is recorded.
    """
    check_days(achieved_on, expires_on)
    if expires_on is not None and expires_on < achieved_on:
        raise BadPeriod(f"It is of {achieved_on} and expires on {expires_on}.")
    await partners.read_organisation(organisation_id)
    async with transaction():
        try:
            async with transaction():
                achievement_id: UUID = await connection().fetchval(
                    "INSERT INTO programmes.achievement (organisation_id, kind, title, "
                    "achieved_on, expires_on, evidence, actor, recorded_at) "
                    "VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING id",
                    organisation_id, kind, title, achieved_on, expires_on, evidence, actor, now,
                )  # fmt: skip
        except asyncpg.UniqueViolationError:
            raise AchievementTaken(f"{title!r} of {achieved_on} is recorded.") from None
        after = {"kind": kind, "title": title, "achieved_on": achieved_on, "evidence": evidence}
        subject = f"achievement:{achievement_id}"
        await audit.write(organisation_id, actor, "record_achievement", subject, None, after)
    return achievement_id


async def _present(person_id: UUID) -> asyncpg.Record | None:
    """Where the person works now, locked."""
    return await fetch_row(
        "SELECT organisation_id, lower(during) AS from_on FROM programmes.employment "
        "WHERE person_id = $1 AND upper_inf(during) FOR UPDATE",
        person_id,
    )


async def _end(person_id: UUID, present: asyncpg.Record, until: date) -> None:
    """`until` is the first day on which it does not work there. Raises: MovedBefore."""
    if until <= present["from_on"]:
        raise MovedBefore(f"It works there since {present['from_on']}: choose a later day.")
    await connection().execute(
        "UPDATE programmes.employment SET during = daterange(lower(during), $2) "
        "WHERE person_id = $1 AND upper_inf(during)",
        person_id,
        until,
    )
