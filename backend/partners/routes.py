"""Organisations for the operator's staff, and one's own organisation in the portal."""

from datetime import UTC, datetime
from typing import Annotated, Literal
from uuid import UUID

import asyncpg
import msgspec
from litestar import get, post
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter

from backend import web
from backend.partners import actions, queries, rules, rules_kinds, rules_numbers
from backend.partners.rules import Role

VatRegime = Literal["fr_registered", "fr_franchise_293b", "eu_reverse_charge", "non_eu"]
Siren = Annotated[str, msgspec.Meta(pattern=r"^[0-9]{9}$(?!\n)")]
Siret = Annotated[str, msgspec.Meta(pattern=r"^[0-9]{14}$(?!\n)")]
VatNumber = Annotated[str, msgspec.Meta(pattern=r"^[A-Z]{2}[0-9A-Z]{2,18}$(?!\n)")]


Verification = Literal["unverified", "verified", "refused"]
Words = Annotated[
    str | None, QueryParameter(max_length=100, description="part of its name or reference")
]
Sells = Annotated[
    bool | None, QueryParameter(description="true: partners; false: mere buyers and suppliers")
]
Among = Annotated[
    list[UUID] | None, QueryParameter(name="id", max_items=200, description="only these")
]


class OrganisationIn(msgspec.Struct, forbid_unknown_fields=True):
    """`reference` is the operator's own short name for it, for ever."""

    reference: web.Reference
    name: web.Line
    country: web.Country
    segment: rules.Segment
    roles: Annotated[list[Role], msgspec.Meta(min_length=1, max_length=7)]
    vat_regime: VatRegime = "fr_registered"
    siren: Siren | None = None
    siret: Siret | None = None
    vat_number: VatNumber | None = None
    email: web.Email | None = None
    language: Literal["fr", "en"] = "fr"


class NumbersIn(msgspec.Struct, forbid_unknown_fields=True):
    """All its numbers: what is null, it has not."""

    siren: Siren | None
    siret: Siret | None
    vat_number: VatNumber | None


class MissingNumbersIn(msgspec.Struct, forbid_unknown_fields=True):
    """What was not known yet; a number that is known is corrected by the operator only."""

    siren: Siren | None = None
    siret: Siret | None = None
    vat_number: VatNumber | None = None


class OrganisationView(msgspec.Struct):
    """A verified organisation's identity has been checked: only such partners are paid.

    `kinds` are its sub-types in any role, `ecosystems` follow from its roles, `consumer` and
    `public_body` from its segment. `segment_confirmed_at` null: its segment is what it says of
    itself, and opens no offers for that segment only.
    """

    id: UUID
    reference: str
    name: str
    country: str
    segment: rules.Segment
    segment_confirmed_at: datetime | None
    roles: list[Role]
    kinds: list[rules_kinds.Kind]
    ecosystems: list[rules_kinds.Ecosystem]
    consumer: bool
    public_body: bool
    vat_regime: VatRegime
    siren: str | None
    siret: str | None
    vat_number: str | None
    email: str | None
    language: str
    origin: Literal["application", "import"]
    verification: Verification
    refused_because: str | None
    created_at: datetime


def _view(row: asyncpg.Record) -> OrganisationView:
    derived = {
        "ecosystems": rules_kinds.ecosystems(row["roles"]),
        "consumer": rules_kinds.is_consumer(row["segment"]),
        "public_body": rules_kinds.is_public_body(row["segment"]),
    }
    return msgspec.convert({**row, **derived}, OrganisationView)


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
    kind: FromQuery[rules_kinds.Kind | None] = None,
    ecosystem: FromQuery[rules_kinds.Ecosystem | None] = None,
    segment_confirmed: FromQuery[bool | None] = None,
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
        kind=kind,
        ecosystem=ecosystem,
        segment_confirmed=segment_confirmed,
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
    responses=web.problems(rules.ReferenceTaken, rules_numbers.NumberWrong),
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
        siret=data.siret,
        vat_number=data.vat_number,
        email=data.email,
        language=data.language,
        now=datetime.now(UTC),
        actor=principal.actor,
    )
    return _view(await queries.organisation_with_roles(organisation_id))


@post(
    "/organisations/{organisation_id:uuid}/numbers",
    operation_id="change_office_organisation_numbers",
    status_code=200,
    guards=[web.requires("office:organisation:write")],
    responses=web.problems(rules.OrganisationUnknown, rules_numbers.NumberWrong),
)
async def change_numbers(
    data: JSONBody[NumbersIn], organisation_id: FromPath[UUID], principal: web.Caller
) -> OrganisationView:
    """Complete or correct its SIREN, SIRET and VAT number; their check digits have to be right."""
    await actions.change_numbers(
        organisation_id,
        siren=data.siren,
        siret=data.siret,
        vat_number=data.vat_number,
        actor=principal.actor,
    )
    return _view(await queries.organisation_with_roles(organisation_id))


@get(
    "/organisation",
    operation_id="read_portal_organisation",
    guards=[web.requires("portal:organisation:read")],
)
async def read_mine(principal: web.Caller) -> OrganisationView:
    """The organisation for which the caller acts."""
    return _view(await queries.organisation_with_roles(principal.organisation))


@post(
    "/organisation/numbers",
    operation_id="complete_portal_organisation_numbers",
    status_code=200,
    guards=[web.requires("portal:organisation:write")],
    responses=web.problems(rules_numbers.NumberWrong, rules_numbers.NumberKnown),
)
async def complete_numbers(
    data: JSONBody[MissingNumbersIn], principal: web.Caller
) -> OrganisationView:
    """Give the numbers that the organisation had not said yet; null leaves one as it is."""
    await actions.complete_numbers(
        principal.organisation,
        siren=data.siren,
        siret=data.siret,
        vat_number=data.vat_number,
        actor=principal.actor,
    )
    return _view(await queries.organisation_with_roles(principal.organisation))


portal = [read_mine, complete_numbers]
office = [list_all, read_one, create, change_numbers]
