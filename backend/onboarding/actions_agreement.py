"""Agreements and self-billing mandates: announced by the operator, signed by a person."""

from datetime import datetime
from typing import Literal
from uuid import UUID

import asyncpg

from backend import audit, mail
from backend.core import connection, transaction
from backend.onboarding import letters
from backend.onboarding.rules import (
    AgreementChanged,
    AgreementTooLate,
    AgreementUnknown,
    AgreementWrong,
    NoMandate,
    TermsTooSoon,
    earliest_terms,
)
from backend.onboarding.texts import digest_of

Kind = Literal["partner", "self_billing"]


async def announce_agreement(
    kind: Kind,
    *,
    text_fr: str,
    text_en: str,
    valid_from: datetime,
    notice_days: int,
    contest_days: int | None = None,
    now: datetime,
    actor: str,
) -> UUID:
    """From `valid_from` on newcomers sign this version; the others have `notice_days` days more.

    Everybody who signed the one before is written to. `contest_days` is of a mandate only.

    Raises:
        AgreementTooLate: it would begin in the past, or before the newest version.
        TermsTooSoon: fifteen whole days do not lie between today and its first day (legal.md 6).
        AgreementWrong: a mandate without a delay to contest, or an agreement with one.
    """
    if (kind == "self_billing") != (contest_days is not None):
        raise AgreementWrong(
            "contest_days: a mandate says in how many days an invoice may be contested, an "
            "agreement does not.",
            field="contest_days",
        )
    try:
        async with transaction():
            row = await connection().fetchrow(
                "INSERT INTO onboarding.agreement (kind, version, text_fr, text_en, sha256_fr, "
                "sha256_en, valid_from, notice_days, contest_days, announced_by, announced_at) "
                "SELECT $1, coalesce(max(version), 0) + 1, $2, $3, $4, $5, $6, $7, $8, $9, $10 "
                "FROM onboarding.agreement WHERE kind = $1 RETURNING id, version, "
                "onboarding.day_of(valid_from) + notice_days AS last_day",
                kind, text_fr, text_en, digest_of(text_fr), digest_of(text_en), valid_from,
                notice_days, contest_days, actor, now,
            )  # fmt: skip
            assert row is not None
            await _write_to_all(kind, row, valid_from, now)
            subject = f"agreement:{row['id']}"
            after = {"kind": kind, "version": row["version"], "valid_from": valid_from}
            await audit.write(None, actor, "announce_agreement", subject, None, after)
    except (asyncpg.CheckViolationError, asyncpg.ObjectNotInPrerequisiteStateError) as refusal:
        if refusal.constraint_name == "terms_are_announced":
            raise _too_soon(now) from None
        if refusal.constraint_name not in ("begins_in_the_future", "versions_follow"):
            raise
        raise AgreementTooLate(
            f"It would begin at {valid_from:%Y-%m-%d %H:%M} UTC: choose a moment to come, after "
            "the newest version begins."
        ) from None
    made: UUID = row["id"]
    return made


def _too_soon(now: datetime) -> TermsTooSoon:
    earliest = earliest_terms(now)
    return TermsTooSoon(
        f"valid_from: Whoever signed the version before has fifteen whole days' notice; announced "
        f"today, it begins on {earliest} (Paris) at the earliest.",
        field="valid_from",
        earliest_on=earliest.isoformat(),
    )


async def accept_agreement(
    organisation_id: UUID,
    agreement_id: UUID,
    *,
    language: str,
    sha256: str,
    name: str,
    person_id: UUID | None,
    now: datetime,
    actor: str,
) -> UUID:
    """`name`, as the person typed it, has accepted the text whose hash is `sha256`.

    What holds already is not signed twice. Answers the acceptance's id.

    Raises:
        AgreementUnknown: none has this id.
        AgreementChanged: that is not its text, or a newer version is in force.
    """
    async with transaction():
        kind = await connection().fetchval(
            "SELECT kind FROM onboarding.agreement WHERE id = $1", agreement_id
        )
        if kind is None:
            raise AgreementUnknown(f"No agreement has the id {agreement_id}.")
        before = await connection().fetchval(
            "SELECT a.id FROM onboarding.acceptance a WHERE a.organisation_id = $1 "
            "AND a.agreement_id = $2 AND NOT EXISTS (SELECT FROM onboarding.revocation v "
            "WHERE v.organisation_id = $1 AND v.kind = $3 AND v.revoked_at >= a.accepted_at) "
            "ORDER BY a.accepted_at LIMIT 1",
            organisation_id, agreement_id, kind,
        )  # fmt: skip
        if before is not None:
            known: UUID = before
            return known
        try:
            async with transaction():
                made: UUID = await connection().fetchval(
                    "INSERT INTO onboarding.acceptance (organisation_id, agreement_id, language, "
                    "sha256, person_id, name, accepted_by, accepted_at) "
                    "VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING id",
                    organisation_id, agreement_id, language, sha256, person_id, name, actor, now,
                )  # fmt: skip
        except asyncpg.ObjectNotInPrerequisiteStateError:
            raise AgreementChanged(
                "The text has changed, or a newer version is in force: read it again, then sign."
            ) from None
        after = {"kind": kind, "agreement": agreement_id, "sha256": sha256, "name": name}
        subject = f"acceptance:{made}"
        await audit.write(organisation_id, actor, "accept_agreement", subject, None, after)
    return made


async def revoke_mandate(
    organisation_id: UUID, *, reason: str | None, now: datetime, actor: str
) -> None:
    """No invoice is issued in its name from now on, and nothing is paid out (legal.md 2).

    Raises:
        NoMandate: none is signed.
    """
    async with transaction():
        state = await connection().fetchval(
            "SELECT state FROM onboarding.agreement_state($1, 'self_billing', $2)",
            organisation_id, now,
        )  # fmt: skip
        if state == "missing":
            raise NoMandate("No mandate is signed: there is nothing to revoke.")
        made = await connection().fetchval(
            "INSERT INTO onboarding.revocation (organisation_id, reason, revoked_by, revoked_at) "
            "VALUES ($1, $2, $3, $4) RETURNING id",
            organisation_id, reason, actor, now,
        )  # fmt: skip
        subject = f"revocation:{made}"
        after = {"reason": reason}
        await audit.write(organisation_id, actor, "revoke_mandate", subject, None, after)


async def _write_to_all(
    kind: str, made: asyncpg.Record, valid_from: datetime, now: datetime
) -> None:
    signers = await connection().fetch(
        "SELECT o.email, o.language FROM partners.organisation o WHERE o.email IS NOT NULL "
        "AND EXISTS (SELECT FROM onboarding.acceptance a JOIN onboarding.agreement g "
        "ON g.id = a.agreement_id WHERE a.organisation_id = o.id AND g.kind = $1) ORDER BY o.id",
        kind,
    )
    for one in signers:
        language = one["language"]
        letter = letters.new_version(language, kind, made["version"], valid_from, made["last_day"])
        await mail.send(one["email"], letter, language=language, now=now)
