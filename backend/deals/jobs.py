"""What the calendar does to deals and leads."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from backend.core import Clock, fetch, for_each, transaction
from backend.deals import changing, letters
from backend.deals.actions_lead import expire_offer
from backend.deals.queries import setting_at
from backend.deals.queries_lead import due_offers

ACTOR = "system:worker"


async def follow_deals(_: Clock) -> None:
    """Offers that nobody answered have gone on, ends of protections are told before and after.

    Dated by the machine's clock, also in the sandbox.

    Raises:
        ExceptionGroup: what failed; one holds no other.
    """
    await carry_on(datetime.now(UTC))


async def carry_on(now: datetime) -> None:
    """As `follow_deals`, at that moment. Again changes nothing."""
    await for_each(await due_offers(now), lambda one: expire_offer(one, now=now, actor=ACTOR))
    await for_each(await _ending(now), lambda one: _tell(one, "warn", now))
    await for_each(await _ended(now), lambda one: _tell(one, "expire", now))


async def _ending(now: datetime) -> list[UUID]:
    """Deals whose protection ends soon and whose partner was not warned of this end."""
    days = await setting_at("warning_days", now)
    rows = await fetch(
        "SELECT d.id FROM deals.deal d WHERE d.review = 'approved' "
        "AND d.stage NOT IN ('launched', 'closed_lost') "
        "AND d.protected_until > $1 AND d.protected_until <= $2 "
        "AND NOT EXISTS (SELECT FROM deals.event e WHERE e.deal_id = d.id AND e.verb = 'warn' "
        "  AND e.happened_at > coalesce(d.renewed_at, d.decided_at)) ORDER BY d.id LIMIT 500",
        now,
        now + timedelta(days=days),
    )
    return [row["id"] for row in rows]


async def _ended(now: datetime) -> list[UUID]:
    """Deals whose protection is over and whose partner was not told."""
    rows = await fetch(
        "SELECT d.id FROM deals.deal d WHERE d.review = 'approved' AND d.stage <> 'closed_lost' "
        "AND d.protected_until <= $1 AND NOT EXISTS (SELECT FROM deals.event e "
        "  WHERE e.deal_id = d.id AND e.verb = 'expire') ORDER BY d.id LIMIT 500",
        now,
    )
    return [row["id"] for row in rows]


async def _tell(deal_id: UUID, verb: str, now: datetime) -> None:
    async with transaction():
        deal = await changing.lock(deal_id)
        until = deal["protected_until"]
        if (verb == "warn") == (until <= now):
            return
        if await fetch(
            "SELECT FROM deals.event WHERE deal_id = $1 AND verb = $2 AND happened_at > $3",
            deal_id,
            verb,
            deal["renewed_at"] or deal["decided_at"],
        ):
            return
        if verb == "warn":
            letter = letters.ends_soon(
                deal["customer_name"], until, renewable=deal["renewed_at"] is None
            )
            await changing.record(deal, "warn", {}, by="calendar", now=now, actor=ACTOR)
        else:
            letter = letters.expired(deal["customer_name"])
            await changing.record(deal, "expire", {}, by="calendar", now=now, actor=ACTOR)
            await changing.tell(deal, "deal.expired", now)
        if deal["stage"] != "launched":
            await changing.write_to(deal["organisation_id"], letter, now)
