"""Endpoints and deliveries, read."""

from datetime import datetime
from uuid import UUID

import asyncpg
from msgspec import Struct

from backend.core import fetch, fetch_row
from backend.webhooks.rules import (
    Because,
    DeliveryState,
    DeliveryUnknown,
    EndpointUnknown,
    Kind,
    State,
    Trouble,
)

_ENDPOINTS = """
SELECT id, url, description, kinds, state, disabled_because, old_secret_until, created_at,
       (SELECT count(*) FROM webhooks.delivery d WHERE d.endpoint_id = e.id
         AND d.state IN ('pending', 'failed')) AS waiting,
       (SELECT max(d.delivered_at) FROM webhooks.delivery d WHERE d.endpoint_id = e.id)
         AS delivered_at
  FROM webhooks.endpoint e
 WHERE organisation_id = $1 AND disabled_because IS DISTINCT FROM 'deleted'
   AND ($2::uuid IS NULL OR id = $2)
 ORDER BY id
"""

_DELIVERIES = """
SELECT d.id, d.endpoint_id, e.url, d.event_id, v.kind, d.subject, v.created_at, d.state,
       d.given_up_because, d.tries, d.last_status, d.last_problem, d.delivered_at,
       CASE WHEN d.state IN ('pending', 'failed') THEN d.next_attempt_at END AS next_attempt_at
  FROM webhooks.delivery d
  JOIN webhooks.event v ON v.id = d.event_id
  JOIN webhooks.endpoint e ON e.id = d.endpoint_id
 WHERE d.organisation_id = $1
"""


class Endpoint(Struct, frozen=True):
    """`waiting` deliveries are still to be made; until `old_secret_until` two secrets sign."""

    id: UUID
    url: str
    description: str
    kinds: list[Kind]
    state: State
    disabled_because: Because | None
    old_secret_until: datetime | None
    created_at: datetime
    waiting: int
    delivered_at: datetime | None


class Delivery(Struct, frozen=True, kw_only=True):
    """An event on its way to an endpoint; `event_id` is the message's `webhook-id`."""

    id: UUID
    endpoint_id: UUID
    url: str
    event_id: UUID
    kind: str
    subject: str
    created_at: datetime
    state: DeliveryState
    given_up_because: str | None
    tries: int
    last_status: int | None
    last_problem: Trouble | None
    delivered_at: datetime | None
    next_attempt_at: datetime | None


class Attempt(Struct, frozen=True):
    """One try: the IP address it went to, and the beginning of the answer or the trouble."""

    at: datetime
    signature: str
    address: str | None
    status: int | None
    problem: Trouble | None
    answer: str
    duration_ms: int


async def list_endpoints(organisation_id: UUID) -> list[Endpoint]:
    """All that are not deleted, oldest first."""
    return [Endpoint(**row) for row in await fetch(_ENDPOINTS, organisation_id, None)]


async def read_endpoint(organisation_id: UUID, endpoint_id: UUID) -> Endpoint:
    """Raises EndpointUnknown: deleted, or another organisation's."""
    row = await fetch_row(_ENDPOINTS, organisation_id, endpoint_id)
    if row is None:
        raise EndpointUnknown(f"No webhook has the id {endpoint_id}.")
    return Endpoint(**row)


async def list_deliveries(
    organisation_id: UUID,
    *,
    endpoint_id: UUID | None,
    state: str | None,
    kind: str | None,
    before: UUID | None,
    limit: int,
) -> list[Delivery]:
    """The newest first; of one endpoint, state or kind, if named."""
    rows = await fetch(
        _DELIVERIES + "AND ($2::uuid IS NULL OR d.endpoint_id = $2) "
        "AND ($3::text IS NULL OR d.state = $3) AND ($4::text IS NULL OR v.kind = $4) "
        "AND ($5::uuid IS NULL OR d.id < $5) ORDER BY d.id DESC LIMIT $6",
        organisation_id, endpoint_id, state, kind, before, limit,
    )  # fmt: skip
    return [Delivery(**row) for row in rows]


async def read_delivery(
    organisation_id: UUID, delivery_id: UUID
) -> tuple[Delivery, asyncpg.Record, list[Attempt]]:
    """One delivery, its event, and every attempt, oldest first.

    Raises:
        DeliveryUnknown: none has this id, or another organisation's has.
    """
    row = await fetch_row(_DELIVERIES + "AND d.id = $2", organisation_id, delivery_id)
    if row is None:
        raise DeliveryUnknown(f"No delivery has the id {delivery_id}.")
    event = await fetch_row(
        "SELECT kind, created_at, body FROM webhooks.event WHERE id = $1", row["event_id"]
    )
    assert event is not None
    attempts = await fetch(
        "SELECT at, signature, address, status, problem, answer, duration_ms "
        "FROM webhooks.attempt WHERE delivery_id = $1 ORDER BY id",
        delivery_id,
    )
    return Delivery(**row), event, [Attempt(**each) for each in attempts]
