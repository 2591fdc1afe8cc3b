"""What an attempt's answer means for its delivery and its endpoint. Each one transaction."""

from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg

from backend import audit, identity, mail, partners
from backend.core import connection, transaction
from backend.webhooks import letters
from backend.webhooks.rules import GONE, OK, pause_after
from backend.webhooks.sending import Answer

WORKER = "system:worker"
OPEN = ("pending", "failed")


async def conclude(
    row: Any,
    answer: Answer,
    *,
    signature: str,
    at: datetime,
    now: datetime,
    base_url: str | None = None,
) -> bool:
    """The attempt is written down, and what follows from it; True: the event has arrived.

    An endpoint that says it is gone is disabled at once; one to which nothing arrived while one
    event was tried to the end, then. What was ended or delivered meanwhile stays as it is.
    """
    async with transaction():
        endpoint = await _lock_endpoint(row["endpoint_id"])
        delivery = await connection().fetchrow(
            "SELECT state, tries, began_at FROM webhooks.delivery WHERE id = $1 FOR UPDATE",
            row["id"],
        )
        assert delivery is not None
        await _write_attempt(row, answer, signature, at)
        arrived = answer.status in OK
        if delivery["state"] not in OPEN:
            return arrived
        told = (answer.status, answer.trouble)
        if arrived:
            await _set(row["id"], told, "state = 'delivered', delivered_at = $4", now)
        elif answer.status == GONE:
            await _give_up(row["id"], told, "gone")
            await _switch_off(endpoint, "gone", now, base_url)
        elif pause := pause_after(delivery["tries"]):
            await _set(row["id"], told, "state = 'failed', next_attempt_at = $4", now + pause)
        else:
            await _give_up(row["id"], told, "tried_enough")
            if not await _took_something(row["endpoint_id"], delivery["began_at"]):
                await _switch_off(endpoint, "kept_failing", now, base_url)
    return arrived


async def end_deliveries(endpoint_id: UUID) -> None:
    """Nothing is sent to it any more; what was still open may be replayed later."""
    await connection().execute(
        "UPDATE webhooks.delivery SET state = 'given_up', given_up_because = 'endpoint_disabled' "
        "WHERE endpoint_id = $1 AND state IN ('pending', 'failed')",
        endpoint_id,
    )


async def _lock_endpoint(endpoint_id: UUID) -> asyncpg.Record:
    """Before its deliveries, here as where a person switches it off."""
    row = await connection().fetchrow(
        "SELECT id, organisation_id, url, state FROM webhooks.endpoint WHERE id = $1 "
        "FOR NO KEY UPDATE",
        endpoint_id,
    )
    assert row is not None
    return row


async def _write_attempt(row: Any, answer: Answer, signature: str, at: datetime) -> None:
    await connection().execute(
        "INSERT INTO webhooks.attempt (delivery_id, organisation_id, at, signature, address, "
        "status, problem, answer, duration_ms) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        row["id"], row["organisation_id"], at, signature, answer.address,
        answer.status, answer.trouble, answer.text, answer.duration_ms,
    )  # fmt: skip


async def _set(
    delivery_id: UUID, told: tuple[int | None, str | None], changes: str, value: object
) -> None:
    await connection().execute(
        f"UPDATE webhooks.delivery SET last_status = $2, last_problem = $3, {changes} "  # noqa: S608
        "WHERE id = $1",
        delivery_id,
        *told,
        value,
    )


async def _give_up(delivery_id: UUID, told: tuple[int | None, str | None], why: str) -> None:
    await _set(delivery_id, told, "state = 'given_up', given_up_because = $4", why)


async def _took_something(endpoint_id: UUID, since: datetime) -> bool:
    found: bool = await connection().fetchval(
        "SELECT EXISTS (SELECT FROM webhooks.delivery WHERE endpoint_id = $1 "
        "AND delivered_at >= $2)",
        endpoint_id, since,
    )  # fmt: skip
    return found


async def _switch_off(
    endpoint: asyncpg.Record, because: str, now: datetime, base_url: str | None
) -> None:
    if endpoint["state"] == "disabled":
        return
    await connection().execute(
        "UPDATE webhooks.endpoint SET state = 'disabled', disabled_because = $2, changed_at = $3 "
        "WHERE id = $1",
        endpoint["id"], because, now,
    )  # fmt: skip
    await end_deliveries(endpoint["id"])
    await _write_to_owners(endpoint, because, now, base_url)
    await audit.write(
        endpoint["organisation_id"], WORKER, "disable_webhook", f"webhook:{endpoint['id']}",
        {"state": "enabled"}, {"state": "disabled", "because": because, "url": endpoint["url"]},
    )  # fmt: skip


async def _write_to_owners(
    endpoint: asyncpg.Record, because: str, now: datetime, base_url: str | None
) -> None:
    organisation = await partners.read_organisation(endpoint["organisation_id"])
    team = await identity.read_team(endpoint["organisation_id"], now)
    owners = {member.email for member in team.members if "owner" in member.roles}
    link = None if base_url is None else f"{base_url}/portal/webhooks"
    language = organisation.language
    letter = letters.disabled(language, url=endpoint["url"], because=because, link=link)
    for email in sorted(owners or {organisation.email} - {None}):
        await mail.send(email, letter, language=language, now=now)
