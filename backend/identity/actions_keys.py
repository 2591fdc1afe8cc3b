"""API keys are made and revoked here; none outlives what its maker may do."""

import secrets
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import asyncpg
from msgspec import Struct

from backend import audit, mail, partners
from backend.core import connection, transaction
from backend.identity import letters
from backend.identity.confirming import changing
from backend.identity.leaving import held_now
from backend.identity.queries import digest
from backend.identity.rules import NEVER_IN_KEYS, BadExpiry, KeyUnknown, ScopeNotHeld
from backend.web import Principal


class NewKey(Struct, frozen=True):
    """`key` is shown once."""

    id: str
    key: str


async def create_api_key(
    principal: Principal,
    *,
    name: str,
    scopes: Sequence[str],
    expires_at: datetime | None,
    base_url: str,
    now: datetime,
) -> NewKey:
    """A key of the principal's organisation; only its hash is kept, and its maker gets a letter.

    Raises:
        ConfirmFirst: the maker proved too long ago who they are; a key outlives the session.
        ScopeNotHeld: a scope that the maker lacks, or that no key may have.
        BadExpiry: in the past.
    """
    refused = sorted(set(scopes) - (principal.scopes - NEVER_IN_KEYS))
    if refused or not scopes:
        raise ScopeNotHeld(f"Leave out: {', '.join(refused)}.", scopes=refused)
    if expires_at is not None and expires_at <= now:
        raise BadExpiry("Give a moment in the future, or none.")
    person = await changing(principal, now)
    key_id, secret = secrets.token_hex(6), secrets.token_urlsafe(32)
    chosen = sorted(set(scopes))
    chain = principal.organisation_id
    async with transaction():
        beyond = sorted(set(scopes) - await held_now(UUID(principal.id), chain))
        if beyond:
            raise ScopeNotHeld(f"Leave out: {', '.join(beyond)}.", scopes=beyond)
        await connection().execute(
            "INSERT INTO identity.api_key (id, secret_sha256, organisation_id, created_by, name, "
            "scopes, created_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
            key_id, digest(secret), chain, UUID(principal.id), name, chosen, now, expires_at,
        )  # fmt: skip
        after = {"name": name, "scopes": chosen}
        await audit.write(chain, principal.actor, "create_api_key", f"key:{key_id}", None, after)
        await _tell_of_key(person, chain, name, chosen, base_url, now)
    return NewKey(key_id, f"mk_test_{key_id}_{secret}")


async def _tell_of_key(
    person: asyncpg.Record,
    organisation_id: UUID | None,
    name: str,
    scopes: Sequence[str],
    base_url: str,
    now: datetime,
) -> None:
    organisation, link = mail.OPERATOR, None
    if organisation_id is not None:
        organisation = (await partners.read_organisation(organisation_id)).name
        link = f"{base_url}/portal/keys"
    letter = letters.api_key_made(
        person["language"], name=name, organisation=organisation, scopes=scopes, now=now, link=link
    )
    await mail.send(person["email"], letter, language=person["language"], now=now)


async def revoke_api_key(principal: Principal, key_id: str, *, now: datetime) -> None:
    """The key is refused from now on; revoking it again changes nothing.

    Raises:
        KeyUnknown: no such key, or of another organisation.
    """
    chain = principal.organisation_id
    async with transaction():
        key = await connection().fetchrow(
            "SELECT revoked_at FROM identity.api_key WHERE id = $1 "
            "AND organisation_id IS NOT DISTINCT FROM $2 FOR NO KEY UPDATE",
            key_id, chain,
        )  # fmt: skip
        if key is None:
            raise KeyUnknown("List the keys that exist, and take one of their ids.")
        if key["revoked_at"] is None:
            await connection().execute(
                "UPDATE identity.api_key SET revoked_at = $2 WHERE id = $1", key_id, now
            )
            await audit.write(chain, principal.actor, "revoke_api_key", f"key:{key_id}")
