"""The office confirms or corrects a customer's segment, and says who manages those of a segment.
Each change is one transaction.
"""

from datetime import datetime
from uuid import UUID

import asyncpg

from backend import audit, core, identity, partners
from backend.core import connection, transaction
from backend.relations.rules import RelationTaken, SegmentMoved, SegmentRelation


async def check_segment(
    organisation_id: UUID,
    segment: partners.Segment,
    *,
    declared: partners.Segment,
    reason: str,
    now: datetime,
    actor: str,
) -> None:
    """The organisation is in this segment, and offers for it alone are shown to it from now on.

    `declared` is the segment that was looked at. What it ordered keeps the segment that it had.
    The same check again changes nothing. (Seed rows O-01, O-02; decision 0059.)

    Raises:
        OrganisationUnknown: no organisation has this id.
        OwnOrganisation: who checks acts for it.
        SegmentMoved: it is not in the segment that was looked at any more.
    """
    await partners.read_organisation(organisation_id)
    await identity.check_other(actor, organisation_id)
    async with transaction():
        last = await connection().fetchrow(
            "SELECT c.declared, c.segment, c.reason FROM relations.segment_check c "
            "JOIN partners.organisation o ON o.id = c.organisation_id "
            "WHERE o.id = $1 AND o.segment_confirmed_at = c.checked_at ORDER BY c.id DESC LIMIT 1",
            organisation_id,
        )
        if last is not None and tuple(last) == (declared, segment, reason):
            return
        try:
            async with transaction():
                await connection().execute(
                    "INSERT INTO relations.segment_check (organisation_id, declared, segment, "
                    "reason, actor, checked_at) VALUES ($1, $2, $3, $4, $5, $6)",
                    organisation_id, declared, segment, reason, actor, now,
                )  # fmt: skip
        except asyncpg.CheckViolationError as refusal:
            if refusal.constraint_name != "segment_as_looked_at":
                raise
            raise SegmentMoved(f"It is not {declared!r} any more: load the page again.") from None
        verb = "confirm_segment" if segment == declared else "correct_segment"
        subject = f"organisation:{organisation_id}"
        before, after = {"segment": declared}, {"segment": segment, "reason": reason}
        await audit.write(organisation_id, actor, verb, subject, before, after)


async def decide_segment_rule(
    segment: partners.Segment,
    relation: SegmentRelation,
    *,
    reason: str,
    now: datetime,
    actor: str,
) -> None:
    """From now on customers of the segment for whom nothing else was said are managed so.

    Orders placed keep what they found; the rule in force again changes nothing. (K-04.)

    Raises:
        RelationTaken: somebody changed it at this very moment.
    """
    async with transaction():
        await connection().execute(
            "SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", f"segment_rule:{segment}"
        )
        before = await connection().fetchval(
            "SELECT relation FROM relations.segment_rule WHERE segment = $1 "
            "ORDER BY valid_from DESC LIMIT 1",
            segment,
        )
        if before == relation:
            return
        try:
            async with transaction():
                await connection().execute(
                    "INSERT INTO relations.segment_rule (segment, relation, valid_from, reason, "
                    "actor) VALUES ($1, $2, $3, $4, $5)",
                    segment, relation, now, reason, actor,
                )  # fmt: skip
        except asyncpg.CheckViolationError:
            raise RelationTaken("Somebody has just changed it: load the page again.") from None
        after = {"relation": relation, "reason": reason}
        subject = f"segment:{segment}"
        await audit.write(None, actor, "decide_segment_rule", subject, {"relation": before}, after)


async def list_segments() -> list[asyncpg.Record]:
    """Of each segment: who manages its customers since when and why, how many organisations are in
    it, of how many of those nobody has confirmed it, and whether something is sold to it alone.
    """
    return await core.fetch(
        """
        SELECT r.segment, r.relation, r.valid_from AS since, r.reason, r.actor,
               (SELECT count(*) FROM partners.organisation o WHERE o.segment = r.segment)
                 AS organisations,
               (SELECT count(*) FROM partners.organisation o WHERE o.segment = r.segment
                  AND o.segment_confirmed_at IS NULL) AS unconfirmed,
               (SELECT count(*) FROM catalogue.listing l WHERE l.status = 'published'
                  AND r.segment = ANY (l.segments)) AS offers
        FROM (SELECT DISTINCT ON (segment) * FROM relations.segment_rule
              ORDER BY segment, valid_from DESC) r
        ORDER BY array_position($1::text[], r.segment)
        """,
        list(partners.SEGMENTS),
    )


@core.operators_work
async def checks_of(organisation_id: UUID) -> list[asyncpg.Record]:
    """Every check of its segment, the newest first."""
    return await core.fetch(
        "SELECT c.declared, c.segment, c.reason, coalesce(p.name, c.actor) AS by, c.checked_at "
        "FROM relations.segment_check c "
        "LEFT JOIN identity.person p ON c.actor = 'person:' || p.id::text "
        "WHERE c.organisation_id = $1 ORDER BY c.id DESC",
        organisation_id,
    )
