"""Leads are entered, routed, answered. Each function is one transaction."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import asyncpg
import msgspec

from backend import audit, webhooks
from backend.core import connection, fetch_row, operators_work, transaction
from backend.deals import changing, letters
from backend.deals.actions import check_partner
from backend.deals.lead_deal import deal_of
from backend.deals.queries import setting_at
from backend.deals.queries_lead import read_profile, suggestions_for
from backend.deals.rules import normal_domain
from backend.deals.rules_lead import (
    LeadKind,
    LeadMovedOn,
    LeadReferenceTaken,
    LeadTooLate,
    LeadUnknown,
    NotRoutable,
    answer_by,
    next_in_line,
)


class LeadFacts(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who may buy. `amount_minor` is a month's guess, 0 if nobody knows."""

    name: str
    country: str
    segment: str
    kind: LeadKind
    need: str
    reference: str | None = None
    region: str | None = None
    siren: str | None = None
    vat_number: str | None = None
    domain: str | None = None
    contact_name: str = ""
    contact_email: str = ""
    contact_phone: str = ""
    amount_minor: int = 0
    currency: str = "EUR"
    follows_on: bool = True


async def create_lead(facts: LeadFacts, *, now: datetime, actor: str) -> UUID:
    """The lead waits to be routed; answers its id.

    Raises:
        LeadReferenceTaken: another lead is called so.
        BadDomain: it is none.
    """
    values = {**msgspec.structs.asdict(facts), "domain": normal_domain(facts.domain)}
    names = [*values, "created_at", "actor"]
    places = ", ".join(f"${place}" for place in range(1, len(names) + 1))
    async with transaction():
        try:
            async with transaction():
                lead_id: UUID = await connection().fetchval(
                    f"INSERT INTO deals.lead ({', '.join(names)}) VALUES ({places}) "  # noqa: S608
                    "RETURNING id",
                    *values.values(), now, actor,
                )  # fmt: skip
        except asyncpg.UniqueViolationError:
            raise LeadReferenceTaken("Another lead has this reference.") from None
        await audit.write(None, actor, "create_lead", f"lead:{lead_id}", None, {"name": facts.name})
    return lead_id


async def offer_lead(
    lead_id: UUID, organisation_id: UUID, *, now: datetime, actor: str
) -> datetime:
    """The partner may accept or decline the lead until the moment that is answered.

    What another was offered and did not answer is taken back from it.

    Raises:
        LeadUnknown: there is none.
        LeadMovedOn: it was accepted or closed.
        NotRoutable: the partner was asked already, takes no leads, or is not verified.
    """
    async with transaction():
        lead = await _lock(lead_id)
        if lead["state"] not in ("open", "offered"):
            raise LeadMovedOn(f"It is {lead['state']}.")
        fits = {one.organisation_id: one for one in await suggestions_for(lead, now)}
        chosen = fits.get(organisation_id)
        if chosen is None:
            raise NotRoutable("It is not verified, or takes no leads: choose another partner.")
        if chosen.asked:
            raise NotRoutable("It was offered this lead before: choose another partner.")
        if lead["state"] == "offered":
            await _close_offer(lead_id, "taken_back", "", now)
        return await _offer(lead, organisation_id, chosen.score, now, actor)


@operators_work
async def accept_lead(offer_id: UUID, *, organisation_id: UUID, now: datetime, actor: str) -> UUID:
    """The lead is the partner's, as a draft of a deal; answers the deal's id.

    Raises:
        LeadUnknown: no such offer was made to it.
        LeadTooLate: the time to answer is over, whether or not the job has noticed.
        LeadMovedOn: it was answered, or taken back.
    """
    async with transaction():
        offer, lead = await _answering(offer_id, organisation_id, now)
        await _close_offer(lead["id"], "accepted", "", now)
        deal_id = await deal_of(lead, organisation_id, now, actor)
        await connection().execute(
            "UPDATE deals.lead SET state = 'accepted', accepted_by = $2, deal_id = $3 "
            "WHERE id = $1",
            lead["id"], organisation_id, deal_id,
        )  # fmt: skip
        after = {"lead": lead["id"], "deal": deal_id}
        subject = f"lead_offer:{offer['id']}"
        await audit.write(organisation_id, actor, "accept_lead", subject, None, after)
    return deal_id


