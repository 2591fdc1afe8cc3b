"""What a partner decides about its webhooks. Each function is one transaction."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
from msgspec import Struct

from backend import audit, identity
from backend.core import connection, enqueue, retrying, seal, transaction, uuid7
from backend.web import Principal
from backend.webhooks import rules
from backend.webhooks.concluding import end_deliveries
from backend.webhooks.jobs import deliver_due
from backend.webhooks.rules_address import read_address
from backend.webhooks.signing import new_secret

_AGAIN = (
    "state = 'pending', given_up_because = NULL, delivered_at = NULL, tries = 0, began_at = NULL, "
    "claim = NULL, next_attempt_at = $1"
)


class Secret(Struct, frozen=True):
    """`secret` is shown once; `id` is the webhook's."""

    id: UUID
    secret: str


async def create_endpoint(
    principal: Principal,
    *,
    url: str,
    description: str,
    kinds: Sequence[str],
    secret_key: str | None,
    loopback: bool,
    now: datetime,
) -> Secret:
    """Events of `kinds` that happen from now on are sent to `url`, signed with a new secret.

    Raises:
        ConfirmFirst: the person has to give the password again.
        BadAddress, TooManyEndpoints, NoSecretKey: nothing is made.
    """
    await identity.changing(principal, now)
    url = read_address(url, loopback=loopback).url
    endpoint_id, secret = uuid7(), new_secret()
    async with transaction():
        await connection().execute(
            "SELECT pg_advisory_xact_lock(hashtextextended($1, 0))",
            f"webhooks:{principal.organisation}",
        )
        present = await connection().fetchval(
            "SELECT count(*) FROM webhooks.endpoint WHERE organisation_id = $1 "
            "AND disabled_because IS DISTINCT FROM 'deleted'",
            principal.organisation,
        )
        if present >= rules.MOST_ENDPOINTS:
            raise rules.TooManyEndpoints(f"Delete one first: {rules.MOST_ENDPOINTS} at most.")
        await connection().execute(
            "INSERT INTO webhooks.endpoint (id, organisation_id, url, description, kinds, "
            "secret_sealed, created_at, changed_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $7)",
            endpoint_id, principal.organisation, url, description, _in_order(kinds),
            _seal(secret, endpoint_id, secret_key), now,
        )  # fmt: skip
        after = {"url": url, "kinds": _in_order(kinds)}
        await _tell(principal, "create_webhook", endpoint_id, None, after)
    return Secret(endpoint_id, secret)


async def change_endpoint(
    principal: Principal,
    endpoint_id: UUID,
    *,
    url: str,
    description: str,
    kinds: Sequence[str],
    loopback: bool,
    now: datetime,
) -> None:
    """From now on it is sent there, of these kinds; also what waits goes to the new address.

    Raises:
        ConfirmFirst: another address, and the person has to give the password again first.
        BadAddress, EndpointUnknown: nothing is changed.
    """
    url = read_address(url, loopback=loopback).url
    async with transaction():
        before = await _lock(principal, endpoint_id)
    if url != before["url"]:
        await identity.changing(principal, now)
    async with transaction():
        before = await _lock(principal, endpoint_id)
        await connection().execute(
            "UPDATE webhooks.endpoint SET url = $2, description = $3, kinds = $4, "
            "changed_at = $5 WHERE id = $1",
            endpoint_id, url, description, _in_order(kinds), now,
        )  # fmt: skip
        was = {"url": before["url"], "kinds": before["kinds"]}
        after = {"url": url, "kinds": _in_order(kinds)}
        await _tell(principal, "change_webhook", endpoint_id, was, after)


async def rotate_secret(
    principal: Principal, endpoint_id: UUID, *, secret_key: str | None, now: datetime
) -> Secret:
    """A new secret signs; the one before it signs beside it for a day.

    Raises:
        ConfirmFirst: the person has to give the password again.
        EndpointUnknown, NoSecretKey.
    """
    await identity.changing(principal, now)
    secret = new_secret()
    async with transaction():
        await _lock(principal, endpoint_id)
        until = now + rules.OLD_SECRET_HOLDS
        await connection().execute(
            "UPDATE webhooks.endpoint SET old_secret_sealed = secret_sealed, "
            "old_secret_until = $3, secret_sealed = $2, changed_at = $4 WHERE id = $1",
            endpoint_id, _seal(secret, endpoint_id, secret_key), until, now,
        )  # fmt: skip
        after = {"old_secret_until": until}
        await _tell(principal, "rotate_webhook_secret", endpoint_id, None, after)
    return Secret(endpoint_id, secret)


async def enable_endpoint(principal: Principal, endpoint_id: UUID, *, now: datetime) -> None:
    """Events from now on are sent again; those missed are sent when they are replayed.

    Raises:
        EndpointUnknown.
    """
    async with transaction():
        if (await _lock(principal, endpoint_id))["state"] == "enabled":
            return
        await _set_state(endpoint_id, "enabled", None, now)
        await _tell(principal, "enable_webhook", endpoint_id, None, {"state": "enabled"})


async def disable_endpoint(principal: Principal, endpoint_id: UUID, *, now: datetime) -> None:
    """Nothing is sent to it any more. What happens meanwhile is kept, to be replayed.

    Raises:
        EndpointUnknown.
    """

    async def disable() -> None:
        async with transaction():
            if (await _lock(principal, endpoint_id))["state"] == "disabled":
                return
            await _set_state(endpoint_id, "disabled", "by_hand", now)
            await end_deliveries(endpoint_id)
            after = {"state": "disabled", "because": "by_hand"}
            await _tell(principal, "disable_webhook", endpoint_id, None, after)

    await retrying(disable)


