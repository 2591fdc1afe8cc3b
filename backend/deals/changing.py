"""What every change of a deal shares: its turn, its history, its letters."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import asyncpg

from backend import audit, identity, mail, partners, webhooks
from backend.core import connection
from backend.deals.letters import Written
from backend.deals.rules import DealChanged, DealUnknown, OwnDeal, Verb

By = Literal["partner", "office", "calendar"]


async def lock(
    deal_id: UUID, organisation_id: UUID | None = None, revision: int | None = None
) -> asyncpg.Record:
    """The deal, which nobody else changes until the transaction ends.

    `organisation_id` is whose it has to be; None is the operator.

    Raises:
        DealUnknown: there is none, or it is another partner's.
        DealChanged: it is not the revision that was read.
    """
    row = await connection().fetchrow("SELECT * FROM deals.deal WHERE id = $1 FOR UPDATE", deal_id)
    if row is None or organisation_id not in (None, row["organisation_id"]):
        raise DealUnknown(f"No deal of yours has the id {deal_id}.")
    if revision is not None and row["revision"] != revision:
        raise DealChanged("Somebody changed it while you read it: read it again, then decide.")
    return row


async def record(
    deal: asyncpg.Record,
    verb: Verb,
    changes: Mapping[str, Any],
    *,
    reason: str = "",
    by: By,
    now: datetime,
    actor: str,
) -> asyncpg.Record:
    """The deal has `changes`; its history and the audit log say so. Answers it as it is now."""
    names = list(changes)
    if not names:
        await write_event(deal, verb, reason=reason, by=by, now=now, actor=actor)
        await _audit(deal, verb, {}, changes, reason, actor)
        return deal
    sets = "".join(f", {name} = ${place}" for place, name in enumerate(names, 2))
    row = await connection().fetchrow(
        f"UPDATE deals.deal SET revision = revision + 1{sets} "  # noqa: S608  (our own names)
        "WHERE id = $1 RETURNING *",
        deal["id"],
        *changes.values(),
    )
    assert row is not None, "the deal is locked"
    await write_event(row, verb, reason=reason, by=by, now=now, actor=actor)
    await _audit(deal, verb, {name: deal[name] for name in names}, changes, reason, actor)
    return row


async def _audit(
    deal: asyncpg.Record,
    verb: Verb,
    before: Mapping[str, Any],
    changes: Mapping[str, Any],
    reason: str,
    actor: str,
) -> None:
    after = {**changes, **({"reason": reason} if reason else {})}
    subject = f"deal:{deal['id']}"
    await audit.write(
        deal["organisation_id"], actor, f"{verb}_deal", subject, dict(before) or None, after
    )


async def write_event(
    deal: asyncpg.Record, verb: Verb, *, reason: str, by: By, now: datetime, actor: str
) -> None:
    await connection().execute(
        "INSERT INTO deals.event "
        "(deal_id, organisation_id, verb, review, stage, reason, by, actor, happened_at) "
        "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        deal["id"], deal["organisation_id"], verb, deal["review"], deal["stage"], reason, by,
        actor, now,
    )  # fmt: skip


async def end_protection(deal_id: UUID, now: datetime) -> None:
    """Nobody is protected by the deal from `now` on; a renewal to come never begins."""
    await connection().execute(
        "UPDATE deals.protection SET during = during * tstzrange(NULL, $2) "
        "WHERE deal_id = $1 AND NOT isempty(during) AND upper(during) > $2",
        deal_id,
        now,
    )


async def write_to(
    organisation_id: UUID, letter: Written, now: datetime, *, to: str | None = None
) -> None:
    """`letter` goes to that address, or else to the organisation's, if it gave one."""
    organisation = await partners.read_organisation(organisation_id)
    address = to or organisation.email
    if address is not None:
        language = organisation.language
        await mail.send(address, letter(language), language=language, now=now)


async def tell(
    deal: asyncpg.Record,
    kind: Literal["deal.approved", "deal.rejected", "deal.expired"],
    now: datetime,
) -> None:
    """The partner's webhooks hear of it; nothing of the person at the customer."""
    facts = {
        "deal_id": deal["id"],
        "number": deal["number"],
        "customer_name": deal["customer_name"],
        "review": deal["review"],
        "stage": deal["stage"],
        "reason": deal["reason"],
        "protected_until": deal["protected_until"],
    }
    await webhooks.emit(deal["organisation_id"], kind, f"deal:{deal['id']}", facts, now=now)


async def check_other(deal: asyncpg.Record, actor: str) -> None:
    """Raises: OwnDeal: who acts, also through a key, belongs to the partner, or did meanwhile."""
    if await identity.acted_for(actor, deal["organisation_id"], deal["submitted_at"]):
        raise OwnDeal("You act for this partner, too: somebody else has to decide.")
