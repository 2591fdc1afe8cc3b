"""What an attempt's answer means for its delivery and its endpoint. Each one transaction."""

from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg

from backend import audit, identity, mail, partners
from backend.core import connection, transaction
from backend.webhooks import letters
from backend.webhooks.rules import GONE, OK, UNREADABLE_WAITS, pause_after
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
    event was tried to the end, then. What was ended, delivered or asked for anew meanwhile stays
    as it is: of that, this attempt is only written down.
    """
    async with transaction():
        endpoint = await _lock_endpoint(row["endpoint_id"])
        delivery = await connection().fetchrow(
            "SELECT state, tries, began_at, claim FROM webhooks.delivery WHERE id = $1 FOR UPDATE",
            row["id"],
        )
        assert delivery is not None
        await _write_attempt(row, answer, signature, at)
        arrived = answer.status in OK
        if delivery["state"] not in OPEN or delivery["claim"] != row["claim"]:
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


async def postpone(row: Any, *, now: datetime) -> None:
    """It was not tried, for our key opens its secret no more: an alarm says so to our own people.

    The partner is not blamed, and no try is counted.
    """
    async with transaction():
        await connection().execute(
            "UPDATE webhooks.delivery SET claim = NULL, tries = tries - 1, next_attempt_at = $3, "
            "began_at = CASE WHEN tries > 1 THEN began_at END WHERE id = $1 AND claim = $2",
            row["id"], row["claim"], now + UNREADABLE_WAITS,
        )  # fmt: skip
        subject = f"webhook:{row['endpoint_id']}"
        detail = "The secret key of this installation does not open the webhook's secret."
        await audit.raise_alarm(subject, "webhook_secret_unreadable", detail, now, actor=WORKER)


async def end_deliveries(endpoint_id: UUID) -> None:
    """Nothing is sent to it any more; what was still open may be replayed later."""
    await connection().execute(
        "UPDATE webhooks.delivery SET state = 'given_up', given_up_because = 'endpoint_disabled' "
        "WHERE endpoint_id = $1 AND state IN ('pending', 'failed')",
        endpoint_id,
    )


async def end_where_disabled(now: datetime) -> None:
    """What was told at the very moment in which its endpoint was switched off is ended, too."""
    async with transaction():
        await connection().execute(
            "WITH found AS MATERIALIZED (SELECT d.id FROM webhooks.endpoint e "
            "JOIN webhooks.delivery d ON d.endpoint_id = e.id WHERE e.state = 'disabled' "
            "AND d.state IN ('pending', 'failed') AND d.next_attempt_at <= $1 "
            "FOR UPDATE OF d SKIP LOCKED) "
            "UPDATE webhooks.delivery d SET state = 'given_up', "
            "given_up_because = 'endpoint_disabled' FROM found WHERE d.id = found.id",
            now,
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
        f"UPDATE webhooks.delivery SET claim = NULL, last_status = $2, "  # noqa: S608
        f"last_problem = $3, {changes} WHERE id = $1",
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
