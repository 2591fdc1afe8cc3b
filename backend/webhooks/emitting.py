"""What happened is told to those who asked for it, in the transaction in which it happened."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from backend.core import connection, enqueue, fetch, uuid7
from backend.webhooks.jobs import deliver_due
from backend.webhooks.rules import Kind

_EMIT = """
WITH told AS (
  SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[]) WITH ORDINALITY
    AS t (id, organisation_id, subject, body, place)
), wanted AS (
  SELECT t.id, t.organisation_id, t.subject, e.id AS endpoint_id, e.state
    FROM told t JOIN webhooks.endpoint e USING (organisation_id)
   WHERE $5 = ANY (e.kinds) AND e.disabled_because IS DISTINCT FROM 'deleted'
), event AS (
  INSERT INTO webhooks.event (id, organisation_id, kind, subject, body, created_at)
  SELECT t.id, t.organisation_id, $5, t.subject, t.body::jsonb, $6 FROM told t
   WHERE EXISTS (SELECT FROM wanted w WHERE w.id = t.id) ORDER BY t.place
  RETURNING id, position
)
INSERT INTO webhooks.delivery (organisation_id, endpoint_id, event_id, subject, position, state,
  given_up_because, next_attempt_at)
SELECT w.organisation_id, w.endpoint_id, w.id, w.subject, v.position,
       CASE w.state WHEN 'enabled' THEN 'pending' ELSE 'given_up' END,
       CASE w.state WHEN 'disabled' THEN 'endpoint_disabled' END, least($6, now())
  FROM wanted w JOIN event v USING (id)
RETURNING state
"""

Told = tuple[UUID, str, Mapping[str, Any]]
"""Whom it concerns, what it is about (`payout:<id>`), and the facts."""


async def emit(
    organisation_id: UUID, kind: Kind, subject: str, facts: Mapping[str, Any], *, now: datetime
) -> None:
    """The organisation's endpoints that asked for `kind` are sent `facts` after the commit.

    Runs in the open transaction: nothing is told that did not happen. Without such an endpoint
    nothing is written. One that is disabled is sent nothing, and may have it replayed later.
    """
    await emit_all(kind, [(organisation_id, subject, facts)], now=now)


async def emit_all(kind: Kind, told: Iterable[Told], *, now: datetime) -> None:
    """As `emit`, of many at once, in their order; each subject once."""
    rows = list(told)
    if not rows:
        return
    made = await connection().fetch(
        _EMIT,
        [uuid7() for _ in rows],
        [organisation_id for organisation_id, _, _ in rows],
        [subject for _, subject, _ in rows],
        [msgspec.json.encode(facts, enc_hook=str).decode() for _, _, facts in rows],
        kind,
        now,
    )
    if any(row["state"] == "pending" for row in made):
        await enqueue(deliver_due)


async def listening(kind: Kind) -> set[UUID]:
    """The organisations that asked for `kind`: of nobody else anything has to be put together."""
    rows = await fetch(
        "SELECT DISTINCT organisation_id FROM webhooks.endpoint "
        "WHERE $1 = ANY (kinds) AND disabled_because IS DISTINCT FROM 'deleted'",
        kind,
    )
    return {row["organisation_id"] for row in rows}
