"""Who manages a customer at a moment, everybody's at once, and the history of one."""

from datetime import datetime
from uuid import UUID

import asyncpg
from msgspec import Struct

from backend import core
from backend.relations.rules import Basis, Relation

MANAGED = """
WITH customer AS (
  SELECT o.id, o.reference, o.name, o.segment, o.country, o.siren, o.vat_number
    FROM partners.organisation o WHERE {which}),
protecting AS NOT MATERIALIZED (
  SELECT d.organisation_id, d.decided_at, d.number, d.product_scope, d.customer_id,
         d.customer_siren, d.customer_vat,
         CASE WHEN d.customer_vat LIKE 'FR%' THEN substr(d.customer_vat, 5) END AS vat_siren
    FROM deals.deal d WHERE d.review = 'approved' AND EXISTS (
      SELECT FROM deals.protection p WHERE p.deal_id = d.id AND p.during @> $1::timestamptz)),
-- A deal names its customer in several ways; each is a join of its own, by hash for all of them.
brought AS (
  SELECT c.id, p.* FROM customer c JOIN protecting p ON p.customer_id = c.id
  UNION ALL SELECT c.id, p.* FROM customer c JOIN protecting p ON p.customer_siren = c.siren
  UNION ALL SELECT c.id, p.* FROM customer c JOIN protecting p ON p.customer_vat = c.vat_number
  UNION ALL SELECT c.id, p.* FROM customer c JOIN protecting p ON p.vat_siren = c.siren),
deal AS (
  SELECT DISTINCT ON (id) id, organisation_id AS partner_id, decided_at AS since, number
    FROM brought WHERE organisation_id <> id
   ORDER BY id, (product_scope = $2) DESC, decided_at, number),
contact AS (
  SELECT DISTINCT ON (c.id) c.id, n.parent_id AS partner_id, n.named_at AS since, n.name, n.email
    FROM customer c JOIN network.membership m
      ON m.organisation_id = c.id AND m.during @> $1::timestamptz
    JOIN network.contact n ON n.organisation_id = c.id AND n.parent_id = m.parent_id
     AND n.named_at <= $1 ORDER BY c.id, n.named_at DESC, n.id DESC),
decision AS (
  SELECT DISTINCT ON (c.id) c.id, d.relation, d.manager_id, d.partner_id, d.starts_at AS since
    FROM customer c JOIN relations.decision d
      ON d.organisation_id = c.id AND d.starts_at <= $1 ORDER BY c.id, d.starts_at DESC),
-- Of what somebody said, the latest counts; where nobody did, the rule of the segment.
said AS (
  SELECT DISTINCT ON (id) * FROM (
    SELECT id, 'office' AS basis, relation, manager_id, partner_id, since, NULL::bigint AS number,
           NULL::text AS contact_name, NULL::text AS contact_email, 0 AS place
      FROM decision WHERE relation IS NOT NULL
    UNION ALL
    SELECT id, 'deal', 'partner_managed', NULL, partner_id, since, number, NULL, NULL, 1 FROM deal
    UNION ALL
    SELECT id, 'contact', 'partner_managed', NULL, partner_id, since, NULL, name, email, 2
      FROM contact) one ORDER BY id, since DESC, place),
managed AS (
  SELECT c.id AS organisation_id, c.reference, c.name, c.segment, c.country,
         coalesce(s.relation, r.relation) AS relation, coalesce(s.basis, 'segment') AS basis,
         coalesce(s.since, r.valid_from) AS since, w.id AS manager_id, w.name AS manager_name,
         w.email AS manager_email, s.partner_id, p.name AS partner_name,
         coalesce(s.contact_name, p.name) AS contact_name,
         coalesce(s.contact_email, p.email) AS contact_email, s.number AS deal_number
    FROM customer c
    LEFT JOIN said s ON s.id = c.id
    JOIN LATERAL (SELECT g.relation, g.valid_from FROM relations.segment_rule g
                   WHERE g.segment = c.segment AND g.valid_from <= $1
                   ORDER BY g.valid_from DESC LIMIT 1) r ON true
    LEFT JOIN identity.person w ON w.id = s.manager_id AND EXISTS (
      SELECT FROM identity.membership m WHERE m.person_id = w.id AND m.organisation_id IS NULL
         AND m.created_at <= $1 AND (m.ended_at IS NULL OR m.ended_at > $1))
    LEFT JOIN partners.organisation p ON p.id = s.partner_id)
"""
CUSTOMERS = """
  EXISTS (SELECT FROM partners.organisation_role r WHERE r.organisation_id = o.id
           AND r.role IN ('buyer', 'reseller', 'startup'))
  OR EXISTS (SELECT FROM relations.decision d WHERE d.organisation_id = o.id)
"""


