"""What is due goes out: a row is taken in hand, sent outside any transaction, and written up."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import asyncpg
import msgspec
from cryptography.exceptions import InvalidTag

from backend.core import Clock, connection, retrying, transaction, unseal
from backend.webhooks import sending, signing
from backend.webhooks.concluding import conclude
from backend.webhooks.rules import IN_HAND, PURPOSE, TIME_LIMIT_S, about

AT_ONCE = 40
OF_ONE_ENDPOINT = 4
"""So many at once, at most: a slow endpoint keeps the others from nothing."""

_CLAIM = """
UPDATE webhooks.delivery d SET tries = tries + 1, next_attempt_at = $2,
       began_at = coalesce(d.began_at, $1)
  FROM webhooks.endpoint e, webhooks.event v
 WHERE e.id = d.endpoint_id AND v.id = d.event_id AND d.id IN (
   SELECT c.id FROM (
     SELECT DISTINCT w.endpoint_id FROM webhooks.delivery w
      WHERE w.state IN ('pending', 'failed') AND w.next_attempt_at <= $1) due
   JOIN webhooks.endpoint o ON o.id = due.endpoint_id AND o.state = 'enabled'
   CROSS JOIN LATERAL (
     SELECT x.id FROM webhooks.delivery x
      WHERE x.endpoint_id = o.id AND x.state IN ('pending', 'failed') AND x.next_attempt_at <= $1
        AND NOT EXISTS (
          SELECT FROM webhooks.delivery before
           WHERE before.endpoint_id = x.endpoint_id AND before.subject = x.subject
             AND before.state IN ('pending', 'failed') AND before.position < x.position)
      ORDER BY x.next_attempt_at, x.position LIMIT $4 FOR UPDATE SKIP LOCKED) c
   LIMIT $3)
RETURNING d.id, d.organisation_id, d.endpoint_id, d.event_id, d.tries, v.kind, v.created_at,
          v.body, e.url, e.secret_sealed,
          CASE WHEN e.old_secret_until > $1 THEN e.old_secret_sealed END AS old_secret_sealed
"""


class Sending:
    """How the worker sends; its settings. Without a key there is nothing that could sign."""

    secret_key: str | None = None
    loopback: bool = False
    base_url: str | None = None
    clock: Clock | None = None
    """The real one, also in the sandbox: receivers compare the timestamp with theirs."""
    resolver: sending.Resolver = staticmethod(sending.resolve)
    time_limit_s: float = TIME_LIMIT_S


async def deliver_due(_: Clock) -> int:
    """Everything that was due is delivered, or waits for its next try; answers how many arrived.

    At least once: what a crash cut off between the answer and our note goes again, under the same
    id. Of one endpoint, what concerns one subject arrives in its order: the next one waits until
    the one before has arrived or is given up. Other subjects do not wait.
    """
    if Sending.secret_key is None or Sending.clock is None:
        return 0
    arrived = 0
    while claimed := await _claim(await Sending.clock()):
        results = await asyncio.gather(*map(_deliver, claimed), return_exceptions=True)
        failures = [one for one in results if isinstance(one, Exception)]
        arrived += sum(one is True for one in results)
        if failures:
            raise ExceptionGroup("deliveries of webhooks failed", failures)
    return arrived


async def _claim(now: datetime) -> list[asyncpg.Record]:
    async with transaction():
        return await connection().fetch(_CLAIM, now, now + IN_HAND, AT_ONCE, OF_ONE_ENDPOINT)


async def _deliver(row: asyncpg.Record) -> bool:
    assert Sending.clock is not None
    clock, at = Sending.clock, await Sending.clock()
    body = body_of(row)
    try:
        headers = signing.headers_of(str(row["event_id"]), at, body, _secrets(row))
    except InvalidTag:
        answer, signature = sending.Answer(trouble="secret_unreadable"), ""
    else:
        signature = headers["webhook-signature"]
        answer = await sending.send(
            row["url"], headers, body,
            loopback=Sending.loopback, resolver=Sending.resolver,
            time_limit_s=Sending.time_limit_s,
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
