"""Reads of leads, their offers, and the directory by which they are routed."""

from datetime import datetime
from uuid import UUID

import asyncpg

from backend import core, web
from backend.core import fetch, fetch_row
from backend.deals.rules_lead import Candidate, LeadUnknown, Suggestion, Wanted, rank
from backend.programmes import RESELLER

_LEAD = """
SELECT d.*, o.organisation_id AS asked_id, p.name AS asked_name, o.respond_by,
       a.name AS accepted_name
  FROM deals.lead d
  LEFT JOIN deals.lead_offer o ON o.lead_id = d.id AND o.state = 'offered'
  LEFT JOIN partners.organisation p ON p.id = o.organisation_id
  LEFT JOIN partners.organisation a ON a.id = d.accepted_by
"""


@core.operators_work
async def list_leads(
    *, state: str | None, words: str | None, after: int | None, limit: int
) -> list[asyncpg.Record]:
    """Leads for the office, newest first."""
    return await fetch(
        _LEAD + "WHERE ($1::text IS NULL OR d.state = $1) "
        "AND ($2::text IS NULL OR strpos(lower(d.name || ' ' || coalesce(d.reference, '')), "
        "lower($2)) > 0) AND ($3::bigint IS NULL OR d.number < $3) "
        "ORDER BY d.number DESC LIMIT $4",
        state,
        words,
        after,
        limit,
    )


async def all_leads(*, state: str | None, words: str | None) -> list[asyncpg.Record]:
    """The same, all of them."""
    return await web.read_whole(
        lambda after, limit: list_leads(state=state, words=words, after=after, limit=limit),
        lambda row: row["number"],
    )


@core.operators_work
async def read_lead(lead_id: UUID) -> asyncpg.Record:
    """Raises: LeadUnknown."""
    row = await fetch_row(_LEAD + "WHERE d.id = $1", lead_id)
    if row is None:
        raise LeadUnknown(f"No lead has the id {lead_id}.")
    return row


@core.operators_work
async def offers_of(lead_id: UUID) -> list[asyncpg.Record]:
    """To whom the lead was offered, newest first."""
    return await fetch(
        "SELECT f.*, o.name AS organisation FROM deals.lead_offer f "
        "JOIN partners.organisation o ON o.id = f.organisation_id "
        "WHERE f.lead_id = $1 ORDER BY f.offered_at DESC, f.id DESC",
        lead_id,
    )


@core.operators_work
async def offers_to(organisation_id: UUID, *, limit: int) -> list[asyncpg.Record]:
    """What was offered to a partner, newest first, with as much of the lead as it may know.

    Who the person to talk to is, only the partner that accepted learns (D-11, GDPR: the serving
    chain only); once a lead is another's, or its time is over, its company is hidden too.
    """
    return await fetch(
        """
        SELECT f.id, f.lead_id, f.state, f.score, f.offered_at, f.respond_by, f.answered_at,
               f.reason, d.number, d.country, d.region, d.segment, d.kind, d.need,
               d.amount_minor, d.currency,
               CASE WHEN f.state IN ('offered', 'accepted') THEN d.name END AS name,
               CASE WHEN f.state = 'accepted' THEN d.contact_name END AS contact_name,
               CASE WHEN f.state = 'accepted' THEN d.contact_email END AS contact_email,
               CASE WHEN f.state = 'accepted' THEN d.contact_phone END AS contact_phone,
               CASE WHEN f.state = 'accepted' THEN d.deal_id END AS deal_id
          FROM deals.lead_offer f JOIN deals.lead d ON d.id = f.lead_id
         WHERE f.organisation_id = $1 ORDER BY f.offered_at DESC, f.id DESC LIMIT $2
        """,
        organisation_id,
        limit,
    )


_CANDIDATES = """
SELECT o.id, o.name,
       ARRAY (SELECT r.role FROM partners.organisation_role r
               WHERE r.organisation_id = o.id) AS roles,
       p.segments, p.countries, p.regions, p.kinds,
       (SELECT count(*) FROM deals.lead_offer f JOIN deals.lead d ON d.id = f.lead_id
          LEFT JOIN deals.deal x ON x.id = d.deal_id
         WHERE f.organisation_id = o.id AND (f.state = 'offered' OR f.state = 'accepted'
           AND x.stage NOT IN ('launched', 'closed_lost') AND x.review <> 'withdrawn')) AS load,
       EXISTS (SELECT FROM deals.lead_offer f
                WHERE f.organisation_id = o.id AND f.lead_id = $1) AS asked,
       (SELECT l.level FROM programmes.level_period l WHERE l.organisation_id = o.id
           AND l.programme = $2 AND l.during @> $3::timestamptz) AS level
  FROM deals.profile p JOIN partners.organisation o ON o.id = p.organisation_id
 WHERE p.takes_leads AND o.verification = 'verified' ORDER BY o.id LIMIT 5000
"""


@core.operators_work
async def suggestions_for(lead: asyncpg.Record, at: datetime) -> list[Suggestion]:
    """Who takes leads, best first, each with its points and why."""
    rows = await fetch(_CANDIDATES, lead["id"], RESELLER, at)
    candidates = [
        Candidate(
            row["id"], row["name"], row["roles"], row["segments"], row["countries"],
            row["regions"], row["kinds"], row["level"], row["load"], row["asked"],
        )
        for row in rows
    ]  # fmt: skip
    wanted = Wanted(lead["segment"], lead["country"], lead["region"], lead["kind"])
    return rank(wanted, candidates)


@core.operators_work
async def read_profile(organisation_id: UUID) -> asyncpg.Record | None:
    """What the partner says it looks for; None: it never said."""
    return await fetch_row(
        "SELECT * FROM deals.profile WHERE organisation_id = $1", organisation_id
    )


async def due_offers(now: datetime) -> list[UUID]:
    """Offers whose time to answer is over, oldest first."""
    rows = await fetch(
        "SELECT id FROM deals.lead_offer WHERE state = 'offered' AND respond_by <= $1 "
        "ORDER BY respond_by LIMIT 500",
        now,
    )
    return [row["id"] for row in rows]
