"""Two partners agree on a joint offer, or end it. Each function is one transaction.

Seed row R-11; decision 0038.
"""

from datetime import date, datetime
from uuid import UUID

import asyncpg

from backend import mail, programmes, web
from backend.catalogue import letters_joint
from backend.catalogue.joint_steps import lock, tell, trace
from backend.catalogue.rules import ListingUnknown
from backend.catalogue.rules_bundle import BundleJoint
from backend.catalogue.rules_joint import (
    PROPOSABLE,
    JointDecided,
    JointListingOnSale,
    JointNotGiven,
    JointPartnerUnknown,
    JointTaken,
    JointUnanswered,
    check_end,
    check_share,
)
from backend.core import connection, operators_work, transaction

BENEFIT = "joint_offers"
SELLING = ["isv", "vai", "wholesaler", "reseller", "startup"]


async def may_propose(organisation_id: UUID, at: datetime) -> bool:
    """Whether a level that it holds gives joint offers (seed row R-03)."""
    return any(one.kind == BENEFIT for one in await programmes.benefits_at(organisation_id, at))


@operators_work
async def propose_joint_offer(
    organisation_id: UUID,
    listing_id: UUID,
    *,
    partner: str,
    first_bp: int,
    words: str,
    now: datetime,
    actor: str,
    base_url: str,
) -> UUID:
    """The partner with the reference `partner` is asked to own the listing as well: of the editors'
    part `organisation_id` would keep `first_bp` and it have the rest. Answers the offer's id.

    Until it has answered the listing is neither read nor sold.

    Raises:
        JointNotGiven: no level of the organisation gives joint offers now.
        JointShareWrong: one of both would get nothing.
        ListingUnknown: not a listing of the organisation.
        JointListingOnSale: pause it, or take it back, first.
        JointPartnerUnknown: nobody else who sells has this reference.
        JointTaken: one is proposed, or has not ended.
        BundleJoint: its owners are those of its parts.
    """
    check_share(first_bp)
    if not await may_propose(organisation_id, now):
        raise JointNotGiven("The programme page says which level gives them.")
    async with transaction():
        listing = await connection().fetchrow(
            "SELECT l.name, l.status, o.name AS owner FROM catalogue.listing l "
            "JOIN partners.organisation o ON o.id = l.organisation_id "
            "WHERE l.id = $1 AND l.organisation_id = $2 FOR UPDATE OF l",
            listing_id,
            organisation_id,
        )
        if listing is None or listing["status"] == "imported":
            raise ListingUnknown(f"No listing of yours has the id {listing_id}.")
        if listing["status"] not in PROPOSABLE:
            raise JointListingOnSale("Pause the sale, or take it back from review, first.")
        if await connection().fetchval(
            "SELECT EXISTS (SELECT FROM catalogue.bundle WHERE listing_id = $1)", listing_id
        ):
            raise BundleJoint("Choose a listing that is no offer of several parts.")
        second = await _partner(partner, organisation_id)
        await _check_free(listing_id, now)
        made: UUID = await connection().fetchval(
            "INSERT INTO catalogue.joint_offer (listing_id, organisation_id, second_id, first_bp, "
            "second_bp, words, proposed_at, proposed_by) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) "
            "RETURNING id",
            listing_id, organisation_id, second["id"], first_bp, 10_000 - first_bp, words, now,
            actor,
        )  # fmt: skip
        after = {"listing": listing_id, "with": second["id"], "first_bp": first_bp}
        await trace(organisation_id, second["id"], actor, "propose_joint_offer", made, after)
        letter = letters_joint.proposed(
            second["language"],
            listing=listing["name"],
            owner=listing["owner"],
            words=words,
            link=f"{base_url}/portal/joint-offers?offer={made}",
        )
        if second["email"] is not None:
            await mail.send(second["email"], letter, language=second["language"], now=now)
    return made


@operators_work
async def accept_joint_offer(
    organisation_id: UUID, offer_id: UUID, *, now: datetime, actor: str, base_url: str
) -> None:
    """Both own the listing from now on; the office reads it before it is on sale.

    Raises:
        PersonNeeded: a person agrees, not a key; PostgreSQL refuses it as well.
        JointUnknown: the organisation was not asked by such an offer.
        JointDecided: it was answered or withdrawn meanwhile.
    """
    if not actor.startswith("person:"):
        raise web.PersonNeeded("Sign in: an API key agrees to nothing.")
    async with transaction():
        offer = await lock(offer_id, second=organisation_id)
        await _decide(offer, "accepted", "", now, actor)
        await tell(offer, offer["organisation_id"], "accepted", "", base_url, now)


