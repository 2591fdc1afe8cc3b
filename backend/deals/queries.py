"""Reads of deals: lists, one with its history, conflicts, and who was protected at a moment."""

import hashlib
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import asyncpg
import msgspec
from msgspec import Struct

from backend import core, web
from backend.deals.public_mail import PUBLIC
from backend.deals.rules import DealFacts, DealUnknown, Setting, customer_keys, normal_domain

_DEAL = """
SELECT d.*, o.name AS organisation, l.name AS listing,
       (SELECT e.id FROM deals.lead e WHERE e.deal_id = d.id) AS lead_id
  FROM deals.deal d JOIN partners.organisation o ON o.id = d.organisation_id
  LEFT JOIN catalogue.listing l ON l.id = d.listing_id
"""


class Wanted(Struct, frozen=True):
    """What is asked for; None is any. Whoever asks sees no draft but its own."""

    organisation_id: UUID | None = None
    review: str | None = None
    stage: str | None = None
    words: str | None = None
    with_drafts: bool = True


class Conflict(Struct, frozen=True):
    """Something that meets a deal: `blocks` is what the partner learns the existence of."""

    kind: Literal["protected", "registered", "customer"]
    matched: Literal["siren", "vat", "domain", "name"]
    blocks: bool
    id: UUID
    name: str
    organisation_id: UUID | None
    organisation: str | None
    review: str | None
    stage: str | None
    product_scope: str | None
    protected_until: datetime | None
    since: datetime


class Evidence(Struct, frozen=True):
    """The accepted deal that says who brought a customer (money rule c)."""

    deal_id: UUID
    number: int
    organisation_id: UUID
    product_scope: str
    approved_at: datetime
    protected_until: datetime


@core.operators_work
async def list_deals(wanted: Wanted, *, after: int | None, limit: int) -> list[asyncpg.Record]:
    """Deals, newest first. The caller has to be whose they are, or the operator."""
    return await core.fetch(
        _DEAL + "WHERE ($1::uuid IS NULL OR d.organisation_id = $1) "
        "AND ($2::text IS NULL OR d.review = $2 OR ($2 = 'waiting' AND d.review IN "
        "('submitted', 'in_review'))) AND ($3::text IS NULL OR d.stage = $3) "
        "AND ($4::text IS NULL OR strpos(lower(d.customer_name || ' ' || coalesce(d.customer_siren,"
        " '') || ' ' || coalesce(d.customer_domain, '') || ' ' || d.number), lower($4)) > 0) "
        "AND ($5 OR d.submitted_at IS NOT NULL AND d.review <> 'draft') "
        "AND ($6::bigint IS NULL OR d.number < $6) ORDER BY d.number DESC LIMIT $7",
        wanted.organisation_id, wanted.review, wanted.stage, wanted.words, wanted.with_drafts,
        after, limit,
    )  # fmt: skip


SAID = (
    "customer_name", "customer_country", "customer_siren", "customer_vat", "customer_domain",
    "customer_segment", "environment", "listing_id", "amount_minor", "currency", "target_close_on",
)  # fmt: skip
"""By which a row of a file is told to be a deal that is there already."""


def said_by(facts: DealFacts) -> tuple[Any, ...]:
    domain = facts.customer_domain and normal_domain(facts.customer_domain)
    values = {**{name: getattr(facts, name) for name in SAID}, "customer_domain": domain}
    return tuple(values[name] or None for name in SAID)


def row_key(facts: DealFacts) -> str:
    """Names what a row of a file says: two rows of one key are one deal."""
    return hashlib.sha256(msgspec.json.encode(said_by(facts))).hexdigest()


@core.operators_work
async def told_by(organisation_id: UUID) -> set[tuple[Any, ...]]:
    """What the partner's deals say, those left out that it withdrew."""
    rows = await core.fetch(
        "SELECT * FROM deals.deal WHERE organisation_id = $1 AND review <> 'withdrawn'",
        organisation_id,
    )
    return {tuple(row[name] or None for name in SAID) for row in rows}


