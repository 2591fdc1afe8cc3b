"""An account of one's own: opened, its mailbox confirmed, its password and address changed."""

import re
import secrets
import unicodedata
from datetime import datetime, timedelta
from uuid import UUID

import asyncpg

from backend import audit, core, mail, partners
from backend.core import connection, transaction, uuid7
from backend.identity import letters
from backend.identity.actions import NOWHERE, add_membership
from backend.identity.attempts import count_attempt, count_letter, quietly
from backend.identity.passwords import hash_password, verify_password
from backend.identity.queries import digest
from backend.identity.rules import (
    RESET,
    VERIFY,
    EmailTaken,
    LinkExpired,
    WrongCredentials,
)
from backend.identity.rules_account import vat_regime_of
from backend.identity.sessions import Origin, end_all
from backend.web import Principal


@core.operators_work
async def sign_up(
    *,
    email: str,
    password: str,
    name: str,
    company: str,
    country: str,
    segment: str,
    language: str,
    base_url: str,
    origin: Origin = NOWHERE,
    now: datetime,
) -> None:
    """A letter is on its way, whether this address was known or not, and nobody is told which.

    Unknown: a buyer's organisation exists with its owner, who may look, and order once the address
    is confirmed. Known: the letter says so, and nothing has changed.

    Raises:
        TooManyRequests: too many letters to this mailbox or from this address.
    """
    email = email.lower()
    await count_letter(email, origin.address, now)
    hashed = await hash_password(password)
    with core.acting_for(None):
        async with quietly(), transaction():
            person_id = await connection().fetchval(
                "INSERT INTO identity.person (id, email, name, password_hash, created_at, language)"
                " VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (email) DO NOTHING RETURNING id",
                uuid7(), email, name, hashed, now, language,
            )  # fmt: skip
            if person_id is None:
                link = f"{base_url}/{language}/sign-in"
                known = letters.already_known(language, link)
                await mail.send(email, known, language=language, now=now)
                return
            actor = f"person:{person_id}"
            after = {"email": email, "name": name, "address": origin.address}
            await audit.write(None, actor, "sign_up", actor, None, after)
            organisation = await partners.create_organisation(
                reference=_reference(company), name=company, country=country, segment=segment,
                roles=["buyer"], vat_regime=vat_regime_of(country), email=email,
                language=language, now=now, actor=actor,
            )  # fmt: skip
            await add_membership(
                person_id, organisation_id=organisation, role="owner", now=now, actor=actor
            )
            await _send_proof(person_id, "verify_email", email, language, base_url, now)


@core.operators_work
async def resend_verification(
    *, email: str, base_url: str, origin: Origin = NOWHERE, now: datetime
) -> None:
    """Where an account still waits for it, its mailbox gets a new link and the old one is void.

    Raises:
        TooManyRequests: too many letters to this mailbox or from this address.
    """
    email = email.lower()
    await count_letter(email, origin.address, now)
    async with quietly(), transaction():
        person = await connection().fetchrow(
            "SELECT id, language FROM identity.person "
            "WHERE email = $1 AND email_verified_at IS NULL",
            email,
        )
        if person is not None:
            await _send_proof(
                person["id"], "verify_email", email, person["language"], base_url, now
            )


@core.operators_work
async def verify_email(token: str, *, now: datetime) -> None:
    """The address that the letter went to is the person's: confirmed, or changed to it.

    Raises:
        LinkExpired: used, too old, or never sent.
        EmailTaken: meanwhile it is somebody else's.
    """
    async with transaction():
        proof = await _use_proof(token, ("verify_email", "change_email"), now)
        person_id, actor = proof["person_id"], f"person:{proof['person_id']}"
        before = await connection().fetchrow(
            "SELECT email, language FROM identity.person WHERE id = $1 FOR UPDATE", person_id
        )
        assert before is not None
        if proof["purpose"] == "verify_email" and before["email"] != proof["email"]:
            raise LinkExpired("The account has another address by now.")
        taken = await connection().fetchval(
            "SELECT EXISTS (SELECT FROM identity.person WHERE email = $1 AND id <> $2)",
            proof["email"], person_id,
        )  # fmt: skip
        if taken:
            raise EmailTaken("Sign in with that address, or choose another one.")
        await connection().execute(
            "UPDATE identity.person SET email = $2, email_verified_at = $3 WHERE id = $1",
            person_id, proof["email"], now,
        )  # fmt: skip
        if before["email"] != proof["email"]:
            told = letters.email_changed(before["language"], proof["email"])
            await mail.send(before["email"], told, language=before["language"], now=now)
        await audit.write(
            None, actor, "verify_email", actor,
            {"email": before["email"]}, {"email": proof["email"]},
        )  # fmt: skip


@core.operators_work
async def ask_reset(*, email: str, base_url: str, origin: Origin = NOWHERE, now: datetime) -> None:
    """Where the address has an account, its mailbox gets a link to choose a new password.

    Raises:
        TooManyRequests: too many letters to this mailbox or from this address.
    """
    email = email.lower()
    await count_letter(email, origin.address, now)
    async with quietly(), transaction():
        person = await connection().fetchrow(
            "SELECT id, language FROM identity.person WHERE email = $1", email
        )
        if person is not None:
            await _send_proof(
                person["id"], "reset_password", email, person["language"], base_url, now
            )


