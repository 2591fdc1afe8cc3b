"""A partner's own listings, and all of them for the operator."""

from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID

import asyncpg
import msgspec
from litestar import get, post
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter

from backend import partners, web
from backend.catalogue import actions, queries, rules, rules_bundle, rules_joint
from backend.core import Money

Slug = Annotated[
    str,
    msgspec.Meta(
        pattern=r"^[a-z0-9][a-z0-9-]{0,199}$(?!\n)", description="small letters, digits, hyphens"
    ),
]
SlugPath = Annotated[str, msgspec.Meta(max_length=200)]
Summary = Annotated[str, msgspec.Meta(max_length=500, pattern=web.ONE_LINE)]
StatusWanted = Annotated[
    queries.Tab | None,
    QueryParameter(name="status", description="only those in it; `changed`: not as they were read"),
]
Segments = Annotated[list[partners.Segment], msgspec.Meta(max_length=len(partners.SEGMENTS))]
PriceMinor = Annotated[
    int, msgspec.Meta(ge=1, le=10**12, description="minor units of the currency")
]


Description = web.Text
FACTS = tuple(rules.Facts.__struct_fields__)


class FactsIn(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """How the store shows and finds it; a text in one language only is shown in both.

    `sla_bp` is the availability promised, in basis points of time: 9995 is 99.95 %.
    """

    category: rules.Category | None = None
    service_model: rules.ServiceModel | None = None
    data_location: rules.DataLocation | None = None
    sla_bp: rules.SlaBp | None = None
    summary_fr: Summary = ""
    summary_en: Summary = ""
    description_fr: Description = ""
    description_en: Description = ""

    def facts(self) -> rules.Facts:
        return rules.Facts(**{name: getattr(self, name) for name in FACTS})


class PriceIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Net of VAT, above zero."""

    amount_minor: PriceMinor
    currency: web.CurrencyCode

    def money(self) -> Money:
        return Money(self.amount_minor, self.currency)


class ListingIn(FactsIn, forbid_unknown_fields=True, kw_only=True):
    """`reference` is the partner's own name for it; `slug` its address in the store.

    `summary` is shown in a language that has none of its own.
    """

    reference: web.Reference
    slug: Slug
    name: web.Line
    price: PriceIn
    summary: Summary = ""
    vat_rate_bp: web.RateBp = 2000
    segments: Segments = msgspec.field(default_factory=list)


class PriceChangeIn(msgspec.Struct, forbid_unknown_fields=True):
    price: PriceIn


class Described(msgspec.Struct, kw_only=True):
    """What a listing says of itself."""

    category: rules.Category | None
    service_model: rules.ServiceModel | None
    data_location: rules.DataLocation | None
    sla_bp: rules.SlaBp | None
    summary_fr: str
    summary_en: str
    description_fr: str
    description_en: str


class ListingView(Described, kw_only=True):
    """Whatever its status; an imported listing has no price and cannot be bought here.

    `segments` are those that see it, everybody where there is none. `missing` is what it lacks to
    go on sale, `reason` why the operator has not accepted it or has withdrawn it, `revision` counts
    the changes of what it says.
    """

    id: UUID
    organisation_id: UUID
    reference: str
    slug: str
    name: str
    summary: str
    price: Money | None
    vat_rate_bp: int
    segments: list[partners.Segment]
    status: rules.Status
    created_at: datetime
    revision: int
    reviewed_at: datetime | None
    changed_since_review: bool
    missing: list[rules.Missing]
    reason: str | None


def listing_facts(row: asyncpg.Record) -> dict[str, Any]:
    """For a `ListingView` and those that show more."""
    priced = row["price_minor"] is not None
    refused = row["status"] in ("action_required", "withdrawn")
    copied = set(ListingView.__struct_fields__) - {"price", "missing", "reason"}
    return {
        **{name: row[name] for name in copied},
        "price": Money(row["price_minor"], row["currency"]) if priced else None,
        "missing": rules.missing(dict(row), row["verification"], row["bar"]),
        "reason": row["last_reason"] if refused else None,
    }


def listing_view(row: asyncpg.Record) -> ListingView:
    return ListingView(**listing_facts(row))


async def _page(
    organisation_id: UUID | None, limit: int, after: str | None, status: queries.Tab | None
) -> web.Page[ListingView]:
    rows = await queries.list_listings(
        organisation_id, after=web.read_id(after, UUID), limit=limit + 1, status=status
    )
    return web.page(rows, limit, lambda row: (row["id"],), listing_view)


@get(
    "/listings",
    operation_id="list_portal_listings",
    guards=[web.requires("portal:listing:read")],
    responses=web.problems(web.BadCursor, web.BadRequest),
)
async def list_mine(
    principal: web.Caller,
    limit: web.Limit = 50,
    after: web.Cursor = None,
    listing_status: StatusWanted = None,
) -> web.Page[ListingView]:
    """The organisation's own listings, drafts too, oldest first."""
    return await _page(principal.organisation, limit, after, listing_status)


@post(
    "/listings",
    operation_id="create_portal_listing",
    guards=[web.requires("portal:listing:write")],
    responses=web.problems(rules.SlugTaken, rules.ReferenceTaken),
)
async def create_mine(data: JSONBody[ListingIn], principal: web.Caller) -> ListingView:
    """A new draft at one flat price."""
    listing_id = await actions.create_listing(
        principal.organisation,
        reference=data.reference,
        slug=data.slug,
        name=data.name,
        summary=data.summary,
        price=data.price.money(),
        vat_rate_bp=data.vat_rate_bp,
        facts=data.facts(),
        segments=data.segments,
        now=datetime.now(UTC),
        actor=principal.actor,
    )
    return listing_view(await queries.read_own(listing_id, principal.organisation))


@post(
    "/listings/{listing_id:uuid}/description",
    operation_id="describe_portal_listing",
    status_code=200,
    guards=[web.requires("portal:listing:write")],
    responses=web.problems(rules.ListingUnknown, rules_joint.JointAgreementNeeded),
)
async def describe_mine(
    data: JSONBody[FactsIn], listing_id: FromPath[UUID], principal: web.Caller
) -> ListingView:
    """What the store says of it from now on, whole: what is left out is empty afterwards."""
    await actions.describe_listing(
        listing_id,
        data.facts(),
        organisation_id=principal.organisation,
        now=datetime.now(UTC),
        actor=principal.actor,
    )
    return listing_view(await queries.read_own(listing_id, principal.organisation))


@post(
    "/listings/{listing_id:uuid}/price",
    operation_id="change_portal_listing_price",
    status_code=200,
    guards=[web.requires("portal:listing:write")],
    responses=web.problems(
        rules.ListingUnknown, rules_bundle.BundlePriced, rules_joint.JointAgreementNeeded
    ),
)
async def change_price_of_mine(
    data: JSONBody[PriceChangeIn], listing_id: FromPath[UUID], principal: web.Caller
) -> ListingView:
    """Another price from now on; orders already placed keep theirs."""
    await actions.change_price(
        listing_id,
        data.price.money(),
        organisation_id=principal.organisation,
        actor=principal.actor,
    )
    return listing_view(await queries.read_own(listing_id, principal.organisation))


@get(
    "/listings",
    operation_id="list_office_listings",
    guards=[web.requires("office:listing:read")],
    responses=web.problems(web.BadCursor, web.BadRequest),
)
async def list_all(
    principal: web.Caller,
    limit: web.Limit = 50,
    after: web.Cursor = None,
    listing_status: StatusWanted = None,
    organisation_id: FromQuery[UUID | None] = None,
) -> web.Page[ListingView]:
    """Listings of all partners or of one, imported ones too, oldest first."""
    return await _page(organisation_id, limit, after, listing_status)


portal = [list_mine, create_mine, describe_mine, change_price_of_mine]
office = [list_all]
