"""What a joint listing says and costs changes when both owners want it. Each function is one
transaction.

Seed row R-11; decision 0054.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
import msgspec

from backend import web
from backend.catalogue.joint_steps import lock, tell, trace
from backend.catalogue.review import write_down
from backend.catalogue.rules import ListingChanged, ListingUnknown, said_of
from backend.catalogue.rules_joint import (
    ChangeDecided,
    ChangeUnknown,
    JointSole,
    NothingChanges,
)
from backend.core import connection, operators_work, transaction

LOCKED = "SELECT *, currency::text AS currency FROM catalogue.listing WHERE id = $1 FOR UPDATE"


@operators_work
async def propose_change(
    organisation_id: UUID,
    listing_id: UUID,
    wanted: Mapping[str, Any],
    *,
    now: datetime,
    actor: str,
    base_url: str,
) -> UUID | None:
    """The second owner is asked whether the listing may say `wanted`, by the names of `said_of`;
    together with what it was asked before and has not answered. Answers the id of the change.

    Until then the listing stays as it is. None: asked for is what it says already, so what waited
    is withdrawn.

    Raises:
        ListingUnknown: not a listing of the organisation.
        JointSole: nobody else owns it; it is changed directly.
        NothingChanges: it says that already, and nothing waited.
    """
    async with transaction():
        listing = await connection().fetchrow(LOCKED, listing_id)
        if listing is None or listing["organisation_id"] != organisation_id:
            raise ListingUnknown(f"No listing of yours has the id {listing_id}.")
        offer_id = await connection().fetchval("SELECT catalogue.agreed_offer($1)", listing_id)
        if offer_id is None:
            raise JointSole("Change it where you describe it.")
        offer = await lock(offer_id, first=organisation_id)
        waited = await _waiting(offer_id)
        said = said_of(dict(listing))
        asked = {**({} if waited is None else msgspec.json.decode(waited["becomes"])), **wanted}
        becomes = {name: value for name, value in asked.items() if said[name] != value}
        if waited is not None:
            await _decide(waited, "withdrawn", "", now, actor)
        if not becomes:
            if waited is None:
                raise NothingChanges("Change something first.")
            return None
        made: UUID = await connection().fetchval(
            "INSERT INTO catalogue.joint_change (offer_id, listing_id, organisation_id, second_id, "
            "was, becomes, proposed_at, proposed_by) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) "
            "RETURNING id",
            offer_id, listing_id, organisation_id, offer["second_id"],
            _json({name: said[name] for name in becomes}), _json(becomes), now, actor,
        )  # fmt: skip
        after = {"listing": listing_id, "changes": sorted(becomes)}
        await trace(organisation_id, offer["second_id"], actor, "propose_change", offer_id, after)
        if waited is None:
            await tell(offer, offer["second_id"], "change_proposed", "", base_url, now)
    return made


@operators_work
async def accept_change(
    organisation_id: UUID, change_id: UUID, *, now: datetime, actor: str, base_url: str
) -> None:
    """The listing says and costs it from now on, in the store too if it is on sale; orders already
    placed keep what they copied.

    Raises:
        PersonNeeded: a person agrees, not a key; PostgreSQL refuses it as well.
        ChangeUnknown: the organisation was not asked for such a change.
        ChangeDecided: it was answered or withdrawn meanwhile.
        JointSole: the joint offer is over.
        ListingChanged: the listing is not what it was when the change was proposed.
    """
    if not actor.startswith("person:"):
        raise web.PersonNeeded("Sign in: an API key agrees to nothing.")
    async with transaction():
        change, offer = await _lock(change_id, second=organisation_id)
        await _decide(change, "accepted", "", now, actor)
        listing = await connection().fetchrow(LOCKED, change["listing_id"])
        assert listing is not None, "listings are never removed"
        agreed = await connection().fetchval("SELECT catalogue.agreed_offer($1)", listing["id"])
        if agreed != offer["id"]:
            raise JointSole("The joint offer is over: nothing is to be accepted.")
        was, becomes = (msgspec.json.decode(change[name]) for name in ("was", "becomes"))
        said = said_of(dict(listing))
        if any(said[name] != value for name, value in was.items()):
            raise ListingChanged("Its first owner proposes it again.")
        await _apply(listing, _columns(becomes), now, actor)
        await tell(offer, offer["organisation_id"], "change_accepted", "", base_url, now)


@operators_work
async def refuse_change(
    organisation_id: UUID, change_id: UUID, *, reason: str, now: datetime, actor: str, base_url: str
) -> None:
    """The listing stays as it is; its first owner is told why.

    Raises:
        ChangeUnknown, ChangeDecided: as for `accept_change`.
    """
    async with transaction():
        change, offer = await _lock(change_id, second=organisation_id)
        await _decide(change, "refused", reason, now, actor)
        await tell(offer, offer["organisation_id"], "change_refused", reason, base_url, now)


@operators_work
async def withdraw_change(
    organisation_id: UUID, change_id: UUID, *, now: datetime, actor: str
) -> None:
    """It is not proposed any more.

    Raises:
        ChangeUnknown, ChangeDecided: the organisation proposed no such change, or it was answered.
    """
    async with transaction():
        change, _ = await _lock(change_id, first=organisation_id)
        await _decide(change, "withdrawn", "", now, actor)


async def _waiting(offer_id: UUID) -> asyncpg.Record | None:
    return await connection().fetchrow(
        "SELECT * FROM catalogue.joint_change WHERE offer_id = $1 AND state = 'waiting' FOR UPDATE",
        offer_id,
    )


async def _lock(
    change_id: UUID, *, first: UUID | None = None, second: UUID | None = None
) -> tuple[asyncpg.Record, asyncpg.Record]:
    """The change and its offer, held; the listing and the offer first, as everywhere."""
    found = await connection().fetchrow(
        "SELECT offer_id FROM catalogue.joint_change "
        "WHERE id = $1 AND (organisation_id = $2 OR second_id = $3)",
        change_id,
        first,
        second,
    )
    if found is None:
        raise ChangeUnknown(f"No change that you may answer has the id {change_id}.")
    offer = await lock(found["offer_id"], first=first, second=second)
    change = await connection().fetchrow(
        "SELECT * FROM catalogue.joint_change WHERE id = $1 FOR UPDATE", change_id
    )
    assert change is not None, "changes are never removed"
    return change, offer


async def _decide(
    change: asyncpg.Record, state: str, reason: str, now: datetime, actor: str
) -> None:
    if change["state"] != "waiting":
        raise ChangeDecided(f"It is {change['state']}: load it again.", state=change["state"])
    await connection().execute(
        "UPDATE catalogue.joint_change SET state = $2, decided_at = $3, decided_by = $4, "
        "reason = $5 WHERE id = $1",
        change["id"], state, now, actor, reason,
    )  # fmt: skip
    verb = {"accepted": "accept", "refused": "refuse", "withdrawn": "withdraw"}[state]
    after = {"state": state, **({"reason": reason} if reason else {})}
    await trace(
        change["organisation_id"], change["second_id"], actor, f"{verb}_change",
        change["offer_id"], after,
    )  # fmt: skip


def _columns(becomes: Mapping[str, Any]) -> dict[str, Any]:
    """What `said_of` names, as the listing's columns hold it."""
    columns = dict(becomes)
    if "price" in columns:
        price = columns.pop("price")
        columns |= {"price_minor": price["amount_minor"], "currency": price["currency"]}
    if "segments" in columns:
        columns["segments"] = columns["segments"].split()
    return columns


async def _apply(
    listing: asyncpg.Record, columns: Mapping[str, Any], now: datetime, actor: str
) -> None:
    words = set(columns) - {"price_minor", "currency"}
    if listing["status"] == "published" and words:
        # Before the change: PostgreSQL lets none through that the history does not hold.
        then = {**dict(listing), **columns, "revision": listing["revision"] + 1}
        await write_down(then, "describe", "", now, actor)
    sets = ", ".join(f"{name} = ${at}" for at, name in enumerate(columns, start=2))
    await connection().execute(
        f"UPDATE catalogue.listing SET {sets} WHERE id = $1",  # noqa: S608  (our own names)
        listing["id"],
        *columns.values(),
    )


def _json(value: Mapping[str, Any]) -> str:
    return msgspec.json.encode(value).decode()
