"""What the office decides on deals. Each function is one transaction."""

from datetime import datetime, timedelta
from uuid import UUID

import asyncpg

from backend import audit
from backend.core import connection, transaction
from backend.deals import changing, letters
from backend.deals.actions import protect
from backend.deals.queries import setting_at
from backend.deals.rules import (
    ASKABLE,
    BadDealSetting,
    CustomerProtected,
    DealStepRefused,
    Setting,
    check_step,
)


async def take_up_deal(deal_id: UUID, *, revision: int, now: datetime, actor: str) -> None:
    """Somebody reads the deal: its partner cannot take it back any more.

    Raises:
        DealUnknown, DealChanged, DealStepRefused: it does not wait, or not as it was read.
        OwnDeal: who acts belongs to the partner.
    """
    async with transaction():
        deal = await changing.lock(deal_id, revision=revision)
        changes = {"review": check_step("take_up", deal["review"])}
        await changing.check_other(deal, actor)
        await changing.record(deal, "take_up", changes, by="office", now=now, actor=actor)


async def ask_of_deal(
    deal_id: UUID, fields: list[str], *, reason: str, revision: int, now: datetime, actor: str
) -> None:
    """The partner is asked to complete `fields`, and may change nothing else.

    Raises:
        DealUnknown, DealChanged, DealStepRefused, OwnDeal: as for `take_up_deal`.
    """
    async with transaction():
        deal = await changing.lock(deal_id, revision=revision)
        after = check_step("ask", deal["review"])
        await changing.check_other(deal, actor)
        asked = [name for name in ASKABLE if name in fields]
        if not asked:
            raise DealStepRefused("Name at least one field that is to be completed.")
        changes = {"review": after, "asked_fields": asked, "reason": reason}
        await changing.record(
            deal, "ask", changes, reason=reason, by="office", now=now, actor=actor
        )
        letter = letters.asked(deal["customer_name"], reason)
        await changing.write_to(deal["organisation_id"], letter, now)


async def approve_deal(
    deal_id: UUID, *, reason: str, revision: int, now: datetime, actor: str
) -> None:
    """From `now` on nobody else may have this customer for the same product (peer mechanics 5).

    Raises:
        DealUnknown, DealChanged, DealStepRefused, OwnDeal: as for `take_up_deal`.
        CustomerProtected: another deal protects the customer, even if it was approved meanwhile.
    """
    async with transaction():
        deal = await changing.lock(deal_id, revision=revision)
        after = check_step("approve", deal["review"])
        await changing.check_other(deal, actor)
        until = now + timedelta(days=await setting_at("protection_days", now))
        await _protect(deal, until, now)
        changes = {
            "review": after,
            "reason": reason,
            "decided_at": now,
            "protected_until": until,
            "customer_id": await _customer_of(deal),
        }
        deal = await changing.record(
            deal, "approve", changes, reason=reason, by="office", now=now, actor=actor
        )
        await changing.tell(deal, "deal.approved", now)
        letter = letters.approved(deal["customer_name"], until)
        await changing.write_to(deal["organisation_id"], letter, now)


async def reject_deal(
    deal_id: UUID, *, reason: str, rule: str, revision: int, now: datetime, actor: str
) -> None:
    """The partner reads why, by which rule, and how to contest (legal.md 6).

    Raises:
        DealUnknown, DealChanged, DealStepRefused, OwnDeal: as for `take_up_deal`.
    """
    async with transaction():
        deal = await changing.lock(deal_id, revision=revision)
        after = check_step("reject", deal["review"])
        await changing.check_other(deal, actor)
        changes = {"review": after, "reason": reason, "rule": rule, "decided_at": now}
        deal = await changing.record(
            deal, "reject", changes, reason=reason, by="office", now=now, actor=actor
        )
        await changing.tell(deal, "deal.rejected", now)
        letter = letters.rejected(deal["customer_name"], reason, rule, now)
        await changing.write_to(deal["organisation_id"], letter, now)


async def announce_deal_setting(
    name: Setting, value: int, *, valid_from: datetime, note: str, now: datetime, actor: str
) -> None:
    """From `valid_from` on the setting has this value; protections that run keep their end.

    Raises:
        BadDealSetting: it begins in the past, or another value begins at that moment.
    """
    if valid_from <= now or not 1 <= value <= 366:
        raise BadDealSetting("Give 1 to 366 days, from a moment to come.")
    async with transaction():
        try:
            async with transaction():
                setting_id: UUID = await connection().fetchval(
                    "INSERT INTO deals.setting (name, value, valid_from, note, actor, recorded_at) "
                    "VALUES ($1, $2, $3, $4, $5, $6) RETURNING id",
                    name, value, valid_from, note, actor, now,
                )  # fmt: skip
        except asyncpg.UniqueViolationError:
            raise BadDealSetting("Another value begins at that moment: choose another.") from None
        after = {"name": name, "value": value, "valid_from": valid_from, "note": note}
        subject = f"deal_setting:{setting_id}"
        await audit.write(None, actor, "announce_deal_setting", subject, None, after)


async def _protect(deal: asyncpg.Record, until: datetime, now: datetime) -> None:
    """Raises: CustomerProtected."""
    try:
        async with transaction():
            await protect(deal, until, now=now)
    except asyncpg.ExclusionViolationError:
        raise CustomerProtected(
            "A protection of the same customer and product runs already: look at the conflicts, "
            "then reject this deal or wait for the end of the other."
        ) from None


async def _customer_of(deal: asyncpg.Record) -> UUID | None:
    """The organisation of ours that shares SIREN or VAT number with the deal, if it is one."""
    rows = await connection().fetch(
        "SELECT id FROM partners.organisation WHERE id <> $1 AND "
        "(siren = $2 OR vat_number = $3 OR siren = substr($3, 5) AND $3 LIKE 'FR%') LIMIT 2",
        deal["organisation_id"], deal["customer_siren"], deal["customer_vat"],
    )  # fmt: skip
    return rows[0]["id"] if len(rows) == 1 else None