@operators_work
async def decline_lead(
    offer_id: UUID, *, reason: str, organisation_id: UUID, now: datetime, actor: str
) -> None:
    """The lead goes to the next in line, or back to the office.

    Raises:
        LeadUnknown, LeadTooLate, LeadMovedOn: as for `accept_lead`.
    """
    async with transaction():
        offer, lead = await _answering(offer_id, organisation_id, now)
        await _close_offer(lead["id"], "declined", reason, now)
        subject = f"lead_offer:{offer['id']}"
        after = {"lead": lead["id"], "reason": reason}
        await audit.write(organisation_id, actor, "decline_lead", subject, None, after)
        await _pass_on(lead, now)


async def expire_offer(offer_id: UUID, *, now: datetime, actor: str) -> None:
    """An offer whose time is over is nobody's any more; the lead goes on. Else nothing happens."""
    async with transaction():
        found = await fetch_row("SELECT lead_id FROM deals.lead_offer WHERE id = $1", offer_id)
        if found is None:
            return
        lead = await _lock(found["lead_id"])
        offer = await connection().fetchrow(
            "SELECT * FROM deals.lead_offer WHERE id = $1 FOR UPDATE", offer_id
        )
        assert offer is not None
        if offer["state"] != "offered" or offer["respond_by"] > now:
            return
        await _close_offer(lead["id"], "expired", "", now)
        await audit.write(
            offer["organisation_id"], actor, "expire_lead", f"lead_offer:{offer_id}", None,
            {"lead": lead["id"]},
        )  # fmt: skip
        await changing.write_to(offer["organisation_id"], letters.offer_expired(), now)
        await _pass_on(lead, now)


async def close_lead(lead_id: UUID, *, reason: str, now: datetime, actor: str) -> None:
    """Nobody is offered the lead any more. Raises: LeadUnknown, LeadMovedOn."""
    async with transaction():
        lead = await _lock(lead_id)
        if lead["state"] not in ("open", "offered"):
            raise LeadMovedOn(f"It is {lead['state']}.")
        await _close_offer(lead_id, "taken_back", "", now)
        await connection().execute(
            "UPDATE deals.lead SET state = 'closed', reason = $2 WHERE id = $1", lead_id, reason
        )
        before, after = {"state": lead["state"]}, {"state": "closed", "reason": reason}
        await audit.write(None, actor, "close_lead", f"lead:{lead_id}", before, after)


@operators_work
async def change_profile(
    organisation_id: UUID,
    *,
    takes_leads: bool,
    segments: Sequence[str],
    countries: Sequence[str],
    regions: Sequence[str],
    kinds: Sequence[str],
    email: str | None,
    now: datetime,
    actor: str,
) -> None:
    """What the partner looks for; leads are routed by it. Raises: NotADealPartner."""
    said: dict[str, Any] = {
        "takes_leads": takes_leads,
        "segments": sorted(set(segments)),
        "countries": sorted(set(countries)),
        "regions": sorted(set(regions)),
        "kinds": sorted(set(kinds)),
        "email": email,
    }
    async with transaction():
        await check_partner(organisation_id)
        before = await fetch_row(
            "SELECT * FROM deals.profile WHERE organisation_id = $1 FOR UPDATE", organisation_id
        )
        await connection().execute(
            "INSERT INTO deals.profile VALUES ($1, $2, $3, $4, $5, $6, $7, $8) "
            "ON CONFLICT (organisation_id) DO UPDATE SET takes_leads = $2, segments = $3, "
            "countries = $4, regions = $5, kinds = $6, email = $7, changed_at = $8",
            organisation_id, *said.values(), now,
        )  # fmt: skip
        was = None if before is None else {name: before[name] for name in said}
        subject = f"organisation:{organisation_id}"
        await audit.write(organisation_id, actor, "change_lead_profile", subject, was, said)


