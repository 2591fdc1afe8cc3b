"""A wholesaler invites a reseller, sends the letter again or takes the invitation back."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

import asyncpg
import msgspec
from msgspec import Struct

from backend import audit, core, identity, partners
from backend.core import connection, transaction
from backend.network.actions import end_membership, join, roles_of
from backend.network.rules import (
    Billing,
    InvitationEnded,
    NotANetworkRole,
    NotInNetwork,
    ResellerInvited,
    ResellerKnown,
    reference_of,
)
from backend.web import NotAllowed, Principal


class Waiting(Struct, frozen=True):
    """An open invitation: since when, and until when its newest letter opens something."""

    email: str
    invited_at: datetime
    sent_at: datetime
    expires_at: datetime


@core.operators_work
async def invite_reseller(
    principal: Principal,
    *,
    name: str,
    country: str,
    segment: str,
    email: str,
    language: str,
    billing: Billing,
    base_url: str,
    origin: identity.Origin,
    now: datetime,
    siren: str | None = None,
) -> UUID:
    """A new reseller stands below the caller's organisation; `email` is invited as its owner.

    It is unverified, as one that had applied itself: the operator checks its file. Answers its id.

    Raises:
        NotANetworkRole: the caller's organisation is no wholesaler.
        NotAllowed: the caller may not invite any more.
        NetworkTooDeep: the caller's organisation stands as deep as one may.
        NumberWrong: `siren` cannot be right.
        ResellerInvited: an invitation to this mailbox, or of this SIREN, waits; names which.
        ResellerKnown: a reseller right below has this SIREN.
        TooManyRequests: too many letters to this mailbox or from this address.
    """
    wholesaler, email = principal.organisation, email.lower()
    if "wholesaler" not in await roles_of(wholesaler):
        raise NotANetworkRole("Only a wholesaler invites resellers: ask the operator to be one.")
    await _check_new(wholesaler, email, siren)
    await identity.count_letter(email, origin.address, now)
    try:
        async with transaction():
            await _check_right(principal)
            reseller = await partners.create_organisation(
                reference=reference_of(name),
                name=name,
                country=country,
                segment=segment,
                roles=["reseller"],
                vat_regime=identity.vat_regime_of(country),
                siren=siren,
                email=email,
                language=language,
                now=now,
                actor=principal.actor,
                self_declared=True,
            )
            await join(reseller, wholesaler, billing, now=now, actor=principal.actor)
            letter = await _write(principal, reseller, email, base_url, now)
            await connection().execute(
                "INSERT INTO network.invitation (organisation_id, parent_id, email, siren, "
                "letter_id, actor, invited_at, sent_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $7)",
                reseller, wholesaler, email, siren, letter, principal.actor, now,
            )  # fmt: skip
    except asyncpg.UniqueViolationError:
        # Another was sent at this very moment.
        await _check_new(wholesaler, email, siren)
        raise
    return reseller


@core.operators_work
async def send_again(
    principal: Principal,
    reseller: UUID,
    *,
    base_url: str,
    origin: identity.Origin,
    now: datetime,
) -> None:
    """The mailbox gets a new letter, for seven days; the link of the one before opens nothing.

    Raises:
        InvitationEnded: none of the caller's organisation waits for this reseller.
        NotInNetwork: it never stood below the caller's organisation.
        NotAllowed: the caller may not invite any more.
        TooManyRequests: too many letters to this mailbox or from this address.
    """
    found = await _open(principal, reseller)
    await identity.count_letter(found["email"], origin.address, now)
    async with transaction():
        await _check_right(principal)
        found = await _open(principal, reseller)
        letter = await _write(principal, reseller, found["email"], base_url, now)
        await connection().execute(
            "UPDATE network.invitation SET letter_id = $2, sent_at = $3 WHERE organisation_id = $1",
            reseller, letter, now,
        )  # fmt: skip
        subject = f"organisation:{reseller}"
        after = {"sent_at": now}
        await audit.write(
            principal.organisation, principal.actor, "send_invitation_again", subject, None, after
        )


@core.operators_work
async def withdraw_reseller(
    principal: Principal, reseller: UUID, *, reason: str, now: datetime
) -> None:
    """The letter's link opens nothing, and the reseller stands below nobody; its past stays.

    Raises:
        InvitationEnded: none of the caller's organisation waits for this reseller.
        NotInNetwork: it never stood below the caller's organisation.
        NotAllowed: the caller may not invite any more.
    """
    async with transaction():
        await _check_right(principal)
        found = await _open(principal, reseller)
        as_reseller = msgspec.structs.replace(principal, organisation_id=reseller)
        await identity.withdraw_invitation(as_reseller, found["letter_id"], now=now)
        await end_membership(reseller, now=now, actor=principal.actor, reason=reason)
        subject = f"organisation:{reseller}"
        after = {"reason": reason}
        await audit.write(
            principal.organisation, principal.actor, "withdraw_reseller", subject, None, after
        )


@core.operators_work
async def waiting_of(organisations: Collection[UUID], parent_id: UUID) -> dict[UUID, Waiting]:
    """Which of them `parent_id` has invited, and nobody joined yet."""
    rows = await core.fetch(
        "SELECT n.organisation_id, n.email, n.invited_at, n.sent_at, i.expires_at "
        "FROM network.invitation n JOIN identity.invitation i ON i.id = n.letter_id "
        "WHERE n.organisation_id = ANY ($1) AND n.parent_id = $2 AND n.accepted_at IS NULL "
        "AND n.withdrawn_at IS NULL",
        list(organisations),
        parent_id,
    )
    return {row["organisation_id"]: Waiting(*list(row)[1:]) for row in rows}


async def _check_new(wholesaler: UUID, email: str, siren: str | None) -> None:
    waits = await core.fetch_row(
        "SELECT n.organisation_id, n.invited_at, n.sent_at, n.email, o.name "
        "FROM network.invitation n JOIN partners.organisation o ON o.id = n.organisation_id "
        "WHERE n.parent_id = $1 AND n.accepted_at IS NULL AND n.withdrawn_at IS NULL "
        "AND (n.email = $2 OR n.siren = $3) ORDER BY n.invited_at LIMIT 1",
        wholesaler, email, siren,
    )  # fmt: skip
    if waits is not None:
        raise ResellerInvited(
            f"{waits['name']} ({waits['email']}) was invited on {waits['invited_at']:%Y-%m-%d}: "
            "send it again, or withdraw it.",
            **{key: str(waits[key]) for key in ("organisation_id", "name", "email")},
            invited_at=waits["invited_at"].isoformat(),
        )
    known = await core.fetch_row(
        "SELECT o.name, m.joined_at FROM network.membership m "
        "JOIN partners.organisation o ON o.id = m.organisation_id "
        "WHERE m.parent_id = $1 AND upper_inf(m.during) AND o.siren = $2 LIMIT 1",
        wholesaler, siren,
    )  # fmt: skip
    if known is not None:
        raise ResellerKnown(
            f"siren: {known['name']} has stood below you since {known['joined_at']:%Y-%m-%d}.",
            field="siren",
        )


async def _check_right(principal: Principal) -> None:
    """It may have been taken away since the request was let in."""
    if "portal:network:write" not in await identity.held_now(
        UUID(principal.id), principal.organisation
    ):
        raise NotAllowed("Ask an owner of the organisation.")


async def _write(
    principal: Principal, reseller: UUID, email: str, base_url: str, now: datetime
) -> UUID:
    return await identity.add_invitation(
        msgspec.structs.replace(principal, organisation_id=reseller),
        email=email,
        role="owner",
        base_url=base_url,
        now=now,
    )


async def _open(principal: Principal, reseller: UUID) -> asyncpg.Record:
    found = await core.fetch_row(
        "SELECT email, letter_id FROM network.invitation WHERE organisation_id = $1 "
        "AND parent_id = $2 AND accepted_at IS NULL AND withdrawn_at IS NULL FOR UPDATE",
        reseller,
        principal.organisation,
    )
    if found is not None:
        return found
    below = await core.fetch_value(
        "SELECT count(*) FROM network.membership WHERE organisation_id = $1 AND parent_id = $2",
        reseller,
        principal.organisation,
    )
    if not below:
        raise NotInNetwork("It never stood below your organisation.")
    raise InvitationEnded("Somebody joined, or it was withdrawn: load the page again.")
