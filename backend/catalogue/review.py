"""The steps of a listing to the shelf and off it. Each function is one transaction."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import asyncpg
import msgspec

from backend import audit, identity, mail, web, webhooks
from backend.catalogue import letters
from backend.catalogue.joint import check_agreed
from backend.catalogue.queries import OWN
from backend.catalogue.queries_bundle import check_parts, read_bundle
from backend.catalogue.review_checks import check_gates, check_other, check_owners
from backend.catalogue.rules import (
    NOT_OF_LISTING,
    STEPS,
    ListingChanged,
    ListingIncomplete,
    ListingUnknown,
    PartnerUnverified,
    StepRefused,
    Trace,
    Verb,
    missing,
    said_of,
)
from backend.core import connection, operators_work, transaction


async def submit_listing(
    listing_id: UUID, *, now: datetime, actor: str, organisation_id: UUID | None = None
) -> None:
    """The listing waits for the office, which reads it before it is on sale (seed row V-13).

    `organisation_id` is whose it has to be; None is the operator and may act for any.

    Raises:
        ListingUnknown: no listing has this id, it is imported, or another partner's.
        StepRefused: it waits already, or is on sale.
        ListingIncomplete: `errors` name what is missing. The partner may be checked meanwhile.
        ChecklistOpen: its partner's technical checklist is not done (seed row R-08).
        JointUnanswered: a second owner was asked, and has not answered (seed row R-11).
        BundleBroken: a part of it has changed (seed row P-03).
    """
    async with transaction():
        listing = await _lock(listing_id, organisation_id)
        lacks = [
            one
            for one in missing(dict(listing), listing["verification"], listing["bar"])
            if one not in NOT_OF_LISTING
        ]
        if lacks and ("submit" in _verbs(listing)):
            raise ListingIncomplete(
                f"Describe it first; missing: {', '.join(lacks)}.",
                missing=lacks,
                errors=[{"message": "It is missing", "field": name} for name in lacks],
            )
        if "submit" in _verbs(listing):
            await check_agreed(listing_id)
            await check_parts(listing_id)
            await check_gates(listing["organisation_id"], now)
        await _step(listing, "submit", "", now, actor)


async def take_back_listing(
    listing_id: UUID, *, now: datetime, actor: str, organisation_id: UUID | None = None
) -> None:
    """The listing is a draft again, and nobody reads it.

    Raises:
        ListingUnknown, StepRefused: as for `submit_listing`; the office may have decided already.
    """
    async with transaction():
        await _step(await _lock(listing_id, organisation_id), "take_back", "", now, actor)


async def pause_listing(
    listing_id: UUID, *, now: datetime, actor: str, organisation_id: UUID | None = None
) -> None:
    """Nobody can order the listing until it is resumed; what was ordered stays.

    Raises:
        ListingUnknown, StepRefused: as for `submit_listing`.
    """
    async with transaction():
        await _step(await _lock(listing_id, organisation_id), "pause", "", now, actor)


@operators_work
async def resume_listing(
    listing_id: UUID, *, now: datetime, actor: str, organisation_id: UUID | None = None
) -> None:
    """The paused listing is on sale again, as the office has read it.

    Raises:
        ListingUnknown, StepRefused: as for `submit_listing`.
        ListingChanged: it says something else by now; submit it instead.
        FileIncomplete, SellingRestricted: as `onboarding.check_selling`, of both owners.
        PartnerUnverified, JointUnanswered: nobody has checked its second owner; it is silent.
        BundleBroken: as for `submit_listing`.
    """
    async with transaction():
        listing = await _lock(listing_id, organisation_id)
        if listing["status"] == "paused" and listing["revision"] != listing["reviewed_revision"]:
            raise ListingChanged("It was changed since it was read: submit it instead.")
        if "resume" in _verbs(listing):
            await check_agreed(listing_id)
            await check_parts(listing_id)
            await check_owners(listing, now)
        await _step(listing, "resume", "", now, actor)


async def approve_listing(
    listing_id: UUID, *, revision: int, reason: str, now: datetime, actor: str, base_url: str
) -> None:
    """The listing is on sale as it stood when `revision` was read, and its partner is told why.

    One that is on sale and was changed since counts as read again; nobody is written to then.

    Raises:
        ListingUnknown: no listing has this id.
        StepRefused: it does not wait for the office (any more).
        ListingChanged: it says something else than what was read.
        PartnerUnverified: nobody has checked its partner.
        FileIncomplete, SellingRestricted: as `onboarding.check_selling`.
        ChecklistOpen, BundleBroken: as for `submit_listing`, since when something may have changed.
        PersonNeeded: a key approves nothing; PostgreSQL refuses it as well.
        OwnListing: who acts belongs to the partner, or did since it was submitted first.
    """
    if actor.startswith("key:"):
        raise web.PersonNeeded("Sign in: an API key cannot approve it.")
    async with transaction():
        listing = await _lock(listing_id, None)
        await check_other(listing_id, actor)
        if "approve" in _verbs(listing):
            if listing["revision"] != revision:
                raise ListingChanged("Read it again: it was changed meanwhile.")
            if listing["verification"] != "verified":
                raise PartnerUnverified(
                    f"Check {listing['organisation_name']} under Partners first, then approve."
                )
            if listing["status"] != "published":
                await check_parts(listing_id)
                await check_owners(listing, now)
                await check_gates(listing["organisation_id"], now)
        was_on_sale = listing["status"] == "published"
        await _step(listing, "approve", reason, now, actor)
        if not was_on_sale:
            await _emit(listing, "listing.published", reason, now)
            await _tell(listing, "approve", reason, base_url, now)


async def ask_change(
    listing_id: UUID, *, reason: str, now: datetime, actor: str, base_url: str
) -> None:
    """The listing is not accepted as it is, and its partner is told why (seed row R-04).

    Raises:
        ListingUnknown, StepRefused, OwnListing: as for `approve_listing`.
    """
    async with transaction():
        listing = await _lock(listing_id, None)
        await check_other(listing_id, actor)
        await _step(listing, "ask_change", reason, now, actor)
        await _tell(listing, "ask_change", reason, base_url, now)


async def withdraw_listing(
    listing_id: UUID, *, reason: str, now: datetime, actor: str, base_url: str
) -> None:
    """Nobody can order the listing any more, and its partner is told why; orders placed stay.

    Raises:
        ListingUnknown, StepRefused, OwnListing: as for `approve_listing`.
    """
    async with transaction():
        listing = await _lock(listing_id, None)
        await check_other(listing_id, actor)
        await _step(listing, "withdraw", reason, now, actor)
        await _emit(listing, "listing.withdrawn", reason, now)
        await _tell(listing, "withdraw", reason, base_url, now)


def _verbs(listing: asyncpg.Record) -> set[Verb]:
    return {verb for status, verb in STEPS if status == listing["status"]}


async def _lock(listing_id: UUID, organisation_id: UUID | None) -> asyncpg.Record:
    row = await connection().fetchrow(OWN + "WHERE l.id = $1 FOR UPDATE OF l", listing_id)
    foreign = row is not None and organisation_id not in (None, row["organisation_id"])
    if row is None or foreign or row["status"] == "imported":
        raise ListingUnknown(f"No listing of yours has the id {listing_id}.")
    return row


async def _step(
    listing: asyncpg.Record, verb: Verb, reason: str, now: datetime, actor: str
) -> None:
    before = listing["status"]
    after = STEPS.get((before, verb))
    if after is None:
        raise StepRefused(f"It is {before}: load it again.", status=before)
    sql = "UPDATE catalogue.listing SET status = $2"
    told: list[Any] = [listing["id"], after]
    if verb == "approve":
        sql += ", reviewed_revision = $3, reviewed_at = $4"
        told += [listing["revision"], now]
    await connection().execute(f"{sql} WHERE id = $1", *told)
    await write_down(dict(listing), verb, reason, now, actor)
    noted = {"status": after, **({"reason": reason} if reason else {})}
    action = verb if verb == "ask_change" else f"{verb}_listing"
    subject = f"listing:{listing['id']}"
    await audit.write(listing["organisation_id"], actor, action, subject, {"status": before}, noted)


async def write_down(
    listing: Mapping[str, Any], verb: Trace, reason: str, now: datetime, actor: str
) -> None:
    """The history of the listing keeps what was done, why, and what it says from then on."""
    bundle = await read_bundle(listing["id"])
    said = {**said_of(listing), "parts": "" if bundle is None else bundle.said}
    await connection().execute(
        "INSERT INTO catalogue.review (listing_id, organisation_id, verb, reason, revision, said, "
        "actor, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        listing["id"], listing["organisation_id"], verb, reason, listing["revision"],
        msgspec.json.encode(said).decode(), actor, now,
    )  # fmt: skip


async def _emit(
    listing: asyncpg.Record,
    kind: Literal["listing.published", "listing.withdrawn"],
    reason: str,
    now: datetime,
) -> None:
    """What the office decided; what the partner pauses itself it knows."""
    subject = f"listing:{listing['id']}"
    facts = {
        "listing_id": listing["id"],
        "listing_name": listing["name"],
        "reference": listing["reference"],
        "slug": listing["slug"],
        "reason": reason,
    }
    await webhooks.emit(listing["organisation_id"], kind, subject, facts, now=now)


MANAGERS = """
    SELECT DISTINCT p.email FROM identity.person p JOIN identity.membership m ON m.person_id = p.id
    WHERE m.organisation_id = $1 AND m.ended_at IS NULL AND m.role = ANY ($2)
      AND p.email_verified_at IS NOT NULL ORDER BY 1
"""


async def _tell(
    listing: asyncpg.Record, verb: str, reason: str, base_url: str, now: datetime
) -> None:
    """Everybody who manages the partner's listings is written to, or the partner itself."""
    roles = identity.ORGANISATION["portal:listing:write"].split()
    rows = await connection().fetch(MANAGERS, listing["organisation_id"], roles)
    partner = await connection().fetchrow(
        "SELECT name, email, language FROM partners.organisation WHERE id = $1",
        listing["organisation_id"],
    )
    assert partner is not None, "a listing has its partner"
    letter = letters.decided(
        partner["language"],
        verb,
        listing=listing["name"],
        organisation=partner["name"],
        reason=reason,
        link=f"{base_url}/portal/listings?listing={listing['id']}",
    )
    for email in [row["email"] for row in rows] or [partner["email"]]:
        if email is not None:
            await mail.send(email, letter, language=partner["language"], now=now)
