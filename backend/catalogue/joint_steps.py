"""What every step of a joint offer does: it locks, leaves a trace, tells the other owner."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

import asyncpg

from backend import audit, mail
from backend.catalogue import letters_joint
from backend.catalogue.rules_joint import JointUnknown
from backend.core import connection


async def lock(
    offer_id: UUID,
    *,
    first: UUID | None = None,
    second: UUID | None = None,
    either: UUID | None = None,
) -> asyncpg.Record:
    """The offer, held, if the organisation named is its first, second, or either owner.

    Raises:
        JointUnknown: it is not.
    """
    # The listing first, as everywhere: an answer and a step of the listing take turns.
    row = await connection().fetchrow(
        "SELECT j.*, l.name AS listing_name FROM catalogue.joint_offer j "
        "JOIN catalogue.listing l ON l.id = j.listing_id WHERE j.id = $1 FOR UPDATE OF l",
        offer_id,
    )
    if row is None or not (
        row["organisation_id"] in (first, either) or row["second_id"] in (second, either)
    ):
        raise JointUnknown(f"No joint offer of yours has the id {offer_id}.")
    fresh = await connection().fetchrow(
        "SELECT j.*, l.name AS listing_name FROM catalogue.joint_offer j "
        "JOIN catalogue.listing l ON l.id = j.listing_id WHERE j.id = $1 FOR UPDATE OF j",
        offer_id,
    )
    assert fresh is not None, "offers are never removed"
    return fresh


async def trace(
    first: UUID, second: UUID, actor: str, action: str, offer_id: UUID, after: dict[str, Any]
) -> None:
    """Both have it in their own log; the chains are taken in one order everywhere."""
    for owner in sorted((first, second)):
        await audit.write(owner, actor, action, f"joint_offer:{offer_id}", None, after)


async def tell(
    offer: asyncpg.Record,
    to: UUID,
    verb: str,
    reason: str,
    base_url: str,
    now: datetime,
    *,
    ends_on: date | None = None,
) -> None:
    """A letter to the owner `to`, if it has an address."""
    other = offer["second_id"] if to == offer["organisation_id"] else offer["organisation_id"]
    told = await connection().fetchrow(
        "SELECT t.email, t.language, o.name AS other FROM partners.organisation t, "
        "partners.organisation o WHERE t.id = $1 AND o.id = $2",
        to,
        other,
    )
    assert told is not None
    if told["email"] is None:
        return
    letter = letters_joint.decided(
        told["language"],
        verb,
        listing=offer["listing_name"],
        other=told["other"],
        reason=reason,
        ends_on=ends_on,
        link=f"{base_url}/portal/joint-offers?offer={offer['id']}",
    )
    await mail.send(told["email"], letter, language=told["language"], now=now)
