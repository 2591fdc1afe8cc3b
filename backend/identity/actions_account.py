"""An account of one's own: opened, its password and address changed."""

import re
import secrets
import unicodedata
from collections.abc import Sequence
from datetime import datetime
from urllib.parse import quote
from uuid import UUID

from backend import audit, core, mail, partners
from backend.core import connection, transaction, uuid7
from backend.identity import letters
from backend.identity.actions import NOWHERE, add_membership
from backend.identity.attempts import count_attempt, count_letter, count_link, quietly
from backend.identity.passwords import hash_password, verify_password
from backend.identity.proofs import read_proof, send_proof, take_over, use_proof
from backend.identity.rules import LinkExpired, WrongCredentials
from backend.identity.rules_account import local_page, vat_regime_of
from backend.identity.sessions import Origin, hold, hold_password
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
    roles: Sequence[str] = ("buyer",),
    next_page: str = "",
    browser: str = "",
    origin: Origin = NOWHERE,
    now: datetime,
) -> None:
    """A letter is on its way, whether this address was known or not, and nobody is told which.

    Unknown: an organisation in these `roles` exists with its owner, who may look, and order once
    the address is confirmed; one that sells waits for the operator's check. Known: the letter says
    so, and nothing has changed. The letter leads to `next_page` in the end; the browser that holds
    `browser` may confirm the address with a click.

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
                known = letters.already_known(language, _sign_in(base_url, language, next_page))
                await mail.send(email, known, language=language, now=now)
                return
            actor = f"person:{person_id}"
            after = {"email": email, "name": name, "address": origin.address}
            await audit.write(None, actor, "sign_up", actor, None, after)
            organisation = await partners.create_organisation(
                reference=_reference(company), name=company, country=country, segment=segment,
                roles=roles, vat_regime=vat_regime_of(country), email=email,
                language=language, now=now, actor=actor, self_declared=True,
            )  # fmt: skip
            await add_membership(
                person_id, organisation_id=organisation, role="owner", now=now, actor=actor
            )
            await send_proof(
                person_id, "verify_email", email, language, base_url, now,
                next_page=local_page(next_page, ""), browser=browser,
            )  # fmt: skip


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
            await send_proof(person["id"], "verify_email", email, person["language"], base_url, now)


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
            await send_proof(
                person["id"], "reset_password", email, person["language"], base_url, now
            )


@core.operators_work
async def reset_password(token: str, new: str, *, origin: Origin = NOWHERE, now: datetime) -> None:
    """The new password holds, the address is confirmed, and every session of the person has ended.

    Second factors stay, but those of an account whose address nobody had confirmed: whoever set
    them up need not be who reads its mail.

    Raises:
        LinkExpired: used, too old, or never sent.
        TooManyRequests: too many links tried from this address.
    """
    await count_link(origin.address, now)
    asked = await read_proof(token, ("reset_password",), now)
    hashed = await hash_password(new)
    async with transaction():
        await hold(asked["person_id"])
        proof = await use_proof(token, ("reset_password",), now)
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
    """The new mailbox gets a link, the old one is told; until it is followed the old one holds.

    An address that somebody else has gets a letter that says so, and nobody is told which.

    Raises:
        WrongCredentials: `password` is not the password, or no longer.
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
    asked = letters.email_change_asked(language, email)
    async with quietly(), transaction():
        await hold_password(UUID(principal.id), person["password_hash"])
        await mail.send(person["email"], asked, language=language, now=now)
        if await connection().fetchval("SELECT true FROM identity.person WHERE email = $1", email):
            known = letters.already_known(language, _sign_in(base_url, language))
            await mail.send(email, known, language=language, now=now)
            return
        await send_proof(UUID(principal.id), "change_email", email, language, base_url, now)


def _reference(company: str) -> str:
    """A short name for the operator: readable, and never somebody else's."""
    plain = unicodedata.normalize("NFKD", company).encode("ascii", "ignore").decode().lower()
    words = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60]
    return f"{words or 'buyer'}-{secrets.token_hex(4)}"


def _sign_in(base_url: str, language: str, next_page: str = "") -> str:
    next_page = local_page(next_page, "")
    onwards = f"?next={quote(next_page, safe='')}" if next_page else ""
    return f"{base_url}/{language}/sign-in{onwards}"
