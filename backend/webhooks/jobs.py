"""What is due goes out: a row is taken in hand, sent outside any transaction, and written up."""

import asyncio
import itertools
from collections.abc import Sequence
from datetime import datetime
from typing import Any, ClassVar

import asyncpg
import msgspec
from cryptography.exceptions import InvalidTag

from backend.core import Clock, connection, retrying, transaction, unseal
from backend.webhooks import sending, signing
from backend.webhooks.concluding import conclude, end_where_disabled, postpone
from backend.webhooks.resolving import Resolver, resolve
from backend.webhooks.rules import IN_HAND, PURPOSE, TIME_LIMIT_S, about

AT_ONCE = 40
OF_ONE_ORGANISATION = 8
OF_ONE_ENDPOINT = 4
"""So many in hand, at most: who answers slowly keeps nobody else waiting."""

LOOK_AGAIN_S = 1.0
BREATH_S = 0.05
"""So long, what ends is gathered before more is claimed."""
ROUNDS = 1000
"""Then the job ends; the next one goes on."""

_CLAIM = """
WITH held AS MATERIALIZED (
  SELECT organisation_id, endpoint_id, count(*) AS many FROM webhooks.delivery
   WHERE claim IS NOT NULL AND state IN ('pending', 'failed') AND next_attempt_at > $1
   GROUP BY organisation_id, endpoint_id
), due AS MATERIALIZED (
  SELECT x.id, x.next_attempt_at, x.position,
         row_number() OVER (PARTITION BY o.organisation_id ORDER BY x.next_attempt_at, x.position)
         + coalesce((SELECT sum(h.many) FROM held h WHERE h.organisation_id = o.organisation_id), 0)
         AS place
    FROM webhooks.endpoint o
   CROSS JOIN LATERAL (
     SELECT w.id, w.next_attempt_at, w.position FROM webhooks.delivery w
      WHERE w.endpoint_id = o.id AND w.state IN ('pending', 'failed') AND w.next_attempt_at <= $1
        AND w.position = (
          SELECT b.position FROM webhooks.delivery b
           WHERE b.endpoint_id = w.endpoint_id AND b.subject = w.subject
             AND b.state IN ('pending', 'failed')
           ORDER BY b.endpoint_id, b.subject, b.position LIMIT 1)
      ORDER BY w.next_attempt_at, w.position
      LIMIT greatest(0, $5 - coalesce((SELECT h.many FROM held h WHERE h.endpoint_id = o.id), 0))) x
   WHERE o.state = 'enabled'
), picked AS MATERIALIZED (
  SELECT d.id FROM due JOIN webhooks.delivery d USING (id)
   WHERE due.place <= $4 AND d.state IN ('pending', 'failed') AND d.next_attempt_at <= $1
   ORDER BY due.place, due.next_attempt_at, due.position LIMIT $3 FOR UPDATE OF d SKIP LOCKED
)
UPDATE webhooks.delivery d SET tries = d.tries + 1, next_attempt_at = $2, claim = uuidv7(),
       began_at = coalesce(d.began_at, $1)
  FROM picked, webhooks.endpoint e, webhooks.event v
 WHERE d.id = picked.id AND e.id = d.endpoint_id AND v.id = d.event_id
RETURNING d.id, d.organisation_id, d.endpoint_id, d.event_id, d.tries, d.claim, v.kind,
          v.created_at, v.body, e.url, e.secret_sealed,
          CASE WHEN e.old_secret_until > $1 THEN e.old_secret_sealed END AS old_secret_sealed
"""
"""Each organisation's longest due first, then each one's next: none waits for all of another's."""


class Sending:
    """How the worker sends; its settings. Without a key there is nothing that could sign."""

    secret_key: str | None = None
    loopback: bool = False
    base_url: str | None = None
    clock: Clock | None = None
    """The real one, also in the sandbox: receivers compare the timestamp with theirs."""
    resolver: Resolver = staticmethod(resolve)
    time_limit_s: float = TIME_LIMIT_S
    stop: asyncio.Event | None = None
    """Once it is set, nothing more is taken in hand."""
    in_hand: ClassVar[set[asyncio.Task[bool]]] = set()


