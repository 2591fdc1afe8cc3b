"""From start-up to software editor on the same account. Each function is one transaction."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

import asyncpg

from backend import audit, identity, mail, partners, programmes
from backend.core import (
    PARIS,
    Problem,
    connection,
    for_each,
    midnight,
    operators_work,
    transaction,
)
from backend.startups import letters
from backend.startups.queries import due_graduations, read_graduation
from backend.startups.rules import (
    AlreadyAsked,
    BadGraduation,
    Graduation,
    GraduationDecided,
    GraduationState,
    GraduationUnknown,
    NoStartup,
)


async def ask_graduation(organisation_id: UUID, *, words: str, now: datetime, actor: str) -> UUID:
    """The office reads why the start-up wants to become an editor, and decides (R-07).

    Raises:
        NoStartup: it is not in the programme.
        AlreadyAsked: it asked, or was accepted, already.
    """
    async with transaction():
        if await programmes.level_at(organisation_id, programmes.STARTUP, now) is None:
            raise NoStartup("Apply for the start-up programme first.")
        try:
            async with transaction():
                graduation_id: UUID = await connection().fetchval(
                    "INSERT INTO startups.graduation (organisation_id, words, asked_at, asked_by) "
                    "VALUES ($1, $2, $3, $4) RETURNING id",
                    organisation_id, words, now, actor,
                )  # fmt: skip
        except asyncpg.UniqueViolationError:
            raise AlreadyAsked("Withdraw the one that waits to ask anew.") from None
        subject = f"graduation:{graduation_id}"
        await audit.write(organisation_id, actor, "ask_graduation", subject, None, {"words": words})
    return graduation_id


@operators_work
async def withdraw_graduation(
    graduation_id: UUID, *, organisation_id: UUID, now: datetime, actor: str
) -> None:
    """The start-up takes it back.

    Raises:
        GraduationUnknown: it has no such graduation.
        GraduationDecided: it was answered.
    """
    async with transaction():
        found = await _asked(graduation_id)
        if found.organisation_id != organisation_id:
            raise GraduationUnknown(f"No graduation of yours has the id {graduation_id}.")
        await _answer(found, "withdrawn", None, None, now, actor)


async def refuse_graduation(graduation_id: UUID, *, reason: str, now: datetime, actor: str) -> None:
    """It stays a start-up and reads why; it may ask again (R-04).

    Raises:
        GraduationUnknown, GraduationDecided: there is nothing to refuse.
    """
    async with transaction():
        found = await _asked(graduation_id)
        await _answer(found, "refused", reason, None, now, actor)
        await _write(found, lambda language: letters.graduation_refused(language, reason), now)


async def accept_graduation(
    graduation_id: UUID, *, reason: str, effective_on: date, now: datetime, actor: str
) -> None:
    """From the beginning of that day, or from now if it is today, it is an editor; it reads so.

    The account, its history and its credits stay; what is used from then on is priced anew.

    Raises:
        OwnOrganisation: whoever accepts acts for the start-up.
        GraduationUnknown, GraduationDecided: there is nothing to accept.
        BadGraduation: the day is past, or more than a year away.
        NotIn, OtherTrack, LevelJustChanged: as `programmes.move`, if it is today.
    """
    today = now.astimezone(PARIS).date()
    if not 0 <= (effective_on - today).days <= 366:
        raise BadGraduation("Choose today or a day within the next year.")
    effective_at = max(now, midnight(effective_on))
    async with transaction():
        found = await _asked(graduation_id)
        await identity.check_other(actor, found.organisation_id)
        await _answer(found, "accepted", reason, effective_at, now, actor)
        letter_at = effective_at
        await _write(found, lambda lang: letters.graduation_accepted(lang, reason, letter_at), now)
        if effective_at == now:
            await _carry_out(graduation_id, now, actor)


@operators_work
async def graduate_due(now: datetime) -> int:
    """Every accepted graduation whose day has come has happened, on its day.

    One whose start-up has left the programme meanwhile is cancelled, and it reads so. Answers how
    many it looked at.

    Raises:
        ExceptionGroup: what failed; one holds no other.
    """

    async def one(graduation_id: UUID) -> None:
        try:
            async with transaction():
                await _carry_out(graduation_id, now, "system:worker")
        except Problem as refusal:
            async with transaction():
                await _cancel(graduation_id, refusal.detail, now)

    return await for_each(await due_graduations(now), one)


async def _carry_out(graduation_id: UUID, now: datetime, actor: str) -> None:
    found = await read_graduation(graduation_id, lock=True)
    if found.state != "accepted" or found.effective_at is None:
        return
    await partners.add_role(found.organisation_id, "isv", actor=actor)
    await programmes.move(
        found.organisation_id,
        programmes.STARTUP,
        programmes.EDITOR,
        at=found.effective_at,
        reason=found.reason or "",
        evidence=f"graduation:{graduation_id}",
        now=now,
        actor=actor,
    )
    await connection().execute(
        "UPDATE startups.graduation SET state = 'done', done_at = $2 WHERE id = $1",
        graduation_id, now,
    )  # fmt: skip
    subject = f"graduation:{graduation_id}"
    before, after = {"state": "accepted"}, {"state": "done"}
    await audit.write(found.organisation_id, actor, "graduate", subject, before, after)
    await _write(found, letters.graduated, now)


async def _cancel(graduation_id: UUID, why: str, now: datetime) -> None:
    found = await read_graduation(graduation_id, lock=True)
    if found.state != "accepted":
        return
    await connection().execute(
        "UPDATE startups.graduation SET state = 'cancelled', done_at = $2 WHERE id = $1",
        graduation_id, now,
    )  # fmt: skip
    subject = f"graduation:{graduation_id}"
    after = {"state": "cancelled", "reason": why}
    await audit.write(
        found.organisation_id, "system:worker", "cancel_graduation", subject, None, after
    )
    await _write(found, letters.graduation_cancelled, now)


async def _asked(graduation_id: UUID) -> Graduation:
    """Locked. Raises: GraduationUnknown, GraduationDecided."""
    found = await read_graduation(graduation_id, lock=True)
    if found.state != "asked":
        raise GraduationDecided(f"It is {found.state}: load the page again.")
    return found


async def _answer(
    found: Graduation,
    state: GraduationState,
    reason: str | None,
    effective_at: datetime | None,
    now: datetime,
    actor: str,
) -> None:
    await connection().execute(
        "UPDATE startups.graduation SET state = $2, reason = $3, effective_at = $4, "
        "decided_at = $5, decided_by = $6 WHERE id = $1",
        found.id, state, reason, effective_at, now, actor,
    )  # fmt: skip
    after = {"state": state, "reason": reason, "effective_at": effective_at}
    subject = f"graduation:{found.id}"
    await audit.write(
        found.organisation_id, actor, f"graduation_{state}", subject, {"state": "asked"}, after
    )


async def _write(found: Graduation, letter: Any, now: datetime) -> None:
    organisation = await partners.read_organisation(found.organisation_id)
    if organisation.email is not None:
        language = organisation.language
        await mail.send(organisation.email, letter(language), language=language, now=now)
