"""The inbox: what Stripe tells is stored first, answered second, and acted upon later."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Any, TypeVar

import asyncpg
import msgspec
import stripe

from backend import audit
from backend.core import (
    Clock,
    Problem,
    acting_for,
    connection,
    fetch,
    for_each,
    retrying,
    transaction,
)
from backend.payments.calls import undelivered_events
from backend.payments.gateway import gateway
from backend.payments.rules import BadEvent, BadSignature
from backend.payments.rules_answer import StripeRefused
from backend.payments.rules_event import (
    ACCOUNT_EVENTS,
    CLAIMED_WITHIN,
    DESTINATIONS,
    KNOWN,
    TOLERANCE,
    Event,
    check_moment,
    missed_since,
    pause_after,
    read_event,
)

T = TypeVar("T")

BATCH = 200
COLUMNS = "account, id, type, payload, object_id, created_at, body"


async def receive_event(
    body: bytes, signature: str | None, secrets: Sequence[str], now: datetime
) -> bool:
    """The event is durable; answers whether it is new. Only then may Stripe be told 200.

    `now` is the machine's clock: signatures are of the real world, also in the sandbox.

    Raises:
        BadSignature: by none of `secrets`, too old, too far ahead.
        BadEvent: signed, and yet not an event of test mode.
    """
    check_moment(signature, now)
    try:
        text = body.decode()
    except UnicodeDecodeError:
        raise BadSignature("It is not UTF-8.") from None
    if not any(_signed_by(secret, text, signature) for secret in secrets):
        raise BadSignature("No signing secret of ours made this signature.")
    return await store_event(read_event(text), "webhook", now)


def _signed_by(secret: str, text: str, signature: str | None) -> bool:
    try:
        return bool(
            stripe.WebhookSignature.verify_header(
                text, signature, secret, int(TOLERANCE.total_seconds())
            )
        )
    except stripe.SignatureVerificationError:
        return False


async def store_event(event: Event, source: str, now: datetime) -> bool:
    """In the inbox, once; of a type that moves nothing here it is only kept.

    The inbox is the operator's own: whoever posts to the hook, only what was signed comes here.
    """
    state = "waiting" if event.type in KNOWN else "unknown"
    with acting_for(None):
        async with transaction():
            new = await connection().fetchval(
                "INSERT INTO payments.stripe_event (account, id, type, payload, object_id, "
                "created_at, received_at, source, body, state, next_attempt_at) "
                "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $7) "
                "ON CONFLICT (account, id) DO NOTHING RETURNING true",
                event.account, event.id, event.type, event.payload, event.object_id,
                event.created_at, now, source, event.body, state,
            )  # fmt: skip
    return bool(new)


async def take_events(
    types: Sequence[str],
    read: Callable[[Event], Awaitable[T]],
    apply: Callable[[Event, T], Awaitable[bool]],
    clock: Clock,
) -> int:
    """Apply every waiting event of these types; answers how many are done.

    `read` asks Stripe for the object as it is now, outside any transaction, once for all waiting
    events of one object. `apply` runs in the transaction that marks the event done; it answers
    False when the object is not known yet: the event then stays and is tried again, for three
    days. So it is where `apply` refuses with a Problem, or Stripe to show the object: that is an
    alarm at once.

    Raises:
        ExceptionGroup: what failed; those events stay too, the others are done.
    """
    events = await _claim_events(types, await clock())
    objects: dict[tuple[str, str], list[Event]] = {}
    for event in events:
        objects.setdefault((event.account, event.object_id), []).append(event)
    done = 0

    async def take(same: list[Event]) -> None:
        nonlocal done
        try:
            found = await _read_newest(same, read)
        except StripeRefused as refusal:
            for event in same:
                await _refuse(event, refusal, await clock())
            return
        for event in same:
            done += await _take_one(event, found, apply, await clock())

    await for_each(list(objects.values()), take)
    return done


async def _read_newest(same: list[Event], read: Callable[[Event], Awaitable[T]]) -> T:
    """The object, by the newest event that tells something: a late older one must not hide it."""
    found = await read(same[-1])
    for event in reversed(same[:-1]):
        if found is not None:
            break
        found = await read(event)
    return found


async def _take_one(
    event: Event, found: T, apply: Callable[[Event, T], Awaitable[bool]], now: datetime
) -> bool:
    async def attempt() -> bool:
        async with transaction():
            applied = await apply(event, found)
            if applied:
                await _end(event, "done", now)
            else:
                await _disown(event, now)
        return applied

    try:
        return await retrying(attempt)
    except Problem as problem:
        await _refuse(event, problem, now)
        return False


async def _refuse(event: Event, problem: Problem, now: datetime) -> None:
    async with transaction():
        detail = f"{event.type} of {event.object_id}: {problem.title}. {problem.detail}"
        await audit.raise_alarm(f"stripe_event:{event.id}", problem.code, detail, now)
        await _end(event, "refused", now, if_told_before=now - CLAIMED_WITHIN)


async def _disown(event: Event, now: datetime) -> None:
    """Nobody claimed it for days. Of an account of ours, somebody has to know about it."""
    if not await _end(event, "foreign", now, if_told_before=now - CLAIMED_WITHIN):
        return
    ours = await connection().fetchval(
        "SELECT $1 = '' OR EXISTS (SELECT FROM payments.connected_account "
        "WHERE stripe_account = $1)",
        event.account,
    )
    if ours and event.type not in ACCOUNT_EVENTS:
        detail = f"{event.type}: nothing here has made {event.object_id}"
        await audit.raise_alarm(f"stripe_event:{event.id}", "event_unclaimed", detail, now)


async def _claim_events(types: Sequence[str], now: datetime) -> list[Event]:
    """The oldest first. Each is ours until its next try, which is set before anything is done."""
    async with transaction():
        rows = await connection().fetch(
            f"SELECT {COLUMNS}, attempts FROM payments.stripe_event "  # noqa: S608
            "WHERE state = 'waiting' AND next_attempt_at <= $1 AND type = ANY ($2) "
            "ORDER BY next_attempt_at, created_at LIMIT $3 FOR UPDATE SKIP LOCKED",
            now,
            list(types),
            BATCH,
        )
        await connection().executemany(
            "UPDATE payments.stripe_event SET attempts = attempts + 1, next_attempt_at = $3 "
            "WHERE account = $1 AND id = $2",
            [(row["account"], row["id"], now + pause_after(row["attempts"])) for row in rows],
        )
    return [Event(*(row[name] for name in Event.__struct_fields__)) for row in rows]


async def _end(
    event: Event, state: str, now: datetime, *, if_told_before: datetime | None = None
) -> bool:
    # Either clock: the sandbox's, by which events are made, may be far ahead of the machine's.
    ended = await connection().fetchval(
        "UPDATE payments.stripe_event SET state = $4, handled_at = $3 "
        "WHERE account = $1 AND id = $2 AND state = 'waiting' "
        "AND ($5::timestamptz IS NULL OR greatest(created_at, received_at) <= $5) RETURNING true",
        event.account, event.id, now, state, if_told_before,
    )  # fmt: skip
    return bool(ended)


async def fetch_missed_events(clock: Clock, *, limit: int = 200) -> int:
    """Events that Stripe could not deliver are in the inbox; answers how many were new.

    The platform is asked each time, and of the connected accounts the `limit` that were not asked
    for longest: as far back as Stripe keeps events, then from where the last asking ended.

    Raises:
        ExceptionGroup: accounts that could not be asked; the others were.
    """
    new = 0
    rows = await fetch(
        "SELECT '' AS account, (SELECT asked_at FROM payments.event_backfill WHERE account = '') "
        "UNION ALL (SELECT a.stripe_account, b.asked_at FROM payments.connected_account a "
        "LEFT JOIN payments.event_backfill b ON b.account = a.stripe_account "
        "WHERE a.stripe_account IS NOT NULL ORDER BY b.asked_at NULLS FIRST, 1 LIMIT $1)",
        limit,
    )

    async def ask(row: asyncpg.Record) -> None:
        nonlocal new
        now = await clock()
        new += await _ask_for_missed(row["account"], missed_since(row["asked_at"], now), clock)
        async with transaction():
            await connection().execute(
                "INSERT INTO payments.event_backfill VALUES ($1, $2) "
                "ON CONFLICT (account) DO UPDATE SET asked_at = excluded.asked_at",
                row["account"],
                now,
            )

    await for_each(rows, ask)
    return new


async def _ask_for_missed(account: str, since: datetime, clock: Clock) -> int:
    new = 0
    async for missed in undelivered_events(account, int(since.timestamp())):
        body = {"account": account, **missed} if account else missed
        try:
            event = read_event(msgspec.json.encode(body).decode())
        except BadEvent:
            continue  # It would be refused as a webhook too.
        new += await store_event(event, "backfill", await clock())
    return new


async def signing_secrets(given: str | None) -> list[str]:
    """All secrets that a webhook may be signed with: `given` (several by commas), and our own."""
    with acting_for(None):
        rows = await fetch("SELECT secret FROM payments.event_destination")
    return [
        *(part.strip() for part in (given or "").split(",") if part.strip()),
        *(row["secret"] for row in rows),
    ]


async def ensure_destinations(url: str, now: datetime) -> int:
    """Stripe sends its events to `url`; answers how many of the three destinations are new.

    For the sandbox: at Stripe they are made in its dashboard, and their secrets are settings.

    Raises:
        StripeRefused, StripeUnknown: as the gateway.
    """
    rows = await fetch("SELECT name FROM payments.event_destination WHERE url = $1", url)
    missing = [name for name in DESTINATIONS if name not in {row["name"] for row in rows}]
    for name in missing:
        payload, scope, types = DESTINATIONS[name]
        params: Any = {
            "name": name,
            "type": "webhook_endpoint",
            "event_payload": payload,
            "events_from": [scope],
            "enabled_events": list(types),
            "webhook_endpoint": {"url": url},
            "include": ["webhook_endpoint.signing_secret"],
        }
        if payload == "snapshot":
            params["snapshot_api_version"] = stripe.api_version
        made = await gateway().ask(
            lambda client, params=params: client.v2.core.event_destinations.create_async(params)  # type: ignore[misc]
        )
        async with transaction():
            await connection().execute(
                "INSERT INTO payments.event_destination VALUES ($1, $2, $3, $4, $5) "
                "ON CONFLICT (name) DO UPDATE SET id = excluded.id, url = excluded.url, "
                "secret = excluded.secret, created_at = excluded.created_at",
                made.id, name, url, made.webhook_endpoint.signing_secret, now,
            )  # fmt: skip
    return len(missing)