@core.operators_work
async def reset_password(token: str, new: str, *, now: datetime) -> None:
    """The new password holds, the address is confirmed, and every session of the person has ended.

    Second factors stay, but those of an account whose address nobody had confirmed: whoever set
    them up need not be who reads its mail.

    Raises:
        LinkExpired: used, too old, or never sent.
    """
    hashed = await hash_password(new)
    async with transaction():
        proof = await _use_proof(token, ("reset_password",), now)
        person_id, actor = proof["person_id"], f"person:{proof['person_id']}"
        person = await connection().fetchrow(
            "SELECT email, language FROM identity.person WHERE id = $1", person_id
        )
        assert person is not None
        if person["email"] != proof["email"]:
            raise LinkExpired("The account has another address by now.")
        await take_over(person_id, hashed, now)
        told = letters.password_changed(person["language"])
        await mail.send(person["email"], told, language=person["language"], now=now)
        await audit.write(None, actor, "reset_password", actor)


async def take_over(person_id: UUID, password_hash: str, now: datetime) -> None:
    """Who reads the mailbox has the account: their password, no session, in the open transaction.

    What was set up before the mailbox was ever confirmed is gone.
    """
    verified = await connection().fetchval(
        "SELECT email_verified_at FROM identity.person WHERE id = $1 FOR UPDATE", person_id
    )
    await connection().execute(
        "UPDATE identity.person SET password_hash = $2, "
        "email_verified_at = coalesce(email_verified_at, $3) WHERE id = $1",
        person_id, password_hash, now,
    )  # fmt: skip
    await connection().execute("DELETE FROM identity.proof WHERE person_id = $1", person_id)
    await end_all(person_id)
    if verified is None:
        for table in ("authenticator", "recovery_code", "passkey"):
            await connection().execute(
                f"DELETE FROM identity.{table} WHERE person_id = $1",  # noqa: S608
                person_id,
            )


@core.operators_work
async def ask_new_email(
    principal: Principal,
    *,
    email: str,
    password: str,
    base_url: str,
    origin: Origin = NOWHERE,
    now: datetime,
) -> None:
    """The new mailbox gets a link; until it is followed the old address holds.

    An address that somebody else has gets a letter that says so, and nobody is told which.

    Raises:
        WrongCredentials: `password` is not the password.
        TooManyRequests: tried too often, or too many letters.
    """
    email = email.lower()
    person = await core.fetch_row(
        "SELECT email, language, password_hash FROM identity.person WHERE id = $1",
        UUID(principal.id),
    )
    assert person is not None
    await count_attempt(person["email"], now)
    await count_letter(email, origin.address, now)
    if not await verify_password(password, person["password_hash"]):
        raise WrongCredentials("The password is not right.")
    language = person["language"]
    async with quietly(), transaction():
        if await connection().fetchval("SELECT true FROM identity.person WHERE email = $1", email):
            known = letters.already_known(language, f"{base_url}/{language}/sign-in")
            await mail.send(email, known, language=language, now=now)
            return
        await _send_proof(UUID(principal.id), "change_email", email, language, base_url, now)


async def _send_proof(
    person_id: UUID, purpose: str, email: str, language: str, base_url: str, now: datetime
) -> None:
    """A letter with a link that works once; links sent before for the same purpose are void."""
    page, holds, write = {
        "verify_email": ("verify", VERIFY, letters.verify_email),
        "change_email": ("verify", VERIFY, letters.change_email),
        "reset_password": ("reset", RESET, letters.reset_password),
    }[purpose]
    assert isinstance(holds, timedelta)
    token = secrets.token_urlsafe(32)
    await connection().execute(
        "DELETE FROM identity.proof WHERE person_id = $1 AND purpose = $2", person_id, purpose
    )
    await connection().execute(
        "INSERT INTO identity.proof VALUES ($1, $2, $3, $4, $5, $6)",
        digest(token), person_id, purpose, email, now, now + holds,
    )  # fmt: skip
    letter = write(language, letters.address_of(base_url, language, page, token))
    await mail.send(email, letter, language=language, now=now, useless_at=now + holds)


async def _use_proof(token: str, purposes: tuple[str, ...], now: datetime) -> asyncpg.Record:
    proof = await connection().fetchrow(
        "DELETE FROM identity.proof WHERE token_sha256 = $1 AND purpose = ANY ($2) "
        "AND expires_at > $3 RETURNING person_id, purpose, email",
        digest(token), list(purposes), now,
    )  # fmt: skip
    if proof is None:
        raise LinkExpired("Ask for a new one: each link works once.")
    return proof


def _reference(company: str) -> str:
    """A short name for the operator: readable, and never somebody else's."""
    plain = unicodedata.normalize("NFKD", company).encode("ascii", "ignore").decode().lower()
    words = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60]
    return f"{words or 'buyer'}-{secrets.token_hex(4)}"
