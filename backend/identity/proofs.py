"""Links in letters, each of which works once, and what whoever follows one may take over."""

import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

import asyncpg

from backend import core, mail
from backend.core import connection
from backend.identity import letters
from backend.identity.queries import digest
from backend.identity.rules import RESET, VERIFY, LinkExpired
from backend.identity.sessions import end_all

EACH_ONCE = "Ask for a new one: each link works once."

_LETTERS: dict[str, tuple[str, timedelta, Callable[[str, str], mail.Letter]]] = {
    "verify_email": ("verify", VERIFY, letters.verify_email),
    "change_email": ("verify", VERIFY, letters.change_email),
    "reset_password": ("reset", RESET, letters.reset_password),
}


async def send_proof(
    person_id: UUID,
    purpose: str,
    email: str,
    language: str,
    base_url: str,
    now: datetime,
    *,
    next_page: str = "",
    browser: str = "",
) -> None:
    """A letter with a link that works once; links sent before for the same purpose are void.

    It leads to `next_page` in the end, and knows the browser that holds `browser` again; a link
    that is sent once more does so like the one before.
    """
    page, holds, write = _LETTERS[purpose]
    token = secrets.token_urlsafe(32)
    before = await connection().fetchrow(
        "DELETE FROM identity.proof WHERE person_id = $1 AND purpose = $2 "
        "RETURNING next, browser_sha256",
        person_id, purpose,
    )  # fmt: skip
    kept = ("", None) if before is None else (before["next"], before["browser_sha256"])
    await connection().execute(
        "INSERT INTO identity.proof VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        digest(token), person_id, purpose, email, now, now + holds,
        next_page or kept[0], digest(browser) if browser else kept[1],
    )  # fmt: skip
    letter = write(language, letters.address_of(base_url, language, page, token))
    await mail.send(email, letter, language=language, now=now, useless_at=now + holds)


async def read_proof(token: str, purposes: tuple[str, ...], now: datetime) -> asyncpg.Record:
    """What the link is for and whose, before anything costly is done for whoever sends it.

    Raises:
        LinkExpired: used, too old, never sent, or for another purpose.
    """
    proof = await core.fetch_row(
        "SELECT r.person_id, r.purpose, r.email, r.browser_sha256, p.email AS email_now, "
        "p.password_hash FROM identity.proof r JOIN identity.person p ON p.id = r.person_id "
        "WHERE r.token_sha256 = $1 AND r.purpose = ANY ($2) AND r.expires_at > $3",
        digest(token), list(purposes), now,
    )  # fmt: skip
    if proof is None:
        raise LinkExpired(EACH_ONCE)
    return proof


async def use_proof(token: str, purposes: tuple[str, ...], now: datetime) -> asyncpg.Record:
    """What the link was for; it works no more.

    Raises:
        LinkExpired: used, too old, never sent, or for another purpose.
    """
    proof = await connection().fetchrow(
        "DELETE FROM identity.proof WHERE token_sha256 = $1 AND purpose = ANY ($2) "
        "AND expires_at > $3 RETURNING person_id, purpose, email, next",
        digest(token), list(purposes), now,
    )  # fmt: skip
    if proof is None:
        raise LinkExpired(EACH_ONCE)
    return proof


async def take_over(person_id: UUID, password_hash: str | None, now: datetime) -> None:
    """Who reads the mailbox has the account: their password, no session, in the open transaction.

    What was set up before the mailbox was ever confirmed is gone, keys too: whoever did it need not
    be who reads its mail. Without `password_hash` nobody has a password any more.
    """
    verified = await connection().fetchval(
        "SELECT email_verified_at FROM identity.person WHERE id = $1 FOR NO KEY UPDATE", person_id
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
        await connection().execute(
            "UPDATE identity.api_key SET revoked_at = $2 "
            "WHERE created_by = $1 AND revoked_at IS NULL",
            person_id, now,
        )  # fmt: skip