async def deliver_due(_: Clock) -> int:
    """Everything that was due is delivered, or waits for its next try; answers how many arrived.

    At least once: what a crash cut off between the answer and our note goes again, under the same
    id. Of one endpoint, what concerns one subject arrives in its order: the next one waits until
    the one before has arrived or is given up. Other subjects do not wait, and a free place is
    taken at once: nobody waits for the slowest. Told to stop, it ends what it has in hand.

    Raises:
        ExceptionGroup: what could not be written up; it is sent again.
    """
    if Sending.secret_key is None or Sending.clock is None:
        return 0
    await end_where_disabled(await Sending.clock())
    arrived, failures = 0, list[Exception]()
    running = set[asyncio.Task[bool]]()
    try:
        for number in itertools.count():
            if number < ROUNDS and not failures:
                running |= await _take_in_hand()
            if not running:
                break
            done, running = await asyncio.wait(
                running, timeout=LOOK_AGAIN_S, return_when=asyncio.FIRST_COMPLETED
            )
            results = await asyncio.gather(*done, return_exceptions=True)
            failures += [one for one in results if isinstance(one, Exception)]
            arrived += results.count(True)
            await asyncio.sleep(BREATH_S if running else 0)
    finally:
        for task in running:
            task.cancel()
    if failures:
        raise ExceptionGroup("deliveries of webhooks failed", failures)
    return arrived


async def _take_in_hand() -> set[asyncio.Task[bool]]:
    """As many as there are places, also counting those of other runs in this process."""
    assert Sending.clock is not None
    Sending.in_hand = {task for task in Sending.in_hand if not task.done()}
    places = AT_ONCE - len(Sending.in_hand)
    if places <= 0 or (Sending.stop is not None and Sending.stop.is_set()):
        return set()
    taken = {
        asyncio.create_task(_deliver(row)) for row in await _claim(await Sending.clock(), places)
    }
    Sending.in_hand |= taken
    return taken


async def _claim(now: datetime, places: int = AT_ONCE) -> list[asyncpg.Record]:
    async with transaction():
        # One worker after the other: each counts what the one before has in hand.
        await connection().execute(
            "SELECT pg_advisory_xact_lock(hashtextextended('webhooks:claim', 0))"
        )
        return await connection().fetch(
            _CLAIM, now, now + IN_HAND, places, OF_ONE_ORGANISATION, OF_ONE_ENDPOINT
        )


async def _deliver(row: asyncpg.Record) -> bool:
    assert Sending.clock is not None
    clock, at = Sending.clock, await Sending.clock()
    body = body_of(row)
    try:
        headers = signing.headers_of(str(row["event_id"]), at, body, _secrets(row))
    except InvalidTag:
        now = await clock()
        await retrying(lambda: postpone(row, now=now))
        return False
    signature = headers["webhook-signature"]
    answer = await sending.send(
        row["url"], headers, body,
        loopback=Sending.loopback, resolver=Sending.resolver, time_limit_s=Sending.time_limit_s,
    )  # fmt: skip
    now = await clock()
    base_url = Sending.base_url
    return await retrying(
        lambda: conclude(row, answer, signature=signature, at=at, now=now, base_url=base_url)
    )


def body_of(row: Any) -> bytes:
    """What is sent, byte for byte the same at each try: `{"type", "timestamp", "data"}`."""
    return msgspec.json.encode(
        {
            "type": row["kind"],
            "timestamp": row["created_at"],
            "data": msgspec.json.decode(row["body"]),
        }
    )


def _secrets(row: asyncpg.Record) -> Sequence[str]:
    sealed = [row["secret_sealed"], row["old_secret_sealed"]]
    key, whose = Sending.secret_key, about(row["endpoint_id"])
    return [unseal(one, key=key, purpose=PURPOSE, about=whose) for one in sealed if one]
