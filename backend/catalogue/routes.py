"""The store's shelves, a partner's own listings, and all of them for the operator."""

from datetime import UTC, datetime
from typing import Annotated, Literal
from uuid import UUID

import asyncpg
import msgspec
from litestar import get, post
from litestar.params import FromPath, JSONBody

from backend import web
from backend.catalogue import actions, queries, rules
from backend.core import Money

Slug = Annotated[
    str,
    msgspec.Meta(
        pattern=r"^[a-z0-9][a-z0-9-]{0,199}$(?!\n)", description="small letters, digits, hyphens"
    ),
]
SlugPath = Annotated[str, msgspec.Meta(max_length=200)]
Summary = Annotated[str, msgspec.Meta(max_length=500, pattern=web.ONE_LINE)]
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


class StoreListing(Described, kw_only=True):
    """On sale. `price` is net; `vat_rate_bp` is added for buyers in France."""

    id: UUID
    slug: str
    name: str
    summary: str
    editor: str
    price: Money
    vat_rate_bp: int


class ListingView(Described, kw_only=True):
    """Whatever its status; an imported listing has no price and cannot be bought here."""

    id: UUID
    organisation_id: UUID
    reference: str
    slug: str
    name: str
    summary: str
    price: Money | None
    vat_rate_bp: int
    status: Literal["draft", "published", "imported"]
    created_at: datetime


def _on_shelf(row: asyncpg.Record) -> StoreListing:
    return StoreListing(
        id=row["id"],
        slug=row["slug"],
        name=row["name"],
        summary=row["summary"],
        editor=row["editor"],
        price=Money(row["price_minor"], row["currency"]),
        vat_rate_bp=row["vat_rate_bp"],
        **{name: row[name] for name in FACTS},
    )


def _view(row: asyncpg.Record) -> ListingView:
    priced = row["price_minor"] is not None
    return ListingView(
        id=row["id"],
        organisation_id=row["organisation_id"],
        reference=row["reference"],
        slug=row["slug"],
        name=row["name"],
        summary=row["summary"],
        price=Money(row["price_minor"], row["currency"]) if priced else None,
        vat_rate_bp=row["vat_rate_bp"],
        status=row["status"],
        created_at=row["created_at"],
        **{name: row[name] for name in FACTS},
    )


async def _page(
    organisation_id: UUID | None, limit: int, after: str | None
) -> web.Page[ListingView]:
    rows = await queries.list_listings(
        organisation_id, after=web.read_id(after, UUID), limit=limit + 1
    )
    return web.page(rows, limit, lambda row: (row["id"],), _view)


@get("/listings", operation_id="list_store_listings", responses=web.problems(web.BadCursor))
async def list_on_sale(limit: web.Limit = 50, after: web.Cursor = None) -> web.Page[StoreListing]:
    """Everything on sale, oldest first."""
    rows = await queries.list_published(after=web.read_id(after, UUID), limit=limit + 1)
    return web.page(rows, limit, lambda row: (row["id"],), _on_shelf)


@get(
    "/listings/{slug:str}",
    operation_id="read_store_listing",
    responses=web.problems(rules.ListingUnknown),
)
async def read_on_sale(slug: FromPath[SlugPath]) -> StoreListing:
    """One listing on sale, by its address."""
    return _on_shelf(await queries.read_on_shelf(slug))


@get(
    "/listings",
    operation_id="list_portal_listings",
    guards=[web.requires("portal:listing:read")],
    responses=web.problems(web.BadCursor),
)
async def list_mine(
    principal: web.Caller, limit: web.Limit = 50, after: web.Cursor = None
) -> web.Page[ListingView]:
    """The organisation's own listings, drafts too, oldest first."""
    return await _page(principal.organisation, limit, after)


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
        now=datetime.now(UTC),
        actor=principal.actor,
    )
    return _view(await queries.read_own(listing_id, principal.organisation))


@post(
    "/listings/{listing_id:uuid}/publish",
    operation_id="publish_portal_listing",
    status_code=200,
    guards=[web.requires("portal:listing:write")],
    responses=web.problems(rules.ListingUnknown),
)
async def publish_mine(listing_id: FromPath[UUID], principal: web.Caller) -> ListingView:
    """The draft can be bought from now on; publishing it again changes nothing."""
    await actions.publish_listing(
        listing_id, organisation_id=principal.organisation, actor=principal.actor
    )
    return _view(await queries.read_own(listing_id, principal.organisation))


@post(
    "/listings/{listing_id:uuid}/description",
    operation_id="describe_portal_listing",
    status_code=200,
    guards=[web.requires("portal:listing:write")],
    responses=web.problems(rules.ListingUnknown),
)
async def describe_mine(
    data: JSONBody[FactsIn], listing_id: FromPath[UUID], principal: web.Caller
) -> ListingView:
    """What the store says of it from now on, whole: what is left out is empty afterwards."""
    await actions.describe_listing(
        listing_id,
        data.facts(),
        organisation_id=principal.organisation,
        actor=principal.actor,
    )
    return _view(await queries.read_own(listing_id, principal.organisation))


@post(
    "/listings/{listing_id:uuid}/price",
    operation_id="change_portal_listing_price",
    status_code=200,
    guards=[web.requires("portal:listing:write")],
    responses=web.problems(rules.ListingUnknown),
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
    return _view(await queries.read_own(listing_id, principal.organisation))


@get(
    "/listings",
    operation_id="list_office_listings",
    guards=[web.requires("office:listing:read")],
    responses=web.problems(web.BadCursor),
)
async def list_all(
    principal: web.Caller, limit: web.Limit = 50, after: web.Cursor = None
) -> web.Page[ListingView]:
    """Listings of all partners, imported ones too, oldest first."""
    return await _page(None, limit, after)


store = [list_on_sale, read_on_sale]
portal = [list_mine, create_mine, publish_mine, describe_mine, change_price_of_mine]
office = [list_all]
