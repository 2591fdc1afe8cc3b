"""A lead that was accepted becomes a draft of a deal."""

from datetime import datetime
from uuid import UUID

import asyncpg

from backend.core import connection
from backend.deals import changing


async def deal_of(lead: asyncpg.Record, organisation_id: UUID, now: datetime, actor: str) -> UUID:
    """A draft with what the lead says; the partner completes and submits it."""
    row = await connection().fetchrow(
        "INSERT INTO deals.deal (organisation_id, customer_name, customer_country, customer_siren, "
        "customer_vat, customer_domain, customer_segment, plan, amount_minor, currency, "
        "target_close_on, next_steps, created_at, environment) "
        "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, ($11::timestamptz + interval '90 days')"
        "::date, '', $11, $12) RETURNING *",
        organisation_id, lead["name"], lead["country"], lead["siren"], lead["vat_number"],
        lead["domain"], lead["segment"], lead["need"], lead["amount_minor"], lead["currency"], now,
        "start" if lead["kind"] == "infrastructure" else None,
    )  # fmt: skip
    assert row is not None
    await changing.write_event(row, "draft", reason="", by="partner", now=now, actor=actor)
    deal_id: UUID = row["id"]
    return deal_id
