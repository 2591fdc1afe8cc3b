"""Reads of joint offers."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

import asyncpg

from backend.catalogue.rules_joint import JointOffer, JointState, JointUnknown
from backend.core import acting_for, fetch, fetch_row, fetch_value

OFFER = """
    SELECT j.*, lower(j.during) AS starts_at, upper(j.during) AS ends_at, l.name AS listing_name,
           l.slug AS listing_slug, l.status AS listing_status, f.name AS first_name,
           f.reference AS first_reference, s.name AS second_name, s.reference AS second_reference,
           p.name AS proposed_by_name, d.name AS decided_by_name, e.name AS ended_by_name
    FROM catalogue.joint_offer j
    JOIN catalogue.listing l ON l.id = j.listing_id
    JOIN partners.organisation f ON f.id = j.organisation_id
    JOIN partners.organisation s ON s.id = j.second_id
    LEFT JOIN identity.person p ON j.proposed_by = 'person:' || p.id::text
    LEFT JOIN identity.person d ON j.decided_by = 'person:' || d.id::text
    LEFT JOIN identity.person e ON j.ended_by = 'person:' || e.id::text
"""


async def list_joint_offers(
    organisation_id: UUID | None,
    *,
    after: UUID | None,
    limit: int,
    state: JointState | None = None,
) -> list[asyncpg.Record]:
    """Of one of both owners, or of all for None; in one state, if told; the newest first, from
    behind `after`.
    """
    # Two partners read each other's name here, and nothing else of each other.
    with acting_for(None):
        return await fetch(
            OFFER + "WHERE ($1::uuid IS NULL OR $1 IN (j.organisation_id, j.second_id)) "
            "AND ($2::uuid IS NULL OR j.id < $2) "
            "AND ($4::text IS NULL OR j.state = $4) ORDER BY j.id DESC LIMIT $3",
            organisation_id,
            after,
            limit,
            state,
        )


async def read_joint_offer(offer_id: UUID, organisation_id: UUID) -> asyncpg.Record:
    """One offer of which the organisation is an owner, or would be.

    Raises:
        JointUnknown: there is none.
    """
    with acting_for(None):
        row = await fetch_row(
            OFFER + "WHERE j.id = $1 AND $2 IN (j.organisation_id, j.second_id)",
            offer_id,
            organisation_id,
        )
    if row is None:
        raise JointUnknown(f"No joint offer of yours has the id {offer_id}.")
    return row


async def last_joint_offer(listing_id: UUID) -> asyncpg.Record | None:
    """The one that is proposed or in force; else the last there was."""
    with acting_for(None):
        return await fetch_row(
            OFFER + "WHERE j.listing_id = $1 ORDER BY j.state = 'proposed' DESC, j.id DESC LIMIT 1",
            listing_id,
        )


async def joint_offers_of(listing_ids: Collection[UUID]) -> dict[UUID, list[JointOffer]]:
    """Every accepted offer of these listings, over or not; of most there is none."""
    rows = await fetch(
        "SELECT id, listing_id, organisation_id, second_id, first_bp, second_bp, "
        "lower(during), upper(during) FROM catalogue.joint_offer "
        "WHERE state = 'accepted' AND listing_id = ANY ($1)",
        list(listing_ids),
    )
    found: dict[UUID, list[JointOffer]] = {}
    for row in rows:
        found.setdefault(row["listing_id"], []).append(JointOffer(*row))
    return found


async def second_owner_at(listing_id: UUID, at: datetime) -> UUID | None:
    """Who owns the listing together with its partner at a moment; a session that acts for a third
    sees nobody.
    """
    found: UUID | None = await fetch_value(
        "SELECT second_id FROM catalogue.joint_offer "
        "WHERE listing_id = $1 AND during @> $2::timestamptz",
        listing_id,
        at,
    )
    return found


CHANGES = """
    SELECT c.id, c.offer_id, c.listing_id, c.organisation_id, c.state, c.was, c.becomes,
           c.proposed_at, c.decided_at, c.reason, l.name AS listing_name,
           f.name AS first_name, s.name AS second_name, p.name AS proposed_by
    FROM catalogue.joint_change c
    JOIN catalogue.listing l ON l.id = c.listing_id
    JOIN partners.organisation f ON f.id = c.organisation_id
    JOIN partners.organisation s ON s.id = c.second_id
    LEFT JOIN identity.person p ON c.proposed_by = 'person:' || p.id::text
    WHERE (c.state <> 'waiting' OR catalogue.agreed_offer(c.listing_id) = c.offer_id)
"""


async def list_joint_changes(organisation_id: UUID, *, limit: int) -> list[asyncpg.Record]:
    """Of one of both owners; those that wait first, then the newest. What waited for an offer that
    is over is not among them.
    """
    with acting_for(None):
        return await fetch(
            CHANGES + "AND $1 IN (c.organisation_id, c.second_id) "
            "ORDER BY c.state = 'waiting' DESC, c.id DESC LIMIT $2",
            organisation_id,
            limit,
        )


async def list_waiting_changes(listing_id: UUID | None, *, limit: int) -> list[asyncpg.Record]:
    """What waits for a second owner's answer, the oldest first: of one listing, or of all."""
    return await fetch(
        CHANGES + "AND c.state = 'waiting' AND ($1::uuid IS NULL OR c.listing_id = $1) "
        "ORDER BY c.id LIMIT $2",
        listing_id,
        limit,
    )