async def _lock(lead_id: UUID) -> asyncpg.Record:
    """The lead first, then its offers: everybody in this order. Raises: LeadUnknown."""
    lead = await connection().fetchrow("SELECT * FROM deals.lead WHERE id = $1 FOR UPDATE", lead_id)
    if lead is None:
        raise LeadUnknown(f"No lead has the id {lead_id}.")
    return lead


async def _answering(
    offer_id: UUID, organisation_id: UUID, now: datetime
) -> tuple[asyncpg.Record, asyncpg.Record]:
    """Raises: LeadUnknown, LeadTooLate, LeadMovedOn."""
    found = await fetch_row(
        "SELECT lead_id FROM deals.lead_offer WHERE id = $1 AND organisation_id = $2",
        offer_id,
        organisation_id,
    )
    if found is None:
        raise LeadUnknown(f"No lead was offered to you under the id {offer_id}.")
    lead = await _lock(found["lead_id"])
    offer = await connection().fetchrow(
        "SELECT * FROM deals.lead_offer WHERE id = $1 FOR UPDATE", offer_id
    )
    assert offer is not None
    if offer["state"] == "expired" or (offer["state"] == "offered" and offer["respond_by"] <= now):
        raise LeadTooLate("It goes to another partner now.")
    if offer["state"] != "offered":
        raise LeadMovedOn("It was answered, or taken back.")
    return offer, lead


async def _close_offer(
    lead_id: UUID,
    state: Literal["accepted", "declined", "expired", "taken_back"],
    reason: str,
    now: datetime,
) -> None:
    await connection().execute(
        "UPDATE deals.lead_offer SET state = $2, reason = $3, answered_at = $4 "
        "WHERE lead_id = $1 AND state = 'offered'",
        lead_id, state, reason, now,
    )  # fmt: skip


async def _offer(
    lead: asyncpg.Record, organisation_id: UUID, score: int, now: datetime, actor: str
) -> datetime:
    until = answer_by(now, await setting_at("answer_days", now))
    offer_id = await connection().fetchval(
        "INSERT INTO deals.lead_offer "
        "(lead_id, organisation_id, score, offered_at, respond_by, actor) "
        "VALUES ($1, $2, $3, $4, $5, $6) RETURNING id",
        lead["id"], organisation_id, score, now, until, actor,
    )  # fmt: skip
    if lead["state"] == "open":
        await connection().execute(
            "UPDATE deals.lead SET state = 'offered' WHERE id = $1", lead["id"]
        )
    after = {"lead": lead["id"], "until": until, "score": score}
    await audit.write(organisation_id, actor, "offer_lead", f"lead:{lead['id']}", None, after)
    # As much as its page says before it answers: no person (D-11).
    told = {"offer_id": offer_id, "name": lead["name"], "need": lead["need"], "respond_by": until}
    subject = f"lead_offer:{offer_id}"
    await webhooks.emit(organisation_id, "lead.offered", subject, told, now=now)
    profile = await read_profile(organisation_id)
    await changing.write_to(
        organisation_id, letters.offered(lead["need"], until), now,
        to=None if profile is None else profile["email"],
    )  # fmt: skip
    return until


async def _pass_on(lead: asyncpg.Record, now: datetime) -> None:
    """To the next in line, if the operator wanted that; else it waits for the office."""
    best = next_in_line(await suggestions_for(lead, now)) if lead["follows_on"] else None
    if best is None:
        await connection().execute("UPDATE deals.lead SET state = 'open' WHERE id = $1", lead["id"])
    else:
        await _offer(lead, best.organisation_id, best.score, now, "system:routing")
