"""Reads of charges, and why each comes to its amount."""

from datetime import date
from typing import Any
from uuid import UUID

import asyncpg
from msgspec import Struct

from backend.charges.rules import ChargeUnknown
from backend.charges.steps import Step, StepKind, steps_of
from backend.core import Month, fetch, fetch_row

LINE = """
    SELECT l.id, l.reference, l.kind, b.reference AS original_reference, l.organisation_id,
           o.name AS organisation_name, l.consumer_id, l.end_customer, l.charged_on, l.used_from,
           l.used_to, l.month, l.is_late, l.environment, l.resource, l.quantity, l.unit_price,
           l.currency::text AS currency, l.list_minor, l.discount_minor, l.net_minor,
           l.credit_minor, l.payable_minor, l.stream_code, l.capture_mode, l.vat_category,
           l.vat_rate_bp, l.source, l.recorded_at
    FROM charges.charge_line l
    LEFT JOIN partners.organisation o ON o.id = l.organisation_id
    LEFT JOIN charges.charge_line b ON b.id = l.original_id
"""
SUMS = """
    SELECT l.currency::text AS currency, count(*) AS lines, sum(l.list_minor)::bigint AS list_minor,
           sum(l.discount_minor)::bigint AS discount_minor, sum(l.net_minor)::bigint AS net_minor,
           sum(l.credit_minor)::bigint AS credit_minor,
           sum(l.payable_minor)::bigint AS payable_minor
    FROM charges.charge_line l
"""
PIECES = """
    SELECT p.*, m.name AS rule, c.number AS contract_number FROM charges.charge_piece p
    JOIN programmes.matrix m ON m.id = p.matrix_id
    LEFT JOIN charges.contract c ON c.id = p.contract_id WHERE p.line_id = $1 ORDER BY p.position
"""
CREDITS = """
    SELECT u.kind, u.amount_minor, g.id AS grant_id, g.reason, g.expires_on
    FROM charges.credit_use u JOIN charges.credit_grant g ON g.id = u.grant_id
    WHERE u.line_id = $1 ORDER BY u.id
"""


class Wanted(Struct, frozen=True):
    """Which charges are asked for; what is None is not asked about.

    Posted in `month`, or from it to `through`; used from `since` to `until`, both days included;
    `reference` is a charge's own, or its beginning; `end_customer` "" is the organisation itself.
    """

    organisation_id: UUID | None = None
    month: Month | None = None
    since: date | None = None
    until: date | None = None
    kind: str | None = None
    environment: str | None = None
    stream: str | None = None
    currency: str | None = None
    reference: str | None = None
    through: Month | None = None
    resource: str | None = None
    end_customer: str | None = None

    def condition(self) -> tuple[str, list[Any]]:
        """What is asked, as SQL about `charges.charge_line l`, and its arguments."""
        asked = [
            ("l.organisation_id = {}", self.organisation_id),
            (f"l.month {'=' if self.through is None else '>='} {{}}", _first_day(self.month)),
            ("l.month <= {}", _first_day(self.through)),
            ("l.charged_on >= {}", self.since),
            ("l.charged_on <= {}", self.until),
            ("l.kind = {}", self.kind),
            ("l.environment = {}", self.environment),
            ("l.stream_code = {}", self.stream),
            ("l.currency::text = {}", self.currency),
            ("starts_with(l.reference, {})", self.reference),
            ("l.resource = {}", self.resource),
            ("l.end_customer = {}", self.end_customer),
        ]
        given = [(text, value) for text, value in asked if value is not None]
        texts = [text.format(f"${place}") for place, (text, _) in enumerate(given, 1)]
        return " AND ".join(["true", *texts]), [value for _, value in given]


def _first_day(month: Month | None) -> date | None:
    return None if month is None else month.first_day


async def list_charges(wanted: Wanted, *, after: int | None, limit: int) -> list[asyncpg.Record]:
    """Charges and refunds, the newest first, from behind the line `after`."""
    condition, values = wanted.condition()
    if after is not None:
        values.append(after)
        condition += f" AND l.id < ${len(values)}"
    values.append(limit)
    return await fetch(f"{LINE} WHERE {condition} ORDER BY l.id DESC LIMIT ${len(values)}", *values)


async def sum_charges(wanted: Wanted) -> list[asyncpg.Record]:
    """How many lines there are in each currency, and what they come to before VAT."""
    condition, values = wanted.condition()
    return await fetch(f"{SUMS} WHERE {condition} GROUP BY 1 ORDER BY 1", *values)


async def read_charge(charge_id: int) -> asyncpg.Record:
    """One charge or refund.

    Raises:
        ChargeUnknown: none has this id, or the session may not see it.
    """
    row = await fetch_row(LINE + "WHERE l.id = $1", charge_id)
    if row is None:
        raise ChargeUnknown(f"No charge has the id {charge_id}.")
    return row


async def explain_charge(charge_id: int) -> list[Step]:
    """Why a charge comes to what is owed, step by step. A refund copies its charge, in part."""
    steps = [step for piece in await fetch(PIECES, charge_id) for step in steps_of(piece)]
    for use in await fetch(CREDITS, charge_id):
        kind: StepKind = "credit_lost" if use["kind"] == "lapse" else "credit"
        amount = -use["amount_minor"]
        by = use["grant_id"], use["reason"]
        steps.append(Step(kind, None, None, *by, None, None, None, amount, amount))
    return steps


async def list_choices(organisation_id: UUID) -> asyncpg.Record:
    """What an organisation's charges may be looked for by: its resources, and its customers."""
    row = await fetch_row(
        """
        WITH mine AS (SELECT DISTINCT resource, end_customer FROM charges.charge_line
                      WHERE organisation_id = $1 AND month >= now() - interval '25 months')
        SELECT ARRAY (SELECT DISTINCT resource FROM mine ORDER BY 1 LIMIT 200) AS resources,
               ARRAY (SELECT DISTINCT end_customer FROM mine WHERE end_customer <> ''
                      ORDER BY 1 LIMIT 200) AS end_customers
        """,
        organisation_id,
    )
    assert row is not None
    return row


async def sum_margins(organisation_id: UUID | None, month: Month | None) -> list[asyncpg.Record]:
    """What the margins of such a list come to, in each currency, before VAT."""
    return await fetch(
        "SELECT currency::text AS currency, count(*) AS lines, "
        "sum(margin_minor)::bigint AS margin_minor FROM charges.margin "
        "WHERE ($1::uuid IS NULL OR organisation_id = $1) AND ($2::date IS NULL OR month = $2) "
        "GROUP BY 1 ORDER BY 1",
        organisation_id,
        _first_day(month),
    )


async def list_margins(
    *, organisation_id: UUID | None, month: Month | None, after: int | None, limit: int
) -> list[asyncpg.Record]:
    """What wholesalers earned of their resellers' charges, newest first."""
    return await fetch(
        "SELECT m.*, m.currency::text AS currency FROM charges.margin m "
        "WHERE ($1::uuid IS NULL OR m.organisation_id = $1) "
        "AND ($2::date IS NULL OR m.month = $2) AND ($3::bigint IS NULL OR m.id < $3) "
        "ORDER BY m.id DESC LIMIT $4",
        organisation_id,
        _first_day(month),
        after,
        limit,
    )
