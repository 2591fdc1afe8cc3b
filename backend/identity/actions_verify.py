"""A mailbox is confirmed by whoever opened its account, or the account becomes its reader's own."""

import secrets
from datetime import datetime
from typing import Literal
from uuid import UUID

import asyncpg
from msgspec import Struct

from backend import audit, core, mail
from backend.core import connection, transaction
from backend.identity import letters
from backend.identity.actions import NOWHERE
from backend.identity.attempts import count_attempt, count_link
from backend.identity.passwords import hash_password, verify_password
from backend.identity.proofs import read_proof, take_over, use_proof
from backend.identity.queries import digest
from backend.identity.rules import EmailTaken, LinkExpired, ProveFirst, WrongCredentials
from backend.identity.sessions import Origin, hold
from backend.web import Principal


class Claim(Struct, frozen=True):
    """What whoever follows a link says of themselves: their session, the mark that signing up left
    in the browser, the password of the account.
    """

    principal: Principal | None = None
    browser: str = ""
    password: str | None = None


class Verification(Struct, frozen=True):
    """What a link is for; `known`: this browser opened the account, or is signed in to it."""

    purpose: Literal["verify_email", "change_email"]
    email: str
    known: bool


class Verified(Struct, frozen=True):
    """Whose address is confirmed, and the page that they were going to, or nothing."""

    person_id: UUID
    next: str


EITHER = ("verify_email", "change_email")


@core.operators_work
async def read_verification(token: str, claim: Claim, *, now: datetime) -> Verification:
    """What the page of a link has to ask.

    Raises:
        LinkExpired: used, too old, or never sent.
    """
    proof = await read_proof(token, EITHER, now)
    return Verification(proof["purpose"], proof["email"], _is_known(proof, claim))


@core.operators_work
async def verify_email(
    token: str, claim: Claim, *, origin: Origin = NOWHERE, now: datetime
) -> Verified:
    """The address that the letter went to is the person's: confirmed, or changed to it.

    Reading the mailbox is not enough: somebody else may have opened the account with it, whose
    password and sessions would live on.

    Raises:
        ProveFirst: nothing of `claim` shows that the account is theirs.
        WrongCredentials, TooManyRequests: the password of `claim` is not right, or no longer.
        LinkExpired: used, too old, or never sent.
        EmailTaken: meanwhile it is somebody else's.
    """
    await count_link(origin.address, now)
    asked = await read_proof(token, EITHER, now)
    by_password = await _check(asked, claim, now)
    async with transaction():
        stored = await hold(asked["person_id"])
        if by_password and stored != asked["password_hash"]:
            raise WrongCredentials("The password was changed meanwhile.")
        proof = await use_proof(token, EITHER, now)
        before = await _person(proof)
        if proof["purpose"] == "verify_email" and before["email"] != proof["email"]:
            raise LinkExpired("The account has another address by now.")
        await _adopt(proof, before, now)
    return Verified(proof["person_id"], proof["next"])


@core.operators_work
async def verify_with_new_password(
    token: str, new: str, *, origin: Origin = NOWHERE, now: datetime
) -> str:
    """The account is whoever's reads the mailbox: with this password, and nothing made before.

    Every session has ended, every second factor and key is gone. Answers the page that they were
    going to, or nothing.

    Raises:
        LinkExpired: used, too old, or not the first of an address.
        TooManyRequests: too many links tried from this address.
    """
    await count_link(origin.address, now)
    asked = await read_proof(token, ("verify_email",), now)
    hashed = await hash_password(new)
    async with transaction():
        await hold(asked["person_id"])
        proof = await use_proof(token, ("verify_email",), now)
        person = await _person(proof)
        if person["email"] != proof["email"] or person["email_verified_at"] is not None:
            raise LinkExpired("The account was confirmed, or has another address by now.")
        await take_over(person["id"], hashed, now)
        told = letters.password_changed(person["language"])
        await mail.send(person["email"], told, language=person["language"], now=now)
        actor = f"person:{person['id']}"
        after = {"email": person["email"], "password": "new"}
        await audit.write(None, actor, "verify_email", actor, None, after)
    assert isinstance(proof["next"], str)
    return proof["next"]


def _is_known(proof: asyncpg.Record, claim: Claim) -> bool:
    principal, mark = claim.principal, proof["browser_sha256"]
    signed_in = principal is not None and principal.kind == "person"
    if signed_in and principal is not None and UUID(principal.id) == proof["person_id"]:
        return True
    return mark is not None and secrets.compare_digest(mark, digest(claim.browser))


async def _check(proof: asyncpg.Record, claim: Claim, now: datetime) -> bool:
    """Whether it was the password that showed it."""
    if _is_known(proof, claim):
        return False
    if claim.password is None:
        raise ProveFirst("Sign in first, give the account's password, or choose one of your own.")
    await count_attempt(proof["email_now"], now)
    if not await verify_password(claim.password, proof["password_hash"]):
        raise WrongCredentials("The password is not right.")
    return True


async def _person(proof: asyncpg.Record) -> asyncpg.Record:
    person = await connection().fetchrow(
        "SELECT id, email, language, email_verified_at FROM identity.person WHERE id = $1",
        proof["person_id"],
    )
    assert person is not None, "proofs refer to people"
    return person


async def _adopt(proof: asyncpg.Record, before: asyncpg.Record, now: datetime) -> None:
    """The address of the proof is the person's, and the one before it is told."""
    actor = f"person:{before['id']}"
    taken = await connection().fetchval(
        "SELECT EXISTS (SELECT FROM identity.person WHERE email = $1 AND id <> $2)",
        proof["email"], before["id"],
    )  # fmt: skip
    if taken:
        raise EmailTaken("Sign in with that address, or choose another one.")
    await connection().execute(
        "UPDATE identity.person SET email = $2, email_verified_at = $3 WHERE id = $1",
        before["id"], proof["email"], now,
    )  # fmt: skip
    if before["email"] != proof["email"]:
        told = letters.email_changed(before["language"], proof["email"])
        await mail.send(before["email"], told, language=before["language"], now=now)
    await audit.write(
        None, actor, "verify_email", actor,
        {"email": before["email"]}, {"email": proof["email"]},
    )  # fmt: skip
