"""A wholesaler's invitations in the portal: sent, sent again, taken back."""

from datetime import UTC, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from litestar import Request, post
from litestar.params import FromPath, JSONBody

from backend import identity, partners, web
from backend.network import invitations, rules

Siren = Annotated[str, msgspec.Meta(pattern=r"^[0-9]{9}$(?!\n)")]
Reason = Annotated[str, web.words(500)]
WRITE = [web.requires("portal:network:write")]


class ResellerIn(msgspec.Struct, forbid_unknown_fields=True):
    """`email` is invited as the reseller's owner; `billing` says who bills it; `siren` if it is
    known.
    """

    name: web.Line
    country: web.Country
    segment: partners.Segment
    email: web.Email
    language: Literal["fr", "en"] = "fr"
    billing: rules.Billing = "wholesaler"
    siren: Siren | None = None


class ResellerMade(msgspec.Struct):
    """The invitation's link is in the letter, and nowhere else."""

    organisation_id: UUID


class ResellerWithdrawal(msgspec.Struct, forbid_unknown_fields=True):
    reason: Reason


@post(
    "/network/resellers",
    operation_id="invite_reseller",
    guards=WRITE,
    responses=web.problems(
        rules.NotANetworkRole,
        rules.NetworkTooDeep,
        rules.ResellerInvited,
        rules.ResellerKnown,
        partners.NumberWrong,
        web.TooManyRequests,
    ),
)
async def invite(
    data: JSONBody[ResellerIn], request: Request[Any, Any, Any], principal: web.Caller
) -> ResellerMade:
    """A new reseller below the organisation, whose owner is invited by mail.

    While an invitation to the same mailbox, or of the same SIREN, waits, a second one is refused;
    `facts` name the reseller whose invitation it is.
    """
    made = await invitations.invite_reseller(
        identity.person_of(principal),
        name=data.name,
        country=data.country,
        segment=data.segment,
        email=data.email,
        language=data.language,
        billing=data.billing,
        siren=data.siren,
        base_url=identity.base_url_of(request),
        origin=identity.origin_of(request),
        now=datetime.now(UTC),
    )
    return ResellerMade(made)


@post(
    "/network/resellers/{organisation_id:uuid}/invitation",
    operation_id="send_reseller_invitation_again",
    status_code=204,
    guards=WRITE,
    responses=web.problems(rules.InvitationEnded, rules.NotInNetwork, web.TooManyRequests),
)
async def send_again(
    organisation_id: FromPath[UUID], request: Request[Any, Any, Any], principal: web.Caller
) -> None:
    """A new letter, whose link holds for seven days; the one before opens nothing any more."""
    await invitations.send_again(
        identity.person_of(principal),
        organisation_id,
        base_url=identity.base_url_of(request),
        origin=identity.origin_of(request),
        now=datetime.now(UTC),
    )


@post(
    "/network/resellers/{organisation_id:uuid}/withdrawal",
    operation_id="withdraw_reseller_invitation",
    status_code=204,
    guards=WRITE,
    responses=web.problems(rules.InvitationEnded, rules.NotInNetwork, rules.NotNow),
)
async def withdraw(
    data: JSONBody[ResellerWithdrawal], organisation_id: FromPath[UUID], principal: web.Caller
) -> None:
    """The letter's link opens nothing, and the reseller stands below nobody any more."""
    await invitations.withdraw_reseller(
        identity.person_of(principal), organisation_id, reason=data.reason, now=datetime.now(UTC)
    )


portal = [invite, send_again, withdraw]
