"""Organisations for the operator's staff, and one's own organisation in the portal."""

from datetime import UTC, datetime
from typing import Annotated, Literal
from uuid import UUID

import asyncpg
import msgspec
from litestar import get, post
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter

from backend import web
from backend.partners import actions, queries, rules

Role = Literal["isv", "vai", "wholesaler", "reseller", "startup", "buyer", "supplier"]
Segment = Literal[
    "individual", "tpe", "pme", "eti", "large_account", "public_body", "local_authority"
]
VatRegime = Literal["fr_registered", "fr_franchise_293b", "eu_reverse_charge", "non_eu"]
Siren = Annotated[str, msgspec.Meta(pattern=r"^[0-9]{9}$(?!\n)")]
VatNumber = Annotated[str, msgspec.Meta(pattern=r"^[A-Z]{2}[0-9A-Z]{2,18}$(?!\n)")]


Verification = Literal["unverified", "verified", "refused"]
Reason = Annotated[str, msgspec.Meta(min_length=1, max_length=500, pattern=web.ONE_LINE)]
Words = Annotated[
    str | None, QueryParameter(max_length=100, description="part of its name or reference")
]
Sells = Annotated[
    bool | None, QueryParameter(description="true: partners; false: mere buyers and suppliers")
]
Among = Annotated[
    list[UUID] | None, QueryParameter(name="id", max_items=200, description="only these")
]


class RefusalIn(msgspec.Struct, forbid_unknown_fields=True):
    """The organisation reads the reason."""

    reason: Reason


class OrganisationIn(msgspec.Struct, forbid_unknown_fields=True):
    """`reference` is the operator's own short name for it, for ever."""

    reference: web.Reference
    name: web.Line
    country: web.Country
    segment: Segment
    roles: Annotated[list[Role], msgspec.Meta(min_length=1, max_length=7)]
    vat_regime: VatRegime = "fr_registered"
    siren: Siren | None = None
    vat_number: VatNumber | None = None
    email: web.Email | None = None
    language: Literal["fr", "en"] = "fr"


class OrganisationView(msgspec.Struct):
    """A verified organisation's identity has been checked: only such partners are paid."""

    id: UUID
    reference: str
    name: str
    country: str
    segment: Segment
    roles: list[Role]
    vat_regime: VatRegime
    siren: str | None
    vat_number: str | None
    email: str | None
    language: str
    origin: Literal["application", "import"]
    verification: Verification
    refused_because: str | None
    created_at: datetime


def _view(row: asyncpg.Record) -> OrganisationView:
    return msgspec.convert(dict(row), OrganisationView)


@get(
    "/organisations",
    operation_id="list_office_organisations",
    guards=[web.requires("office:organisation:read")],
    responses=web.problems(web.BadCursor, web.BadRequest),
)
async def list_all(
    principal: web.Caller,
    verification: FromQuery[Verification | None] = None,
    role: FromQuery[Role | None] = None,
    q: Words = None,
    among: Among = None,
    sells: Sells = None,
    limit: web.Limit = 50,
    after: web.Cursor = None,
) -> web.Page[OrganisationView]:
    """Organisations, oldest first: all, or those of one verification, role or name."""
    rows = await queries.list_organisations(
        after=web.read_id(after, UUID),
        limit=limit + 1,
        verification=verification,
        role=role,
        words=q,
        among=among or (),
        sells=sells,
    )
    return web.page(rows, limit, lambda row: (row["id"],), _view)


@get(
    "/organisations/{organisation_id:uuid}",
    operation_id="read_office_organisation",
    guards=[web.requires("office:organisation:read")],
    responses=web.problems(rules.OrganisationUnknown),
)
async def read_one(organisation_id: FromPath[UUID], principal: web.Caller) -> OrganisationView:
    """One organisation."""
    return _view(await queries.organisation_with_roles(organisation_id))


@post(
    "/organisations",
    operation_id="create_office_organisation",
    guards=[web.requires("office:organisation:write")],
    responses=web.problems(rules.ReferenceTaken),
)
async def create(data: JSONBody[OrganisationIn], principal: web.Caller) -> OrganisationView:
    """A new organisation, not yet verified."""
    organisation_id = await actions.create_organisation(
        reference=data.reference,
        name=data.name,
        country=data.country,
        segment=data.segment,
        roles=sorted(set(data.roles)),
        vat_regime=data.vat_regime,
        siren=data.siren,
        vat_number=data.vat_number,
        email=data.email,
        language=data.language,
        now=datetime.now(UTC),
        actor=principal.actor,
    )
    return _view(await queries.organisation_with_roles(organisation_id))


@post(
    "/organisations/{organisation_id:uuid}/verify",
    operation_id="verify_office_organisation",
    status_code=200,
    guards=[web.requires("office:organisation:write")],
    responses=web.problems(rules.OrganisationUnknown),
)
async def verify(organisation_id: FromPath[UUID], principal: web.Caller) -> OrganisationView:
    """Its identity has been checked; doing it again changes nothing."""
    await actions.mark_verified(organisation_id, actor=principal.actor)
    return _view(await queries.organisation_with_roles(organisation_id))


@post(
    "/organisations/{organisation_id:uuid}/refuse",
    operation_id="refuse_office_organisation",
    status_code=200,
    guards=[web.requires("office:organisation:write")],
    responses=web.problems(rules.OrganisationUnknown, rules.AlreadyVerified),
)
async def refuse(
    data: JSONBody[RefusalIn], organisation_id: FromPath[UUID], principal: web.Caller
) -> OrganisationView:
    """It does not become a partner, and reads why; it may be verified later all the same."""
    await actions.refuse_organisation(organisation_id, reason=data.reason, actor=principal.actor)
    return _view(await queries.organisation_with_roles(organisation_id))


@get(
    "/organisation",
    operation_id="read_portal_organisation",
    guards=[web.requires("portal:organisation:read")],
)
async def read_mine(principal: web.Caller) -> OrganisationView:
    """The organisation for which the caller acts."""
    return _view(await queries.organisation_with_roles(principal.organisation))


portal = [read_mine]
office = [list_all, read_one, create, verify, refuse]
