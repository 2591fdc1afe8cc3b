"""The store's shelves, for programs."""

from uuid import UUID

import asyncpg
import msgspec
from litestar import get
from litestar.params import FromPath

from backend import web
from backend.catalogue import queries, queries_bundle, rules, rules_bundle
from backend.catalogue.routes import FACTS, Described, SlugPath
from backend.core import Money


class StorePart(msgspec.Struct):
    """A service of a combined offer, on sale by itself too, at the price of its part."""

    slug: str
    name: str
    editor: str
    price: Money


class StoreService(msgspec.Struct):
    """What the integrator adds itself."""

    name_fr: str
    name_en: str
    price: Money


class StoreListing(Described, kw_only=True):
    """On sale. `price` is net; `vat_rate_bp` is added for buyers in France. Of a joint offer,
    `second_editor` is its second owner; a combined offer says its `parts` and the
    integrator's own service, whose prices sum to its own.
    """

    id: UUID
    slug: str
    name: str
    summary: str
    editor: str
    second_editor: str | None
    price: Money
    vat_rate_bp: int
    service: StoreService | None
    parts: list[StorePart]


def _on_shelf(row: asyncpg.Record, bundle: rules_bundle.Bundle | None) -> StoreListing:
    return StoreListing(
        id=row["id"],
        slug=row["slug"],
        name=row["name"],
        summary=row["summary"],
        editor=row["editor"],
        second_editor=row["second_editor"],
        price=Money(row["price_minor"], row["currency"]),
        vat_rate_bp=row["vat_rate_bp"],
        service=None
        if bundle is None
        else StoreService(bundle.service_fr, bundle.service_en, bundle.service),
        parts=[]
        if bundle is None
        else [StorePart(part.slug, part.name, part.owner, part.price) for part in bundle.parts],
        **{name: row[name] for name in FACTS},
    )


@get("/listings", operation_id="list_store_listings", responses=web.problems(web.BadCursor))
async def list_on_sale(limit: web.Limit = 50, after: web.Cursor = None) -> web.Page[StoreListing]:
    """Everything on sale, oldest first."""
    rows = await queries.list_published(after=web.read_id(after, UUID), limit=limit + 1)
    bundles = await queries_bundle.bundles_of([row["id"] for row in rows])
    return web.page(
        rows,
        limit,
        lambda row: (row["id"],),
        lambda row: _on_shelf(row, bundles.get(row["id"])),
    )


@get(
    "/listings/{slug:str}",
    operation_id="read_store_listing",
    responses=web.problems(rules.ListingUnknown),
)
async def read_on_sale(slug: FromPath[SlugPath]) -> StoreListing:
    """One listing on sale, by its address."""
    row = await queries.read_on_shelf(slug)
    bundles = await queries_bundle.bundles_of([row["id"]])
    return _on_shelf(row, bundles.get(row["id"]))


store = [list_on_sale, read_on_sale]