async def delete_endpoint(principal: Principal, endpoint_id: UUID, *, now: datetime) -> None:
    """It is sent nothing and shown no more; its secret is gone, what was delivered stays on record.

    Raises:
        EndpointUnknown.
    """

    async def delete() -> None:
        async with transaction():
            before = await _lock(principal, endpoint_id)
            await connection().execute(
                "UPDATE webhooks.endpoint SET state = 'disabled', disabled_because = 'deleted', "
                "secret_sealed = NULL, old_secret_sealed = NULL, old_secret_until = NULL, "
                "changed_at = $2 WHERE id = $1",
                endpoint_id, now,
            )  # fmt: skip
            await end_deliveries(endpoint_id)
            was = {"url": before["url"]}
            await _tell(principal, "delete_webhook", endpoint_id, was, None)

    await retrying(delete)


async def ping(principal: Principal, endpoint_id: UUID, *, now: datetime) -> UUID:
    """A test event is on its way to this endpoint alone; answers the delivery's id.

    Raises:
        EndpointUnknown, EndpointDisabled.
    """
    async with transaction():
        _refuse_disabled(await _lock(principal, endpoint_id))
        event_id = uuid7()
        subject = f"ping:{event_id}"  # Of its own: nothing waits for it, and it waits for nothing.
        position = await connection().fetchval(
            "INSERT INTO webhooks.event (id, organisation_id, kind, subject, body, created_at) "
            "VALUES ($1, $2, $3, $4, jsonb_build_object('webhook', $5::text), $6) "
            "RETURNING position",
            event_id, principal.organisation, rules.PING, subject, str(endpoint_id), now,
        )  # fmt: skip
        delivery_id: UUID = await connection().fetchval(
            "INSERT INTO webhooks.delivery (organisation_id, endpoint_id, event_id, subject, "
            "position, next_attempt_at) VALUES ($1, $2, $3, $4, $5, $6) RETURNING id",
            principal.organisation, endpoint_id, event_id, subject, position, now,
        )  # fmt: skip
        await enqueue(deliver_due)
    return delivery_id


async def replay(principal: Principal, delivery_id: UUID, *, now: datetime) -> None:
    """It is sent again at once, under the same id, also if it had arrived; from the first try on.

    Raises:
        DeliveryUnknown, EndpointDisabled.
    """
    async with transaction():
        row = await connection().fetchrow(
            "SELECT endpoint_id FROM webhooks.delivery WHERE id = $1 AND organisation_id = $2",
            delivery_id, principal.organisation,
        )  # fmt: skip
        if row is None:
            raise rules.DeliveryUnknown(f"No delivery has the id {delivery_id}.")
        _refuse_disabled(await _lock(principal, row["endpoint_id"]))
        await connection().execute(
            f"UPDATE webhooks.delivery SET {_AGAIN} WHERE id = $2",  # noqa: S608
            now,
            delivery_id,
        )
        await audit.write(
            principal.organisation, principal.actor, "replay_delivery", f"delivery:{delivery_id}"
        )
        await enqueue(deliver_due)


async def replay_missed(
    principal: Principal, endpoint_id: UUID, *, since: datetime, now: datetime
) -> int:
    """All that the endpoint did not take since then is sent again, oldest first; answers how many.

    Raises:
        EndpointUnknown, EndpointDisabled.
    """
    async with transaction():
        _refuse_disabled(await _lock(principal, endpoint_id))
        again = await connection().fetch(
            f"UPDATE webhooks.delivery d SET {_AGAIN} FROM webhooks.event v "  # noqa: S608
            "WHERE v.id = d.event_id AND d.endpoint_id = $2 AND v.created_at >= $3 "
            "AND d.state IN ('failed', 'given_up') RETURNING 1",
            now, endpoint_id, since,
        )  # fmt: skip
        if again:
            after = {"since": since, "deliveries": len(again)}
            await _tell(principal, "replay_missed", endpoint_id, None, after)
            await enqueue(deliver_due)
    return len(again)


def _refuse_disabled(endpoint: asyncpg.Record) -> None:
    if endpoint["state"] == "disabled":
        raise rules.EndpointDisabled("Switch it on first.")


def _in_order(kinds: Sequence[str]) -> list[str]:
    return [kind for kind in rules.KINDS if kind in kinds]


def _seal(secret: str, endpoint_id: UUID, key: str | None) -> bytes:
    return seal(secret, key=key, purpose=rules.PURPOSE, about=rules.about(endpoint_id))


async def _lock(principal: Principal, endpoint_id: UUID) -> asyncpg.Record:
    """Raises EndpointUnknown: deleted, or another organisation's."""
    row = await connection().fetchrow(
        "SELECT id, url, kinds, state FROM webhooks.endpoint WHERE id = $1 "
        "AND organisation_id = $2 AND disabled_because IS DISTINCT FROM 'deleted' "
        "FOR NO KEY UPDATE",
        endpoint_id, principal.organisation,
    )  # fmt: skip
    if row is None:
        raise rules.EndpointUnknown(f"No webhook has the id {endpoint_id}.")
    return row


async def _set_state(endpoint_id: UUID, state: str, because: str | None, now: datetime) -> None:
    await connection().execute(
        "UPDATE webhooks.endpoint SET state = $2, disabled_because = $3, changed_at = $4 "
        "WHERE id = $1",
        endpoint_id, state, because, now,
    )  # fmt: skip


async def _tell(
    principal: Principal,
    action: str,
    endpoint_id: UUID,
    before: dict[str, Any] | None,
    after: dict[str, Any] | None,
) -> None:
    subject = f"webhook:{endpoint_id}"
    await audit.write(principal.organisation, principal.actor, action, subject, before, after)