@core.operators_work
async def keys_of(organisation_id: UUID) -> set[str]:
    """Of the rows that made deals of the partner's; also where those say something else by now."""
    rows = await core.fetch(
        "SELECT row_key FROM deals.deal WHERE organisation_id = $1 AND review <> 'withdrawn' "
        "AND row_key IS NOT NULL",
        organisation_id,
    )
    return {row["row_key"] for row in rows}


async def all_deals(wanted: Wanted) -> list[asyncpg.Record]:
    """The same, all of them."""
    return await web.read_whole(
        lambda after, limit: list_deals(wanted, after=after, limit=limit),
        lambda row: row["number"],
    )


@core.operators_work
async def count_waiting() -> int:
    """Deals that the office has to read."""
    found: int = await core.fetch_value(
        "SELECT count(*) FROM deals.deal WHERE review IN ('submitted', 'in_review')"
    )
    return found


@core.operators_work
async def read_deal(deal_id: UUID, organisation_id: UUID | None = None) -> asyncpg.Record:
    """One deal; of `organisation_id`, if told. Without, a draft is nobody's to see.

    Raises:
        DealUnknown: there is none.
    """
    row = await core.fetch_row(_DEAL + "WHERE d.id = $1", deal_id)
    seen = row is not None and (
        row["organisation_id"] == organisation_id
        or (organisation_id is None and row["review"] != "draft" and row["submitted_at"])
    )
    if row is None or not seen:
        raise DealUnknown(f"No deal has the id {deal_id}.")
    return row


@core.operators_work
async def history_of(deal_id: UUID) -> list[asyncpg.Record]:
    """Everything that happened to a deal that the caller may see, oldest first."""
    return await core.fetch(
        "SELECT id, verb, review, stage, reason, by, actor, happened_at FROM deals.event "
        "WHERE deal_id = $1 ORDER BY id",
        deal_id,
    )


_CONFLICTS = """
SELECT d.id, d.customer_name AS name, d.organisation_id, o.name AS organisation, d.review, d.stage,
       d.product_scope, d.submitted_at AS since, d.customer_siren, d.customer_vat,
       d.customer_domain, d.customer_key = m.customer_key AS same_name,
       (SELECT max(upper(p.during)) FROM deals.protection p
         WHERE p.deal_id = d.id AND upper(p.during) > $2) AS protected_until
  FROM deals.deal m
  JOIN deals.deal d ON d.id <> m.id AND d.submitted_at IS NOT NULL
   AND d.review NOT IN ('draft', 'rejected', 'withdrawn')
   AND (d.stage <> 'closed_lost') AND (
     d.customer_siren = m.customer_siren OR d.customer_vat = m.customer_vat
     OR d.customer_domain = m.customer_domain AND d.customer_domain <> ALL ($3::text[])
     OR d.customer_key = m.customer_key
     OR substr(d.customer_vat, 5) = substr(m.customer_vat, 5)
        AND d.customer_vat LIKE 'FR%' AND m.customer_vat LIKE 'FR%'
     OR substr(d.customer_vat, 5) = m.customer_siren AND d.customer_vat LIKE 'FR%'
     OR substr(m.customer_vat, 5) = d.customer_siren AND m.customer_vat LIKE 'FR%')
  JOIN partners.organisation o ON o.id = d.organisation_id
 WHERE m.id = $1
 ORDER BY protected_until DESC NULLS LAST, d.number
 LIMIT 50
"""
# An own direct customer buys itself: it plays the part of a buyer, and no partner brought it.
_CUSTOMERS = """
SELECT o.id, o.name, o.created_at AS since, o.siren AS customer_siren, o.vat_number AS customer_vat,
       deals.name_key(o.name) = m.customer_key AS same_name
  FROM deals.deal m JOIN partners.organisation o ON o.id <> m.organisation_id AND (
    o.siren = m.customer_siren OR o.vat_number = m.customer_vat
    OR o.siren = substr(m.customer_vat, 5) AND m.customer_vat LIKE 'FR%'
    OR deals.name_key(o.name) = m.customer_key AND o.country = m.customer_country)
  JOIN partners.organisation_role r ON r.organisation_id = o.id AND r.role = 'buyer'
 WHERE m.id = $1 ORDER BY o.created_at, o.id LIMIT 20
"""