@operators_work
async def refuse_joint_offer(
    organisation_id: UUID, offer_id: UUID, *, reason: str, now: datetime, actor: str, base_url: str
) -> None:
    """The listing stays its owner's alone, who is told why.

    Raises:
        JointUnknown, JointDecided: as for `accept_joint_offer`.
    """
    async with transaction():
        offer = await lock(offer_id, second=organisation_id)
        await _decide(offer, "refused", reason, now, actor)
        await tell(offer, offer["organisation_id"], "refused", reason, base_url, now)


@operators_work
async def withdraw_joint_offer(
    organisation_id: UUID, offer_id: UUID, *, now: datetime, actor: str
) -> None:
    """It is not proposed any more.

    Raises:
        JointUnknown, JointDecided: the organisation proposed no such offer, or it was answered.
    """
    async with transaction():
        await _decide(await lock(offer_id, first=organisation_id), "withdrawn", "", now, actor)


@operators_work
async def end_joint_offer(
    organisation_id: UUID,
    offer_id: UUID,
    *,
    ends_on: date,
    reason: str,
    now: datetime,
    actor: str,
    base_url: str,
) -> None:
    """From `ends_on` (Paris) the listing is its owner's alone. What was ordered before that day
    keeps its split, also where it is paid or refunded later.

    Raises:
        JointUnknown: the organisation is none of both.
        JointDecided: it is not in force, or its end is announced already.
        JointEndWrong: not a day to come.
    """
    check_end(ends_on, now)
    async with transaction():
        offer = await lock(offer_id, either=organisation_id)
        if offer["state"] != "accepted" or offer["ends_on"] is not None:
            raise JointDecided("It is over, or its end is announced.", state=offer["state"])
        await connection().execute(
            "UPDATE catalogue.joint_offer SET ends_on = $2, ended_at = $3, ended_by = $4, "
            "ended_reason = $5 WHERE id = $1",
            offer_id, ends_on, now, actor, reason,
        )  # fmt: skip
        after = {"ends_on": ends_on, "reason": reason}
        await trace(
            offer["organisation_id"], offer["second_id"], actor, "end_joint_offer", offer_id, after
        )
        to_second = organisation_id == offer["organisation_id"]
        told = offer["second_id"] if to_second else offer["organisation_id"]
        await tell(offer, told, "ended", reason, base_url, now, ends_on=ends_on)


async def check_agreed(listing_id: UUID) -> None:
    """Raises JointUnanswered: a second owner was asked, and is silent. The listing is locked."""
    if await connection().fetchval(
        "SELECT EXISTS (SELECT FROM catalogue.joint_offer "
        "WHERE listing_id = $1 AND state = 'proposed')",
        listing_id,
    ):
        raise JointUnanswered("It goes on once they accept or refuse, or you withdraw the offer.")


async def _partner(reference: str, but: UUID) -> asyncpg.Record:
    found = await connection().fetchrow(
        "SELECT o.id, o.email, o.language FROM partners.organisation o "
        "WHERE o.reference = $1 AND o.id <> $2 AND EXISTS (SELECT FROM "
        "partners.organisation_role r WHERE r.organisation_id = o.id AND r.role = ANY ($3))",
        reference,
        but,
        SELLING,
    )
    if found is None:
        raise JointPartnerUnknown(
            "partner: Look for its reference in the store's list of partners.", field="partner"
        )
    return found


async def _check_free(listing_id: UUID, now: datetime) -> None:
    if await connection().fetchval(
        "SELECT EXISTS (SELECT FROM catalogue.joint_offer WHERE listing_id = $1 "
        "AND (state = 'proposed' OR coalesce(upper(during) > $2, during IS NOT NULL)))",
        listing_id,
        now,
    ):
        raise JointTaken("Withdraw it, or end it and propose another once it is over.")


async def _decide(
    offer: asyncpg.Record, state: str, reason: str, now: datetime, actor: str
) -> None:
    if offer["state"] != "proposed":
        raise JointDecided(f"It is {offer['state']}: load it again.", state=offer["state"])
    await connection().execute(
        "UPDATE catalogue.joint_offer SET state = $2, decided_at = $3, decided_by = $4, "
        "reason = $5 WHERE id = $1",
        offer["id"], state, now, actor, reason,
    )  # fmt: skip
    verb = {"accepted": "accept", "refused": "refuse", "withdrawn": "withdraw"}[state]
    after = {"state": state, **({"reason": reason} if reason else {})}
    await trace(
        offer["organisation_id"], offer["second_id"], actor, f"{verb}_joint_offer", offer["id"],
        after,
    )  # fmt: skip