class Managed(Struct, frozen=True):
    """Who manages a customer, since when and why. Account-managed without a manager: nobody was
    named yet, or left. `contact_*` is whom the customer may write to at its partner.
    """

    organisation_id: UUID
    reference: str
    name: str
    segment: str
    country: str
    relation: Relation
    basis: Basis
    since: datetime
    manager_id: UUID | None
    manager_name: str | None
    manager_email: str | None
    partner_id: UUID | None
    partner_name: str | None
    contact_name: str | None
    contact_email: str | None
    deal_number: int | None


class Sought(Struct, frozen=True):
    """What is asked for; None is any. `unnamed`: account-managed, and nobody is."""

    relation: Relation | None = None
    manager_id: UUID | None = None
    partner_id: UUID | None = None
    words: str | None = None
    unnamed: bool = False


WANTED = """
  WHERE ($3::text IS NULL OR relation = $3) AND ($4::uuid IS NULL OR manager_id = $4)
    AND ($5::uuid IS NULL OR partner_id = $5)
    AND ($6::text IS NULL OR strpos(lower(name || ' ' || reference), lower($6)) > 0)
    AND (NOT $7 OR relation = 'account_managed' AND manager_id IS NULL)
    AND ($8::uuid IS NULL OR organisation_id > $8)
  ORDER BY organisation_id LIMIT $9
"""
ONE = MANAGED.format(which="o.id = $3") + "SELECT * FROM managed"  # noqa: S608  (our own words)
ALL = MANAGED.format(which=CUSTOMERS) + "SELECT * FROM managed" + WANTED  # noqa: S608  (the same)


@core.operators_work
async def managed_at(
    customer: UUID, at: datetime, *, listing_id: UUID | None = None
) -> Managed | None:
    """Who managed the customer at that moment; None: there is no such organisation.

    Of the office's decision, a partner's accepted deal and a partner's named contact (D-11), the
    one said last counts; without any, the rule of its segment. Of several deals the one on
    `listing_id` goes first. The caller tells of it only what its own session may know.
    """
    row = await core.fetch_row(
        ONE,
        at,
        "" if listing_id is None else f"listing:{listing_id}",
        customer,
    )
    return None if row is None else Managed(**row)


@core.operators_work
async def list_managed(
    sought: Sought, at: datetime, *, after: UUID | None = None, limit: int | None = None
) -> list[Managed]:
    """Customers and who manages each, oldest first, from behind `after`. For the office."""
    rows = await core.fetch(
        ALL,
        at, "", sought.relation, sought.manager_id, sought.partner_id, sought.words,
        sought.unnamed, after, limit,
    )  # fmt: skip
    return [Managed(**row) for row in rows]


@core.operators_work
async def history_of(customer: UUID) -> list[asyncpg.Record]:
    """Every decision of the office on one customer, the latest beginning first."""
    return await core.fetch(
        "SELECT d.relation, d.starts_at, d.manager_id, w.name AS manager_name, d.partner_id, "
        "p.name AS partner_name, d.reason, d.actor, d.decided_at "
        "FROM relations.decision d LEFT JOIN identity.person w ON w.id = d.manager_id "
        "LEFT JOIN partners.organisation p ON p.id = d.partner_id "
        "WHERE d.organisation_id = $1 ORDER BY d.starts_at DESC",
        customer,
    )