@core.operators_work
async def conflicts_of(deal_id: UUID, at: datetime) -> list[Conflict]:
    """What meets the deal: other deals of the same customer, and direct customers of ours.

    Only for the office; of all this the partner learns whether something blocks.
    """
    mine = await core.fetch_row("SELECT * FROM deals.deal WHERE id = $1", deal_id)
    if mine is None:
        return []
    found = []
    for row in await core.fetch(_CONFLICTS, deal_id, at, sorted(PUBLIC)):
        matched = _matched(mine, row)
        protected = row["protected_until"] is not None
        other = row["organisation_id"] != mine["organisation_id"]
        same_scope = row["product_scope"] == mine["product_scope"]
        found.append(
            Conflict(
                "protected" if protected else "registered",
                matched,
                matched != "name" and same_scope and (protected or not other),
                **{
                    name: row[name]
                    for name in Conflict.__struct_fields__
                    if name not in ("kind", "matched", "blocks")
                },
            )
        )
    for row in await core.fetch(_CUSTOMERS, deal_id):
        matched = _matched(mine, {**row, "customer_domain": None})
        found.append(
            Conflict(
                "customer", matched, matched != "name", row["id"], row["name"], None, None, None,
                None, None, None, row["since"],
            )
        )  # fmt: skip
    return found


def _matched(mine: Any, other: Any) -> Literal["siren", "vat", "domain", "name"]:
    columns = ("customer_siren", "customer_vat", "customer_domain")
    shared = set(customer_keys(*(mine[one] for one in columns))) & set(
        customer_keys(*(other[one] for one in columns))
    )
    kinds = {one.partition(":")[0] for one in shared}
    if "siren" in kinds:
        return "siren"
    if "vat" in kinds:
        return "vat"
    return "domain" if "domain" in kinds else "name"


@core.operators_work
async def evidence_for(
    customer: UUID, at: datetime, *, listing_id: UUID | None = None
) -> Evidence | None:
    """The accepted deal that protected the customer at that moment; None: nobody brought it so.

    A customer is who the office said it is, or who shares SIREN or VAT number with the deal. With
    `listing_id` a deal on that listing, or without one, one on infrastructure (money rule c).
    """
    scope = "infrastructure" if listing_id is None else f"listing:{listing_id}"
    row = await core.fetch_row(
        """
        SELECT d.id, d.number, d.organisation_id, d.product_scope, d.decided_at,
               max(upper(p.during)) AS protected_until
          FROM partners.organisation o
          JOIN deals.deal d ON d.review = 'approved' AND d.product_scope = $3 AND (
            d.customer_id = o.id OR d.customer_siren = o.siren OR d.customer_vat = o.vat_number
            OR d.customer_vat LIKE 'FR%' AND substr(d.customer_vat, 5) = o.siren)
          JOIN deals.protection p ON p.deal_id = d.id AND p.during @> $2::timestamptz
         WHERE o.id = $1 AND d.organisation_id <> o.id
         GROUP BY d.id ORDER BY d.decided_at, d.number LIMIT 1
        """,
        customer,
        at,
        scope,
    )
    return None if row is None else Evidence(*row)


async def setting_at(name: Setting, at: datetime) -> int:
    """The value of a dated setting that was in force at that moment."""
    value: int = await core.fetch_value(
        "SELECT value FROM deals.setting WHERE name = $1 AND valid_from <= $2 "
        "ORDER BY valid_from DESC LIMIT 1",
        name,
        at,
    )
    return value


async def list_settings() -> list[asyncpg.Record]:
    """Every value ever announced, the newest beginning first."""
    return await core.fetch(
        "SELECT name, value, valid_from, note FROM deals.setting ORDER BY valid_from DESC, name"
    )
